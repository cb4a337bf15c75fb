/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "learning/layer.h"

static void forward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                    const double *restrict x, double *restrict y, double *memo) {
    const size_t width = layer->outputs;
    (void)pass;
    (void)parameters;
    (void)memo;
    for (size_t i = 0; i < n; i++, x += width, y += width) {
        double most = x[0], sum = 0;
        for (size_t k = 1; k < width; k++)
            most = x[k] > most ? x[k] : most;
        for (size_t k = 0; k < width; k++)
            sum += y[k] = exp(x[k] - most);
        for (size_t k = 0; k < width; k++)
            y[k] /= sum;
    }
}

static void backward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                     const double *x, const double *restrict y, const double *memo,
                     const double *restrict dy, double *restrict dx, double *gradient) {
    const size_t width = layer->outputs;
    (void)pass;
    (void)parameters;
    (void)x;
    (void)memo;
    (void)gradient;
    for (size_t i = 0; dx && i < n; i++, y += width, dy += width, dx += width) {
        double along = 0;
        for (size_t k = 0; k < width; k++)
            along += y[k] * dy[k];
        for (size_t k = 0; k < width; k++)
            dx[k] = y[k] * (dy[k] - along);
    }
}

const tp_layer_kind tp_softmax = {
    .name = "softmax",
    .forward = forward,
    .backward = backward,
};
