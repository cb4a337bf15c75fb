/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The median of a sample, with an interval that supposes nothing of its distribution. */
#ifndef TP_ANALYSIS_MEDIAN_H
#define TP_ANALYSIS_MEDIAN_H

#include <stddef.h>

typedef struct tp_median {
    double median;
    double lower, upper; /* NAN where there are too few values */
} tp_median;

/* The interval is from the k-th smallest value to the k-th largest, with the largest k for which it
 * covers the distribution's median with at least that confidence (by the binomial distribution).
 * Sorts the values, none of which is NAN. */
tp_median tp_median_of(double *values, size_t count, double confidence);

#endif
