/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/layer_list.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fail.h"

enum { MOST_LAYERS = 64, MOST_UNITS = 1000000 };

static const tp_layer_kind *const kinds[] = {&tp_slide,   &tp_spread,  &tp_gather, &tp_dense,
                                             &tp_softmax, &tp_sigmoid, &tp_relu};
static const char *const kind_names[] = {"slide",   "spread",  "gather", "dense",
                                         "softmax", "sigmoid", "relu",   NULL};

static const tp_field layer_fields[] = {
    {.key = "kind",
     .kind = TP_CHOICE,
     .offset = offsetof(tp_layer_item, kind),
     .values = kind_names,
     .fallback = "slide",
     .help = "see layers"},
    {.key = "outputs",
     .kind = TP_INTEGER,
     .offset = offsetof(tp_layer_item, outputs),
     .fallback = "0",
     .lower = 0,
     .upper = MOST_UNITS,
     .help = "of dense; of others 0, or what it has to be"},
    {.key = "inputs",
     .kind = TP_INTEGER,
     .offset = offsetof(tp_layer_item, inputs),
     .fallback = "0",
     .lower = 0,
     .upper = MOST_UNITS,
     .help = "0, or what it has to be"},
    {0},
};
static const tp_block layer_block = {sizeof(tp_layer_item), layer_fields, "kind", NULL};

static const tp_field layered_fields[] = {
    {.key = "name",
     .kind = TP_TEXT,
     .offset = offsetof(tp_layered_description, name),
     .fallback = "network",
     .help = "letters, digits, - and _"},
    {.key = "bias",
     .kind = TP_CHOICE,
     .offset = offsetof(tp_layered_description, bias),
     .values = tp_glia_bias_names,
     .fallback = "published",
     .help = "of astrocyte layers: applied after each input (as published), added once, or none"},
    {.key = "gather",
     .kind = TP_CHOICE,
     .offset = offsetof(tp_layered_description, gather),
     .values = tp_gather_reading_names,
     .fallback = "published",
     .help = "published: a ring over the first N - 2 inputs, the last two are never read; window: "
             "inputs j, j + 1, j + 2"},
    {.key = "layers",
     .kind = TP_BLOCKS,
     .offset = offsetof(tp_layered_description, layers),
     .block = &layer_block,
     .help = "a bare word is a layer of that kind; astrocytes: slide N to N, spread N to N + 2, "
             "gather N to N - 2; neurons: dense; between them softmax, sigmoid, relu"},
    {0},
};
const tp_block tp_layered_block = {sizeof(tp_layered_description), layered_fields, NULL, NULL};

/* What the item makes of so many inputs. */
static tp_status size_of(const tp_layer_item *item, size_t number, size_t inputs, size_t before,
                         const tp_resolved *resolved, const char *path, size_t *outputs,
                         tp_error *error) {
    const tp_layer_kind *kind = kinds[item->kind];
    char where[200];
    snprintf(where, sizeof where, "%.150s.layers.%zu.kind", path, number);
    if (item->inputs > 0 && (size_t)item->inputs != inputs) {
        if (number == 0)
            return tp_resolved_fail(resolved, error, where,
                                    "layer 0 (%s) is to take %lld numbers, but there are %zu",
                                    kind->name, (long long)item->inputs, inputs);
        return tp_resolved_fail(resolved, error, where,
                                "layer %zu (%s) is to take %lld numbers, but layer %zu gives %zu",
                                number, kind->name, (long long)item->inputs, before, inputs);
    }
    if (kind == &tp_dense && item->outputs == 0) {
        tp_resolved_fail(resolved, error, where, "layer %zu (dense) has no size", number);
        return tp_hint(error, "such as {kind: dense, outputs: 20}");
    }
    *outputs = kind == &tp_dense ? (size_t)item->outputs : tp_glia_outputs(kind, inputs);
    if (item->outputs > 0 && (size_t)item->outputs != *outputs)
        return tp_resolved_fail(resolved, error, where,
                                "layer %zu (%s) is to give %lld numbers, but it makes %zu of %zu",
                                number, kind->name, (long long)item->outputs, *outputs, inputs);
    return TP_OK;
}

static void disturb(tp_layered *l, const tp_disturbance *disturbance, size_t width, size_t batch) {
    const struct {
        const tp_layer_kind *kind;
        double level;
    } all[] = {{&tp_leak, disturbance->leak},
               {&tp_noise, disturbance->noise},
               {&tp_drop, disturbance->drop}};
    for (int i = 0; i < 3; i++)
        if (all[i].level > 0) {
            tp_transmitter_setting *s = &l->transmitters[l->count];
            *s = (tp_transmitter_setting){all[i].level, (uint32_t)l->count, batch};
            l->layers[l->count++] = (tp_layer){all[i].kind, width, width, s};
            l->disturbed = true;
        }
}

tp_status tp_layered_create(const tp_layered_description *d, size_t inputs, size_t outputs,
                            const tp_disturbance *disturbance, size_t batch,
                            const tp_resolved *resolved, const char *path, tp_layered *l,
                            tp_error *error) {
    const tp_layer_item *items = d->layers.items;
    char where[200];
    *l = (tp_layered){.name = d->name};
    l->setting = (tp_glia_setting){(tp_glia_bias)d->bias, (tp_gather_reading)d->gather};
    snprintf(where, sizeof where, "%.150s.layers", path);
    if (d->layers.count == 0 || d->layers.count > MOST_LAYERS)
        return tp_resolved_fail(resolved, error, where, "found %zu layers, expected from 1 to %d",
                                d->layers.count, (int)MOST_LAYERS);
    l->layers = calloc(4 * d->layers.count, sizeof *l->layers);
    l->transmitters = calloc(4 * d->layers.count, sizeof *l->transmitters);
    if (!l->layers || !l->transmitters)
        return tp_fail_memory(error, "planning a network");
    size_t width = inputs, next = 0;
    for (size_t k = 0; k < d->layers.count; k++, width = next) {
        const tp_layer_kind *kind = kinds[items[k].kind];
        tp_status status =
            size_of(&items[k], k, width, k > 0 ? k - 1 : 0, resolved, path, &next, error);
        if (status != TP_OK)
            return status;
        l->layers[l->count++] =
            (tp_layer){kind, width, next, tp_is_glia(kind) ? &l->setting : NULL};
        if (kind == &tp_slide || kind == &tp_gather)
            disturb(l, disturbance, next, batch);
    }
    if (width == outputs)
        return TP_OK;
    snprintf(where, sizeof where, "%.150s.layers.%zu.kind", path, d->layers.count - 1);
    return tp_resolved_fail(resolved, error, where,
                            "layer %zu (%s), the last, gives %zu numbers; expected %zu, one for "
                            "each answer",
                            d->layers.count - 1, kinds[items[d->layers.count - 1].kind]->name,
                            width, outputs);
}

void tp_layered_free(tp_layered *l) {
    free(l->layers);
    free(l->transmitters);
    *l = (tp_layered){0};
}

static bool is_disturbance(const tp_layer_kind *kind) {
    return kind == &tp_leak || kind == &tp_noise || kind == &tp_drop;
}

tp_status tp_layered_stack(const tp_layered *l, uint64_t seed, uint32_t trial, tp_stack **stack,
                           tp_error *error) {
    tp_status status = tp_stack_create(l->layers, l->count, seed, trial, stack, error);
    if (status != TP_OK)
        return status;
    /* Drawn again by the number that a layer has where nothing disturbs. */
    uint32_t number = 0;
    for (size_t k = 0; k < l->count; k++) {
        const tp_layer *layer = &(*stack)->layers[k];
        if (layer->kind->initialise)
            layer->kind->initialise(layer, seed, trial, number,
                                    (*stack)->parameters + (*stack)->first[k]);
        number += !is_disturbance(layer->kind);
    }
    return TP_OK;
}
