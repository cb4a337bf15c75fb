/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layers of artificial astrocyte networks (Peterson 2019): units hear their nearest neighbours
 * alone. Each output has weights for three inputs at most, stored as a band, and a bias b that the
 * published code applies anew after every input, so that it multiplies. */
#ifndef TP_NETWORKS_GLIA_LAYERS_H
#define TP_NETWORKS_GLIA_LAYERS_H

#include "learning/layer.h"

/* c = 1 + b; an output is the sum over its inputs m = 1 ... L, in their order, of
 * c^(L-m+1) W x (published), or the sum of W x, and b (additive), or without b (none). */
typedef enum tp_glia_bias { TP_BIAS_PUBLISHED, TP_BIAS_ADDITIVE, TP_BIAS_NONE } tp_glia_bias;

/* Of inputs M to outputs N = M - 2 (at least 1): a ring over the first N inputs, the last two never
 * read (published); or those of columns j, j + 1, j + 2 that there are (window). */
typedef enum tp_gather_reading { TP_GATHER_PUBLISHED, TP_GATHER_WINDOW } tp_gather_reading;

extern const char *const tp_glia_bias_names[];
extern const char *const tp_gather_reading_names[];

typedef struct tp_glia_setting {
    tp_glia_bias bias;
    tp_gather_reading gather;
} tp_glia_setting;

/* Their setting is a tp_glia_setting. Parameters are W[outputs][3], where those beyond an output's
 * inputs are 0 and stay so, then b[outputs] if there is one. Drawn from +-1 / sqrt(inputs). */
extern const tp_layer_kind tp_slide;  /* N -> N, a ring: columns j - 1, j, j + 1 mod N, each once */
extern const tp_layer_kind tp_spread; /* M -> M + 2: columns max(0, j - 2) ... min(j, M - 1) */
extern const tp_layer_kind tp_gather; /* M -> max(M - 2, 1) */

enum { TP_GLIA_BAND = 3 };

/* How many outputs a layer of that kind makes of so many inputs. */
size_t tp_glia_outputs(const tp_layer_kind *kind, size_t inputs);

/* The columns that an output reads, in rising order; returns how many. */
size_t tp_glia_columns(const tp_layer *layer, size_t output, size_t columns[TP_GLIA_BAND]);

/* How many of its parameters belong to an input or are biases. */
size_t tp_glia_in_use(const tp_layer *layer);

bool tp_is_glia(const tp_layer_kind *kind);

#endif
