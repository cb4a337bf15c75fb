/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/forecast_task.h"

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "experiments/enough_memory.h"
#include "networks/reservoir.h"

enum { MOST_HIDDEN = 20 };

void tp_forecast_task_destroy(tp_forecast_task **task) {
    if (!*task)
        return;
    if (!(*task)->lent) {
        tp_series_free(&(*task)->series);
        free((*task)->mean);
        free((*task)->standard);
    }
    free((*task)->hidden);
    free(*task);
    *task = NULL;
}

void tp_forecast_restore(const tp_forecast_task *task, const double *standard, double *sample) {
    for (size_t k = 0; k < task->series.coordinates; k++)
        sample[k] = task->mean[k] + task->deviation[k] * standard[k];
}

/* By mean and deviation of the samples that are learned from. */
static tp_status standardize(tp_forecast_task *t, const tp_resolved *resolved, tp_error *error) {
    const size_t d = t->series.coordinates, count = t->series.count;
    t->mean = calloc(2 * d + 1, sizeof(double));
    t->standard = malloc((count * d + 1) * sizeof(double));
    if (!t->mean || !t->standard)
        return tp_fail_memory(error, "planning the forecast");
    t->deviation = t->mean + d;
    double variances = 0;
    for (size_t k = 0; k < d; k++) {
        double sum = 0, squares = 0;
        for (size_t i = t->drop; i < t->drop + t->train; i++)
            sum += t->series.values[i * d + k];
        t->mean[k] = sum / (double)t->train;
        for (size_t i = t->drop; i < t->drop + t->train; i++) {
            const double off = t->series.values[i * d + k] - t->mean[k];
            squares += off * off;
        }
        const double variance = squares / (double)t->train;
        if (!(variance > 0) || !isfinite(variance))
            return tp_resolved_fail(resolved, error, "series",
                                    "'%s' does not vary in the training part, so that there is "
                                    "nothing to learn",
                                    t->series.names[k]);
        t->deviation[k] = sqrt(variance);
        variances += variance;
    }
    t->spread = sqrt(variances);
    for (size_t i = 0; i < count * d; i++)
        t->standard[i] = (t->series.values[i] - t->mean[i % d]) / t->deviation[i % d];
    return TP_OK;
}

static tp_status read_hidden(tp_forecast_task *t, const tp_resolved *resolved, tp_error *error) {
    const tp_real_list *list = &t->description.readout.hidden;
    if (list->count > MOST_HIDDEN)
        return tp_resolved_fail(resolved, error, "readout.hidden",
                                "found %zu layers, expected at most %d", list->count, MOST_HIDDEN);
    t->hidden_count = list->count;
    t->hidden = calloc(list->count + 1, sizeof *t->hidden);
    if (!t->hidden)
        return tp_fail_memory(error, "planning the forecast");
    for (size_t k = 0; k < list->count; k++) {
        if (list->items[k] != floor(list->items[k]))
            return tp_resolved_fail(resolved, error, "readout.hidden",
                                    "found %g units, expected a whole number", list->items[k]);
        t->hidden[k] = (size_t)list->items[k];
    }
    return TP_OK;
}

/* The largest of the networks that will be made: of the baselines, one has all units as neurons. */
static tp_status check_links(const tp_forecast_description *d, const tp_resolved *resolved,
                             tp_error *error) {
    const size_t neurons = (size_t)d->network.neurons.count;
    const size_t astrocytes = (size_t)d->network.astrocytes.count;
    tp_error reason;
    tp_status status = tp_wiring_check(&d->network.wiring, neurons, astrocytes, &reason);
    if (status == TP_OK && d->baselines)
        status = tp_wiring_check(&d->network.wiring, neurons + astrocytes, 0, &reason);
    if (status == TP_OK)
        return TP_OK;
    tp_resolved_fail(resolved, error, "network", "%s", reason.message);
    return tp_hint(error, "%s", reason.hint);
}

/* The traces of all units at all samples that are learned from or tested, and the series. */
static tp_status check_memory(const tp_forecast_description *d, const tp_resolved *resolved,
                              tp_error *error) {
    const double samples = (double)d->samples.train + (double)d->samples.test;
    const double units = (double)d->network.neurons.count + (double)d->network.astrocytes.count;
    const char *const largest = d->samples.test > d->samples.train ? "samples.test"
                                : samples > units                  ? "samples.train"
                                                                   : "network.neurons.count";
    return tp_enough_memory(resolved,
                            sizeof(double) * (samples * units + (double)d->samples.drop + samples),
                            largest, error);
}

/* Reads the series, or takes the lender's. */
static tp_status fill(tp_forecast_task *t, const tp_resolved *resolved,
                      const tp_forecast_task *lender, tp_error *error) {
    const tp_forecast_description *d = &t->description;
    t->drop = (size_t)d->samples.drop;
    t->train = (size_t)d->samples.train;
    t->test = (size_t)d->samples.test;
    t->free =
        (size_t)(d->free_run.samples < d->samples.test ? d->free_run.samples : d->samples.test);
    /* The last test sample's forecast is of the one behind it. */
    const size_t wanted = t->drop + t->train + t->test + 1;
    tp_status status = tp_reservoir_check(&d->network, d->tick_ms, resolved, error);
    if (status == TP_OK)
        status = check_memory(d, resolved, error);
    if (status == TP_OK)
        status = check_links(d, resolved, error);
    if (status == TP_OK)
        status = read_hidden(t, resolved, error);
    if (lender && status == TP_OK) {
        t->lent = true;
        t->series = lender->series;
        t->mean = lender->mean;
        t->deviation = lender->deviation;
        t->spread = lender->spread;
        t->standard = lender->standard;
        return TP_OK;
    }
    if (status == TP_OK)
        status = tp_series_load(&d->series, resolved, "series", wanted, &t->series, error);
    if (status != TP_OK)
        return status;
    t->series.count = wanted;
    return standardize(t, resolved, error);
}

tp_status tp_forecast_task_borrow(const tp_forecast_description *description,
                                  const tp_resolved *resolved, const tp_forecast_task *lender,
                                  tp_forecast_task **out, tp_error *error) {
    tp_forecast_task *task = calloc(1, sizeof *task);
    if (!task)
        return tp_fail_memory(error, "planning the forecast");
    task->description = *description;
    tp_status status = fill(task, resolved, lender, error);
    if (status != TP_OK) {
        tp_forecast_task_destroy(&task);
        return status;
    }
    *out = task;
    return TP_OK;
}

tp_status tp_forecast_task_create(const tp_forecast_description *description,
                                  const tp_resolved *resolved, tp_forecast_task **task,
                                  tp_error *error) {
    return tp_forecast_task_borrow(description, resolved, NULL, task, error);
}
