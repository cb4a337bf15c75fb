/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which neurons have spiked at least `need` times in the trailing window (t - length, t], and how
 * many such neurons each tile holds. Kept up spike by spike, never recounted. */
#ifndef TP_NETWORKS_SPIKE_WINDOW_H
#define TP_NETWORKS_SPIKE_WINDOW_H

#include <stdbool.h>

#include "integrators/integrator.h"
#include "networks/tiling.h"
#include "record/state.h"

typedef struct tp_window_spike {
    int64_t tick;
    uint32_t cell;
} tp_window_spike;

typedef struct tp_spike_window {
    const tp_tiling *tiling;
    int64_t length; /* ticks */
    uint32_t need;
    uint32_t *count;      /* [neuron] spikes in the window */
    uint32_t *tile_count; /* [astrocyte] neurons with count >= need */
    bool changed;         /* tile_count has, since whoever reads it said false here */
    tp_window_spike *queue;
    size_t first, queued, room; /* queue[first] ... of `queued`, around the ring; room is a power
                                   of 2 */
} tp_spike_window;

/* The tiling must outlive the window. */
tp_status tp_spike_window_create(const tp_tiling *tiling, int64_t length, uint32_t need,
                                 tp_spike_window *window, tp_error *error);
void tp_spike_window_free(tp_spike_window *window);

/* A spike that is seen from `tick` on; ticks must not decrease from call to call. */
tp_status tp_spike_window_add(tp_spike_window *window, uint32_t cell, int64_t tick,
                              tp_error *error);

/* The same for each of `count` spikes. */
tp_status tp_spike_window_add_all(tp_spike_window *window, const tp_spike *spikes, size_t count,
                                  int64_t tick, tp_error *error);

/* Drops what has left the window by `tick`. */
void tp_spike_window_expire(tp_spike_window *window, int64_t tick);

/* Walks through what a window holds: the spikes, in lists of that group. */
tp_status tp_spike_window_visit(tp_spike_window *window, const char *group,
                                const tp_visitor *visitor, tp_error *error);

#endif
