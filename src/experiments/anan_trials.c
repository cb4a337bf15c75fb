/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trial of a sweep: all folds, by networks that are trained once for all levels that differ in
 * their astrocytes alone. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/anan_record.h"
#include "experiments/scenario_difference.h"

static const struct {
    const char *name, *long_name;
    size_t offset;
} scores[] = {
    {"f1", "F1 on the test, mean of the folds", offsetof(tp_classification, f1)},
    {"accuracy", "accuracy on the test, mean of the folds", offsetof(tp_classification, accuracy)},
    {"loss", "mean cross-entropy on the test, mean of the folds",
     offsetof(tp_classification, loss)},
    {"auc", "area under the ROC curve of the test, mean of the folds",
     offsetof(tp_classification, auc)},
};
enum { SCORES = sizeof scores / sizeof *scores };

typedef struct group {
    const tp_scenario **scenarios;
    size_t count;
    const tp_observer *observer;
} group;

/* Of the first activity by their bare names, so that levels may differ in it. */
static tp_status measures(const tp_scenario *scenario, tp_arena *arena, const tp_measure **list,
                          size_t *count, tp_error *error) {
    const tp_anan_description *d = scenario->description;
    const size_t activities = d->astrocytes.activities.count;
    tp_measure *all = tp_arena_alloc(arena, (activities + 1) * SCORES * sizeof *all);
    if (!all)
        return tp_fail_memory(error, "planning the sweep");
    *count = 0;
    for (size_t m = 0; m <= activities; m++)
        for (size_t k = 0; k < SCORES; k++) {
            tp_measure *one = &all[(*count)++];
            const bool alone = m == activities;
            one->unit = "1";
            one->long_name = scores[k].long_name;
            one->baseline = alone ? NULL : tp_arena_format(arena, "cnn_%s", scores[k].name);
            one->name = alone    ? tp_arena_format(arena, "cnn_%s", scores[k].name)
                        : m == 0 ? scores[k].name
                                 : tp_arena_format(arena, "%s_%s", scores[k].name,
                                                   d->astrocytes.activities.items[m]);
            if (!one->name || (!alone && !one->baseline))
                return tp_fail_memory(error, "planning the sweep");
        }
    *list = all;
    return TP_OK;
}

static bool after_training(const char *path, const void *context) {
    static const char *const later[] = {"title",  "astrocytes", "robustness",
                                        "record", "sweep",      NULL};
    (void)context;
    return tp_path_within_any(path, later);
}

static bool alike(const tp_scenario *a, const tp_scenario *b) {
    return tp_scenarios_alike(a, b, after_training, NULL);
}

static tp_status create(const tp_scenario *const *scenarios, size_t count, const void *shared,
                        void **out, tp_error *error) {
    (void)shared;
    group *g = calloc(1, sizeof *g);
    if (g)
        g->scenarios = malloc((count + 1) * sizeof(tp_scenario *));
    if (!g || !g->scenarios) {
        free(g);
        return tp_fail_memory(error, "planning a trial");
    }
    memcpy(g->scenarios, scenarios, count * sizeof(tp_scenario *));
    g->count = count;
    *out = g;
    return TP_OK;
}

static void destroy(void **out) {
    group *g = *out;
    if (g)
        free(g->scenarios);
    free(g);
    *out = NULL;
}

static bool stopped(void *context) {
    const group *g = context;
    return g->observer && g->observer->stopped && g->observer->stopped(g->observer->context);
}

static tp_status make_task(const tp_scenario *scenario, uint32_t trial, tp_anan_task **task,
                           tp_error *error) {
    tp_anan_description description = *(const tp_anan_description *)scenario->description;
    description.heading.trial = trial;
    description.robustness.noise.count = 0;
    return tp_anan_task_create(&description, &scenario->resolved, task, error);
}

/* What the next scenario of the group need not train anew. */
typedef struct trained {
    double **parameters; /* [fold] */
    double **losses;
    size_t *epochs;
} trained;

static tp_status keep(trained *t, size_t fold, const tp_anan_task *task, const tp_anan_fold *result,
                      tp_error *error) {
    const size_t epochs = (size_t)task->description.training.epochs;
    const size_t count = result->stack->parameter_count;
    t->parameters[fold] = malloc((count + 1) * sizeof(double));
    t->losses[fold] = malloc((epochs + 1) * sizeof(double));
    if (!t->parameters[fold] || !t->losses[fold])
        return tp_fail_memory(error, "keeping a network");
    memcpy(t->parameters[fold], result->stack->parameters, count * sizeof(double));
    memcpy(t->losses[fold], result->losses, epochs * sizeof(double));
    t->epochs[fold] = result->epochs;
    return TP_OK;
}

static void tell(const tp_anan_task *task, const tp_anan_fold *result, double *values) {
    for (size_t m = 0; m <= task->activities; m++)
        for (size_t k = 0; k < SCORES; k++) {
            /* The network alone comes last. */
            const size_t model = m == task->activities ? 0 : m + 1;
            double value;
            memcpy(&value, (const char *)&result->tested[model] + scores[k].offset, sizeof value);
            values[m * SCORES + k] += value / (double)task->running;
        }
}

static tp_status run_scenario(group *g, tp_anan_task *task, trained *t, bool first, double *values,
                              tp_error *error) {
    const tp_anan_watcher watcher = {.context = g, .stopped = stopped};
    tp_status status = TP_OK;
    if (!first) {
        task->trained = t->parameters;
        task->trained_losses = t->losses;
        task->trained_epochs = t->epochs;
    }
    for (size_t i = 0; i < (task->activities + 1) * SCORES; i++)
        values[i] = 0;
    for (size_t fold = 0; status == TP_OK && fold < task->running; fold++) {
        tp_anan_fold result;
        status = tp_anan_fold_run(task, fold, &watcher, &result, error);
        if (status == TP_OK && first)
            status = keep(t, fold, task, &result, error);
        if (status == TP_OK)
            tell(task, &result, values);
        tp_anan_fold_free(&result);
    }
    task->trained = task->trained_losses = NULL; /* the group's */
    task->trained_epochs = NULL;
    return status;
}

static tp_status run(void *context, uint32_t trial, const tp_observer *observer, double *values,
                     tp_error *error) {
    enum { MOST_FOLDS = 128 };
    double *parameters[MOST_FOLDS] = {NULL}, *losses[MOST_FOLDS] = {NULL};
    size_t epochs[MOST_FOLDS] = {0};
    trained t = {parameters, losses, epochs};
    group *g = context;
    tp_status status = TP_OK;
    g->observer = observer;
    for (size_t i = 0; status == TP_OK && i < g->count; i++) {
        tp_anan_task *task = NULL;
        status = make_task(g->scenarios[i], trial, &task, error);
        if (status == TP_OK) {
            status = run_scenario(g, task, &t, i == 0, values, error);
            values += (task->activities + 1) * SCORES;
        }
        tp_anan_task_destroy(&task);
    }
    for (size_t i = 0; i < MOST_FOLDS; i++) {
        free(parameters[i]);
        free(losses[i]);
    }
    return status;
}

const tp_trials tp_anan_trials = {
    .measures = measures, .alike = alike, .create = create, .run = run, .destroy = destroy};
