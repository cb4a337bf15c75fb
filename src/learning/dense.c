/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "learning/blas.h"
#include "learning/layer.h"

static size_t parameter_count(const tp_layer *layer) {
    return layer->outputs * (layer->inputs + 1);
}

static void initialise(const tp_layer *layer, uint64_t seed, uint32_t trial, uint32_t number,
                       double *parameters) {
    const double bound = layer->inputs > 0 ? 1 / sqrt((double)layer->inputs) : 0;
    const tp_stream_key key = {seed, TP_PURPOSE_LAYER_PARAMETER, trial, number};
    for (size_t i = 0; i < parameter_count(layer); i++) {
        uint32_t words[4];
        tp_random_words(&key, (uint32_t)i, words);
        parameters[i] = bound * (2 * tp_random_unit(words[0], words[1]) - 1);
    }
}

static void forward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                    const double *x, double *y, double *memo) {
    const size_t in = layer->inputs, out = layer->outputs;
    const double *bias = parameters + out * in;
    (void)pass;
    (void)memo;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < out; k++)
            y[i * out + k] = bias[k];
    tp_product(n, out, in, (tp_matrix){x, in, TP_AS_IS}, (tp_matrix){parameters, in, TP_TRANSPOSED},
               1, y);
}

static void backward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                     const double *x, const double *y, const double *memo, const double *dy,
                     double *dx, double *gradient) {
    const size_t in = layer->inputs, out = layer->outputs;
    double *bias = gradient + out * in;
    (void)pass;
    (void)y;
    (void)memo;
    tp_product(out, in, n, (tp_matrix){dy, out, TP_TRANSPOSED}, (tp_matrix){x, in, TP_AS_IS}, 1,
               gradient);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < out; k++)
            bias[k] += dy[i * out + k];
    if (dx)
        tp_product(n, in, out, (tp_matrix){dy, out, TP_AS_IS},
                   (tp_matrix){parameters, in, TP_AS_IS}, 0, dx);
}

const tp_layer_kind tp_dense = {
    .name = "dense",
    .parameter_count = parameter_count,
    .initialise = initialise,
    .forward = forward,
    .backward = backward,
};
