/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step sizes and tolerances of each integrator, and what they cost. Its record holds wall times, so
 * it is the one kind of record that differs from run to run. */
#include "experiments/work_precision.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fail.h"
#include "experiments/record_heading.h"
#include "experiments/reference.h"
#include "experiments/run_difference.h"
#include "experiments/run_log.h"
#include "record/arrays.h"

enum { MOST_MEASUREMENTS = 256 };

typedef struct work {
    const tp_scenario *scenario;
    tp_writer *writer;
    const tp_observer *observer;
    tp_error *error;
    tp_measurement *measurements;
    size_t count;
    tp_memory_plan *reference_plan;
    tp_run_trace reference;
} work;

static const double neuron_steps[] = {0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0};
static const double astrocyte_steps[] = {1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0};
static const double tolerances[] = {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 0};
/* A network by an adaptive solver takes its time: fewer settings, and one solver of each family. */
static const double network_steps[] = {0.1, 0.05, 0.02, 0.01, 0.005, 0};
enum { NETWORK_TOLERANCES = 2 };
static const double network_tolerances[NETWORK_TOLERANCES] = {1e-4, 1e-6};
static const char *const network_solvers[] = {"cvode:adams", "gsl:rkf45", NULL};

static tp_method method_of(const tp_integrator *integrator, double setting) {
    tp_method method = {.integrator = integrator, .crossing = integrator->crossing};
    if (integrator->adaptive) {
        method.rtol = setting;
        method.atol = setting * 1e-2;
    } else {
        method.step_ms = setting;
    }
    return method;
}

static tp_measurement *next(work *w, const char *subject, const tp_method *method) {
    if (w->count == MOST_MEASUREMENTS)
        return NULL;
    tp_measurement *m = &w->measurements[w->count++];
    *m = (tp_measurement){.subject = subject, .method = *method};
    return m;
}

static tp_status asked_to_stop(const work *w) {
    const tp_observer *observer = w->observer;
    if (observer && observer->stopped && observer->stopped(observer->context))
        return tp_fail(w->error, TP_INTERRUPTED, "", "interrupted after %zu measurements",
                       w->count);
    return TP_OK;
}

static tp_status measure_cells(work *w, const char *subject, const tp_population_description *cells,
                               const double *steps) {
    tp_population_description exact = *cells;
    tp_reference_method(&exact);
    const tp_method reference = tp_method_from(&exact);
    size_t integrators = 0;
    while (tp_integrator_at(integrators))
        integrators++;
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < integrators; i++) {
        const tp_integrator *integrator = tp_integrator_at(i);
        const double *settings = integrator->adaptive ? tolerances : steps;
        for (; status == TP_OK && *settings > 0; settings++) {
            const tp_method method = method_of(integrator, *settings);
            tp_measurement *m = next(w, subject, &method);
            tp_error reason;
            if (!m)
                break;
            /* A method that cannot do it at this setting is no reason to do without the others. */
            if (tp_measure_cell(cells, &reference, m, &reason) != TP_OK) {
                w->count--;
                if (tp_failed_for_memory(&reason)) {
                    if (w->error)
                        *w->error = reason;
                    return reason.status;
                }
            }
            status = asked_to_stop(w);
        }
        if (w->observer && w->observer->progress)
            w->observer->progress(w->observer->context, subject, (double)(i + 1),
                                  (double)integrators);
    }
    return status;
}

/* The scenario's run by the description, traced; nothing but its stimulus and summary is recorded.
 */
static tp_status run_network(work *w, const tp_memory_description *description, const char *root,
                             tp_memory_plan **plan, tp_run_trace *trace, double *seconds) {
    struct timespec start, end;
    tp_memory_description lean = *description;
    lean.record.neurons.count = 0;
    lean.record.astrocytes.count = 0;
    lean.record.spikes = false;
    tp_status status = tp_memory_prepare(&lean, &w->scenario->resolved, root, plan, w->error);
    if (status == TP_OK)
        status = tp_run_trace_create(*plan, trace, w->error);
    if (status != TP_OK)
        return status;
    const tp_memory_watcher watcher = tp_run_trace_watcher(trace);
    clock_gettime(CLOCK_MONOTONIC, &start);
    status = tp_memory_run(*plan, w->writer, &watcher, w->observer, w->error);
    clock_gettime(CLOCK_MONOTONIC, &end);
    *seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    return status;
}

static tp_status compare_network(work *w, const tp_run_trace *trace, tp_measurement *m) {
    for (size_t s = 1; s < trace->segment_count; s++) {
        tp_segment_difference d;
        tp_status status = tp_segment_difference_of(&trace->segments[s], &w->reference.segments[s],
                                                    w->reference_plan->grid, &d, w->error);
        if (status != TP_OK)
            return status;
        m->error = fmax(m->error, d.percentile_99);
        m->changed_pixels += d.pixels;
        tp_segment_difference_free(&d);
    }
    return TP_OK;
}

static tp_status measure_network(work *w, const tp_integrator *integrator, double setting) {
    tp_memory_description description = *(const tp_memory_description *)w->scenario->description;
    tp_population_description *neurons = &description.network.neurons.cells;
    const tp_method method = method_of(integrator, setting);
    neurons->integrator = tp_integrator_number(integrator->name);
    neurons->step_ms = method.step_ms;
    neurons->crossing = (int)method.crossing;
    neurons->arithmetic = (int)method.arithmetic;
    neurons->rtol = method.rtol;
    neurons->atol = method.atol;
    tp_measurement *m = next(w, "network", &method);
    if (!m)
        return TP_OK;
    char root[40];
    snprintf(root, sizeof root, "runs/%zu/", w->count - 1);
    tp_memory_plan *plan = NULL;
    tp_run_trace trace = {0};
    tp_status status = run_network(w, &description, root, &plan, &trace, &m->seconds);
    if (status == TP_OK)
        status = compare_network(w, &trace, m);
    tp_run_trace_free(&trace);
    if (plan)
        tp_memory_discard(&plan);
    return status;
}

static tp_status measure_networks(work *w) {
    tp_memory_description exact = *(const tp_memory_description *)w->scenario->description;
    double seconds;
    tp_reference_method(&exact.network.neurons.cells);
    tp_reference_method(&exact.network.astrocytes.cells);
    tp_status status =
        run_network(w, &exact, "reference/", &w->reference_plan, &w->reference, &seconds);
    const double *step = network_steps;
    for (; status == TP_OK && *step > 0; step++) {
        status = measure_network(w, tp_integrator_named("euler"), *step);
        if (status == TP_OK)
            status = measure_network(w, tp_integrator_named("rk4"), *step);
    }
    for (int i = 0; network_solvers[i]; i++)
        for (int t = 0; status == TP_OK && t < NETWORK_TOLERANCES; t++)
            status =
                measure_network(w, tp_integrator_named(network_solvers[i]), network_tolerances[t]);
    return status;
}

static tp_status put(const work *w, const char *name, const char *units, const char *long_name,
                     tp_type type, const void *values) {
    return tp_record_put(w->writer, "work_precision", name,
                         tp_layout_along(type, "run", w->count, units, long_name), values,
                         w->error);
}

static tp_status write_measurements(const work *w) {
    const size_t n = w->count;
    const char **names = calloc(2 * n + 1, sizeof *names);
    double *numbers = calloc(3 * n + 1, sizeof *numbers);
    uint8_t *adaptive = calloc(n + 1, 1);
    int32_t *pixels = calloc(n + 1, sizeof *pixels);
    tp_status status = names && numbers && adaptive && pixels
                           ? TP_OK
                           : tp_fail_memory(w->error, "writing the measurements");
    for (size_t i = 0; status == TP_OK && i < n; i++) {
        const tp_measurement *m = &w->measurements[i];
        names[i] = m->subject;
        names[n + i] = m->method.integrator->name;
        adaptive[i] = m->method.integrator->adaptive;
        numbers[i] = adaptive[i] ? m->method.rtol : m->method.step_ms;
        numbers[n + i] = m->seconds;
        numbers[2 * n + i] = m->error;
        pixels[i] = (int32_t)m->changed_pixels;
    }
    const tp_layout text = tp_layout_along(TP_UINT8, "run", n, "1", "what was integrated");
    if (status == TP_OK)
        status = tp_writer_strings(w->writer, "work_precision/subject", &text, names, w->error);
    const tp_layout method = tp_layout_along(TP_UINT8, "run", n, "1", "by which integrator");
    if (status == TP_OK)
        status =
            tp_writer_strings(w->writer, "work_precision/integrator", &method, names + n, w->error);
    const struct {
        const char *name, *units, *long_name;
        tp_type type;
        const void *values;
    } columns[] = {
        {"setting", "1", "step in ms, or rtol", TP_FLOAT64, numbers},
        {"seconds", "s", "wall time", TP_FLOAT64, numbers + n},
        {"error", "1", "spikes in ms (network: 99 %), calcium in uM", TP_FLOAT64, numbers + 2 * n},
        {"adaptive", "1", "whether the setting is a tolerance", TP_UINT8, adaptive},
        {"changed_pixels", "1", "of the recall, in the network", TP_INT32, pixels},
    };
    for (size_t c = 0; status == TP_OK && c < sizeof columns / sizeof *columns; c++)
        status = put(w, columns[c].name, columns[c].units, columns[c].long_name, columns[c].type,
                     columns[c].values);
    free(names);
    free(numbers);
    free(adaptive);
    free(pixels);
    return status;
}

tp_status tp_work_precision(const tp_scenario *scenario, const char *record,
                            const tp_observer *observer, tp_error *error) {
    tp_run_log log;
    tp_lock lock = TP_LOCK_NONE;
    tp_run_log_start(&log);
    work w = {.scenario = scenario, .observer = observer, .error = error};
    tp_status status = tp_reference_check(scenario, error);
    w.measurements = calloc(MOST_MEASUREMENTS, sizeof *w.measurements);
    if (status == TP_OK && !w.measurements)
        status = tp_fail_memory(error, "measuring the integrators");
    if (status == TP_OK)
        status = tp_run_check(scenario, error);
    if (status == TP_OK)
        status = tp_record_claim(record, &lock, error);
    if (status == TP_OK)
        status = tp_record_open_run(scenario, "work-precision", record, &w.writer, error);
    if (status == TP_OK) {
        const tp_memory_description *d = scenario->description;
        status = measure_cells(&w, "neuron", &d->network.neurons.cells, neuron_steps);
        if (status == TP_OK)
            status = measure_cells(&w, "astrocyte", &d->network.astrocytes.cells, astrocyte_steps);
        if (status == TP_OK)
            status = measure_networks(&w);
        tp_status written =
            status == TP_OK || status == TP_INTERRUPTED ? write_measurements(&w) : TP_OK;
        status = written == TP_OK ? status : written;
    }
    tp_run_trace_free(&w.reference);
    if (w.reference_plan)
        tp_memory_discard(&w.reference_plan);
    free(w.measurements);
    status = tp_record_close_run(&w.writer, &log, record, status, error);
    tp_lock_release(&lock);
    return status;
}
