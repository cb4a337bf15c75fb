/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What networks of so many neurons and astrocytes come to, over several draws of each: means, a
 * curve over the share of astrocytes at a constant total, and where it is lowest. */
#ifndef TP_ANALYSIS_RATIO_H
#define TP_ANALYSIS_RATIO_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

/* One network. Values that are no numbers are passed over. */
typedef struct tp_network_value {
    size_t neurons, astrocytes;
    double value;
} tp_network_value;

/* Networks of one size. */
typedef struct tp_network_mean {
    size_t neurons, astrocytes, count;
    double mean, deviation; /* of the sample; NAN for one value */
    double low, high;       /* bootstrap interval of the mean */
} tp_network_mean;

typedef struct tp_bootstrap {
    size_t resamples;
    double level; /* 0.95 */
    uint64_t seed;
} tp_bootstrap;

/* All sizes, by neurons, then astrocytes; the caller frees *means. */
tp_status tp_network_means(const tp_network_value *values, size_t count,
                           const tp_bootstrap *bootstrap, tp_network_mean **means,
                           size_t *mean_count, tp_error *error);

typedef struct tp_ratio_curve {
    size_t count;
    tp_network_mean *points;          /* by rising share of astrocytes */
    double *share;                    /* [count] astrocytes / (neurons + astrocytes) */
    double best, best_low, best_high; /* share with the lowest mean, and its bootstrap interval */
} tp_ratio_curve;

/* Of the networks with `total` units in all. An empty curve where there are none. */
tp_status tp_ratio_curve_of(const tp_network_value *values, size_t count, size_t total,
                            const tp_bootstrap *bootstrap, tp_ratio_curve *curve, tp_error *error);
void tp_ratio_curve_free(tp_ratio_curve *curve);

/* Of sorted numbers, with linear interpolation between them. */
double tp_quantile(const double *sorted, size_t count, double part);

#endif
