/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/tiled_grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "integrators/shares.h"
#include "models/models.h"

void tp_tiled_grid_destroy(tp_tiled_grid **grid) {
    tp_tiled_grid *g = *grid;
    if (!g)
        return;
    tp_integration_destroy(&g->neuron_integration);
    tp_integration_destroy(&g->astrocyte_integration);
    tp_population_destroy(&g->neurons);
    tp_population_destroy(&g->astrocytes);
    tp_spike_history_free(&g->history);
    tp_tiling_free(&g->tiling);
    tp_spikes_free(&g->ahead.spikes);
    tp_spikes_free(&g->ahead.repeated);
    free(g->drive.holds);
    free(g->drive.pulse_until);
    free(g->drive.ip3_rate);
    free(g->feedback);
    free(g->applied);
    free(g->astrocytic);
    tp_crew_destroy(&g->crew);
    free(g);
    *grid = NULL;
}

void tp_tiled_grid_employ(tp_tiled_grid *grid, size_t threads) {
    const size_t shares = tp_share_count(grid->neuron_count);
    if (threads == 0)
        threads = tp_crew_processors();
    tp_crew_destroy(&grid->crew);
    grid->crew = tp_crew_create(threads < shares ? threads : shares);
    grid->neuron_integration->crew = grid->astrocyte_integration->crew = grid->crew;
}

/* What is done to all of `n` cells, share by share. */
typedef struct sharing {
    tp_tiled_grid *grid;
    size_t n, shares;
    size_t failed;    /* the first share of those that failed; of what follows, what came out: */
    int64_t until;    /* the least */
    unsigned changed; /* not 0 where anything has */
    const tp_population *checked;
} sharing;

static sharing share_out(tp_tiled_grid *grid, size_t n) {
    return (sharing){
        .grid = grid, .n = n, .shares = tp_share_count(n), .failed = SIZE_MAX, .until = INT64_MAX};
}

static size_t share_end(const sharing *s, size_t share) {
    return share + 1 < s->shares ? (share + 1) * TP_SHARE_CELLS : s->n;
}

static void share_failed(sharing *s, size_t share) {
    size_t known = __atomic_load_n(&s->failed, __ATOMIC_RELAXED);
    while (share < known && !__atomic_compare_exchange_n(&s->failed, &known, share, false,
                                                         __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
}

static void share_until(sharing *s, int64_t until) {
    int64_t known = __atomic_load_n(&s->until, __ATOMIC_RELAXED);
    while (until < known && !__atomic_compare_exchange_n(&s->until, &known, until, false,
                                                         __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
}

tp_status tp_tiled_grid_restart(tp_tiled_grid *grid, tp_error *error) {
    tp_status status = tp_tiled_grid_settle(grid, error);
    if (status != TP_OK)
        return status;
    grid->ahead.kept = false; /* nobody goes back beyond a restart */
    tp_integration_restart(grid->neuron_integration);
    tp_integration_restart(grid->astrocyte_integration);
    grid->stale = (struct tp_grid_stale){true, true, true, true};
    return TP_OK;
}

/* An integrator knows the time within its interval only. */
void tp_tiled_grid_tell_when(const tp_tiled_grid *grid, int64_t ticks, tp_status status,
                             tp_error *error) {
    if (status == TP_OK || !error)
        return;
    const size_t length = strlen(error->message);
    snprintf(error->message + length, sizeof error->message - length, " (the interval from %g ms)",
             tp_clock_ms(&grid->clock, (double)(grid->tick - ticks)));
}

void tp_tiled_grid_present(tp_tiled_grid *grid, const uint8_t *pixels, double current) {
    for (size_t i = 0; i < grid->neuron_count; i++)
        grid->applied[i] = pixels && pixels[i] ? current : 0;
    grid->stale.neuron_input = true;
}

void tp_tiled_grid_phase(tp_tiled_grid *grid, tp_phase phase, bool image_shown) {
    const int monitor = grid->description.drive.monitor;
    const int during = grid->description.feedback.during;
    const bool recall = phase == TP_PHASE_RECALL;
    const bool monitoring = !recall || monitor == TP_MONITOR_ALWAYS;
    const bool feedback_free = during == TP_DURING_ALWAYS ||
                               (during == TP_DURING_RECALL && recall) ||
                               (during == TP_DURING_INPUT && recall && image_shown);
    grid->stale.drive |= monitoring != grid->monitoring;
    grid->stale.feedback |= feedback_free != grid->feedback_free;
    grid->monitoring = monitoring;
    grid->feedback_free = feedback_free;
}

static void drive_share(void *context, size_t share) {
    sharing *s = context;
    tp_tiled_grid *grid = s->grid;
    const tp_tiled_grid_description *d = &grid->description;
    tp_astrocyte_drive *drive = &grid->drive;
    const int64_t now = grid->tick;
    const bool extend = d->drive.retrigger == TP_RETRIGGER_EXTEND;
    const size_t end = share_end(s, share);
    int64_t until = INT64_MAX;
    for (size_t j = share * TP_SHARE_CELLS; j < end; j++) {
        const bool holds = grid->monitoring && grid->driven->tile_count[j] >= grid->drive_need;
        if (extend && drive->holds[j] && !holds)
            drive->pulse_until[j] = now - 1 + grid->pulse;
        if (!extend && holds && !drive->holds[j])
            drive->pulse_until[j] = now + grid->pulse;
        const bool pulse = now < drive->pulse_until[j], on = pulse || (extend && holds);
        if (pulse && drive->pulse_until[j] < until)
            until = drive->pulse_until[j];
        drive->holds[j] = holds;
        drive->ip3_rate[j] = on ? d->drive.ip3_rate : 0;
    }
    share_until(s, until);
}

/* I_neuro of each astrocyte at this tick. Between two changes of the counts, of the phase, or of a
 * pulse to its end, it stays what it is; a pulse that is extended is given its end when the holding
 * is over. */
static void exchange_drive(tp_tiled_grid *grid) {
    if (!grid->stale.drive && !grid->driven->changed && grid->tick < grid->drive_until)
        return;
    grid->stale.drive = grid->driven->changed = false;
    grid->stale.astrocyte_input = true;
    sharing s = share_out(grid, grid->astrocyte_count);
    tp_crew_do(grid->crew, s.shares, drive_share, &s);
    grid->drive_until = s.until;
}

/* I_astro of the neurons, from who feeds back. */
static void spread_share(void *context, size_t share) {
    const sharing *s = context;
    tp_tiled_grid *grid = s->grid;
    const tp_tiling *tiling = &grid->tiling;
    const double current = grid->description.feedback.current;
    const int overlap = grid->description.feedback.overlap;
    const size_t end = share_end(s, share);
    for (size_t i = share * TP_SHARE_CELLS; i < end; i++) {
        unsigned count = 0;
        bool last = false;
        const uint32_t *cover = tiling->cover + i * tiling->width;
        for (size_t c = 0; c < tiling->width && cover[c] < grid->astrocyte_count; c++) {
            last = grid->feedback[cover[c]] != 0;
            count += last;
        }
        double times = overlap == TP_OVERLAP_SUM    ? count
                       : overlap == TP_OVERLAP_LAST ? last
                                                    : count > 0;
        grid->astrocytic[i] = times * current;
    }
}

static void feed_back_share(void *context, size_t share) {
    sharing *s = context;
    tp_tiled_grid *grid = s->grid;
    /* Without branches: with them it costs as much as the astrocytes' own step. */
    const double *restrict calcium = grid->astrocytes->state[grid->calcium];
    const uint32_t *restrict active = grid->active->tile_count;
    const double threshold = grid->description.feedback.calcium;
    const uint32_t need = grid->feedback_need;
    const unsigned allowed = grid->feedback_free;
    const size_t end = share_end(s, share);
    uint8_t *restrict feedback = grid->feedback;
    unsigned changed = 0;
    for (size_t j = share * TP_SHARE_CELLS; j < end; j++) {
        const unsigned on = allowed & (calcium[j] > threshold) & (active[j] >= need);
        changed |= on ^ feedback[j];
        feedback[j] = (uint8_t)on;
    }
    if (changed)
        __atomic_store_n(&s->changed, 1, __ATOMIC_RELAXED);
}

static void exchange_feedback(tp_tiled_grid *grid) {
    if (!grid->stale.feedback && !grid->active->changed)
        return;
    grid->stale.feedback = grid->active->changed = false;
    sharing s = share_out(grid, grid->astrocyte_count);
    tp_crew_do(grid->crew, s.shares, feed_back_share, &s);
    if (!s.changed)
        return;
    sharing neurons = share_out(grid, grid->neuron_count);
    tp_crew_do(grid->crew, neurons.shares, spread_share, &neurons);
    grid->stale.neuron_input = true;
}

/* Whether cells with this exchange interval, in ticks, exchange at the present one. */
static bool due(const tp_tiled_grid *grid, int64_t exchange) {
    return exchange == 1 || grid->tick % exchange == 0;
}

static void check_share(void *context, size_t share) {
    sharing *s = context;
    if (tp_population_check_cells(s->checked, share * TP_SHARE_CELLS, share_end(s, share), 0,
                                  NULL) != TP_OK)
        share_failed(s, share);
}

/* Whether all cells are where cells can be; tells the first of the first share that is not. */
static tp_status check(tp_tiled_grid *grid, tp_integration *integration, tp_error *error) {
    const tp_population *cells = integration->population;
    const double now = tp_clock_ms(&grid->clock, (double)grid->tick);
    sharing s = share_out(grid, cells->n);
    tp_integration_tell(integration);
    s.checked = cells;
    tp_crew_do(grid->crew, s.shares, check_share, &s);
    if (s.failed == SIZE_MAX)
        return TP_OK;
    return tp_population_check_cells(cells, s.failed * TP_SHARE_CELLS, share_end(&s, s.failed), now,
                                     error);
}

/* Astrocytes are advanced at the end of their interval, with the input of its start: until then
 * the others see their last finished state. */
static tp_status finish_astrocytes(tp_tiled_grid *grid, tp_error *error) {
    if (grid->tick == 0 || !due(grid, grid->astrocyte_exchange))
        return TP_OK;
    tp_integration *astrocytes = grid->astrocyte_integration;
    const bool looks = !astrocytes->method.integrator->adaptive;
    astrocytes->looks = looks;
    tp_status status = tp_integration_advance(
        astrocytes, grid->description.astrocytes.cells.exchange_ms, NULL, error);
    tp_tiled_grid_tell_when(grid, grid->astrocyte_exchange, status, error);
    grid->stale.feedback = true;
    if (status == TP_OK && !(looks && !astrocytes->beyond))
        status = check(grid, astrocytes, error);
    const bool possible = grid->ahead.looked && !grid->neuron_integration->beyond;
    if (status == TP_OK && grid->ahead.passed == grid->ahead.intervals && !possible)
        status = check(grid, grid->neuron_integration, error);
    return status;
}

static void add_currents(void *context, size_t share) {
    const sharing *s = context;
    const tp_tiled_grid *grid = s->grid;
    const size_t end = share_end(s, share);
    for (size_t i = share * TP_SHARE_CELLS; i < end; i++)
        grid->neurons->input[0][i] = grid->applied[i] + grid->astrocytic[i];
}

/* What the cells are given until their next exchange. */
static tp_status set_inputs(tp_tiled_grid *grid, tp_error *error) {
    if (due(grid, grid->astrocyte_exchange)) {
        grid->astrocytes->inputs_held = !grid->stale.astrocyte_input;
        if (grid->stale.astrocyte_input)
            memcpy(grid->astrocytes->input[0], grid->drive.ip3_rate,
                   grid->astrocyte_count * sizeof(double));
        grid->stale.astrocyte_input = false;
    }
    if (due(grid, grid->neuron_exchange)) {
        if (grid->stale.neuron_input) {
            tp_status status = tp_tiled_grid_catch_up(grid, error);
            if (status != TP_OK)
                return status;
            sharing s = share_out(grid, grid->neuron_count);
            tp_crew_do(grid->crew, s.shares, add_currents, &s);
        }
        grid->neurons->inputs_held = !grid->stale.neuron_input;
        grid->stale.neuron_input = false;
    }
    return TP_OK;
}

tp_status tp_tiled_grid_exchange(tp_tiled_grid *grid, tp_error *error) {
    tp_status status = finish_astrocytes(grid, error);
    if (status != TP_OK)
        return status;
    tp_spike_history_expire(&grid->history, grid->tick);
    exchange_drive(grid);
    exchange_feedback(grid);
    return set_inputs(grid, error);
}

tp_status tp_tiled_grid_step(tp_tiled_grid *grid, tp_error *error) {
    grid->interval.count = 0;
    grid->tick++;
    if (!due(grid, grid->neuron_exchange))
        return TP_OK;
    tp_status status = tp_tiled_grid_pass_interval(grid, error);
    const tp_spikes *spikes = &grid->interval;
    if (status == TP_OK && spikes->count > 0)
        status =
            tp_spike_history_add(&grid->history, spikes->items, spikes->count, grid->tick, error);
    return status;
}

double tp_tiled_grid_spike_ms(const tp_tiled_grid *grid, const tp_spike *spike) {
    const double start = (double)(grid->tick - grid->neuron_exchange);
    return tp_clock_ms(&grid->clock, start + spike->when * (double)grid->neuron_exchange);
}
