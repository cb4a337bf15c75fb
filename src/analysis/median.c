/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/median.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b) {
    const double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

/* How many of the smallest values may be left out at each end. */
static size_t left_out(size_t count, double confidence) {
    /* Terms of the binomial distribution with 1/2; what is too small for a number is 0. */
    double term = pow(0.5, (double)count), sum = term;
    size_t k = 0;
    while (k < count / 2 && 2 * sum <= 1 - confidence) {
        k++;
        term *= (double)(count - k + 1) / (double)k;
        sum += term;
    }
    return k;
}

tp_median tp_median_of(double *values, size_t count, double confidence) {
    tp_median m = {NAN, NAN, NAN};
    if (count == 0)
        return m;
    qsort(values, count, sizeof *values, by_value);
    m.median = (values[(count - 1) / 2] + values[count / 2]) / 2;
    const size_t k = left_out(count, confidence);
    if (k > 0) {
        m.lower = values[k - 1];
        m.upper = values[count - k];
    }
    return m;
}
