/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cell experiment before it runs, and how it goes on. */
#ifndef TP_EXPERIMENTS_CELL_PLAN_H
#define TP_EXPERIMENTS_CELL_PLAN_H

#include "base/clock.h"
#include "experiments/cell_block.h"

typedef struct tp_cell_plan {
    tp_cell_description description; /* its lists live in the scenario */
    tp_clock clock;
    int64_t end, every, exchange; /* ticks */
    bool level_given[TP_MAX_STATES];
    tp_population *cell;
    tp_integration *integration;
} tp_cell_plan;

tp_status tp_cell_prepare(const void *description, const tp_resolved *resolved, void **plan,
                          tp_error *error);
void tp_cell_discard(void **plan);

/* Sets the inputs of the interval that begins at tick `start`. */
void tp_cell_inputs(tp_cell_plan *plan, int64_t start);

/* The exchange at the interval's start: appends what spikes by it. */
tp_status tp_cell_exchange(tp_cell_plan *plan, tp_spikes *spikes, tp_error *error);

/* Advances the cell by that interval and appends its spikes. TP_FAILED where a state is not finite.
 */
tp_status tp_cell_advance(tp_cell_plan *plan, int64_t start, tp_spikes *spikes, tp_error *error);

/* When such a spike was, in ms. */
double tp_cell_spike_ms(const tp_cell_plan *plan, int64_t start, const tp_spike *spike);

#endif
