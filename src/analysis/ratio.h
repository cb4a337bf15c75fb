/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What networks of so many neurons and astrocytes come to, over several draws of each: curves over
 * the share of astrocytes at a constant total, and where they are lowest. */
#ifndef TP_ANALYSIS_RATIO_H
#define TP_ANALYSIS_RATIO_H

#include "analysis/statistics.h"

/* The networks of one size. */
typedef struct tp_network_size {
    size_t neurons, astrocytes;
    const double *values; /* [trial] */
} tp_network_size;

/* A number and its interval, by resampled trials; NAN where there is none. */
typedef struct tp_interval_estimate {
    double value, lower, upper;
} tp_interval_estimate;

typedef struct tp_ratio_point {
    size_t neurons, astrocytes;
    double share; /* astrocytes / (neurons + astrocytes) */
    tp_interval_estimate mean;
} tp_ratio_point;

/* Networks of one total, by rising share. */
typedef struct tp_ratio_curve {
    size_t total, first, count; /* of the points */
    tp_interval_estimate best;  /* share with the lowest mean */
    /* The lowest mean of a mixture less the lowest of the two pure networks; each of them chosen
     * anew in each resample. NAN where the curve has no mixture or not both pure networks. */
    tp_interval_estimate gain;
} tp_ratio_curve;

typedef struct tp_ratio {
    tp_ratio_point
        *points; /* by total, then share; sizes that are alone with their total are not */
    size_t count;
    tp_ratio_curve *curves;
    size_t curve_count;
    /* The best share, averaged over the curves that have a gain. */
    tp_interval_estimate best;
    size_t averaged; /* curves */
} tp_ratio;

/* All values must be numbers. Trials are resampled whole, since those of one number share random
 * numbers between sizes. */
tp_status tp_ratio_find(const tp_network_size *sizes, size_t count, size_t trials,
                        const tp_interval_method *method, tp_ratio *ratio, tp_error *error);
void tp_ratio_free(tp_ratio *ratio);

#endif
