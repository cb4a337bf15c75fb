/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The patches of an image become the columns of a matrix (im2col), and the layer a product. */
#include <math.h>
#include <string.h>

#include "learning/blas.h"
#include "learning/layer.h"

static const tp_conv_setting *setting_of(const tp_layer *layer) {
    return layer->setting;
}

size_t tp_conv_rows(const tp_conv_setting *s) {
    const size_t padded = s->rows + 2 * s->padding;
    return s->size > 0 && padded >= s->size ? padded - s->size + 1 : 0;
}

size_t tp_conv_columns(const tp_conv_setting *s) {
    const size_t padded = s->columns + 2 * s->padding;
    return s->size > 0 && padded >= s->size ? padded - s->size + 1 : 0;
}

size_t tp_conv_weights(const tp_conv_setting *s) {
    return s->channels * s->size * s->size;
}

static size_t parameter_count(const tp_layer *layer) {
    const tp_conv_setting *s = setting_of(layer);
    return s->kernels * (tp_conv_weights(s) + 1);
}

static size_t memo_count(const tp_layer *layer) {
    const tp_conv_setting *s = setting_of(layer);
    return tp_conv_weights(s) * tp_conv_rows(s) * tp_conv_columns(s);
}

static void initialise(const tp_layer *layer, uint64_t seed, uint32_t trial, uint32_t number,
                       double *parameters) {
    const tp_conv_setting *s = setting_of(layer);
    tp_he_uniform(tp_conv_weights(s), s->kernels, seed, trial, number, parameters);
}

/* One row of the matrix: what one weight is multiplied by at each place of the kernel. */
static void take_weight(const tp_conv_setting *s, const double *channel, size_t row, size_t column,
                        double *out) {
    const size_t rows = tp_conv_rows(s), columns = tp_conv_columns(s);
    for (size_t i = 0; i < rows; i++, out += columns) {
        const size_t at = i + row;
        if (at < s->padding || at - s->padding >= s->rows) {
            memset(out, 0, columns * sizeof *out);
            continue;
        }
        const double *pixels = channel + (at - s->padding) * s->columns;
        if (s->padding == 0) {
            memcpy(out, pixels + column, columns * sizeof *out);
            continue;
        }
        for (size_t k = 0; k < columns; k++) {
            const size_t from = k + column;
            const bool inside = from >= s->padding && from - s->padding < s->columns;
            out[k] = inside ? pixels[from - s->padding] : 0;
        }
    }
}

void tp_conv_patches(const tp_conv_setting *s, const double *x, double *patches) {
    const size_t places = tp_conv_rows(s) * tp_conv_columns(s);
    for (size_t c = 0; c < s->channels; c++)
        for (size_t row = 0; row < s->size; row++)
            for (size_t column = 0; column < s->size; column++, patches += places)
                take_weight(s, x + c * s->rows * s->columns, row, column, patches);
}

/* The way back: adds to each pixel what came of it. */
static void give_weight(const tp_conv_setting *s, const double *patch, size_t row, size_t column,
                        double *channel) {
    const size_t rows = tp_conv_rows(s), columns = tp_conv_columns(s);
    for (size_t i = 0; i < rows; i++, patch += columns) {
        const size_t at = i + row;
        if (at < s->padding || at - s->padding >= s->rows)
            continue;
        double *pixels = channel + (at - s->padding) * s->columns;
        for (size_t k = 0; k < columns; k++) {
            const size_t to = k + column;
            if (to >= s->padding && to - s->padding < s->columns)
                pixels[to - s->padding] += patch[k];
        }
    }
}

static void give_patches(const tp_conv_setting *s, const double *patches, double *x) {
    const size_t places = tp_conv_rows(s) * tp_conv_columns(s);
    memset(x, 0, s->channels * s->rows * s->columns * sizeof *x);
    for (size_t c = 0; c < s->channels; c++)
        for (size_t row = 0; row < s->size; row++)
            for (size_t column = 0; column < s->size; column++, patches += places)
                give_weight(s, patches, row, column, x + c * s->rows * s->columns);
}

void tp_conv_maps(const tp_conv_setting *s, const double *weights, const double *bias,
                  const double *patches, double *maps) {
    const size_t places = tp_conv_rows(s) * tp_conv_columns(s), inner = tp_conv_weights(s);
    for (size_t k = 0; k < s->kernels; k++)
        for (size_t i = 0; i < places; i++)
            maps[k * places + i] = bias[k];
    tp_product(s->kernels, places, inner, (tp_matrix){weights, inner, TP_AS_IS},
               (tp_matrix){patches, places, TP_AS_IS}, 1, maps);
}

static void forward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                    const double *x, double *y, double *memo) {
    const tp_conv_setting *s = setting_of(layer);
    const size_t patches = memo_count(layer);
    (void)pass;
    for (size_t i = 0; i < n; i++) {
        tp_conv_patches(s, x + i * layer->inputs, memo + i * patches);
        tp_conv_maps(s, parameters, parameters + s->kernels * tp_conv_weights(s),
                     memo + i * patches, y + i * layer->outputs);
    }
}

static void backward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                     const double *x, const double *y, const double *memo, const double *dy,
                     double *dx, double *gradient) {
    const tp_conv_setting *s = setting_of(layer);
    const size_t places = tp_conv_rows(s) * tp_conv_columns(s), inner = tp_conv_weights(s);
    double *bias = gradient + s->kernels * inner;
    (void)pass;
    (void)x;
    (void)y;
    for (size_t i = 0; i < n; i++) {
        const double *slope = dy + i * layer->outputs;
        /* The sample's patches are done with once its gradient has been taken: the derivatives by
         * them take their place. */
        double *patches = (double *)memo + i * inner * places;
        tp_product(s->kernels, inner, places, (tp_matrix){slope, places, TP_AS_IS},
                   (tp_matrix){patches, places, TP_TRANSPOSED}, 1, gradient);
        for (size_t k = 0; k < s->kernels; k++)
            for (size_t j = 0; j < places; j++)
                bias[k] += slope[k * places + j];
        if (!dx)
            continue;
        tp_product(inner, places, s->kernels, (tp_matrix){parameters, inner, TP_TRANSPOSED},
                   (tp_matrix){slope, places, TP_AS_IS}, 0, patches);
        give_patches(s, patches, dx + i * layer->inputs);
    }
}

const tp_layer_kind tp_conv = {
    .name = "conv",
    .parameter_count = parameter_count,
    .memo_count = memo_count,
    .initialise = initialise,
    .forward = forward,
    .backward = backward,
};
