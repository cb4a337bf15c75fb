/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "learning/layer.h"

static size_t memo_count(const tp_layer *layer) {
    return layer->outputs;
}

/* The first of the largest in the square whose upper left pixel is `corner`. */
static size_t largest(const double *x, size_t corner, size_t columns, size_t size) {
    size_t best = corner;
    for (size_t row = 0; row < size; row++)
        for (size_t column = 0; column < size; column++) {
            const size_t at = corner + row * columns + column;
            best = x[at] > x[best] ? at : best;
        }
    return best;
}

/* The memo is which number of the sample was the largest. */
static void forward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                    const double *x, double *y, double *memo) {
    const tp_pool_setting *s = layer->setting;
    const size_t rows = s->rows / s->size, columns = s->columns / s->size;
    (void)pass;
    (void)parameters;
    for (size_t i = 0; i < n; i++, x += layer->inputs)
        for (size_t c = 0; c < s->channels; c++)
            for (size_t row = 0; row < rows; row++)
                for (size_t column = 0; column < columns; column++) {
                    const size_t corner =
                        (c * s->rows + row * s->size) * s->columns + column * s->size;
                    const size_t at = largest(x, corner, s->columns, s->size);
                    *y++ = x[at];
                    *memo++ = (double)at;
                }
}

static void backward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                     const double *x, const double *y, const double *memo, const double *dy,
                     double *dx, double *gradient) {
    (void)pass;
    (void)parameters;
    (void)x;
    (void)y;
    (void)gradient;
    if (!dx)
        return;
    memset(dx, 0, n * layer->inputs * sizeof *dx);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < layer->outputs; k++)
            dx[i * layer->inputs + (size_t)memo[i * layer->outputs + k]] +=
                dy[i * layer->outputs + k];
}

const tp_layer_kind tp_max_pool = {
    .name = "max_pool",
    .memo_count = memo_count,
    .forward = forward,
    .backward = backward,
};
