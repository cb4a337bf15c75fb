/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/traces_choice.h"

#include <math.h>

static size_t count_patterns(const tp_view *view, size_t neuron) {
    size_t count = 0;
    for (size_t p = 0; p < view->pattern_count; p++)
        count += view->patterns[p * view->neurons + neuron] != 0;
    return count;
}

/* The astrocyte with the most calcium over a neuron; false where there is none, or one that was
 * not recorded. */
static bool find_astrocyte(const tp_choice *c, tp_traced *traced) {
    const tp_tiles *tiles = c->tiles;
    const size_t tile = tiles->tile, stride = tiles->stride;
    const size_t row = traced->row, column = traced->column;
    const size_t top = row < tile ? 0 : (row - tile) / stride + 1;
    const size_t left = column < tile ? 0 : (column - tile) / stride + 1;
    double most = -INFINITY;
    for (size_t j = top; j < tiles->rows && j * stride <= row; j++)
        for (size_t k = left; k < tiles->columns && k * stride <= column; k++) {
            const double calcium = c->calcium[j * tiles->columns + k];
            if (!isfinite(calcium))
                return false;
            if (calcium > most) {
                most = calcium;
                traced->tile_row = j;
                traced->tile_column = k;
            }
        }
    traced->active = most > c->threshold;
    return isfinite(most);
}

/* How well a neuron shows what its role is about; negative: it has another role. */
static double fitness(const tp_choice *c, const tp_traced *traced, tp_role role,
                      const unsigned *spikes) {
    const tp_view *view = c->view;
    const bool tested = view->patterns[c->timeline->pattern * view->neurons + traced->neuron] != 0;
    const double trained = spikes[TP_PARTS * traced->neuron + TP_PART_RUN];
    const double in_test = spikes[TP_PARTS * traced->neuron + TP_PART_TEST];
    const size_t patterns = count_patterns(view, traced->neuron);
    /* Each more than any number of spikes: under an active astrocyte, in this pattern alone. */
    const double active = traced->active ? 2e9 : 0, alone = patterns == 1 ? 1e9 : 0;
    if (role == TP_ROLE_PATTERN)
        return tested ? trained + in_test + active + alone : -1;
    if (patterns > 0 || traced->active != (role == TP_ROLE_BACKGROUND))
        return -1;
    return in_test;
}

tp_status tp_traces_choose(const tp_choice *c, tp_traced *traced, tp_error *error) {
    const tp_view *view = c->view;
    unsigned *spikes = tp_view_alloc(c->view, TP_PARTS * view->neurons, sizeof *spikes, error);
    if (!spikes)
        return TP_FAILED;
    for (int part = 0; part < TP_PARTS; part++)
        for (size_t i = 0; i < c->spikes[part].count; i++)
            spikes[TP_PARTS * c->spikes[part].node[i] + (size_t)part]++;
    double best[TP_ROLES] = {-1, -1, -1};
    for (size_t neuron = 0; neuron < view->neurons; neuron++) {
        tp_traced candidate = {.found = true,
                               .neuron = neuron,
                               .row = neuron / view->columns,
                               .column = neuron % view->columns};
        if (!tp_recorded_has(c->potential, candidate.row, candidate.column) ||
            !find_astrocyte(c, &candidate))
            continue;
        for (int role = 0; role < TP_ROLES; role++) {
            const double fit = fitness(c, &candidate, (tp_role)role, spikes);
            if (fit > best[role]) {
                best[role] = fit;
                traced[role] = candidate;
            }
        }
    }
    return TP_OK;
}
