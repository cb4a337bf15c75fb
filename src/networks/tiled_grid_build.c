/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the description of a tiled grid to the network, with all its checks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "models/models.h"
#include "networks/tiled_grid.h"

static tp_status check_models(const tp_tiled_grid_description *d, const tp_resolved *resolved,
                              size_t *calcium, tp_error *error) {
    const tp_model *neuron = tp_model_at((size_t)d->neurons.cells.model);
    const tp_model *astrocyte = tp_model_at((size_t)d->astrocytes.cells.model);
    if (!neuron->event || neuron->input_count != 1 || tp_model_input_index(neuron, "current") < 0) {
        tp_resolved_fail(
            resolved, error, "network.neurons.model",
            "%s cannot be a neuron here: it needs a spike and one input, named current",
            neuron->name);
        return tp_hint(error, "izhikevich is one that can; tripartite models tells of each");
    }
    int state = tp_model_state_index(astrocyte, "Ca");
    if (state < 0 || astrocyte->event || astrocyte->input_count != 1 ||
        tp_model_input_index(astrocyte, "ip3_rate") < 0) {
        tp_resolved_fail(resolved, error, "network.astrocytes.model",
                         "%s cannot be an astrocyte here: it needs a state named Ca and one input, "
                         "named ip3_rate",
                         astrocyte->name);
        return tp_hint(error, "li_rinzel is one that can; tripartite models tells of each");
    }
    *calcium = (size_t)state;
    return TP_OK;
}

static tp_status check_side(const tp_resolved *resolved, const char *path, int64_t length,
                            int64_t tile, int64_t stride, tp_error *error) {
    if (tp_tiles_along((size_t)length, (size_t)tile, (size_t)stride) > 0)
        return TP_OK;
    /* What the user has said himself is what he can mend. */
    const char *const others[] = {"network.astrocytes.tile", "network.astrocytes.stride"};
    for (int i = 0; i < 2 && !tp_resolved_given(resolved, path); i++)
        if (tp_resolved_given(resolved, others[i]))
            path = others[i];
    tp_resolved_fail(resolved, error, path,
                     "tiles of %lld neurons, %lld apart, do not fit %lld neurons", (long long)tile,
                     (long long)stride, (long long)length);
    int64_t below = length < tile ? tile : tile + (length - tile) / stride * stride;
    int64_t above = below + stride;
    return tp_hint(error, "a side must be stride x (n - 1) + tile: %lld or %lld would fit",
                   (long long)below, (long long)above);
}

static tp_status check_tiles(const tp_tiled_grid_description *d, const tp_resolved *resolved,
                             tp_error *error) {
    tp_status status = check_side(resolved, "network.neurons.rows", d->neurons.rows,
                                  d->astrocytes.tile, d->astrocytes.stride, error);
    if (status == TP_OK)
        status = check_side(resolved, "network.neurons.columns", d->neurons.columns,
                            d->astrocytes.tile, d->astrocytes.stride, error);
    return status;
}

/* The number of spikes in the window that is more than `rate` allows. */
static uint32_t spikes_needed(double rate_hz, double window_ms) {
    double at_rate = floor(rate_hz * window_ms / 1000 + 1e-9);
    return at_rate < 4e9 ? (uint32_t)at_rate + 1 : UINT32_MAX;
}

/* The least count that is more than `count`, which may be off by rounding. */
static uint32_t more_than(double count) {
    const double slack = 1e-6; /* far below one neuron */
    return (uint32_t)floor(count + slack) + 1;
}

static tp_status build_coupling(tp_tiled_grid *g, double tick_ms, const tp_resolved *resolved,
                                tp_error *error) {
    const tp_tiled_grid_description *d = &g->description;
    const double tile_neurons = (double)d->astrocytes.tile * (double)d->astrocytes.tile;
    g->drive_need = more_than(d->drive.more_than * tile_neurons);
    g->feedback_need = more_than(d->feedback.more_than * tile_neurons);
    int64_t drive_window, activity_window;
    tp_status status = tp_resolved_ticks(resolved, "network.drive.window", d->drive.window_ms,
                                         tick_ms, &drive_window, error);
    if (status == TP_OK)
        status = tp_resolved_ticks(resolved, "network.drive.pulse", d->drive.pulse_ms, tick_ms,
                                   &g->pulse, error);
    if (status == TP_OK)
        status =
            tp_resolved_ticks(resolved, "network.feedback.activity_window",
                              d->feedback.activity_window_ms, tick_ms, &activity_window, error);
    if (status != TP_OK)
        return status;
    const int64_t lengths[] = {drive_window, activity_window};
    const uint32_t needs[] = {spikes_needed(d->drive.rate_hz, d->drive.window_ms), 1};
    status = tp_spike_history_create(&g->tiling, lengths, needs, &g->history, error);
    g->driven = &g->history.windows[0];
    g->active = &g->history.windows[1];
    return status;
}

/* Makes the cells; where they have no rest to start from, that is told at `initial`. */
static tp_status build_cells(const tp_population_description *cells, const char *name, size_t n,
                             const tp_resolved *resolved, tp_population **population,
                             tp_error *error) {
    tp_error reason;
    tp_status status = tp_population_from(cells, n, population, &reason);
    if (status == TP_INVALID) {
        char path[80];
        snprintf(path, sizeof path, "network.%s.initial", name);
        tp_resolved_fail(resolved, error, path, "%s", reason.message);
        return tp_hint(error, "%s", reason.hint);
    }
    if (status != TP_OK && error)
        *error = reason;
    return status;
}

static tp_status build_populations(tp_tiled_grid *g, const tp_resolved *resolved, tp_error *error) {
    const tp_tiled_grid_description *d = &g->description;
    tp_status status =
        build_cells(&d->neurons.cells, "neurons", g->neuron_count, resolved, &g->neurons, error);
    if (status == TP_OK)
        status = build_cells(&d->astrocytes.cells, "astrocytes", g->astrocyte_count, resolved,
                             &g->astrocytes, error);
    const tp_method neuron_method = tp_method_from(&d->neurons.cells);
    const tp_method astrocyte_method = tp_method_from(&d->astrocytes.cells);
    if (status == TP_OK)
        status = tp_integration_create(&neuron_method, g->neurons, &g->neuron_integration, error);
    if (status == TP_OK)
        status = tp_integration_create(&astrocyte_method, g->astrocytes, &g->astrocyte_integration,
                                       error);
    if (status != TP_OK)
        return status;
    g->drive.holds = calloc(g->astrocyte_count, 1);
    g->drive.pulse_until = calloc(g->astrocyte_count, sizeof(int64_t));
    g->drive.ip3_rate = calloc(g->astrocyte_count, sizeof(double));
    g->feedback = calloc(g->astrocyte_count, 1);
    g->applied = calloc(g->neuron_count, sizeof(double));
    g->astrocytic = calloc(g->neuron_count, sizeof(double));
    if (!g->drive.holds || !g->drive.pulse_until || !g->drive.ip3_rate || !g->feedback ||
        !g->applied || !g->astrocytic)
        return tp_fail_memory(error, "building the network");
    return TP_OK;
}

tp_status tp_tiled_grid_create(const tp_tiled_grid_description *d, double tick_ms,
                               const tp_resolved *resolved, tp_tiled_grid **grid, tp_error *error) {
    tp_tiled_grid *g = calloc(1, sizeof *g);
    if (!g)
        return tp_fail_memory(error, "building the network");
    g->description = *d;
    g->clock = tp_clock_from(tick_ms);
    tp_status status = check_models(d, resolved, &g->calcium, error);
    if (status == TP_OK)
        status = check_tiles(d, resolved, error);
    if (status == TP_OK)
        status = tp_population_timing(&d->neurons.cells, "network.neurons", tick_ms, resolved,
                                      &g->neuron_exchange, error);
    if (status == TP_OK)
        status = tp_population_timing(&d->astrocytes.cells, "network.astrocytes", tick_ms, resolved,
                                      &g->astrocyte_exchange, error);
    if (status == TP_OK)
        status = tp_tiling_create((size_t)d->neurons.rows, (size_t)d->neurons.columns,
                                  (size_t)d->astrocytes.tile, (size_t)d->astrocytes.stride,
                                  &g->tiling, error);
    if (status == TP_OK) {
        g->neuron_count = g->tiling.rows * g->tiling.columns;
        g->astrocyte_count = g->tiling.tile_rows * g->tiling.tile_columns;
        status = build_coupling(g, tick_ms, resolved, error);
    }
    if (status == TP_OK)
        status = build_populations(g, resolved, error);
    if (status == TP_OK)
        status = tp_tiled_grid_restart(g, error);
    if (status != TP_OK) {
        tp_tiled_grid_destroy(&g);
        return status;
    }
    tp_tiled_grid_phase(g, TP_PHASE_TRAINING, false);
    *grid = g;
    return TP_OK;
}
