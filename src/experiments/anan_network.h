/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario's list of layers, as layers. */
#ifndef TP_EXPERIMENTS_ANAN_NETWORK_H
#define TP_EXPERIMENTS_ANAN_NETWORK_H

#include "experiments/anan_block.h"
#include "learning/loss.h"
#include "learning/stack.h"

typedef union tp_anan_layer_setting {
    tp_conv_setting conv;
    tp_pool_setting pool;
} tp_anan_layer_setting;

typedef struct tp_anan_network {
    tp_layer *layers; /* without a softmax at the end: its loss takes what comes before it */
    tp_anan_layer_setting *settings; /* [layer] */
    char (*names)[32];               /* [layer] */
    size_t count;
    const tp_loss *loss;
    size_t columns;    /* outputs: 1 of a sigmoid, else the classes */
    size_t astrocytes; /* the layer that they are on */
} tp_anan_network;

/* TP_INVALID, at its place in the scenario, where a layer does not fit. */
tp_status tp_anan_network_plan(const tp_anan_description *description, const tp_image_sets *sets,
                               const tp_resolved *resolved, tp_anan_network *network,
                               tp_error *error);
void tp_anan_network_free(tp_anan_network *network);

/* Outputs become probabilities. */
void tp_anan_probabilities(const tp_anan_network *network, size_t n, const double *outputs,
                           double *probabilities);

#endif
