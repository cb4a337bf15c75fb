/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means over trials, their intervals, and where a curve of means crosses a value. */
#ifndef TP_ANALYSIS_STATISTICS_H
#define TP_ANALYSIS_STATISTICS_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

/* Of n values: NAN where there are too few to say. */
typedef struct tp_estimate {
    size_t n; /* finite values */
    double mean, standard_error;
    double lower, upper; /* of the mean */
} tp_estimate;

/* How intervals are made. */
typedef struct tp_interval_method {
    int bootstrap; /* 0: Student's t */
    double confidence;
    size_t resamples;
    uint64_t seed;
} tp_interval_method;

/* Mean, and its interval by Student's t, or by the percentiles of means over resampled values
 * (Efron & Tibshirani 1993). Values that are not finite are left out. */
tp_status tp_estimate_of(const double *values, size_t n, const tp_interval_method *method,
                         tp_estimate *estimate, tp_error *error);

/* How often each of n values is in a resample: n draws with replacement. */
void tp_resample(const tp_interval_method *method, size_t resample, size_t n, uint32_t *counts);

/* Of sorted numbers that may be infinite: the nearest rank, nothing in between. */
double tp_percentile(const double *sorted, size_t n, double part);

/* Which way a curve goes through a value. */
typedef enum tp_direction { TP_DOWNWARD, TP_UPWARD } tp_direction;

/* Where it does: between the levels by linear interpolation. -INFINITY where the curve is beyond
 * the value from the first level on, INFINITY where it never is, NAN where there is no curve. */
typedef struct tp_crossing_point {
    double at, lower, upper;
} tp_crossing_point;

/* A curve of means over trials: values[level * stride + trial] at x[level], in order of x. Trials
 * are the same random numbers at all levels, so they are resampled together; the interval is of
 * the percentiles of crossings. */
tp_status tp_crossing_of(const double *x, size_t levels, const double *values, size_t stride,
                         size_t trials, double value, tp_direction direction,
                         const tp_interval_method *method, tp_crossing_point *point,
                         tp_error *error);

#endif
