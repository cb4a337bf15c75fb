/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "learning/layer.h"

static void forward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                    const double *restrict x, double *restrict y, double *memo) {
    (void)pass;
    (void)parameters;
    (void)memo;
    /* exp of what is not above 0 alone, so that nothing overflows. */
    for (size_t i = 0; i < n * layer->outputs; i++) {
        const double e = exp(-fabs(x[i]));
        y[i] = (x[i] >= 0 ? 1 : e) / (1 + e);
    }
}

static void backward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                     const double *x, const double *restrict y, const double *memo,
                     const double *restrict dy, double *restrict dx, double *gradient) {
    (void)pass;
    (void)parameters;
    (void)x;
    (void)memo;
    (void)gradient;
    for (size_t i = 0; dx && i < n * layer->outputs; i++)
        dx[i] = dy[i] * y[i] * (1 - y[i]);
}

const tp_layer_kind tp_sigmoid = {
    .name = "sigmoid",
    .forward = forward,
    .backward = backward,
};
