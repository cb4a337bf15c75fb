/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "learning/blas.h"
#include "learning/layer.h"

static size_t parameter_count(const tp_layer *layer) {
    return layer->outputs * (layer->inputs + 1);
}

static void draw(double bound, size_t count, const tp_stream_key *key, double *parameters) {
    for (size_t i = 0; i < count; i++) {
        uint32_t words[4];
        tp_random_words(key, (uint32_t)i, words);
        parameters[i] = bound * (2 * tp_random_unit(words[0], words[1]) - 1);
    }
}

static void initialise(const tp_layer *layer, uint64_t seed, uint32_t trial, uint32_t number,
                       double *parameters) {
    const double bound = layer->inputs > 0 ? 1 / sqrt((double)layer->inputs) : 0;
    const tp_stream_key key = {seed, TP_PURPOSE_LAYER_PARAMETER, trial, number};
    draw(bound, parameter_count(layer), &key, parameters);
}

void tp_he_uniform(size_t inputs, size_t outputs, uint64_t seed, uint32_t trial, uint32_t number,
                   double *parameters) {
    const double bound = inputs > 0 ? sqrt(6 / (double)inputs) : 0;
    const tp_stream_key key = {seed, TP_PURPOSE_LAYER_PARAMETER, trial, number};
    draw(bound, outputs * inputs, &key, parameters);
    memset(parameters + outputs * inputs, 0, outputs * sizeof *parameters);
}

static void initialise_he(const tp_layer *layer, uint64_t seed, uint32_t trial, uint32_t number,
                          double *parameters) {
    tp_he_uniform(layer->inputs, layer->outputs, seed, trial, number, parameters);
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

const tp_layer_kind tp_dense_he = {
    .name = "dense",
    .parameter_count = parameter_count,
    .initialise = initialise_he,
    .forward = forward,
    .backward = backward,
};
