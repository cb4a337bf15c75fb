/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/wiring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "networks/wiring_build.h"

static const double MOST_LINKS = 1e9;

void tp_wiring_words(const tp_wiring_build *build, tp_purpose purpose, size_t source,
                     uint64_t index, uint32_t words[4]) {
    const tp_stream_key key = {build->seed, purpose, build->trial, (uint32_t)source};
    tp_random_words(&key, (uint32_t)index, words);
}

tp_status tp_wiring_add(tp_wiring_build *build, uint64_t target) {
    tp_links *links = &build->links;
    if (links->count == links->room) {
        const uint64_t room = links->room ? links->room + links->room / 2 : 4096;
        uint32_t *grown = realloc(links->target, room * sizeof *grown);
        if (!grown)
            return tp_fail_memory(build->error, "wiring a reservoir");
        links->target = grown;
        links->room = room;
    }
    links->target[links->count++] = (uint32_t)target;
    return TP_OK;
}

static int by_number(const void *left, const void *right) {
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

void tp_wiring_end_source(tp_wiring_build *build, size_t source) {
    tp_links *links = &build->links;
    const uint64_t first = build->wiring->first[source];
    if (links->count > first)
        qsort(links->target + first, links->count - first, sizeof *links->target, by_number);
    uint64_t kept = first;
    for (uint64_t i = first; i < links->count; i++)
        if (i == first || links->target[i] != links->target[kept - 1])
            links->target[kept++] = links->target[i];
    links->count = kept;
    build->wiring->first[source + 1] = kept;
}

/* Units are dealt to subnetworks like cards; the last neurons of each are inhibitory. */
static void deal(tp_wiring *w, const tp_wiring_description *d) {
    const size_t count = w->subnetworks;
    for (size_t i = 0; i < w->neurons; i++)
        w->subnetwork[i] = (uint32_t)(i % count);
    for (size_t i = 0; i < w->astrocytes; i++) {
        w->subnetwork[w->neurons + i] = (uint32_t)(i % count);
        w->kind[w->neurons + i] = TP_UNIT_ASTROCYTE;
    }
    for (size_t s = 0; s < count && s < w->neurons; s++) {
        const size_t members = (w->neurons - s + count - 1) / count;
        const size_t inhibitory = (size_t)floor(d->inhibitory * (double)members + 0.5);
        for (size_t k = members - inhibitory; k < members; k++)
            w->kind[s + k * count] = TP_UNIT_INHIBITORY;
        w->statistics.inhibitory += inhibitory;
    }
}

static tp_status allocate(tp_wiring *w, tp_error *error) {
    w->kind = calloc(w->units + 1, sizeof *w->kind);
    w->subnetwork = calloc(w->units + 1, sizeof *w->subnetwork);
    w->place = calloc(w->units + 1, sizeof *w->place);
    w->first = calloc(w->units + 1, sizeof *w->first);
    if (!w->kind || !w->subnetwork || !w->place || !w->first)
        return tp_fail_memory(error, "wiring a reservoir");
    return TP_OK;
}

/* Weights follow when the fan-in of each target is known. */
static tp_status weigh(tp_wiring_build *build) {
    tp_wiring *w = build->wiring;
    const uint64_t links = w->first[w->units];
    uint32_t *fan_in = calloc(w->units + 1, sizeof *fan_in);
    w->weight = malloc((links + 1) * sizeof *w->weight);
    if (!fan_in || !w->weight) {
        free(fan_in);
        return tp_fail_memory(build->error, "wiring a reservoir");
    }
    for (uint64_t k = 0; k < links; k++)
        fan_in[w->target[k]]++;
    for (size_t i = 0; i < w->units; i++)
        for (uint64_t k = w->first[i]; k < w->first[i + 1]; k++) {
            uint32_t words[4];
            tp_wiring_words(build, TP_PURPOSE_LINK_WEIGHT, i, w->target[k], words);
            const double weight =
                tp_random_unit(words[0], words[1]) / sqrt((double)fan_in[w->target[k]]);
            w->weight[k] = w->kind[i] == TP_UNIT_INHIBITORY ? -weight : weight;
            w->statistics.links[i >= w->neurons][w->target[k] >= w->neurons]++;
        }
    for (size_t i = 0; i < w->units; i++) {
        const int astrocyte = i >= w->neurons;
        w->statistics.mean_fan_in[astrocyte] += fan_in[i];
        if (fan_in[i] > w->statistics.most_fan_in[astrocyte])
            w->statistics.most_fan_in[astrocyte] = fan_in[i];
    }
    free(fan_in);
    if (w->neurons > 0)
        w->statistics.mean_fan_in[0] /= (double)w->neurons;
    if (w->astrocytes > 0)
        w->statistics.mean_fan_in[1] /= (double)w->astrocytes;
    return TP_OK;
}

static size_t count_subnetworks(const tp_wiring_description *d, size_t neurons) {
    if (d->kind == TP_WIRING_MAASS)
        return 1;
    if (d->subnetworks > 0)
        return (size_t)d->subnetworks;
    return neurons >= 10 ? neurons / 10 : 1;
}

/* Links from astrocytes are far fewer than those between neurons. */
tp_status tp_wiring_check(const tp_wiring_description *d, size_t neurons, size_t astrocytes,
                          tp_error *error) {
    const double n = (double)neurons, units = n + (double)astrocytes;
    const double own = n / (double)count_subnetworks(d, neurons);
    const double links = d->kind == TP_WIRING_MAASS
                             ? units * fmin(units, 9 * (1 + 4 * d->lambda))
                             : n * (own * d->within + (n - own) * d->between);
    if (links <= MOST_LINKS)
        return TP_OK;
    tp_fail(error, TP_INVALID, "", "about %.2g links are more than can be held (%.0g)", links,
            MOST_LINKS);
    return tp_hint(error, "choose fewer units, or lower probabilities");
}

tp_status tp_wiring_create(const tp_wiring_description *d, size_t neurons, size_t astrocytes,
                           uint64_t seed, uint32_t trial, tp_wiring *wiring, tp_error *error) {
    *wiring = (tp_wiring){
        .neurons = neurons,
        .astrocytes = astrocytes,
        .units = neurons + astrocytes,
        .subnetworks = count_subnetworks(d, neurons),
    };
    tp_wiring_build build = {
        .description = d, .wiring = wiring, .seed = seed, .trial = trial, .error = error};
    tp_status status = tp_wiring_check(d, neurons, astrocytes, error);
    if (status == TP_OK)
        status = allocate(wiring, error);
    if (status == TP_OK) {
        deal(wiring, d);
        status =
            d->kind == TP_WIRING_MAASS ? tp_wiring_maass(&build) : tp_wiring_tripartite(&build);
    }
    wiring->target = build.links.target;
    free(build.astrocytic);
    if (status == TP_OK)
        status = weigh(&build);
    if (status != TP_OK)
        tp_wiring_free(wiring);
    return status;
}

void tp_wiring_free(tp_wiring *wiring) {
    free(wiring->kind);
    free(wiring->subnetwork);
    free(wiring->place);
    free(wiring->first);
    free(wiring->target);
    free(wiring->weight);
    *wiring = (tp_wiring){0};
}
