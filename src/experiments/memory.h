/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_EXPERIMENTS_MEMORY_H
#define TP_EXPERIMENTS_MEMORY_H

#include "experiments/memory_record.h"

/* Looks on while a plan is run; none of it is called for what the record needs. */
typedef struct tp_memory_watcher {
    void *context;
    /* A segment begins. */
    tp_status (*begun)(void *context, const tp_segment *segment, tp_error *error);
    /* The signals of the grid's present tick have been exchanged. */
    tp_status (*exchanged)(void *context, const tp_tiled_grid *grid, tp_error *error);
    /* The grid has gone on to the next tick; its last interval's spikes are there. */
    tp_status (*stepped)(void *context, const tp_tiled_grid *grid, tp_error *error);
    /* Test number k is over. */
    void (*tested)(void *context, size_t k, const tp_test_result *result);
} tp_memory_watcher;

/* Runs a plan, once, into the record. `watcher` and `observer` may be NULL. */
tp_status tp_memory_run(tp_memory_plan *plan, tp_writer *writer, const tp_memory_watcher *watcher,
                        const tp_observer *observer, tp_error *error);

#endif
