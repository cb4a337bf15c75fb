/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subnetworks that mimic tripartite synapses (Yang et al., arXiv 2503.06798; the probabilities are
 * a reconstruction): each link between two neurons of a subnetwork draws one of its astrocytes,
 * which may listen to the sender and speak to either. */
#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "networks/wiring_build.h"

static int by_code(const void *left, const void *right) {
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static tp_status add_from_astrocyte(tp_wiring_build *build, uint64_t astrocyte, size_t target) {
    if (build->astrocytic_count == build->astrocytic_room) {
        const uint64_t room = build->astrocytic_room ? 2 * build->astrocytic_room : 1024;
        uint64_t *grown = realloc(build->astrocytic, room * sizeof *grown);
        if (!grown)
            return tp_fail_memory(build->error, "wiring a reservoir");
        build->astrocytic = grown;
        build->astrocytic_room = room;
    }
    build->astrocytic[build->astrocytic_count++] = astrocyte << 32 | target;
    return TP_OK;
}

static int comes_up(uint32_t word, double probability) {
    return (double)word * 0x1p-32 < probability;
}

/* The links of the astrocyte that attends to the link from `pre` to `post`. */
static tp_status attend(tp_wiring_build *build, size_t pre, size_t post) {
    const tp_wiring_description *d = build->description;
    tp_wiring *w = build->wiring;
    tp_wiring_statistics *statistics = &w->statistics;
    const size_t own = w->subnetwork[pre], count = w->subnetworks;
    const size_t members = own < w->astrocytes ? (w->astrocytes - own + count - 1) / count : 0;
    if (members == 0)
        return TP_OK;
    uint32_t words[4];
    tp_wiring_words(build, TP_PURPOSE_WIRING_ASTROCYTE, pre, post, words);
    const uint64_t drawn = (uint64_t)words[0] * members >> 32;
    const uint64_t astrocyte = w->neurons + own + drawn * count;
    tp_status status = TP_OK;
    statistics->attended++;
    if (comes_up(words[1], d->pre_to_astrocyte)) {
        statistics->pre_to_astrocyte++;
        status = tp_wiring_add(build, astrocyte);
    }
    if (status == TP_OK && comes_up(words[2], d->astrocyte_to_pre)) {
        statistics->astrocyte_to_pre++;
        status = add_from_astrocyte(build, astrocyte, pre);
    }
    if (status == TP_OK && comes_up(words[3], d->astrocyte_to_post)) {
        statistics->astrocyte_to_post++;
        status = add_from_astrocyte(build, astrocyte, post);
    }
    return status;
}

static tp_status link_within(tp_wiring_build *build, size_t pre) {
    tp_wiring *w = build->wiring;
    tp_status status = TP_OK;
    for (size_t post = w->subnetwork[pre]; status == TP_OK && post < w->neurons;
         post += w->subnetworks) {
        uint32_t words[4];
        if (post == pre)
            continue;
        w->statistics.pairs_within++;
        tp_wiring_words(build, TP_PURPOSE_WIRING, pre, post, words);
        if (!(tp_random_unit(words[0], words[1]) < build->description->within))
            continue;
        w->statistics.linked_within++;
        status = tp_wiring_add(build, post);
        if (status == TP_OK)
            status = attend(build, pre, post);
    }
    return status;
}

/* The gaps between successes of a long row of trials are geometric: one draw for each link, where
 * one for each pair would be too many in a large network. */
static tp_status link_between(tp_wiring_build *build, size_t pre) {
    tp_wiring *w = build->wiring;
    const size_t count = w->subnetworks, own = w->subnetwork[pre];
    const size_t members = (w->neurons - own + count - 1) / count;
    const uint64_t others = w->neurons - members;
    const double p = build->description->between;
    w->statistics.pairs_between += others;
    if (!(p > 0) || others == 0)
        return TP_OK;
    tp_status status = TP_OK;
    uint64_t next = 0;
    for (uint64_t draw = 0; status == TP_OK; draw++, next++) {
        uint32_t words[4];
        tp_wiring_words(build, TP_PURPOSE_WIRING_BETWEEN, pre, draw, words);
        const double gap = floor(log1p(-tp_random_unit(words[0], words[1])) / log1p(-p));
        if (!(gap < (double)(others - next)))
            break;
        next += (uint64_t)gap;
        /* Of each `count` neurons in a row, all but those of its own subnetwork. */
        const uint64_t row = next / (count - 1), place = next % (count - 1);
        w->statistics.linked_between++;
        status = tp_wiring_add(build, row * count + place + (place >= own));
    }
    return status;
}

tp_status tp_wiring_tripartite(tp_wiring_build *build) {
    tp_wiring *w = build->wiring;
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < w->neurons; i++) {
        status = link_within(build, i);
        if (status == TP_OK && w->subnetworks > 1)
            status = link_between(build, i);
        if (status == TP_OK)
            tp_wiring_end_source(build, i);
    }
    if (status != TP_OK)
        return status;
    if (build->astrocytic_count > 0)
        qsort(build->astrocytic, build->astrocytic_count, sizeof *build->astrocytic, by_code);
    uint64_t k = 0;
    for (size_t i = w->neurons; status == TP_OK && i < w->units; i++) {
        for (; status == TP_OK && k < build->astrocytic_count && build->astrocytic[k] >> 32 == i;
             k++)
            status = tp_wiring_add(build, (uint32_t)build->astrocytic[k]);
        tp_wiring_end_source(build, i);
    }
    return status;
}
