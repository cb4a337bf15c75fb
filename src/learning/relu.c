/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learning/layer.h"

static void forward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                    const double *restrict x, double *restrict y, double *memo) {
    (void)pass;
    (void)parameters;
    (void)memo;
    for (size_t i = 0; i < n * layer->outputs; i++)
        y[i] = x[i] > 0 ? x[i] : 0;
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
        dx[i] = y[i] > 0 ? dy[i] : 0;
}

const tp_layer_kind tp_relu = {
    .name = "relu",
    .forward = forward,
    .backward = backward,
};
