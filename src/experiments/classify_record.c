/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /training, /test, /summary and /trained of a classification. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/median.h"
#include "base/fail.h"
#include "experiments/classify.h"
#include "experiments/trained_check.h"
#include "record/arrays.h"

static const double CONFIDENCE = 0.95;

typedef struct recording {
    const tp_classify_results *results;
    const tp_classify_plan *plan;
    size_t trials; /* that are whole */
    tp_writer *writer;
} recording;

static const tp_classified *outcome_of(const recording *r, size_t network, size_t trial) {
    return &r->results->outcomes[trial * r->plan->network_count + network];
}

static tp_layout layout_of(size_t rank, const size_t *dims, const char *const *axes,
                           const char *long_name) {
    tp_layout layout = {.type = TP_FLOAT64, .rank = rank, .units = "1", .long_name = long_name};
    for (size_t i = 0; i < rank; i++) {
        layout.dims[i] = dims[i];
        layout.axes[i] = axes[i];
    }
    return layout;
}

/* The names of the networks, and the numbers of the trials. */
static tp_status put_axes(const recording *r, const char *group, tp_error *error) {
    const tp_layout layout =
        tp_layout_along(TP_UINT8, "network", r->plan->network_count, "1", "name of the network");
    const char *names[16];
    char path[60];
    for (size_t k = 0; k < r->plan->network_count; k++)
        names[k] = r->plan->networks[k].name;
    snprintf(path, sizeof path, "%s/name", group);
    tp_status status = tp_writer_strings(r->writer, path, &layout, names, error);
    return status == TP_OK
               ? tp_record_index(r->writer, group, "trial", r->plan->first_trial, r->trials, error)
               : status;
}

/* What an outcome has, gathered over networks and trials: each of `length` numbers at `offset`,
 * which is a pointer of tp_classified. */
static tp_status put_lists(const recording *r, const char *group, const char *name, size_t offset,
                           size_t axis_count, const size_t *lengths, const char *const *axes,
                           const char *long_name, tp_error *error) {
    const size_t networks = r->plan->network_count;
    size_t length = 1, dims[4] = {networks, r->trials};
    const char *all[4] = {"network", "trial"};
    for (size_t i = 0; i < axis_count; i++) {
        length *= lengths[i];
        dims[2 + i] = lengths[i];
        all[2 + i] = axes[i];
    }
    double *values = malloc((networks * r->trials * length + 1) * sizeof *values);
    if (!values)
        return tp_fail_memory(error, "recording networks");
    for (size_t k = 0; k < networks; k++)
        for (size_t t = 0; t < r->trials; t++) {
            const double *from;
            memcpy(&from, (const char *)outcome_of(r, k, t) + offset, sizeof from);
            memcpy(values + (k * r->trials + t) * length, from, length * sizeof *values);
        }
    tp_status status = tp_record_put(
        r->writer, group, name, layout_of(2 + axis_count, dims, all, long_name), values, error);
    free(values);
    return status;
}

static tp_status put_training(const recording *r, tp_error *error) {
    const size_t epochs[] = {(size_t)r->plan->description.training.epochs};
    const char *const axes[] = {"epoch"};
    tp_status status = put_axes(r, "training", error);
    if (status == TP_OK)
        status = tp_record_index(r->writer, "training", "epoch", 1, epochs[0], error);
    if (status == TP_OK)
        status = put_lists(r, "training", "loss", offsetof(tp_classified, loss), 1, epochs, axes,
                           "mean loss of the epoch's samples, each as its batch came", error);
    if (status == TP_OK)
        status = put_lists(r, "training", "test_accuracy", offsetof(tp_classified, accuracy), 1,
                           epochs, axes, "accuracy on the test part after the epoch", error);
    return status;
}

/* One number of each outcome. */
static double number_of(const tp_classified *o, int which) {
    switch (which) {
    case 0:
        return o->test.accuracy;
    case 1:
        return o->train_accuracy;
    default:
        return o->test.stuck;
    }
}

static tp_status put_test(const recording *r, tp_error *error) {
    static const char *const names[][2] = {
        {"accuracy", "part of the test's samples that are told right"},
        {"train_accuracy", "accuracy on the training part after training"},
        {"stuck", "1 where the answer is the same to everything"}};
    const size_t networks = r->plan->network_count, answers = tp_classify_answers(r->plan);
    const size_t dims[] = {networks, r->trials}, square[] = {answers, answers};
    const char *const axes[] = {"network", "trial"}, *const sides[] = {"label", "answer"};
    double *values = malloc((networks * r->trials + 1) * sizeof *values);
    if (!values)
        return tp_fail_memory(error, "recording networks");
    tp_status status = put_axes(r, "test", error);
    for (int w = 0; status == TP_OK && w < 3; w++) {
        for (size_t k = 0; k < networks; k++)
            for (size_t t = 0; t < r->trials; t++)
                values[k * r->trials + t] = number_of(outcome_of(r, k, t), w);
        status = tp_record_put(r->writer, "test", names[w][0],
                               layout_of(2, dims, axes, names[w][1]), values, error);
    }
    for (int side = 0; status == TP_OK && side < 2; side++)
        status = tp_record_index(r->writer, "test", sides[side], 0, answers, error);
    if (status == TP_OK)
        status = put_lists(r, "test", "confusion", offsetof(tp_classified, confusion), 2, square,
                           sides, "test samples of a label that were given an answer", error);
    free(values);
    return status;
}

enum { SUMMARY_COLUMNS = 8 };
static const char *const summary_columns[SUMMARY_COLUMNS][2] = {
    {"parameters", "numbers that are trained"},
    {"accuracy_median", "median of the test accuracy over trials"},
    {"accuracy_lower", "lower end of its 95 % interval, by order statistics"},
    {"accuracy_upper", "upper end of its 95 % interval"},
    {"accuracy_least", "lowest test accuracy"},
    {"accuracy_most", "highest test accuracy"},
    {"stuck_share", "part of the trials whose network answers the same to everything"},
    {"solved_share", "part of the trials whose network answers all tests right"},
};

/* Without what a band has beyond an output's inputs. */
static double parameters_in_use(const tp_stack *stack) {
    size_t used = 0;
    for (size_t k = 0; k < stack->layer_count; k++)
        used += tp_is_glia(stack->layers[k].kind) ? tp_glia_in_use(&stack->layers[k])
                                                  : stack->first[k + 1] - stack->first[k];
    return (double)used;
}

static void summarize(const recording *r, size_t network, double *sorted, double *row) {
    size_t stuck = 0, solved = 0;
    for (size_t t = 0; t < r->trials; t++) {
        const tp_classified *o = outcome_of(r, network, t);
        sorted[t] = o->test.accuracy;
        stuck += o->test.stuck;
        solved += o->test.accuracy == 1;
    }
    const tp_median m = tp_median_of(sorted, r->trials, CONFIDENCE);
    const double all = (double)r->trials;
    const double values[SUMMARY_COLUMNS] = {
        parameters_in_use(outcome_of(r, network, 0)->stack),
        m.median,
        m.lower,
        m.upper,
        sorted[0],
        sorted[r->trials - 1],
        (double)stuck / all,
        (double)solved / all,
    };
    memcpy(row, values, sizeof values);
}

static tp_status put_summary(const recording *r, tp_error *error) {
    const size_t networks = r->plan->network_count;
    double *sorted = malloc((r->trials + 1) * sizeof *sorted), *column = NULL;
    double *table = malloc((networks + 1) * (SUMMARY_COLUMNS + 1) * sizeof *table);
    tp_status status = sorted && table ? put_axes(r, "summary", error)
                                       : tp_fail_memory(error, "recording networks");
    for (size_t k = 0; status == TP_OK && k < networks; k++)
        summarize(r, k, sorted, table + k * SUMMARY_COLUMNS);
    for (int c = 0; status == TP_OK && c < SUMMARY_COLUMNS; c++) {
        column = table + networks * SUMMARY_COLUMNS;
        for (size_t k = 0; k < networks; k++)
            column[k] = table[k * SUMMARY_COLUMNS + (size_t)c];
        status = tp_record_put(
            r->writer, "summary", summary_columns[c][0],
            tp_layout_along(TP_FLOAT64, "network", networks, "1", summary_columns[c][1]), column,
            error);
    }
    free(sorted);
    free(table);
    return status;
}

/* The layers, and where the parameters of each begin. */
static tp_status put_layers(const recording *r, const char *group, const tp_stack *stack,
                            tp_error *error) {
    const size_t count = stack->layer_count;
    const char **kinds = malloc((count + 1) * sizeof *kinds);
    uint64_t *numbers = malloc(3 * (count + 1) * sizeof *numbers);
    tp_status status = kinds && numbers ? TP_OK : tp_fail_memory(error, "recording networks");
    for (size_t k = 0; status == TP_OK && k < count; k++) {
        kinds[k] = stack->layers[k].kind->name;
        numbers[k] = stack->layers[k].inputs;
        numbers[count + k] = stack->layers[k].outputs;
        numbers[2 * count + k] = stack->first[k];
    }
    static const char *const names[][2] = {{"inputs", "numbers that a layer takes"},
                                           {"outputs", "numbers that it gives"},
                                           {"first_parameter", "where its parameters begin"}};
    char path[120];
    snprintf(path, sizeof path, "%s/kind", group);
    const tp_layout layout = tp_layout_along(TP_UINT8, "layer", count, "1", "kind of the layer");
    if (status == TP_OK)
        status = tp_writer_strings(r->writer, path, &layout, kinds, error);
    for (size_t i = 0; status == TP_OK && i < 3; i++)
        status = tp_record_put(r->writer, group, names[i][0],
                               tp_layout_along(TP_UINT64, "layer", count, "1", names[i][1]),
                               numbers + i * count, error);
    free(kinds);
    free(numbers);
    return status;
}

static tp_status put_network(const recording *r, size_t network, tp_error *error) {
    const tp_stack *stack = outcome_of(r, network, 0)->stack;
    const size_t count = stack->parameter_count, dims[] = {r->trials, count};
    const char *const axes[] = {"trial", "parameter"};
    char group[80], path[120];
    snprintf(group, sizeof group, "trained/%s", r->plan->networks[network].name);
    snprintf(path, sizeof path, "%s/parameters", group);
    double *values = malloc((r->trials * count + 1) * sizeof *values);
    tp_status status =
        values ? put_layers(r, group, stack, error) : tp_fail_memory(error, "recording networks");
    for (size_t t = 0; status == TP_OK && t < r->trials; t++)
        memcpy(values + t * count, outcome_of(r, network, t)->stack->parameters,
               count * sizeof *values);
    if (status == TP_OK)
        status = tp_record_index(r->writer, group, "trial", r->plan->first_trial, r->trials, error);
    if (status == TP_OK)
        status = tp_record_put(r->writer, group, "parameters",
                               layout_of(2, dims, axes, "trained parameters, layer by layer"),
                               values, error);
    if (status == TP_OK)
        status = tp_trained_write_sum(r->writer, path, values, r->trials * count * sizeof *values,
                                      error);
    free(values);
    return status;
}

static size_t whole_trials(const tp_classify_results *results) {
    const size_t networks = results->plan->network_count;
    size_t job = 0;
    while (job < results->trials * networks && results->progress[job] != TP_CLASSIFY_NOT_DONE)
        job++;
    return job / networks;
}

tp_status tp_classify_record(const tp_classify_results *results, tp_writer *writer,
                             tp_error *error) {
    const recording r = {results, results->plan, whole_trials(results), writer};
    if (r.trials == 0)
        return TP_OK;
    tp_status status = r.plan->trained ? TP_OK : put_training(&r, error);
    if (status == TP_OK)
        status = put_test(&r, error);
    if (status == TP_OK)
        status = put_summary(&r, error);
    for (size_t k = 0;
         status == TP_OK && r.plan->description.record.networks && k < r.plan->network_count; k++)
        status = put_network(&r, k, error);
    return status;
}
