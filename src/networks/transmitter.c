/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/transmitter.h"

#include <math.h>
#include <string.h>

#include "networks/glia_layers.h"

enum { MOST_LAYERS = 256 };

/* One number for each unit of each sample of an epoch. */
typedef struct draw {
    tp_stream_key key;
    size_t first; /* of the batch */
} draw;

static draw draw_for(const tp_layer *layer, const tp_pass *pass, tp_purpose training,
                     tp_purpose test) {
    const tp_transmitter_setting *s = layer->setting;
    return (draw){{pass->seed, pass->training ? training : test, pass->trial,
                   pass->epoch * MOST_LAYERS + s->number},
                  (size_t)pass->batch * s->batch * layer->outputs};
}

static void leak_through(const tp_layer *layer, size_t n, const double *restrict from,
                         double *restrict to) {
    const tp_transmitter_setting *s = layer->setting;
    const size_t width = layer->outputs;
    const double e = s->level > 0 ? exp(-1 / (2 * s->level * s->level)) : 0;
    const double g0 = 1 / (1 + 2 * e), g1 = e / (1 + 2 * e);
    for (size_t i = 0; i < n; i++, from += width, to += width)
        for (size_t k = 0; k < width; k++) {
            const double left = k > 0 ? from[k - 1] : 0, right = k + 1 < width ? from[k + 1] : 0;
            to[k] = g0 * (g1 * left + g0 * from[k] + g1 * right);
        }
}

static void leak_forward(const tp_layer *layer, const tp_pass *pass, const double *parameters,
                         size_t n, const double *x, double *y, double *memo) {
    (void)pass;
    (void)parameters;
    (void)memo;
    leak_through(layer, n, x, y);
}

/* The way back is the same: the filter is symmetric. */
static void leak_backward(const tp_layer *layer, const tp_pass *pass, const double *parameters,
                          size_t n, const double *x, const double *y, const double *memo,
                          const double *dy, double *dx, double *gradient) {
    (void)pass;
    (void)parameters;
    (void)x;
    (void)y;
    (void)memo;
    (void)gradient;
    if (dx)
        leak_through(layer, n, dy, dx);
}

static void noise_forward(const tp_layer *layer, const tp_pass *pass, const double *parameters,
                          size_t n, const double *x, double *y, double *memo) {
    const tp_transmitter_setting *s = layer->setting;
    const draw d =
        draw_for(layer, pass, TP_PURPOSE_TRANSMITTER_NOISE, TP_PURPOSE_TRANSMITTER_TEST_NOISE);
    (void)parameters;
    (void)memo;
    tp_random_normals(&d.key, (uint32_t)d.first, n * layer->outputs, y);
    for (size_t i = 0; i < n * layer->outputs; i++)
        y[i] = x[i] + s->level * y[i];
}

static void noise_backward(const tp_layer *layer, const tp_pass *pass, const double *parameters,
                           size_t n, const double *x, const double *y, const double *memo,
                           const double *dy, double *dx, double *gradient) {
    (void)pass;
    (void)parameters;
    (void)x;
    (void)y;
    (void)memo;
    (void)gradient;
    if (dx)
        memcpy(dx, dy, n * layer->outputs * sizeof *dx);
}

static size_t drop_memo(const tp_layer *layer) {
    return layer->outputs;
}

static void drop_forward(const tp_layer *layer, const tp_pass *pass, const double *parameters,
                         size_t n, const double *x, double *y, double *memo) {
    const tp_transmitter_setting *s = layer->setting;
    const draw d = draw_for(layer, pass, TP_PURPOSE_TRANSMITTER_DROP, TP_PURPOSE_TRANSMITTER_DROP);
    (void)parameters;
    for (size_t i = 0; i < n * layer->outputs; i++) {
        uint32_t words[4];
        memo[i] = 1;
        if (pass->training) {
            tp_random_words(&d.key, (uint32_t)(d.first + i), words);
            memo[i] = tp_random_unit(words[0], words[1]) < s->level ? 0 : 1 / (1 - s->level);
        }
        y[i] = x[i] * memo[i];
    }
}

static void drop_backward(const tp_layer *layer, const tp_pass *pass, const double *parameters,
                          size_t n, const double *x, const double *y, const double *memo,
                          const double *dy, double *dx, double *gradient) {
    (void)pass;
    (void)parameters;
    (void)x;
    (void)y;
    (void)gradient;
    for (size_t i = 0; dx && i < n * layer->outputs; i++)
        dx[i] = dy[i] * memo[i];
}

const tp_layer_kind tp_leak = {.name = "leak", .forward = leak_forward, .backward = leak_backward};
const tp_layer_kind tp_noise = {
    .name = "noise", .forward = noise_forward, .backward = noise_backward};
const tp_layer_kind tp_drop = {
    .name = "drop", .memo_count = drop_memo, .forward = drop_forward, .backward = drop_backward};

static size_t weights_of(const tp_layer *layer) {
    if (layer->kind == &tp_dense)
        return layer->inputs * layer->outputs;
    return tp_is_glia(layer->kind) ? layer->outputs * TP_GLIA_BAND : 0;
}

/* The weights of a band that no input has stay 0. */
static bool is_used(const tp_layer *layer, size_t weight) {
    size_t columns[TP_GLIA_BAND];
    return layer->kind == &tp_dense ||
           weight % TP_GLIA_BAND < tp_glia_columns(layer, weight / TP_GLIA_BAND, columns);
}

void tp_weights_shake(tp_stack *stack, double sigma, uint64_t seed, uint32_t trial) {
    for (size_t k = 0; sigma > 0 && k < stack->layer_count; k++) {
        const tp_stream_key key = {seed, TP_PURPOSE_WEIGHT_NOISE, trial, (uint32_t)k};
        for (size_t i = 0; i < weights_of(&stack->layers[k]); i++)
            if (is_used(&stack->layers[k], i))
                stack->parameters[stack->first[k] + i] +=
                    sigma * tp_random_normal(&key, (uint32_t)i);
    }
}

void tp_weights_lose(tp_stack *stack, double probability, uint64_t seed, uint32_t trial) {
    for (size_t k = 0; probability > 0 && k < stack->layer_count; k++) {
        const tp_stream_key key = {seed, TP_PURPOSE_WEIGHT_LOSS, trial, (uint32_t)k};
        for (size_t i = 0; i < weights_of(&stack->layers[k]); i++) {
            uint32_t words[4];
            tp_random_words(&key, (uint32_t)i, words);
            if (tp_random_unit(words[0], words[1]) < probability)
                stack->parameters[stack->first[k] + i] = 0;
        }
    }
}
