/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/fail.h"
#include "experiments/work_precision.h"

enum { MOST_INSTANTS = 4000 };

/* What is compared of one run of one cell. */
typedef struct course {
    double value[MOST_INSTANTS]; /* spike times, or calcium each ms */
    size_t count;
} course;

/* How a subject is driven: the input until `on_ms`, `interval_ms` from one change to the next. */
typedef struct trial {
    double input, on_ms, duration_ms, interval_ms;
} trial;

static const trial neuron_trial = {5, 100, 100, 0.1};
static const trial astrocyte_trial = {5, 60, 4000, 1};

static double now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static tp_status run_intervals(const trial *t, tp_population *cell, tp_integration *integration,
                               course *out, tp_error *error) {
    const bool spiking = cell->model->event != NULL;
    const long intervals = lround(t->duration_ms / t->interval_ms);
    tp_spikes spikes = {0};
    tp_status status = TP_OK;
    out->count = 0;
    for (long k = 0; status == TP_OK && k < intervals; k++) {
        const double start = (double)k * t->interval_ms;
        cell->input[0][0] = start < t->on_ms - t->interval_ms / 2 ? t->input : 0;
        spikes.count = 0;
        status = tp_integration_advance(integration, t->interval_ms, &spikes, error);
        for (size_t s = 0; s < spikes.count && out->count < MOST_INSTANTS; s++)
            out->value[out->count++] = start + spikes.items[s].when * t->interval_ms;
        if (!spiking && out->count < MOST_INSTANTS)
            out->value[out->count++] = cell->state[0][0];
    }
    tp_spikes_free(&spikes);
    return status;
}

static tp_status run_once(const tp_population_description *cells, const tp_method *method,
                          course *out, double *seconds, tp_error *error) {
    const trial *t = tp_model_at((size_t)cells->model)->event ? &neuron_trial : &astrocyte_trial;
    tp_population *cell = NULL;
    tp_integration *integration = NULL;
    tp_status status = tp_population_from(cells, 1, &cell, error);
    if (status == TP_OK)
        status = tp_integration_create(method, cell, &integration, error);
    const double start = now_seconds();
    if (status == TP_OK)
        status = run_intervals(t, cell, integration, out, error);
    *seconds = now_seconds() - start;
    if (integration)
        tp_integration_destroy(&integration);
    tp_population_destroy(&cell);
    return status;
}

static double largest_difference(const course *a, const course *b) {
    double largest = 0;
    if (a->count != b->count)
        return INFINITY;
    for (size_t i = 0; i < a->count; i++)
        largest = fmax(largest, fabs(a->value[i] - b->value[i]));
    return largest;
}

tp_status tp_measure_cell(const tp_population_description *cells, const tp_method *reference,
                          tp_measurement *measurement, tp_error *error) {
    enum { LEAST_REPEATS = 3, MOST_REPEATS = 200 };
    const double enough_seconds = 0.05;
    course *courses = malloc(2 * sizeof *courses);
    if (!courses)
        return tp_fail_memory(error, "measuring an integrator");
    double seconds, total = 0;
    tp_status status = run_once(cells, reference, &courses[0], &seconds, error);
    measurement->seconds = INFINITY;
    /* The fastest of several: the others were disturbed. */
    for (int k = 0;
         status == TP_OK && k < MOST_REPEATS && (k < LEAST_REPEATS || total < enough_seconds);
         k++) {
        status = run_once(cells, &measurement->method, &courses[1], &seconds, error);
        measurement->seconds = fmin(measurement->seconds, seconds);
        total += seconds;
    }
    if (status == TP_OK)
        measurement->error = largest_difference(&courses[0], &courses[1]);
    free(courses);
    return status;
}
