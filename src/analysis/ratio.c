/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/ratio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/random.h"

double tp_quantile(const double *sorted, size_t count, double part) {
    if (count == 0)
        return NAN;
    const double place = part * (double)(count - 1);
    const size_t below = (size_t)place;
    if (below + 1 >= count)
        return sorted[count - 1];
    return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

static int by_size(const void *left, const void *right) {
    const tp_network_value *a = left, *b = right;
    if (a->neurons != b->neurons)
        return a->neurons < b->neurons ? -1 : 1;
    if (a->astrocytes != b->astrocytes)
        return a->astrocytes < b->astrocytes ? -1 : 1;
    /* Equal values are alike, so that the order of the trials does not matter. */
    return (a->value > b->value) - (a->value < b->value);
}

static int by_value(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The mean of as many values, drawn with replacement for a resample of a size of networks. */
static double resampled_mean(const tp_network_value *values, size_t count,
                             const tp_bootstrap *bootstrap, uint32_t resample) {
    const tp_stream_key key = {bootstrap->seed, TP_PURPOSE_BOOTSTRAP, (uint32_t)values->neurons,
                               resample};
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t words[4];
        tp_random_words(&key, (uint32_t)(values->astrocytes * 65536 + i), words);
        sum += values[(uint64_t)words[0] * count >> 32].value;
    }
    return sum / (double)count;
}

static void describe(const tp_network_value *values, size_t count, const tp_bootstrap *bootstrap,
                     double *means, tp_network_mean *out) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i].value;
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i].value - mean) * (values[i].value - mean);
    for (size_t k = 0; k < bootstrap->resamples; k++)
        means[k] = resampled_mean(values, count, bootstrap, (uint32_t)k);
    qsort(means, bootstrap->resamples, sizeof *means, by_value);
    const double tail = (1 - bootstrap->level) / 2;
    *out = (tp_network_mean){
        .neurons = values->neurons,
        .astrocytes = values->astrocytes,
        .count = count,
        .mean = mean,
        .deviation = count > 1 ? sqrt(squares / (double)(count - 1)) : NAN,
        .low = tp_quantile(means, bootstrap->resamples, tail),
        .high = tp_quantile(means, bootstrap->resamples, 1 - tail),
    };
}

/* Where the values of the size that begins at `first` end. */
static size_t end_of_size(const tp_network_value *values, size_t count, size_t first) {
    size_t end = first;
    while (end < count && values[end].neurons == values[first].neurons &&
           values[end].astrocytes == values[first].astrocytes)
        end++;
    return end;
}

/* The values that are numbers, sorted; of networks of `total` units, or of all (0). */
static tp_network_value *chosen(const tp_network_value *values, size_t count, size_t total,
                                size_t *kept) {
    tp_network_value *sorted = malloc((count + 1) * sizeof *sorted);
    *kept = 0;
    for (size_t i = 0; sorted && i < count; i++)
        if (isfinite(values[i].value) &&
            (total == 0 || values[i].neurons + values[i].astrocytes == total))
            sorted[(*kept)++] = values[i];
    if (sorted)
        qsort(sorted, *kept, sizeof *sorted, by_size);
    return sorted;
}

static tp_status means_of(const tp_network_value *sorted, size_t count,
                          const tp_bootstrap *bootstrap, tp_network_mean **out, size_t *out_count,
                          tp_error *error) {
    size_t sizes = 0;
    for (size_t i = 0; i < count; i = end_of_size(sorted, count, i))
        sizes++;
    tp_network_mean *means = malloc((sizes + 1) * sizeof *means);
    double *resampled = malloc((bootstrap->resamples + 1) * sizeof *resampled);
    if (!means || !resampled) {
        free(means);
        free(resampled);
        return tp_fail_memory(error, "averaging over networks");
    }
    size_t k = 0;
    for (size_t i = 0; i < count; k++) {
        const size_t end = end_of_size(sorted, count, i);
        describe(sorted + i, end - i, bootstrap, resampled, &means[k]);
        i = end;
    }
    free(resampled);
    *out = means;
    *out_count = sizes;
    return TP_OK;
}

tp_status tp_network_means(const tp_network_value *values, size_t count,
                           const tp_bootstrap *bootstrap, tp_network_mean **means,
                           size_t *mean_count, tp_error *error) {
    size_t kept;
    tp_network_value *sorted = chosen(values, count, 0, &kept);
    if (!sorted)
        return tp_fail_memory(error, "averaging over networks");
    tp_status status = means_of(sorted, kept, bootstrap, means, mean_count, error);
    free(sorted);
    return status;
}

/* The share with the lowest mean in each resample of all sizes. */
static tp_status find_best(const tp_network_value *sorted, size_t count,
                           const tp_bootstrap *bootstrap, tp_ratio_curve *curve, tp_error *error) {
    double *shares = malloc((bootstrap->resamples + 1) * sizeof *shares);
    if (!shares)
        return tp_fail_memory(error, "averaging over networks");
    for (size_t k = 0; k < bootstrap->resamples; k++) {
        double lowest = INFINITY;
        for (size_t i = 0; i < count;) {
            const size_t end = end_of_size(sorted, count, i);
            const double mean = resampled_mean(sorted + i, end - i, bootstrap, (uint32_t)k);
            if (mean < lowest) {
                lowest = mean;
                shares[k] = (double)sorted[i].astrocytes /
                            (double)(sorted[i].neurons + sorted[i].astrocytes);
            }
            i = end;
        }
    }
    qsort(shares, bootstrap->resamples, sizeof *shares, by_value);
    const double tail = (1 - bootstrap->level) / 2;
    curve->best_low = tp_quantile(shares, bootstrap->resamples, tail);
    curve->best_high = tp_quantile(shares, bootstrap->resamples, 1 - tail);
    free(shares);
    return TP_OK;
}

/* By rising share of astrocytes: of a constant total, by falling number of neurons. */
static void reverse(tp_ratio_curve *curve) {
    for (size_t i = 0; i < curve->count / 2; i++) {
        const tp_network_mean moved = curve->points[i];
        curve->points[i] = curve->points[curve->count - 1 - i];
        curve->points[curve->count - 1 - i] = moved;
    }
}

tp_status tp_ratio_curve_of(const tp_network_value *values, size_t count, size_t total,
                            const tp_bootstrap *bootstrap, tp_ratio_curve *curve, tp_error *error) {
    size_t kept;
    *curve = (tp_ratio_curve){.best = NAN, .best_low = NAN, .best_high = NAN};
    if (total == 0)
        return tp_fail(error, TP_INVALID, "", "networks without units have no ratio");
    tp_network_value *sorted = chosen(values, count, total, &kept);
    if (!sorted)
        return tp_fail_memory(error, "averaging over networks");
    tp_status status = means_of(sorted, kept, bootstrap, &curve->points, &curve->count, error);
    if (status == TP_OK && kept > 0)
        status = find_best(sorted, kept, bootstrap, curve, error);
    free(sorted);
    if (status == TP_OK && !(curve->share = malloc((curve->count + 1) * sizeof(double))))
        status = tp_fail_memory(error, "averaging over networks");
    if (status != TP_OK) {
        tp_ratio_curve_free(curve);
        return status;
    }
    reverse(curve);
    double lowest = INFINITY;
    for (size_t i = 0; i < curve->count; i++) {
        curve->share[i] = (double)curve->points[i].astrocytes / (double)total;
        if (curve->points[i].mean < lowest) {
            lowest = curve->points[i].mean;
            curve->best = curve->share[i];
        }
    }
    return TP_OK;
}

void tp_ratio_curve_free(tp_ratio_curve *curve) {
    free(curve->points);
    free(curve->share);
    *curve = (tp_ratio_curve){0};
}
