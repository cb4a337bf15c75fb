/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kind of layer is one file that ends in one constant descriptor: what it makes of a batch of
 * samples, and how a gradient comes back through it. A layer is of a kind, has sizes, and, where
 * the kind wants it, a setting; what is trained stands in the stack that it belongs to. */
#ifndef TP_LEARNING_LAYER_H
#define TP_LEARNING_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

typedef struct tp_layer tp_layer;

/* What a pass may depend on beside its samples. Layers that draw random numbers (noise, dropped
 * units) draw them as a pure function of these and their own number. */
typedef struct tp_pass {
    bool training;
    uint64_t seed;
    uint32_t trial;
    uint32_t epoch, batch;
} tp_pass;

typedef struct tp_layer_kind {
    const char *name;
    /* How many numbers are trained. NULL: none. */
    size_t (*parameter_count)(const tp_layer *layer);
    /* Numbers that forward keeps for backward, for each sample. NULL: none. */
    size_t (*memo_count)(const tp_layer *layer);
    /* Draws the parameters. `number` is the layer's in its stack, from 0. */
    void (*initialise)(const tp_layer *layer, uint64_t seed, uint32_t trial, uint32_t number,
                       double *parameters);
    /* y[n][outputs] from x[n][inputs]. */
    void (*forward)(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                    const double *x, double *y, double *memo);
    /* From dy[n][outputs], the loss's derivatives by y: adds those by the parameters to
     * `gradient`, and sets dx[n][inputs], which is NULL where nobody wants it. */
    void (*backward)(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                     const double *x, const double *y, const double *memo, const double *dy,
                     double *dx, double *gradient);
} tp_layer_kind;

struct tp_layer {
    const tp_layer_kind *kind;
    size_t inputs, outputs; /* numbers of a sample */
    const void *setting;    /* of the kind's own type; outlives the layer */
};

/* y = W x + b; parameters are W[outputs][inputs], then b[outputs], drawn uniformly from
 * +-1 / sqrt(inputs). */
extern const tp_layer_kind tp_dense;
/* The same layer, drawn by tp_he_uniform. */
extern const tp_layer_kind tp_dense_he;
/* y = max(x, 0) */
extern const tp_layer_kind tp_relu;
/* y = 1 / (1 + exp(-x)) */
extern const tp_layer_kind tp_sigmoid;
/* y = exp(x) / sum of exp(x), over the numbers of a sample */
extern const tp_layer_kind tp_softmax;

/* Images stand channel by channel, each row by row. A convolution (a cross-correlation, as is the
 * custom) of each image by square kernels, one place at a time; beyond the borders are `padding`
 * pixels of 0. Parameters are weights[kernel][channel][row][column], then a bias for each kernel,
 * drawn by tp_he_uniform. Its outputs are kernels * tp_conv_rows * tp_conv_columns. */
typedef struct tp_conv_setting {
    size_t channels, rows, columns; /* of the images that come in */
    size_t kernels, size, padding;
} tp_conv_setting;
extern const tp_layer_kind tp_conv;

/* Places of a kernel; 0 where the image is smaller than it. */
size_t tp_conv_rows(const tp_conv_setting *setting);
size_t tp_conv_columns(const tp_conv_setting *setting);
/* Weights of a kernel. */
size_t tp_conv_weights(const tp_conv_setting *setting);
/* The two halves of its forward pass, for one image: patches[weight][place], then
 * maps[kernel][place]. */
void tp_conv_patches(const tp_conv_setting *setting, const double *image, double *patches);
void tp_conv_maps(const tp_conv_setting *setting, const double *weights, const double *bias,
                  const double *patches, double *maps);

/* The largest number of each square of size * size pixels; what is left over at the right and
 * below is not looked at. */
typedef struct tp_pool_setting {
    size_t channels, rows, columns; /* of the images that come in */
    size_t size;
} tp_pool_setting;
extern const tp_layer_kind tp_max_pool;

/* y = x: from images to numbers. */
extern const tp_layer_kind tp_flatten;

/* weights[outputs][inputs] uniformly from +-sqrt(6 / inputs), then outputs biases of 0 (He et al.,
 * arXiv 1502.01852). */
void tp_he_uniform(size_t inputs, size_t outputs, uint64_t seed, uint32_t trial, uint32_t number,
                   double *parameters);

#endif
