/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The column of Maass, Natschlager & Markram (Neural Comput. 14:2531, 2002): near units are linked
 * more often than far ones. Astrocyte-like units are wired as excitatory neurons. */
#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "networks/wiring_build.h"

enum { SIDE = 3, LAYER = SIDE * SIDE };

/* exp(-FARTHEST) is below what a random number can tell from 0. */
static const double FARTHEST = 40;

typedef struct ticket {
    uint64_t number;
    uint32_t unit;
} ticket;

static int by_ticket(const void *left, const void *right) {
    const ticket *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (a->unit > b->unit) - (a->unit < b->unit);
}

/* Gives the units places in random order; unit_at[place] is who is there. */
static tp_status seat(const tp_wiring_build *build, uint32_t **unit_at) {
    tp_wiring *w = build->wiring;
    ticket *tickets = malloc((w->units + 1) * sizeof *tickets);
    uint32_t *seats = calloc(w->units + 1, sizeof *seats);
    if (!tickets || !seats) {
        free(tickets);
        free(seats);
        return tp_fail_memory(build->error, "wiring a reservoir");
    }
    for (size_t i = 0; i < w->units; i++) {
        uint32_t words[4];
        tp_wiring_words(build, TP_PURPOSE_WIRING_PLACE, i, 0, words);
        tickets[i] = (ticket){(uint64_t)words[0] << 32 | words[1], (uint32_t)i};
    }
    qsort(tickets, w->units, sizeof *tickets, by_ticket);
    for (size_t place = 0; place < w->units; place++) {
        seats[place] = tickets[place].unit;
        w->place[tickets[place].unit] = (uint32_t)place;
    }
    free(tickets);
    *unit_at = seats;
    return TP_OK;
}

static double squared_difference(size_t a, size_t b) {
    const double difference = (double)a - (double)b;
    return difference * difference;
}

static double squared_distance(size_t a, size_t b) {
    return squared_difference(a % SIDE, b % SIDE) +
           squared_difference(a / SIDE % SIDE, b / SIDE % SIDE) +
           squared_difference(a / LAYER, b / LAYER);
}

static tp_status link_from(tp_wiring_build *build, size_t source, const uint32_t *unit_at) {
    const tp_wiring_description *d = build->description;
    const double factors[2][2] = {{d->ee, d->ei}, {d->ie, d->ii}};
    tp_wiring *w = build->wiring;
    const size_t place = w->place[source], layers = (w->units + LAYER - 1) / LAYER;
    const double reach = fmin(ceil(d->lambda * sqrt(FARTHEST)), (double)layers);
    const size_t layer = place / LAYER, far = (size_t)reach;
    const size_t from = (layer > far ? layer - far : 0) * LAYER;
    const size_t past = (layer + far + 1) * LAYER, until = past < w->units ? past : w->units;
    tp_status status = TP_OK;
    for (size_t other = from; status == TP_OK && other < until; other++) {
        const size_t target = unit_at[other];
        uint32_t words[4];
        if (target == source)
            continue;
        const double factor =
            factors[w->kind[source] == TP_UNIT_INHIBITORY][w->kind[target] == TP_UNIT_INHIBITORY];
        const double probability =
            factor * exp(-squared_distance(place, other) / (d->lambda * d->lambda));
        tp_wiring_words(build, TP_PURPOSE_WIRING, source, target, words);
        if (tp_random_unit(words[0], words[1]) < probability)
            status = tp_wiring_add(build, target);
    }
    return status;
}

tp_status tp_wiring_maass(tp_wiring_build *build) {
    uint32_t *unit_at = NULL;
    tp_status status = seat(build, &unit_at);
    for (size_t i = 0; status == TP_OK && i < build->wiring->units; i++) {
        status = link_from(build, i, unit_at);
        if (status == TP_OK)
            tp_wiring_end_source(build, i);
    }
    free(unit_at);
    return status;
}
