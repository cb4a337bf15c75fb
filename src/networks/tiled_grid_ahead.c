/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neurons that are ahead of their network: see tp_grid_ahead. */
#include "networks/tiled_grid.h"

/* Of a step without a look ahead, most goes into calls and, in large networks, into waiting for
 * memory; both are shared by the intervals of an advance. */
enum { TICKS_AHEAD = 40, MOST_INTERVALS = 64 };

/* To keep a state costs as much as some steps, to go through intervals once more as much as these:
 * inputs change seldom enough that one state serves several advances. */
enum { MOST_REPEATED = 40 };

tp_status tp_tiled_grid_look_every(tp_tiled_grid *grid, int64_t ticks, tp_error *error) {
    tp_integration *neurons = grid->neuron_integration;
    if (neurons->method.integrator->adaptive)
        return TP_OK;
    tp_status status = tp_tiled_grid_settle(grid, error);
    if (status != TP_OK)
        return status;
    /* At whole numbers of the astrocytes' exchange too: there the states are checked. */
    const int64_t exchange = grid->astrocyte_exchange;
    const int64_t free = ticks > 0 && ticks < TICKS_AHEAD ? ticks : TICKS_AHEAD;
    grid->ahead.every = (free + exchange - 1) / exchange * exchange;
    grid->ahead.reach = MOST_INTERVALS;
    return TP_OK;
}

void tp_tiled_grid_expect(tp_tiled_grid *grid, int64_t tick) {
    grid->ahead.expected = tick;
}

/* How many intervals from `start` on, a tick at which the neurons exchange, are free of looks. */
static size_t free_intervals(const tp_tiled_grid *grid, int64_t start) {
    const tp_grid_ahead *ahead = &grid->ahead;
    if (ahead->every == 0)
        return 1;
    int64_t ticks = ahead->every - start % ahead->every;
    if (ahead->expected > start && ahead->expected - start < ticks)
        ticks = ahead->expected - start;
    const size_t intervals = (size_t)(ticks / grid->neuron_exchange);
    const size_t most = intervals < ahead->reach ? intervals : ahead->reach;
    return most > 0 ? most : 1;
}

static tp_status advance(tp_tiled_grid *grid, size_t intervals, tp_spikes *spikes,
                         tp_error *error) {
    tp_integration *neurons = grid->neuron_integration;
    const double interval_ms = grid->description.neurons.cells.exchange_ms;
    spikes->count = 0;
    neurons->looks = grid->ahead.every > 0;
    tp_status status = tp_integration_advance_by(neurons, interval_ms, intervals, spikes, error);
    grid->ahead.looked = neurons->looks && status == TP_OK;
    neurons->looks = false;
    return status;
}

/* Advances the cells by as many intervals as are free, from a state that they can be taken back to.
 */
static tp_status go_ahead(tp_tiled_grid *grid, tp_error *error) {
    tp_grid_ahead *ahead = &grid->ahead;
    const size_t intervals = free_intervals(grid, grid->tick - grid->neuron_exchange);
    ahead->since += ahead->intervals;
    ahead->intervals = ahead->passed = ahead->told = 0;
    tp_status status = TP_OK;
    if (!grid->neurons->inputs_held || ahead->since + intervals > MOST_REPEATED)
        ahead->kept = false;
    if (intervals > 1 && !ahead->kept) {
        status = tp_integration_keep(grid->neuron_integration, error);
        ahead->kept = status == TP_OK;
        ahead->since = 0;
    }
    if (status == TP_OK)
        status = advance(grid, intervals, &ahead->spikes, error);
    tp_tiled_grid_tell_when(grid, grid->neuron_exchange, status, error);
    if (status != TP_OK) { /* there are no intervals to go through, nor to be taken back from */
        ahead->kept = false;
        return status;
    }
    ahead->intervals = intervals;
    if (ahead->reach < MOST_INTERVALS)
        ahead->reach *= 2;
    return TP_OK;
}

tp_status tp_tiled_grid_pass_interval(tp_tiled_grid *grid, tp_error *error) {
    tp_grid_ahead *ahead = &grid->ahead;
    if (ahead->passed == ahead->intervals) {
        tp_status status = go_ahead(grid, error);
        if (status != TP_OK)
            return status;
    }
    const tp_spike *items = ahead->spikes.items;
    size_t end = ahead->told;
    while (end < ahead->spikes.count && items[end].interval == ahead->passed)
        end++;
    grid->interval.items = ahead->spikes.items + ahead->told;
    grid->interval.count = end - ahead->told;
    ahead->told = end;
    ahead->passed++;
    return TP_OK;
}

tp_status tp_tiled_grid_settle(tp_tiled_grid *grid, tp_error *error) {
    tp_status status = tp_tiled_grid_catch_up(grid, error);
    tp_integration_tell(grid->neuron_integration);
    return status;
}

tp_status tp_tiled_grid_catch_up(tp_tiled_grid *grid, tp_error *error) {
    tp_grid_ahead *ahead = &grid->ahead;
    if (ahead->passed == ahead->intervals)
        return TP_OK;
    tp_integration_go_back(grid->neuron_integration);
    grid->neurons->inputs_held = false;
    const size_t repeated = ahead->since + ahead->passed;
    ahead->intervals = ahead->passed = ahead->since = 0;
    ahead->kept = false;
    ahead->reach = 1;
    return advance(grid, repeated, &ahead->repeated, error);
}
