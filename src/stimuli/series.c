/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/series.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "stimuli/data_file.h"
#include "stimuli/lorenz.h"

void tp_series_free(tp_series *series) {
    for (size_t k = 0; series->names && k < series->coordinates; k++)
        free(series->names[k]);
    free(series->names);
    free(series->values);
    *series = (tp_series){0};
}

tp_status tp_series_shape(tp_series *series, size_t count, size_t coordinates, const char *where,
                          tp_error *error) {
    if (coordinates > TP_MOST_COORDINATES) {
        tp_fail(error, TP_INVALID, where, "found %zu coordinates, expected at most %d", coordinates,
                TP_MOST_COORDINATES);
        return tp_hint(error, "choose some of them by the scenario's key columns");
    }
    series->count = count;
    series->coordinates = coordinates;
    series->names = calloc(coordinates + 1, sizeof *series->names);
    if (count < SIZE_MAX / sizeof(double) / (coordinates + 1))
        series->values = calloc(count * coordinates + 1, sizeof(double));
    if (!series->names || !series->values)
        return tp_fail_memory(error, "reading a series");
    for (size_t k = 0; k < coordinates; k++) {
        series->names[k] = malloc(24);
        if (!series->names[k])
            return tp_fail_memory(error, "reading a series");
        snprintf(series->names[k], 24, "%zu", k);
    }
    return TP_OK;
}

static tp_status integrate(const tp_series_description *d, const tp_resolved *resolved,
                           const char *path, size_t wanted, tp_series *series, tp_error *error) {
    char where[120];
    snprintf(where, sizeof where, "%s.start", path);
    if (d->start.count != 3)
        return tp_resolved_fail(resolved, error, where, "found %zu numbers, expected x, y and z",
                                d->start.count);
    const tp_lorenz lorenz = {
        .sigma = d->sigma,
        .rho = d->rho,
        .beta = d->beta,
        .start = {d->start.items[0], d->start.items[1], d->start.items[2]},
        .interval = d->interval,
        .integrator = tp_series_integrator(d),
        .rtol = d->rtol,
    };
    tp_status status = tp_series_shape(series, wanted, 3, path, error);
    for (int k = 0; status == TP_OK && k < 3; k++)
        snprintf(series->names[k], 24, "%c", "xyz"[k]);
    return status == TP_OK ? tp_lorenz_series(&lorenz, wanted, series->values, error) : status;
}

static int is_hdf5(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && (strcasecmp(dot, ".h5") == 0 || strcasecmp(dot, ".hdf5") == 0);
}

static tp_status read_file(const tp_series_description *d, const tp_resolved *resolved,
                           const char *path, tp_series *series, tp_error *error) {
    char where[120], *found = NULL;
    snprintf(where, sizeof where, "%s.file", path);
    if (!d->file) {
        tp_resolved_fail(resolved, error, where, "expected the name of a file");
        return tp_hint(error, "such as file: my.csv");
    }
    tp_status status = tp_data_file_find(d->file, resolved, where, &found, error);
    if (status == TP_OK) {
        series->interval = d->interval;
        status = is_hdf5(d->file) ? tp_series_read_hdf5(d, found, series, error)
                                  : tp_series_read_csv(d, found, series, error);
    }
    free(found);
    return status;
}

static tp_status check(const tp_series *series, const tp_resolved *resolved, const char *path,
                       size_t wanted, tp_error *error) {
    for (size_t i = 0; i < series->count * series->coordinates; i++)
        if (!isfinite(series->values[i]))
            return tp_resolved_fail(resolved, error, path, "sample %zu of '%s' is no number",
                                    i / series->coordinates,
                                    series->names[i % series->coordinates]);
    if (series->count >= wanted)
        return TP_OK;
    tp_resolved_fail(resolved, error, path, "the series has %zu samples, and %zu are wanted",
                     series->count, wanted);
    return tp_hint(error, "lower drop, train or test: one more than their sum is wanted");
}

tp_status tp_series_load(const tp_series_description *d, const tp_resolved *resolved,
                         const char *path, size_t wanted, tp_series *series, tp_error *error) {
    *series = (tp_series){.interval = d->interval};
    tp_status status = d->kind == TP_SERIES_FILE
                           ? read_file(d, resolved, path, series, error)
                           : integrate(d, resolved, path, wanted, series, error);
    if (status == TP_OK)
        status = check(series, resolved, path, wanted, error);
    if (status != TP_OK)
        tp_series_free(series);
    return status;
}
