/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can go wrong between units: transmitter that leaks to neighbours, noise, signals that are
 * dropped; and weights that are lost or shaken after training. The first three are layers. */
#ifndef TP_NETWORKS_TRANSMITTER_H
#define TP_NETWORKS_TRANSMITTER_H

#include "learning/stack.h"

/* The setting of the layers below. */
typedef struct tp_transmitter_setting {
    double level;    /* sigma, or the probability to be dropped */
    uint32_t number; /* of the layer among those of its network, below 256 */
    size_t batch;    /* samples of a batch, all but the last of an epoch */
} tp_transmitter_setting;

/* y_i = g0 (g1 x[i-1] + g0 x[i] + g1 x[i+1]), zeros outside; e = exp(-1/(2 sigma^2)),
 * g0 = 1 / (1 + 2 e), g1 = e / (1 + 2 e). 0: y = x. */
extern const tp_layer_kind tp_leak;
/* y = x + sigma N(0, 1), in tests too. */
extern const tp_layer_kind tp_noise;
/* In training, x / (1 - p) or, with probability p, 0; in tests y = x. */
extern const tp_layer_kind tp_drop;

/* Adds sigma N(0, 1) to each weight of dense and glia layers, or makes it 0 with probability p;
 * biases stay. */
void tp_weights_shake(tp_stack *stack, double sigma, uint64_t seed, uint32_t trial);
void tp_weights_lose(tp_stack *stack, double probability, uint64_t seed, uint32_t trial);

#endif
