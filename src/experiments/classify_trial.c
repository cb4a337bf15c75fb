/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep over what disturbs the networks: in a trial, the inputs are encoded once, and a network
 * that a level does not disturb in training is trained once for all levels. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/classify.h"
#include "experiments/scenario_difference.h"

enum { OF_A_NETWORK = 3 };

typedef struct classify_group {
    tp_classify_plan **plans; /* [scenario] */
    size_t count;
} classify_group;

static bool not_shared(const char *path, const void *context) {
    static const char *const free_blocks[] = {"perturbation", "trial",  "trials", "title",
                                              "sweep",        "record", NULL};
    (void)context;
    return tp_path_within_any(path, free_blocks);
}

static bool alike(const tp_scenario *a, const tp_scenario *b) {
    return tp_scenarios_alike(a, b, not_shared, NULL);
}

/* Those of the first network by bare names, against the second's accuracy. */
static tp_status measures(const tp_scenario *scenario, tp_arena *arena, const tp_measure **list,
                          size_t *count, tp_error *error) {
    static const char *const names[OF_A_NETWORK][2] = {
        {"accuracy", "part of the test's samples that are told right"},
        {"stuck", "1 where the answer is the same to everything"},
        {"train_accuracy", "accuracy on what was learned from, after training"}};
    const tp_classify_description *d = scenario->description;
    const tp_layered_description *networks = d->networks.items;
    if (d->encoder.kind == TP_ENCODER_VAE && d->encoder.trained == TP_VAE_BEFORE &&
        !d->encoder.file) {
        tp_resolved_fail(&scenario->resolved, error, "encoder.kind",
                         "a sweep takes an autoencoder that has been trained");
        return tp_hint(error, "run experiments/glia-layers/vae.yaml, and give its record: "
                              "--set encoder.file=output/vae.h5");
    }
    *count = OF_A_NETWORK * d->networks.count;
    tp_measure *all = tp_arena_alloc(arena, *count * sizeof *all);
    if (!all)
        return tp_fail_memory(error, "planning the sweep");
    for (size_t i = 0; i < *count; i++) {
        const size_t k = i / OF_A_NETWORK;
        const char *const *text = names[i % OF_A_NETWORK];
        const char *name =
            k == 0 ? text[0] : tp_arena_format(arena, "%s_%s", networks[k].name, text[0]);
        const char *long_name = tp_arena_format(arena, "%s: %s", networks[k].name, text[1]);
        if (!name || !long_name)
            return tp_fail_memory(error, "planning the sweep");
        all[i] = (tp_measure){name, "1", long_name, NULL};
    }
    if (d->networks.count > 1)
        all[0].baseline = all[OF_A_NETWORK].name;
    *list = all;
    return TP_OK;
}

static void destroy(void **out) {
    classify_group *group = *out;
    if (!group)
        return;
    for (size_t i = 0; group->plans && i < group->count; i++)
        tp_classify_plan_destroy(&group->plans[i]);
    free(group->plans);
    free(group);
    *out = NULL;
}

static tp_status create(const tp_scenario *const *scenarios, size_t count, const void *shared,
                        void **out, tp_error *error) {
    (void)shared;
    classify_group *group = calloc(1, sizeof *group);
    if (!group)
        return tp_fail_memory(error, "planning a trial");
    group->plans = calloc(count, sizeof *group->plans);
    tp_status status = group->plans ? TP_OK : tp_fail_memory(error, "planning a trial");
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        status = tp_classify_plan_create(scenarios[i]->description, &scenarios[i]->resolved,
                                         &group->plans[i], error);
        group->count = i + 1;
    }
    void *made = group;
    if (status != TP_OK)
        destroy(&made);
    *out = made;
    return status;
}

/* Whether two plans of a group train that network alike. */
static bool same_training(const tp_classify_plan *a, const tp_classify_plan *b, size_t network) {
    const tp_disturbance *x = &a->description.perturbation.signals;
    const tp_disturbance *y = &b->description.perturbation.signals;
    if (!a->networks[network].disturbed && !b->networks[network].disturbed)
        return true;
    return x->leak == y->leak && x->noise == y->noise && x->drop == y->drop;
}

static tp_status ended(void *context, size_t epoch, double loss, double accuracy, tp_error *error) {
    const tp_observer *observer = context;
    (void)epoch;
    (void)loss;
    (void)accuracy;
    return observer && observer->stopped && observer->stopped(observer->context)
               ? tp_fail(error, TP_INTERRUPTED, "", "interrupted")
               : TP_OK;
}

/* One network at all levels. */
static tp_status run_network(const classify_group *group, tp_classify_inputs *inputs,
                             size_t network, const tp_classify_watcher *watcher, double *values,
                             tp_error *error) {
    const size_t measure_count = OF_A_NETWORK * group->plans[0]->network_count;
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < group->count; i++) {
        bool before = false;
        for (size_t k = 0; k < i && !before; k++)
            before = same_training(group->plans[k], group->plans[i], network);
        if (before)
            continue;
        tp_classified outcome = {0};
        inputs->plan = group->plans[i];
        status = tp_classified_create(group->plans[i], &outcome, error);
        if (status == TP_OK)
            status = tp_classify_train(inputs, network, watcher, &outcome, error);
        for (size_t k = i; status == TP_OK && k < group->count; k++) {
            if (!same_training(group->plans[i], group->plans[k], network))
                continue;
            status = tp_classify_test(group->plans[k], inputs, &outcome, error);
            double *row = values + k * measure_count + network * OF_A_NETWORK;
            row[0] = outcome.test.accuracy;
            row[1] = outcome.test.stuck;
            row[2] = outcome.train_accuracy;
        }
        tp_classified_free(&outcome);
    }
    return status;
}

static tp_status run(void *context, uint32_t trial, const tp_observer *observer, double *values,
                     tp_error *error) {
    const classify_group *group = context;
    tp_observer asked = observer ? *observer : (tp_observer){0};
    const tp_classify_watcher watcher = {&asked, ended};
    tp_classify_inputs inputs;
    tp_status status = tp_classify_inputs_create(group->plans[0], trial, &inputs, error);
    for (size_t k = 0; status == TP_OK && k < group->plans[0]->network_count; k++)
        status = run_network(group, &inputs, k, &watcher, values, error);
    tp_classify_inputs_free(&inputs);
    return status;
}

const tp_trials tp_classify_trials = {
    .measures = measures, .alike = alike, .create = create, .run = run, .destroy = destroy};
