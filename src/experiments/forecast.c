/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forecast of a series: a reservoir is driven by it, a readout learns the next sample, and the
 * two then go on by themselves (Yang et al., arXiv 2503.06798; a reconstruction from its abstract).
 */
#include "experiments/forecast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/fail.h"
#include "experiments/forecast_record.h"
#include "experiments/run_course.h"

enum { MOST_FORECASTERS = 5 };

typedef struct forecast_run {
    const tp_forecast_task *task;
    tp_forecast_recorder recorder;
    tp_run_course *course;
    const tp_observer *observer;
    tp_forecaster forecasters[MOST_FORECASTERS];
    tp_forecast_result results[MOST_FORECASTERS];
    size_t count, at;
    size_t committed; /* forecasters whose results are in parts already */
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
    if (run->at > 0)
        return TP_OK;
    return tp_forecast_record_network(&run->recorder, reservoir, error);
}

static tp_status stepped(void *context, const tp_reservoir *reservoir, bool free_run, size_t sample,
                         tp_error *error) {
    forecast_run *run = context;
    if (run->at > 0)
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

static tp_status visit_result(forecast_run *run, size_t i, const tp_visitor *visitor,
                              tp_error *error) {
    const tp_forecast_task *task = run->task;
    tp_forecast_result *result = &run->results[i];
    tp_status status = visitor->sets ? tp_forecast_result_create(task, result, error) : TP_OK;
    if (status == TP_OK)
        status = tp_visit_list(visitor, "measures", TP_FLOAT64, &result->measures,
                               sizeof result->measures / sizeof(double), error);
    if (status == TP_OK)
        status = tp_visit_list(visitor, "losses", TP_FLOAT64, result->losses,
                               (size_t)task->description.readout.epochs, error);
    return status == TP_OK ? tp_visit_list(visitor, "free_error", TP_FLOAT64, result->free_error,
                                           task->free, error)
                           : status;
}

/* The forecasters that were finished since the last commit: what the summary tells of them. What
 * else there is to tell of the first is in the record by then. */
static tp_status visit_run(void *context, const tp_visitor *visitor, tp_error *error) {
    forecast_run *run = context;
    const tp_forecast_task *task = run->task;
    const uint64_t sum = crc32_z(0, (const Bytef *)task->series.values,
                                 task->series.count * task->series.coordinates * sizeof(double));
    uint64_t kept = sum, first = run->committed, end = run->at;
    tp_status status = tp_visit_value(visitor, "series", TP_UINT64, &kept, error);
    if (status == TP_OK && kept != sum)
        return tp_fail(error, TP_INVALID, "", "its series was another");
    if (status == TP_OK)
        status = tp_visit_value(visitor, "first", TP_UINT64, &first, error);
    if (status == TP_OK)
        status = tp_visit_value(visitor, "end", TP_UINT64, &end, error);
    if (status == TP_OK && (first != run->committed || first > end || end > run->count))
        return tp_fail(error, TP_INVALID, "", "its forecasters are others");
    for (uint64_t i = first; status == TP_OK && i < end; i++)
        status = visit_result(run, i, visitor, error);
    if (status == TP_OK && visitor->sets)
        run->at = run->committed = (size_t)end;
    return status;
}

static tp_status commit(forecast_run *run, tp_error *error) {
    tp_status status = tp_run_course_commit(run->course, visit_run, run, error);
    if (status == TP_OK)
        run->committed = run->at;
    return status;
}

/* Forecaster number run->at, which is finished then. */
static tp_status run_next(forecast_run *run, tp_error *error) {
    const tp_forecast_watcher watcher = {run, wired, stepped, progressed};
    tp_forecast_result *result = &run->results[run->at];
    tp_status status =
        tp_forecaster_run(run->task, &run->forecasters[run->at], &watcher, result, error);
    if (status == TP_OK && run->at == 0)
        status = tp_forecast_record_result(&run->recorder, result, error);
    if (status != TP_OK)
        return status;
    run->at++;
    return tp_run_course_due(run->course) ? commit(run, error) : TP_OK;
}

static tp_status run_all(forecast_run *run, tp_error *error) {
    tp_status status = tp_run_course_take_up(run->course, visit_run, run, error);
    if (status != TP_OK)
        return status;
    while (status == TP_OK && run->at < run->count)
        status = run_next(run, error);
    if (status == TP_INTERRUPTED)
        tp_run_course_leave(run->course, run->at > run->committed ? visit_run : NULL, run, error);
    /* Whatever ended the run, the forecasters that were finished are told. */
    tp_status told =
        tp_forecast_record_summary(run->task, run->forecasters, run->results, run->at,
                                   run->recorder.writer, status == TP_OK ? error : NULL);
    return status == TP_OK ? told : status;
}

static tp_status run_in_parts(void *plan, tp_writer *writer, tp_run_course *course,
                              const tp_observer *observer, tp_error *error) {
    forecast_run run = {.task = plan,
                        .recorder = {.task = plan, .writer = writer},
                        .course = course,
                        .observer = observer};
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
    .discard = forecast_discard,
    .run_in_parts = run_in_parts,
    .trials = &tp_forecast_trials,
};
