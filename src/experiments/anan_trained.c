/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trained networks, to a record and back. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/fail.h"
#include "experiments/anan_record.h"
#include "experiments/scenario_difference.h"
#include "experiments/trained_check.h"
#include "record/arrays.h"

/* Weights of a layer, and its biases behind them. */
static void count_parameters(const tp_layer *layer, size_t *weights, size_t *biases) {
    *weights = *biases = 0;
    if (layer->kind == &tp_conv) {
        const tp_conv_setting *s = layer->setting;
        *biases = s->kernels;
        *weights = s->kernels * tp_conv_weights(s);
    } else if (layer->kind == &tp_dense_he) {
        *biases = layer->outputs;
        *weights = layer->outputs * layer->inputs;
    }
}

static tp_status put_layer(tp_writer *writer, const char *group, const tp_layer *layer,
                           const double *parameters, tp_error *error) {
    size_t weights, biases;
    count_parameters(layer, &weights, &biases);
    const tp_conv_setting *s = layer->setting;
    const tp_anan_axis conv[] = {{"kernel", biases},
                                 {"channel", s ? s->channels : 0},
                                 {"row", s ? s->size : 0},
                                 {"column", s ? s->size : 0}};
    const tp_anan_axis dense[] = {{"output", biases}, {"input", layer->inputs}};
    const bool images = layer->kind == &tp_conv;
    tp_status status = tp_anan_put(writer, group, "weight", "weight of the layer",
                                   images ? conv : dense, images ? 4 : 2, parameters, error);
    return status == TP_OK ? tp_anan_put(writer, group, "bias", "bias of the layer",
                                         images ? conv : dense, 1, parameters + weights, error)
                           : status;
}

static void network_of(char group[80], size_t fold) {
    snprintf(group, 80, "networks/%zu", fold);
}

tp_status tp_anan_record_networks(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    const tp_anan_network *n = &r->task->network;
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < r->count; i++) {
        const tp_stack *stack = r->folds[i]->stack;
        char group[80];
        for (size_t k = 0; status == TP_OK && k < n->count; k++) {
            if (stack->first[k + 1] == stack->first[k])
                continue;
            snprintf(group, sizeof group, "networks/%zu/%s", r->numbers[i], n->names[k]);
            status =
                put_layer(writer, group, &n->layers[k], stack->parameters + stack->first[k], error);
        }
        network_of(group, r->numbers[i]);
        if (status == TP_OK)
            status = tp_trained_write_sum(writer, group, stack->parameters,
                                          stack->parameter_count * sizeof(double), error);
    }
    if (status == TP_OK)
        status = tp_writer_text(
            writer, "networks", "source",
            r->task->trained_by ? r->task->trained_by : "tripartite " TP_VERSION, error);
    return status;
}

uint32_t tp_anan_sum_of(const tp_image_set *set) {
    const uLong pixels =
        crc32_z(0, set->pixels, set->count * set->channels * set->rows * set->columns);
    return (uint32_t)crc32_z(pixels, set->labels, set->count);
}

static bool matters_not(const char *path, const void *context) {
    static const char *const blocks[] = {"title", "astrocytes", "robustness", "record",
                                         "sweep", "folds.run",  NULL};
    (void)context;
    return tp_path_within_any(path, blocks);
}

static tp_status check_scenario(const tp_scenario *scenario, const tp_record *from,
                                const char *record, tp_error *error) {
    return tp_trained_check(scenario, from, record, matters_not, NULL,
                            "title, astrocytes, robustness, record and folds.run may differ",
                            error);
}

static tp_status check_images(const tp_anan_task *task, const tp_record *from, const char *record,
                              tp_error *error) {
    uint64_t checksum;
    tp_status status = tp_record_integer(from, "data", "checksum", &checksum, error);
    if (status == TP_OK && checksum != tp_anan_sum_of(&task->sets.train))
        status = tp_fail(error, TP_INVALID, record,
                         "was trained with other images: those of the files have changed");
    return status;
}

static tp_status take_numbers(const tp_record *from, const char *group, const char *name,
                              size_t count, double *to, tp_error *error) {
    char path[120];
    tp_array array;
    snprintf(path, sizeof path, "%s/%s", group, name);
    tp_status status = tp_record_array(from, path, &array, error);
    if (status != TP_OK)
        return status;
    size_t there = 1;
    for (size_t i = 0; i < array.rank; i++)
        there *= array.dims[i];
    for (size_t i = 0; there == count && i < count; i++)
        if (!isfinite(array.values[i]))
            there = count + 1;
    if (there == count)
        memcpy(to, array.values, count * sizeof *to);
    else
        status =
            tp_fail(error, TP_INVALID, "", "'%s' is damaged; expected %zu numbers", path, count);
    tp_array_free(&array);
    return status;
}

static tp_status take_network(tp_anan_task *task, const tp_record *from, const char *record,
                              size_t fold, tp_error *error) {
    const tp_anan_network *n = &task->network;
    size_t all = 0, weights, biases;
    char group[80];
    for (size_t k = 0; k < n->count; k++) {
        count_parameters(&n->layers[k], &weights, &biases);
        all += weights + biases;
    }
    double *to = task->trained[fold] = malloc((all + 1) * sizeof *to);
    tp_status status = to ? TP_OK : tp_fail_memory(error, "reading a network");
    for (size_t k = 0; status == TP_OK && k < n->count; k++) {
        count_parameters(&n->layers[k], &weights, &biases);
        if (weights + biases == 0)
            continue;
        snprintf(group, sizeof group, "networks/%zu/%s", fold, n->names[k]);
        status = take_numbers(from, group, "weight", weights, to, error);
        if (status == TP_OK)
            status = take_numbers(from, group, "bias", biases, to + weights, error);
        to += weights + biases;
    }
    network_of(group, fold);
    return status == TP_OK ? tp_trained_check_sum(from, record, group, task->trained[fold],
                                                  all * sizeof *to, error)
                           : status;
}

/* A partial record holds some folds alone. */
static tp_status take_losses(tp_anan_task *task, const tp_record *from, const char *record,
                             tp_error *error) {
    const size_t epochs = (size_t)task->description.training.epochs;
    tp_array folds = {0}, ran = {0}, losses = {0};
    tp_status status = tp_record_array(from, "training/fold", &folds, error);
    if (status == TP_OK)
        status = tp_record_array(from, "training/epochs", &ran, error);
    if (status == TP_OK)
        status = tp_record_array(from, "training/loss", &losses, error);
    const size_t count = folds.dims[0];
    if (status == TP_OK &&
        (folds.rank != 1 || ran.rank != 1 || ran.dims[0] != count || losses.rank != 2 ||
         losses.dims[0] != count || losses.dims[1] != epochs))
        status = tp_fail(error, TP_INVALID, record, "'training' is damaged");
    for (size_t fold = 0; status == TP_OK && fold < task->running; fold++) {
        size_t at = 0;
        while (at < count && folds.values[at] != (double)fold)
            at++;
        if (at == count || !(ran.values[at] >= 1 && ran.values[at] <= (double)epochs)) {
            tp_fail(error, TP_INVALID, record, "holds no network of fold %zu", fold);
            status = tp_hint(error, "run it to its end, or set folds.run to what it holds");
            break;
        }
        task->trained_epochs[fold] = (size_t)ran.values[at];
        task->trained_losses[fold] = malloc(epochs * sizeof(double));
        if (task->trained_losses[fold])
            memcpy(task->trained_losses[fold], losses.values + at * epochs,
                   epochs * sizeof(double));
        else
            status = tp_fail_memory(error, "reading a network");
    }
    tp_array_free(&folds);
    tp_array_free(&ran);
    tp_array_free(&losses);
    return status;
}

tp_status tp_anan_take_trained(tp_anan_task *task, const tp_scenario *scenario, const char *record,
                               tp_error *error) {
    tp_record *from;
    tp_status status = tp_record_open(record, &from, error);
    if (status != TP_OK)
        return status;
    task->trained = calloc(task->running, sizeof *task->trained);
    task->trained_losses = calloc(task->running, sizeof *task->trained_losses);
    task->trained_epochs = calloc(task->running, sizeof *task->trained_epochs);
    if (!task->trained || !task->trained_losses || !task->trained_epochs)
        status = tp_fail_memory(error, "reading networks");
    if (status == TP_OK)
        status = check_scenario(scenario, from, record, error);
    if (status == TP_OK)
        status = check_images(task, from, record, error);
    if (status == TP_OK)
        status = take_losses(task, from, record, error);
    for (size_t fold = 0; status == TP_OK && fold < task->running; fold++)
        status = take_network(task, from, record, fold, error);
    if (status == TP_OK)
        status = tp_record_text(from, "networks", "source", &task->trained_by, error);
    if (status == TP_INVALID && error && !*error->where)
        snprintf(error->where, sizeof error->where, "%s", record);
    tp_record_close(&from);
    return status;
}
