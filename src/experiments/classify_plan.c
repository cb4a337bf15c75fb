/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/classify_plan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/classify_encoder.h"
#include "experiments/enough_memory.h"
#include "stimuli/data_file.h"

enum { XOR_CASES = 4, XOR_INPUTS = 2, MOST_NETWORKS = 8, LONGEST_NAME = 40 };

void tp_classify_plan_destroy(tp_classify_plan **plan) {
    tp_classify_plan *p = *plan;
    if (!p)
        return;
    tp_labelled_free(&p->train);
    tp_labelled_free(&p->test);
    for (size_t k = 0; k < p->network_count; k++) {
        if (p->networks)
            tp_layered_free(&p->networks[k]);
        if (p->trained)
            free(p->trained[k].parameters);
    }
    tp_autoencoder_destroy(&p->vae);
    free(p->moments[0]);
    free(p->moments[1]);
    free(p->vae_losses);
    free(p->networks);
    free(p->trained);
    free(p);
    *plan = NULL;
}

uint8_t tp_classify_label(const tp_classify_plan *p, bool test, size_t sample) {
    if (p->description.data.kind == TP_DATA_XOR)
        return (uint8_t)((sample & 1) ^ (sample >> 1 & 1));
    return (test ? &p->test : &p->train)->labels[sample];
}

void tp_classify_samples(const tp_classify_plan *p, bool test, size_t first, size_t count,
                         double *x) {
    const tp_labelled *set = test ? &p->test : &p->train;
    if (p->description.data.kind == TP_DATA_XOR) {
        for (size_t i = 0; i < count * XOR_INPUTS; i++)
            x[i] = (double)((first + i / 2) >> (i % 2 ? 0 : 1) & 1);
        return;
    }
    for (size_t i = 0; i < count * p->pixels; i++)
        x[i] = set->pixels[first * p->pixels + i] / 255.0;
}

void tp_classify_targets(const tp_classify_plan *p, bool test, double *y) {
    const size_t count = test ? p->test_count : p->train_count;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < p->outputs; k++) {
            const uint8_t label = tp_classify_label(p, test, i);
            y[i * p->outputs + k] = p->classes ? k == label : label;
        }
}

static tp_status load_data(tp_classify_plan *p, const tp_resolved *resolved, tp_error *error) {
    const tp_classify_description *d = &p->description;
    const bool encoded = d->encoder.kind != TP_ENCODER_NONE;
    if (d->data.kind == TP_DATA_XOR) {
        p->train_count = p->test_count = XOR_CASES;
        p->pixels = p->features = XOR_INPUTS;
        p->outputs = 1;
        if (encoded && tp_resolved_given(resolved, "encoder.kind"))
            return tp_resolved_fail(resolved, error, "encoder.kind",
                                    "exclusive or has two inputs; there is nothing to encode");
        p->description.encoder.kind = TP_ENCODER_NONE;
        return TP_OK;
    }
    tp_status status = tp_labelled_load(&d->data.set, resolved, "data", &p->train, &p->test, error);
    p->train_count = p->train.count;
    p->test_count = p->test.count;
    p->pixels = p->train.rows * p->train.columns;
    p->features = encoded ? (size_t)d->encoder.size : p->pixels;
    p->outputs = (size_t)d->data.set.classes;
    p->classes = true;
    return status;
}

static tp_status check_name(const tp_classify_plan *p, size_t k, const tp_resolved *resolved,
                            tp_error *error) {
    const tp_layered_description *all = p->description.networks.items;
    const char *name = all[k].name;
    char path[60];
    snprintf(path, sizeof path, "networks.%zu.name", k);
    bool good = *name && strlen(name) <= LONGEST_NAME;
    for (const char *c = name; *c; c++)
        good = good && (isalnum((unsigned char)*c) || *c == '_' || *c == '-');
    if (!good)
        return tp_resolved_fail(resolved, error, path,
                                "found '%.60s', expected up to %d letters, digits, - and _", name,
                                (int)LONGEST_NAME);
    for (size_t i = 0; i < k; i++)
        if (strcmp(all[i].name, name) == 0)
            return tp_resolved_fail(resolved, error, path, "there are two networks '%s'", name);
    return TP_OK;
}

static tp_status make_networks(tp_classify_plan *p, const tp_resolved *resolved, tp_error *error) {
    const tp_classify_description *d = &p->description;
    const tp_layered_description *all = d->networks.items;
    if (d->networks.count > MOST_NETWORKS)
        return tp_resolved_fail(resolved, error, "networks",
                                "found %zu networks, expected up to %d", d->networks.count,
                                (int)MOST_NETWORKS);
    p->networks = calloc(d->networks.count, sizeof *p->networks);
    if (!p->networks)
        return tp_fail_memory(error, "planning a classification");
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < d->networks.count; k++) {
        char path[60];
        snprintf(path, sizeof path, "networks.%zu", k);
        p->network_count = k + 1;
        status = check_name(p, k, resolved, error);
        if (status == TP_OK)
            status = tp_layered_create(&all[k], p->features, p->outputs, &d->perturbation.signals,
                                       p->batch, resolved, path, &p->networks[k], error);
    }
    return status;
}

static tp_status make_encoder(tp_classify_plan *p, const tp_resolved *resolved, tp_error *error) {
    const char *file = p->description.encoder.file;
    char *found = NULL;
    if (file && !tp_classify_has_encoder(p))
        return tp_resolved_fail(
            resolved, error, "encoder.file",
            "only an autoencoder that is trained before is taken from a record");
    if (!tp_classify_has_encoder(p))
        return TP_OK;
    tp_status status = tp_classify_encoder_create(p, error);
    if (status == TP_OK && file)
        status = tp_data_file_find(file, resolved, "encoder.file", &found, error);
    if (status == TP_OK && file)
        status = tp_classify_encoder_take(p, found, error);
    free(found);
    return status;
}

tp_status tp_classify_plan_create(const tp_classify_description *description,
                                  const tp_resolved *resolved, tp_classify_plan **out,
                                  tp_error *error) {
    tp_classify_plan *p = calloc(1, sizeof *p);
    if (!p)
        return tp_fail_memory(error, "planning a classification");
    p->description = *description;
    p->seed = (uint64_t)description->heading.seed;
    p->first_trial = (uint32_t)description->heading.trial;
    tp_status status = load_data(p, resolved, error);
    if (status == TP_OK) /* samples as numbers, of one trial */
        status = tp_enough_memory(
            resolved, sizeof(double) * (double)(p->train_count + p->test_count) * (double)p->pixels,
            "data.train", error);
    if (status == TP_OK) {
        const size_t batch = (size_t)description->training.batch;
        p->batch = batch < p->train_count ? batch : p->train_count;
        status = make_networks(p, resolved, error);
    }
    if (status == TP_OK)
        status = make_encoder(p, resolved, error);
    if (status != TP_OK) {
        tp_classify_plan_destroy(&p);
        return status;
    }
    *out = p;
    return TP_OK;
}
