/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One segment of a memory experiment, tick by tick. */
#ifndef TP_EXPERIMENTS_MEMORY_SEGMENT_H
#define TP_EXPERIMENTS_MEMORY_SEGMENT_H

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

/* A segment under way, and who follows it; each of these may be NULL. */
typedef struct tp_segment_run {
    tp_tiled_grid *grid;
    const tp_segment *segment;
    tp_segment_recorder *recorder;
    tp_test_reading *reading; /* NULL in the training */
    const tp_memory_watcher *watcher;
    int64_t every;   /* ticks from one recorded instant to the next */
    int64_t restart; /* ticks from one restart of the solvers to the next */
    uint64_t shown;  /* presentations that are over */
} tp_segment_run;

/* Whether the solvers are restarted at this tick: at times that depend on the segment alone, in
 * every run. */
bool tp_segment_restarts(const tp_segment *segment, int64_t restart, int64_t tick);

/* To be called at the segment's start. */
void tp_segment_run_begin(tp_segment_run *run);

/* One tick: signals, what is read of the present, and on to the next. */
tp_status tp_segment_run_tick(tp_segment_run *run, tp_error *error);

#endif
