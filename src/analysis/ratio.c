/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/ratio.h"

#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/fail.h"

typedef struct finding {
    const tp_network_size *sizes; /* sorted as the points are */
    size_t trials;
    const tp_interval_method *method;
    tp_ratio *ratio;
    double *means;                 /* [point] of a resample */
    double *best, *gain, *overall; /* [curve][resample], [curve][resample], [resample] */
    uint32_t *counts;              /* [trial] */
} finding;

static int by_total(const void *left, const void *right) {
    const tp_network_size *a = left, *b = right;
    const size_t total_a = a->neurons + a->astrocytes, total_b = b->neurons + b->astrocytes;
    if (total_a != total_b)
        return total_a < total_b ? -1 : 1;
    return (a->astrocytes > b->astrocytes) - (a->astrocytes < b->astrocytes);
}

/* Weighted by how often each trial is drawn; all once where counts is NULL. */
static void average(const finding *f, const uint32_t *counts) {
    for (size_t i = 0; i < f->ratio->count; i++) {
        double sum = 0;
        for (size_t t = 0; t < f->trials; t++)
            sum += (counts ? counts[t] : 1) * f->sizes[i].values[t];
        f->means[i] = sum / (double)f->trials;
    }
}

static void look(const finding *f, const tp_ratio_curve *curve, double *best, double *gain) {
    const tp_ratio_point *points = f->ratio->points + curve->first;
    double lowest = INFINITY, mixed = INFINITY, pure = INFINITY;
    bool no_neurons = false, no_astrocytes = false;
    *best = NAN;
    for (size_t i = 0; i < curve->count; i++) {
        const double mean = f->means[curve->first + i];
        if (mean < lowest) {
            lowest = mean;
            *best = points[i].share;
        }
        no_neurons |= points[i].neurons == 0;
        no_astrocytes |= points[i].astrocytes == 0;
        double *of = points[i].neurons && points[i].astrocytes ? &mixed : &pure;
        *of = fmin(*of, mean);
    }
    *gain = no_neurons && no_astrocytes && isfinite(mixed) ? mixed - pure : NAN;
}

/* All curves for the present means; returns the best share of those that have a gain. */
static double look_at_all(finding *f, size_t resample, bool told) {
    double sum = 0;
    size_t n = 0;
    for (size_t c = 0; c < f->ratio->curve_count; c++) {
        tp_ratio_curve *curve = &f->ratio->curves[c];
        double best, gain;
        look(f, curve, &best, &gain);
        if (told) {
            curve->best.value = best;
            curve->gain.value = gain;
        } else {
            f->best[c * f->method->resamples + resample] = best;
            f->gain[c * f->method->resamples + resample] = gain;
        }
        sum += isnan(gain) ? 0 : best;
        n += isnan(gain) ? 0 : 1;
    }
    f->ratio->averaged = n;
    return n > 0 ? sum / (double)n : NAN;
}

static void set_interval(const finding *f, double *found, tp_interval_estimate *estimate) {
    const double tail = (1 - f->method->confidence) / 2;
    estimate->lower = estimate->upper = NAN;
    if (f->trials < 2 || isnan(estimate->value))
        return;
    gsl_sort(found, 1, f->method->resamples);
    estimate->lower = tp_percentile(found, f->method->resamples, tail);
    estimate->upper = tp_percentile(found, f->method->resamples, 1 - tail);
}

static tp_status find_means(finding *f, tp_error *error) {
    tp_interval_method method = *f->method;
    tp_status status = TP_OK;
    method.bootstrap = 1;
    for (size_t i = 0; status == TP_OK && i < f->ratio->count; i++) {
        tp_estimate e;
        status = tp_estimate_of(f->sizes[i].values, f->trials, &method, &e, error);
        f->ratio->points[i].mean = (tp_interval_estimate){e.mean, e.lower, e.upper};
    }
    return status;
}

static tp_status find(finding *f, tp_error *error) {
    const size_t curves = f->ratio->curve_count, resamples = f->method->resamples;
    f->means = malloc((f->ratio->count + 1) * sizeof(double));
    f->best = malloc((2 * curves + 1) * resamples * sizeof(double));
    f->counts = malloc((f->trials + 1) * sizeof *f->counts);
    if (!f->means || !f->best || !f->counts)
        return tp_fail_memory(error, "resampling networks");
    f->gain = f->best + curves * resamples;
    f->overall = f->gain + curves * resamples;
    for (size_t r = 0; f->trials > 1 && r < resamples; r++) {
        tp_resample(f->method, r, f->trials, f->counts);
        average(f, f->counts);
        f->overall[r] = look_at_all(f, r, false);
    }
    average(f, NULL);
    f->ratio->best.value = look_at_all(f, 0, true);
    set_interval(f, f->overall, &f->ratio->best);
    for (size_t c = 0; c < curves; c++) {
        set_interval(f, f->best + c * resamples, &f->ratio->curves[c].best);
        set_interval(f, f->gain + c * resamples, &f->ratio->curves[c].gain);
    }
    return find_means(f, error);
}

/* The sizes that have another one of their total, in order; sets points and curves. */
static void divide(tp_network_size *sizes, size_t count, tp_ratio *ratio) {
    qsort(sizes, count, sizeof *sizes, by_total);
    for (size_t first = 0, end; first < count; first = end) {
        const size_t total = sizes[first].neurons + sizes[first].astrocytes;
        for (end = first; end < count && sizes[end].neurons + sizes[end].astrocytes == total;)
            end++;
        if (end - first < 2 || total == 0)
            continue;
        ratio->curves[ratio->curve_count++] =
            (tp_ratio_curve){.total = total, .first = ratio->count, .count = end - first};
        for (size_t i = first; i < end; i++) {
            const tp_network_size size = sizes[i];
            sizes[ratio->count] = size;
            ratio->points[ratio->count++] =
                (tp_ratio_point){size.neurons,
                                 size.astrocytes,
                                 (double)size.astrocytes / (double)total,
                                 {NAN, NAN, NAN}};
        }
    }
}

tp_status tp_ratio_find(const tp_network_size *sizes, size_t count, size_t trials,
                        const tp_interval_method *method, tp_ratio *ratio, tp_error *error) {
    tp_network_size *sorted = malloc((count + 1) * sizeof *sorted);
    *ratio = (tp_ratio){.points = calloc(count + 1, sizeof *ratio->points),
                        .curves = calloc(count + 1, sizeof *ratio->curves),
                        .best = {NAN, NAN, NAN}};
    finding f = {.sizes = sorted, .trials = trials, .method = method, .ratio = ratio};
    tp_status status = sorted && ratio->points && ratio->curves
                           ? TP_OK
                           : tp_fail_memory(error, "comparing networks");
    if (status == TP_OK) {
        for (size_t i = 0; i < count; i++)
            sorted[i] = sizes[i];
        divide(sorted, count, ratio);
        status = find(&f, error);
    }
    free(sorted);
    free(f.means);
    free(f.best);
    free(f.counts);
    if (status != TP_OK)
        tp_ratio_free(ratio);
    return status;
}

void tp_ratio_free(tp_ratio *ratio) {
    free(ratio->points);
    free(ratio->curves);
    *ratio = (tp_ratio){0};
}
