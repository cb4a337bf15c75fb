/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "learning/loss.h"

/* No outputs at all are impossible: a logarithm counts as -100 at least. */
static double bounded_log(double y) {
    const double least = -100;
    const double value = y > 0 ? log(y) : least;
    return value > least ? value : least;
}

static double value(size_t n, size_t outputs, const double *y, const double *target, double *dy) {
    const double least = 1e-12;
    double sum = 0;
    for (size_t i = 0; i < n * outputs; i++) {
        const double t = target[i], spread = y[i] * (1 - y[i]);
        sum -= t * bounded_log(y[i]) + (1 - t) * bounded_log(1 - y[i]);
        if (dy)
            dy[i] = (y[i] - t) / (spread > least ? spread : least) / (double)n;
    }
    return sum / (double)n;
}

const tp_loss tp_binary_cross_entropy = {"binary cross entropy", value};
