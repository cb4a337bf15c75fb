/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/anan_network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

typedef struct planning {
    tp_anan_network *network;
    const tp_resolved *resolved;
    tp_error *error;
    size_t channels, rows, columns; /* of the image so far; rows 0: numbers in a row */
    size_t numbers;
    size_t seen[TP_ANAN_SOFTMAX + 1]; /* layers of each kind */
    char path[40];                    /* of the layer at hand */
} planning;

void tp_anan_network_free(tp_anan_network *network) {
    free(network->layers);
    free(network->settings);
    free(network->names);
    *network = (tp_anan_network){0};
}

static tp_status wrong(const planning *p, const char *why) {
    return tp_resolved_fail(p->resolved, p->error, p->path, "%s", why);
}

static tp_status add(planning *p, const tp_layer_kind *kind, size_t outputs, const void *setting) {
    p->network->layers[p->network->count++] = (tp_layer){kind, p->numbers, outputs, setting};
    p->numbers = outputs;
    return TP_OK;
}

static tp_status plan_conv(planning *p, const tp_anan_layer *layer) {
    tp_conv_setting *s = &p->network->settings[p->network->count].conv;
    const size_t size = layer->size > 0 ? (size_t)layer->size : 3;
    if (p->rows == 0)
        return wrong(p, "a conv stands behind flatten or dense; it takes images");
    if (layer->units < 1)
        return wrong(p, "a conv without units; expected the number of its kernels");
    if (layer->same && size % 2 == 0)
        return wrong(p, "a kernel of even size has no middle; with padding: same expected an odd "
                        "one");
    *s = (tp_conv_setting){p->channels,          p->rows, p->columns,
                           (size_t)layer->units, size,    layer->same ? size / 2 : 0};
    if (tp_conv_rows(s) == 0 || tp_conv_columns(s) == 0)
        return wrong(p, "the image is smaller than the kernel by now");
    p->channels = s->kernels;
    p->rows = tp_conv_rows(s);
    p->columns = tp_conv_columns(s);
    return add(p, &tp_conv, p->channels * p->rows * p->columns, s);
}

static tp_status plan_pool(planning *p, const tp_anan_layer *layer) {
    tp_pool_setting *s = &p->network->settings[p->network->count].pool;
    const size_t size = layer->size > 0 ? (size_t)layer->size : 2;
    if (p->rows == 0)
        return wrong(p, "a max_pool stands behind flatten or dense; it takes images");
    if (p->rows < size || p->columns < size)
        return wrong(p, "the image is smaller than what is pooled by now");
    *s = (tp_pool_setting){p->channels, p->rows, p->columns, size};
    p->rows /= size;
    p->columns /= size;
    return add(p, &tp_max_pool, p->channels * p->rows * p->columns, s);
}

static tp_status plan_layer(planning *p, const tp_anan_layer *layer) {
    switch (layer->kind) {
    case TP_ANAN_CONV:
        return plan_conv(p, layer);
    case TP_ANAN_MAX_POOL:
        return plan_pool(p, layer);
    case TP_ANAN_DENSE:
        if (layer->units < 1)
            return wrong(p, "a dense layer without units; expected the number of its outputs");
        p->rows = 0;
        return add(p, &tp_dense_he, (size_t)layer->units, NULL);
    case TP_ANAN_FLATTEN:
        p->rows = 0;
        return add(p, &tp_flatten, p->numbers, NULL);
    case TP_ANAN_SIGMOID:
        return add(p, &tp_sigmoid, p->numbers, NULL);
    case TP_ANAN_SOFTMAX:
        return TP_OK;
    default:
        return add(p, &tp_relu, p->numbers, NULL);
    }
}

static tp_status name_layer(planning *p, const tp_anan_layer *layer, size_t at) {
    char *name = p->network->names[at];
    p->seen[layer->kind]++;
    if (layer->name)
        snprintf(name, sizeof *p->network->names, "%s", layer->name);
    else
        snprintf(name, sizeof *p->network->names, "%s%zu", tp_anan_layer_names[layer->kind],
                 p->seen[layer->kind]);
    if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 ||
        (layer->name && strlen(layer->name) >= sizeof *p->network->names))
        return wrong(p, "a layer's name has from 1 to 31 letters, and no '/'");
    for (size_t i = 0; i < at; i++)
        if (strcmp(p->network->names[i], name) == 0)
            return wrong(p, "another layer has this name");
    return TP_OK;
}

/* Two classes end in one sigmoid, or as any number do, in a softmax. */
static tp_status plan_end(planning *p, const tp_anan_layer *last, size_t classes) {
    tp_anan_network *n = p->network;
    if (last->kind != TP_ANAN_SIGMOID && last->kind != TP_ANAN_SOFTMAX)
        return wrong(p, "expected sigmoid or softmax as the last layer");
    n->columns = p->numbers;
    n->loss = last->kind == TP_ANAN_SIGMOID ? &tp_binary_cross_entropy : &tp_softmax_cross_entropy;
    const size_t expected = last->kind == TP_ANAN_SIGMOID ? 1 : classes;
    if (last->kind == TP_ANAN_SIGMOID && classes != 2) {
        tp_resolved_fail(p->resolved, p->error, p->path,
                         "sigmoid ends a network for two classes, and there are %zu", classes);
        return tp_hint(p->error, "end it in {kind: dense, units: %zu}, softmax", classes);
    }
    if (p->numbers == expected)
        return TP_OK;
    tp_resolved_fail(p->resolved, p->error, p->path, "found %zu outputs, expected %zu", p->numbers,
                     expected);
    return tp_hint(p->error, "let {kind: dense, units: %zu} be the layer before", expected);
}

static tp_status find_astrocytes(planning *p, const char *wanted) {
    tp_anan_network *n = p->network;
    for (size_t i = 0; i < n->count; i++)
        if (n->layers[i].kind == &tp_conv && strcmp(n->names[i], wanted) == 0) {
            n->astrocytes = i;
            return TP_OK;
        }
    char list[200] = "";
    for (size_t i = 0; i < n->count; i++)
        if (n->layers[i].kind == &tp_conv && strlen(list) < 150)
            snprintf(list + strlen(list), 40, "%s%s", *list ? ", " : "", n->names[i]);
    return tp_resolved_fail(p->resolved, p->error, "astrocytes.layer",
                            "there is no conv '%.60s'; expected one of: %s", wanted,
                            *list ? list : "(the network has none)");
}

tp_status tp_anan_network_plan(const tp_anan_description *d, const tp_image_sets *sets,
                               const tp_resolved *resolved, tp_anan_network *network,
                               tp_error *error) {
    const size_t count = d->layers.count;
    const tp_anan_layer *layers = d->layers.items;
    const tp_image_set *images = &sets->train;
    planning p = {network,
                  resolved,
                  error,
                  images->channels,
                  images->rows,
                  images->columns,
                  images->channels * images->rows * images->columns,
                  {0},
                  ""};
    *network = (tp_anan_network){.layers = calloc(count + 1, sizeof *network->layers),
                                 .settings = calloc(count + 1, sizeof *network->settings),
                                 .names = calloc(count + 1, sizeof *network->names)};
    if (!network->layers || !network->settings || !network->names)
        return tp_fail_memory(error, "planning the network");
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        snprintf(p.path, sizeof p.path, "layers.%zu", i);
        if (i + 1 < count && layers[i].kind >= TP_ANAN_SIGMOID)
            status = wrong(&p, "sigmoid and softmax can only be the last layer");
        if (status == TP_OK)
            status = name_layer(&p, &layers[i], i);
        if (status == TP_OK)
            status = plan_layer(&p, &layers[i]);
    }
    if (status == TP_OK)
        status = plan_end(&p, &layers[count - 1], sets->classes);
    return status == TP_OK ? find_astrocytes(&p, d->astrocytes.layer) : status;
}

void tp_anan_probabilities(const tp_anan_network *network, size_t n, const double *outputs,
                           double *probabilities) {
    const size_t columns = network->columns;
    if (network->loss == &tp_binary_cross_entropy) {
        memcpy(probabilities, outputs, n * columns * sizeof *outputs);
        return;
    }
    for (size_t i = 0; i < n; i++, outputs += columns, probabilities += columns) {
        double most = outputs[0], sum = 0;
        for (size_t k = 1; k < columns; k++)
            most = fmax(most, outputs[k]);
        for (size_t k = 0; k < columns; k++)
            sum += probabilities[k] = exp(outputs[k] - most);
        for (size_t k = 0; k < columns; k++)
            probabilities[k] /= sum;
    }
}
