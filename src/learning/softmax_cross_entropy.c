/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "learning/loss.h"

/* -sum of t log softmax(y), whose derivative is softmax(y) sum(t) - t. */
static double value(size_t n, size_t outputs, const double *y, const double *target, double *dy) {
    double loss = 0;
    for (size_t i = 0; i < n; i++, y += outputs, target += outputs) {
        double most = y[0], sum = 0, weight = 0;
        for (size_t k = 1; k < outputs; k++)
            most = y[k] > most ? y[k] : most;
        for (size_t k = 0; k < outputs; k++) {
            sum += exp(y[k] - most);
            weight += target[k];
        }
        const double log_sum = log(sum);
        for (size_t k = 0; k < outputs; k++)
            loss -= target[k] == 0 ? 0 : target[k] * (y[k] - most - log_sum);
        for (size_t k = 0; dy && k < outputs; k++)
            *dy++ = (weight * exp(y[k] - most) / sum - target[k]) / (double)n;
    }
    return loss / (double)n;
}

const tp_loss tp_softmax_cross_entropy = {"softmax cross entropy", value};
