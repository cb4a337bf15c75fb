/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learning/adam.h"

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"

tp_status tp_adam_create(double rate, size_t count, tp_adam *adam, tp_error *error) {
    *adam = (tp_adam){.rate = rate,
                      .beta1 = 0.9,
                      .beta2 = 0.999,
                      .epsilon = 1e-8,
                      .count = count,
                      .power1 = 1,
                      .power2 = 1};
    adam->mean = calloc(2 * count + 1, sizeof(double));
    if (!adam->mean)
        return tp_fail_memory(error, "making an optimizer");
    adam->square = adam->mean + count;
    return TP_OK;
}

void tp_adam_free(tp_adam *adam) {
    free(adam->mean);
    *adam = (tp_adam){0};
}

void tp_adam_step(tp_adam *adam, const double *restrict gradient, double *restrict parameters) {
    const double b1 = adam->beta1, b2 = adam->beta2, epsilon = adam->epsilon;
    double *restrict mean = adam->mean, *restrict square = adam->square;
    adam->power1 *= b1;
    adam->power2 *= b2;
    const double step = adam->rate / (1 - adam->power1);
    const double scale = 1 / sqrt(1 - adam->power2);
    for (size_t i = 0; i < adam->count; i++) {
        const double g = gradient[i];
        mean[i] = b1 * mean[i] + (1 - b1) * g;
        square[i] = b2 * square[i] + (1 - b2) * (g * g);
        parameters[i] -= step * mean[i] / (sqrt(square[i]) * scale + epsilon);
    }
}
