/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learning/loss.h"

static double value(size_t n, size_t outputs, const double *y, const double *target, double *dy) {
    const size_t count = n * outputs;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double error = y[i] - target[i];
        sum += error * error;
        if (dy)
            dy[i] = 2 * error / (double)count;
    }
    return sum / (double)count;
}

const tp_loss tp_mean_squared_error = {"mean squared error", value};
