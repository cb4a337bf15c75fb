/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/statistics.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/fail.h"
#include "base/random.h"

/* Trial number `draw` of resample `resample`: any of n, alike likely. The four words of one block
 * serve four draws. */
static size_t drawn(const tp_interval_method *method, size_t resample, size_t draw, size_t n,
                    uint32_t words[4]) {
    const tp_stream_key key = {method->seed, TP_PURPOSE_BOOTSTRAP, (uint32_t)resample, 0};
    if (draw % 4 == 0)
        tp_random_words(&key, (uint32_t)(draw / 4), words);
    /* Multiplying 32 bits by n < 2^32 keeps the bias below n / 2^32. */
    return (size_t)(((uint64_t)words[draw % 4] * n) >> 32);
}

void tp_resample(const tp_interval_method *method, size_t resample, size_t n, uint32_t *counts) {
    uint32_t words[4];
    for (size_t i = 0; i < n; i++)
        counts[i] = 0;
    for (size_t i = 0; i < n; i++)
        counts[drawn(method, resample, i, n, words)]++;
}

double tp_percentile(const double *sorted, size_t n, double part) {
    const double rank = ceil(part * (double)n) - 1;
    return sorted[rank < 0 ? 0 : (size_t)fmin(rank, (double)(n - 1))];
}

static tp_status bootstrap_mean(const double *values, size_t n, const tp_interval_method *method,
                                tp_estimate *estimate, tp_error *error) {
    double *means = malloc(method->resamples * sizeof *means);
    if (!means)
        return tp_fail_memory(error, "resampling trials");
    for (size_t r = 0; r < method->resamples; r++) {
        uint32_t words[4];
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += values[drawn(method, r, i, n, words)];
        means[r] = sum / (double)n;
    }
    gsl_sort(means, 1, method->resamples);
    const double tail = (1 - method->confidence) / 2;
    estimate->lower = tp_percentile(means, method->resamples, tail);
    estimate->upper = tp_percentile(means, method->resamples, 1 - tail);
    free(means);
    return TP_OK;
}

tp_status tp_estimate_of(const double *values, size_t n, const tp_interval_method *method,
                         tp_estimate *estimate, tp_error *error) {
    tp_estimate e = {.mean = NAN, .standard_error = NAN, .lower = NAN, .upper = NAN};
    double *finite = malloc((n + 1) * sizeof *finite);
    if (!finite)
        return tp_fail_memory(error, "averaging trials");
    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i]))
            finite[e.n++] = values[i];
    tp_status status = TP_OK;
    if (e.n > 0)
        e.mean = gsl_stats_mean(finite, 1, e.n);
    if (e.n > 1) {
        e.standard_error = gsl_stats_sd_m(finite, 1, e.n, e.mean) / sqrt((double)e.n);
        const double t = gsl_cdf_tdist_Qinv((1 - method->confidence) / 2, (double)(e.n - 1));
        e.lower = e.mean - t * e.standard_error;
        e.upper = e.mean + t * e.standard_error;
        if (method->bootstrap)
            status = bootstrap_mean(finite, e.n, method, &e, error);
    }
    free(finite);
    *estimate = e;
    return status;
}

static double cross(const double *x, const double *y, size_t levels, double value,
                    tp_direction direction) {
    const double sign = direction == TP_DOWNWARD ? 1 : -1;
    if (levels == 0)
        return NAN;
    if (sign * (y[0] - value) < 0)
        return -INFINITY;
    for (size_t i = 1; i < levels; i++) {
        const double before = sign * (y[i - 1] - value), after = sign * (y[i] - value);
        if (isnan(before) || isnan(after))
            return NAN;
        if (after < 0)
            return x[i - 1] + (x[i] - x[i - 1]) * before / (before - after);
    }
    return INFINITY;
}

/* The curve's means over the trials of one resample; all trials where counts is NULL. */
static void average(const double *values, size_t levels, size_t stride, size_t trials,
                    const uint32_t *counts, double *y) {
    for (size_t level = 0; level < levels; level++) {
        double sum = 0;
        for (size_t t = 0; t < trials; t++)
            sum += (counts ? counts[t] : 1) * values[level * stride + t];
        y[level] = sum / (double)trials;
    }
}

tp_status tp_crossing_of(const double *x, size_t levels, const double *values, size_t stride,
                         size_t trials, double value, tp_direction direction,
                         const tp_interval_method *method, tp_crossing_point *point,
                         tp_error *error) {
    *point = (tp_crossing_point){NAN, NAN, NAN};
    if (levels == 0 || trials == 0)
        return TP_OK;
    double *y = malloc(levels * sizeof *y);
    double *found = malloc(method->resamples * sizeof *found);
    uint32_t *counts = malloc(trials * sizeof *counts);
    if (!y || !found || !counts) {
        free(y);
        free(found);
        free(counts);
        return tp_fail_memory(error, "resampling trials");
    }
    average(values, levels, stride, trials, NULL, y);
    point->at = cross(x, y, levels, value, direction);
    bool told = trials > 1 && !isnan(point->at);
    for (size_t r = 0; told && r < method->resamples; r++) {
        tp_resample(method, r, trials, counts);
        average(values, levels, stride, trials, counts, y);
        found[r] = cross(x, y, levels, value, direction);
        told = !isnan(found[r]);
    }
    if (told) {
        const double tail = (1 - method->confidence) / 2;
        gsl_sort(found, 1, method->resamples);
        point->lower = tp_percentile(found, method->resamples, tail);
        point->upper = tp_percentile(found, method->resamples, 1 - tail);
    }
    free(y);
    free(found);
    free(counts);
    return TP_OK;
}
