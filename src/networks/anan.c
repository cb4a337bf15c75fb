/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/anan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

const char *const tp_anan_activity_names[] = {"pre_mean", "post_mean", "fraction_active", NULL};

static size_t changes(const tp_anan_reading *reading, const tp_anan_setting *setting) {
    return reading->last_pass ? setting->k - 1 : setting->k;
}

bool tp_anan_can_act(const tp_anan_reading *reading, const tp_anan_setting *setting) {
    return reading->literal || changes(reading, setting) >= setting->mu;
}

/* Until r reaches mu or -mu no weight changes, so that it gets there by the shortest way; from
 * there on it holds. What counts is how many steps are left. */
bool tp_anan_same(const tp_anan_reading *reading, const tp_anan_setting *a,
                  const tp_anan_setting *b) {
    if (reading->literal)
        return a->k == b->k && a->mu == b->mu && a->a == b->a && a->b == b->b;
    const bool acts = tp_anan_can_act(reading, a);
    if (acts != tp_anan_can_act(reading, b))
        return false;
    return !acts || (a->k - a->mu == b->k - b->mu && a->a == b->a && a->b == b->b);
}

double tp_anan_activity_of(tp_anan_activity activity, const double *map, size_t places) {
    double sum = 0;
    for (size_t i = 0; i < places; i++)
        if (activity == TP_ANAN_PRE_MEAN)
            sum += map[i];
        else if (map[i] > 0)
            sum += activity == TP_ANAN_POST_MEAN ? map[i] : 1;
    return sum / (double)places;
}

void tp_anan_step(const tp_anan_reading *reading, const tp_anan_setting *setting, bool active,
                  int *r, size_t count, double *weights) {
    const int mu = (int)setting->mu;
    if (*r != mu && *r != -mu)
        *r += active ? 1 : -1;
    double part = reading->literal ? 1 : 0;
    if (*r == mu)
        part = reading->a_is_increment ? setting->a : setting->a - 1;
    else if (*r == -mu)
        part = -setting->b;
    for (size_t i = 0; part != 0 && i < count; i++)
        weights[i] += fabs(weights[i]) * part;
}

static const tp_conv_setting *conv_of(const tp_anan *anan) {
    return anan->stack->layers[anan->layer].setting;
}

static size_t places_of(const tp_conv_setting *s) {
    return tp_conv_rows(s) * tp_conv_columns(s);
}

static const double *trained_weights(const tp_anan *anan) {
    return anan->stack->parameters + anan->stack->first[anan->layer];
}

tp_status tp_anan_create(const tp_stack *stack, size_t layer, const tp_anan_reading *reading,
                         size_t room, tp_anan **out, tp_error *error) {
    if (layer >= stack->layer_count || stack->layers[layer].kind != &tp_conv)
        return tp_fail(error, TP_INVALID, "", "layer %zu is no convolution", layer);
    tp_anan *anan = calloc(1, sizeof *anan);
    if (!anan)
        return tp_fail_memory(error, "making astrocytes");
    anan->stack = stack;
    anan->layer = layer;
    anan->reading = *reading;
    const tp_conv_setting *s = conv_of(anan);
    const size_t outputs = stack->layers[layer].outputs;
    tp_status status = tp_workspace_create(stack, room, &anan->workspace, error);
    anan->maps = malloc((room + 1) * outputs * sizeof *anan->maps);
    anan->weights = malloc(s->kernels * tp_conv_weights(s) * sizeof *anan->weights);
    anan->scratch = malloc(outputs * sizeof *anan->scratch);
    anan->r = malloc(s->kernels * sizeof *anan->r);
    if (status == TP_OK && !(anan->maps && anan->weights && anan->scratch && anan->r))
        status = tp_fail_memory(error, "making astrocytes");
    if (status == TP_OK)
        *out = anan;
    else
        tp_anan_destroy(&anan);
    return status;
}

void tp_anan_destroy(tp_anan **anan) {
    if (!*anan)
        return;
    tp_workspace_destroy(&(*anan)->workspace);
    free((*anan)->maps);
    free((*anan)->weights);
    free((*anan)->scratch);
    free((*anan)->r);
    free(*anan);
    *anan = NULL;
}

/* Takes the batch through layers from ... until - 1. */
static void pass_layers(tp_anan *anan, size_t from, size_t until) {
    const tp_stack *stack = anan->stack;
    const tp_workspace *w = anan->workspace;
    const tp_pass pass = {.training = false};
    for (size_t k = from; k < until; k++)
        stack->layers[k].kind->forward(&stack->layers[k], &pass,
                                       stack->parameters + stack->first[k], anan->count,
                                       w->values[k], w->values[k + 1], w->memos[k]);
}

void tp_anan_take(tp_anan *anan, size_t n, const double *images) {
    const tp_layer *layer = &anan->stack->layers[anan->layer];
    anan->count = n;
    memcpy(tp_workspace_input(anan->workspace), images,
           n * anan->stack->layers[0].inputs * sizeof *images);
    pass_layers(anan, 0, anan->layer + 1);
    memcpy(anan->maps, anan->workspace->values[anan->layer + 1],
           n * layer->outputs * sizeof *anan->maps);
    anan->passes += n;
}

/* The image's maps, by the weights at hand. */
static void pass_image(tp_anan *anan, size_t image, double *maps) {
    const tp_conv_setting *s = conv_of(anan);
    const double *patches =
        anan->workspace->memos[anan->layer] + image * tp_conv_weights(s) * places_of(s);
    const double *bias = trained_weights(anan) + s->kernels * tp_conv_weights(s);
    tp_conv_maps(s, anan->weights, bias, patches, maps);
    anan->passes++;
}

static void begin(tp_anan *anan) {
    const tp_conv_setting *s = conv_of(anan);
    memcpy(anan->weights, trained_weights(anan),
           s->kernels * tp_conv_weights(s) * sizeof *anan->weights);
    memset(anan->r, 0, s->kernels * sizeof *anan->r);
}

/* One step of all astrocytes. `maps` NULL: all r hold, and nobody looks. True where a weight may
 * have changed. */
static bool step(tp_anan *anan, const tp_anan_setting *setting, const double *maps) {
    const tp_conv_setting *s = conv_of(anan);
    const size_t places = places_of(s), count = tp_conv_weights(s);
    const int mu = (int)setting->mu;
    bool changed = anan->reading.literal;
    for (size_t j = 0; j < s->kernels; j++) {
        const bool active = maps && tp_anan_activity_of(anan->reading.activity, maps + j * places,
                                                        places) > anan->reading.threshold;
        tp_anan_step(&anan->reading, setting, active, &anan->r[j], count,
                     anan->weights + j * count);
        changed = changed || anan->r[j] == mu || anan->r[j] == -mu;
    }
    return changed;
}

static bool all_hold(const tp_anan *anan, const tp_anan_setting *setting) {
    for (size_t j = 0; j < conv_of(anan)->kernels; j++)
        if (abs(anan->r[j]) != (int)setting->mu)
            return false;
    return true;
}

static void modulate(tp_anan *anan, size_t image, const tp_anan_setting *setting, double *out) {
    const size_t outputs = anan->stack->layers[anan->layer].outputs;
    const double *maps = anan->maps + image * outputs; /* of the weights at hand, unless NULL */
    begin(anan);
    for (size_t t = 0; t < changes(&anan->reading, setting); t++) {
        const bool look = !all_hold(anan, setting);
        if (look && !maps) {
            pass_image(anan, image, anan->scratch);
            maps = anan->scratch;
        }
        if (step(anan, setting, look ? maps : NULL))
            maps = NULL;
    }
    if (maps)
        memcpy(out, maps, outputs * sizeof *out);
    else
        pass_image(anan, image, out);
}

const double *tp_anan_outputs(tp_anan *anan, const tp_anan_setting *setting) {
    const size_t outputs = anan->stack->layers[anan->layer].outputs;
    double *to = anan->workspace->values[anan->layer + 1];
    if (setting)
        for (size_t i = 0; i < anan->count; i++)
            modulate(anan, i, setting, to + i * outputs);
    else
        memcpy(to, anan->maps, anan->count * outputs * sizeof *to);
    pass_layers(anan, anan->layer + 1, anan->stack->layer_count);
    return tp_workspace_output(anan->workspace);
}

void tp_anan_follow(tp_anan *anan, size_t image, const tp_anan_setting *setting,
                    const tp_anan_trace *trace) {
    const tp_conv_setting *s = conv_of(anan);
    const size_t places = places_of(s), all = s->kernels * tp_conv_weights(s);
    begin(anan);
    for (size_t t = 0; t <= setting->k; t++) {
        if (t > 0) {
            pass_image(anan, image, anan->scratch);
            for (size_t j = 0; j < s->kernels; j++)
                trace->activity[(t - 1) * s->kernels + j] =
                    tp_anan_activity_of(anan->reading.activity, anan->scratch + j * places, places);
            step(anan, setting, anan->scratch);
        }
        memcpy(trace->r + t * s->kernels, anan->r, s->kernels * sizeof *anan->r);
        memcpy(trace->weights + t * all, anan->weights, all * sizeof *anan->weights);
    }
}
