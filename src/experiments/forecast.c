/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forecast of a series: a reservoir is driven by it, a readout learns the next sample, and the
 * two then go on by themselves (Yang et al., arXiv 2503.06798; a reconstruction from its abstract).
 */
#include "experiments/forecast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fail.h"
#include "experiments/forecast_record.h"

enum { MOST_FORECASTERS = 5 };

typedef struct forecast_run {
    const tp_forecast_task *task;
    tp_forecast_recorder recorder;
    const tp_observer *observer;
    tp_forecaster forecasters[MOST_FORECASTERS];
    tp_forecast_result results[MOST_FORECASTERS];
    size_t count, at;
    double part; /* of the present forecaster that is done */
} forecast_run;

/* The network, and what it is compared with: as many units of either kind alone, the same readout
 * without a network, and persistence. */
static void list_forecasters(forecast_run *run) {
    const tp_forecaster own =
        tp_forecaster_of(run->task, (uint32_t)run->task->description.heading.trial);
    const size_t units = own.neurons + own.astrocytes;
    run->forecasters[run->count++] = own;
    if (!run->task->description.baselines)
        return;
    tp_forecaster *next = &run->forecasters[run->count];
    if (own.astrocytes > 0) {
        *next = own;
        next->name = "neurons alone";
        next->neurons = units;
        next++->astrocytes = 0;
    }
    if (own.neurons > 0) {
        *next = own;
        next->name = "astrocytes alone";
        next->neurons = 0;
        next++->astrocytes = units;
    }
    const struct {
        const char *name;
        tp_forecaster_kind kind;
    } others[] = {{"no reservoir", TP_FORECASTER_READOUT},
                  {"persistence", TP_FORECASTER_PERSISTENCE}};
    for (int k = 0; k < 2; k++) {
        *next = own;
        next->name = others[k].name;
        next->kind = others[k].kind;
        next->neurons = next->astrocytes = 0;
        next++;
    }
    run->count = (size_t)(next - run->forecasters);
}

static tp_status wired(void *context, const tp_reservoir *reservoir, tp_error *error) {
    forecast_run *run = context;
    if (!run->recorder.writer || run->at > 0)
        return TP_OK;
    return tp_forecast_record_network(&run->recorder, reservoir, error);
}

static tp_status stepped(void *context, const tp_reservoir *reservoir, bool free_run, size_t sample,
                         tp_error *error) {
    forecast_run *run = context;
    if (!run->recorder.writer || run->at > 0)
        return TP_OK;
    return tp_forecast_record_step(&run->recorder, reservoir, free_run, sample, error);
}

/* Tells the loss in the stage's name, and asks whether to go on. */
static tp_status progressed(void *context, size_t done, size_t total, double loss,
                            tp_error *error) {
    const forecast_run *run = context;
    const tp_observer *observer = run->observer;
    /* Driving the network takes about a tenth of the time that training does. */
    const double driving = 0.1;
    const double part = isnan(loss) ? driving * (double)done / (double)total
                                    : driving + (1 - driving) * (double)done / (double)total;
    char stage[40] = "drive";
    if (!observer)
        return TP_OK;
    if (!isnan(loss))
        snprintf(stage, sizeof stage, "loss %.5f", loss);
    if (observer->progress)
        observer->progress(observer->context, stage, (double)run->at + part, (double)run->count);
    if (observer->stopped && observer->stopped(observer->context))
        return tp_fail(error, TP_INTERRUPTED, "", "interrupted at %s, %s %zu of %zu",
                       run->forecasters[run->at].name, isnan(loss) ? "sample" : "epoch", done,
                       total);
    return TP_OK;
}

static tp_status run_all(forecast_run *run, tp_error *error) {
    const tp_forecast_watcher watcher = {run, wired, stepped, progressed};
    tp_status status = TP_OK;
    for (run->at = 0; status == TP_OK && run->at < run->count; run->at++) {
        tp_forecast_result *result = &run->results[run->at];
        status = tp_forecaster_run(run->task, &run->forecasters[run->at], &watcher, result, error);
        if (status == TP_OK && run->at == 0 && run->recorder.writer)
            status = tp_forecast_record_result(&run->recorder, result, error);
    }
    /* Whatever ended the run, the forecasters that were finished are told. */
    if (!run->recorder.writer)
        return status;
    const size_t finished = status == TP_OK ? run->count : run->at - 1;
    tp_status told =
        tp_forecast_record_summary(run->task, run->forecasters, run->results, finished,
                                   run->recorder.writer, status == TP_OK ? error : NULL);
    return status == TP_OK ? told : status;
}

static tp_status forecast_run_plan(void *plan, tp_writer *writer, const tp_observer *observer,
                                   tp_error *error) {
    forecast_run run = {
        .task = plan, .recorder = {.task = plan, .writer = writer}, .observer = observer};
    list_forecasters(&run);
    tp_status status = run_all(&run, error);
    for (size_t i = 0; i < MOST_FORECASTERS; i++)
        tp_forecast_result_free(&run.results[i]);
    return status;
}

static tp_status forecast_prepare(const void *description, const tp_resolved *resolved, void **plan,
                                  tp_error *error) {
    tp_forecast_task *task;
    tp_status status = tp_forecast_task_create(description, resolved, &task, error);
    if (status == TP_OK)
        *plan = task;
    return status;
}

static void forecast_discard(void **plan) {
    tp_forecast_task *gone = *plan;
    tp_forecast_task_destroy(&gone);
    *plan = NULL;
}

const tp_experiment tp_forecast_experiment = {
    .name = "forecast",
    .summary = "a reservoir of neurons and astrocyte-like units forecasts a series",
    .block = &tp_forecast_block,
    .prepare = forecast_prepare,
    .run = forecast_run_plan,
    .discard = forecast_discard,
    .trials = &tp_forecast_trials,
};
