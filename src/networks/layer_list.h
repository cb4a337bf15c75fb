/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network as a scenario lists it, layer by layer, and the stacks that are made of it. */
#ifndef TP_NETWORKS_LAYER_LIST_H
#define TP_NETWORKS_LAYER_LIST_H

#include "learning/stack.h"
#include "networks/glia_layers.h"
#include "networks/transmitter.h"
#include "scenario/schema.h"

typedef struct tp_layer_item {
    int kind;
    int64_t inputs, outputs; /* 0: as it comes */
} tp_layer_item;

typedef struct tp_layered_description {
    const char *name;
    int bias, gather;
    tp_block_list layers; /* of tp_layer_item */
} tp_layered_description;

extern const tp_block tp_layered_block;

/* What happens to the signals behind each slide and gather. */
typedef struct tp_disturbance {
    double leak, noise, drop;
} tp_disturbance;

/* Nothing changes it once it is made, so that threads may make stacks of it. It stays where it is:
 * its layers point into it. */
typedef struct tp_layered {
    const char *name;
    tp_glia_setting setting;
    tp_layer *layers; /* with those that disturb */
    size_t count;
    tp_transmitter_setting *transmitters;
    bool disturbed;
} tp_layered;

/* TP_INVALID, with the number of the layer, where sizes do not chain, or do not lead from `inputs`
 * to `outputs`. `path` is that of the description. */
tp_status tp_layered_create(const tp_layered_description *description, size_t inputs,
                            size_t outputs, const tp_disturbance *disturbance, size_t batch,
                            const tp_resolved *resolved, const char *path, tp_layered *layered,
                            tp_error *error);
void tp_layered_free(tp_layered *layered);

/* Its parameters do not depend on what disturbs the network. */
tp_status tp_layered_stack(const tp_layered *layered, uint64_t seed, uint32_t trial,
                           tp_stack **stack, tp_error *error);

#endif
