/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trial is the scenario's own network with random numbers of its own, without record and
 * baselines. Networks share the series, which is read or integrated once for each that the levels
 * name. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/forecast.h"
#include "experiments/scenario.h"
#include "experiments/scenario_difference.h"

/* The tasks that lend their series, one for each series and division of it. */
typedef struct lenders {
    tp_forecast_task **tasks;
    const tp_scenario **scenarios; /* [task] */
    size_t count;
} lenders;

typedef struct forecast_group {
    tp_forecast_task **tasks; /* [scenario] */
    size_t count;
} forecast_group;

static size_t column_count(void) {
    size_t count = 0;
    while (tp_forecast_columns[count].name)
        count++;
    return count;
}

static tp_status measures(const tp_scenario *scenario, tp_arena *arena, const tp_measure **list,
                          size_t *count, tp_error *error) {
    (void)scenario;
    *count = column_count();
    tp_measure *all = tp_arena_alloc(arena, *count * sizeof *all);
    if (!all)
        return tp_fail_memory(error, "planning the sweep");
    for (size_t m = 0; m < *count; m++) {
        const tp_forecast_column *column = &tp_forecast_columns[m];
        all[m] = (tp_measure){column->name, column->units, column->long_name, NULL};
    }
    *list = all;
    return TP_OK;
}

/* Networks share nothing of their runs. */
static bool alike(const tp_scenario *a, const tp_scenario *b) {
    (void)a;
    (void)b;
    return false;
}

static bool not_of_the_series(const char *path, const void *context) {
    static const char *const of_the_series[] = {"series", "samples", NULL};
    (void)context;
    return !tp_path_within_any(path, of_the_series);
}

static const tp_forecast_task *lender_of(const lenders *all, const tp_scenario *scenario) {
    for (size_t i = 0; i < all->count; i++)
        if (tp_scenarios_alike(all->scenarios[i], scenario, not_of_the_series, NULL))
            return all->tasks[i];
    return NULL;
}

static void unshare(void **out) {
    lenders *all = *out;
    if (!all)
        return;
    for (size_t i = 0; i < all->count; i++)
        tp_forecast_task_destroy(&all->tasks[i]);
    free(all->tasks);
    free(all->scenarios);
    free(all);
    *out = NULL;
}

static tp_status share(const tp_scenario *const *scenarios, size_t count, void **out,
                       tp_error *error) {
    lenders *all = calloc(1, sizeof *all);
    if (!all)
        return tp_fail_memory(error, "planning the sweep");
    all->tasks = calloc(count + 1, sizeof(tp_forecast_task *));
    all->scenarios = calloc(count + 1, sizeof(tp_scenario *));
    tp_status status =
        all->tasks && all->scenarios ? TP_OK : tp_fail_memory(error, "planning the sweep");
    for (size_t s = 0; status == TP_OK && s < count; s++) {
        if (lender_of(all, scenarios[s]))
            continue;
        status = tp_forecast_task_create(scenarios[s]->description, &scenarios[s]->resolved,
                                         &all->tasks[all->count], error);
        if (status == TP_OK)
            all->scenarios[all->count++] = scenarios[s];
    }
    void *made = all;
    if (status != TP_OK)
        unshare(&made);
    *out = made;
    return status;
}

static void destroy(void **out) {
    forecast_group *group = *out;
    if (!group)
        return;
    for (size_t i = 0; i < group->count; i++)
        tp_forecast_task_destroy(&group->tasks[i]);
    free(group->tasks);
    free(group);
    *out = NULL;
}

static tp_status create(const tp_scenario *const *scenarios, size_t count, const void *shared,
                        void **out, tp_error *error) {
    forecast_group *group = calloc(1, sizeof *group);
    if (!group)
        return tp_fail_memory(error, "planning a trial");
    group->tasks = calloc(count + 1, sizeof(tp_forecast_task *));
    tp_status status = group->tasks ? TP_OK : tp_fail_memory(error, "planning a trial");
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        status = tp_forecast_task_borrow(scenarios[i]->description, &scenarios[i]->resolved,
                                         lender_of(shared, scenarios[i]), &group->tasks[i], error);
        if (status == TP_OK)
            group->count = i + 1;
    }
    void *made = group;
    if (status != TP_OK)
        destroy(&made);
    *out = made;
    return status;
}

static tp_status progressed(void *context, size_t done, size_t total, double loss,
                            tp_error *error) {
    const tp_observer *observer = context;
    (void)done;
    (void)total;
    (void)loss;
    return observer->stopped(observer->context) ? tp_fail(error, TP_INTERRUPTED, "", "interrupted")
                                                : TP_OK;
}

static tp_status run(void *context, uint32_t trial, const tp_observer *observer, double *values,
                     tp_error *error) {
    const forecast_group *group = context;
    const size_t columns = column_count();
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < group->count; i++) {
        const tp_forecaster forecaster = tp_forecaster_of(group->tasks[i], trial);
        const tp_forecast_watcher watcher = {(void *)observer, NULL, NULL, progressed};
        tp_forecast_result result;
        status = tp_forecaster_run(group->tasks[i], &forecaster,
                                   observer && observer->stopped ? &watcher : NULL, &result, error);
        for (size_t m = 0; m < columns; m++)
            memcpy(values++, (const char *)&result.measures + tp_forecast_columns[m].offset,
                   sizeof *values);
        tp_forecast_result_free(&result);
    }
    return status;
}

static const char *const lower_is_better[] = {"learning_rate", "learning_rate_log10", "test_error",
                                              NULL};
static const tp_mixture mixture = {"network.neurons.count", "network.astrocytes.count",
                                   lower_is_better};

const tp_trials tp_forecast_trials = {.measures = measures,
                                      .alike = alike,
                                      .create = create,
                                      .run = run,
                                      .destroy = destroy,
                                      .share = share,
                                      .unshare = unshare,
                                      .mixture = &mixture};
