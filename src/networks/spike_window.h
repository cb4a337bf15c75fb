/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which neurons have spiked at least `need` times in the trailing window (t - length, t], and how
 * many such neurons each tile holds. Kept up spike by spike, never recounted. Two such windows look
 * back on one list of spikes. */
#ifndef TP_NETWORKS_SPIKE_WINDOW_H
#define TP_NETWORKS_SPIKE_WINDOW_H

#include <stdbool.h>

#include "integrators/integrator.h"
#include "networks/tiling.h"
#include "record/state.h"

typedef struct tp_spike_window {
    int64_t length; /* ticks */
    uint32_t need;
    uint32_t *tile_count; /* [astrocyte] neurons that fulfil it; and one that is over no neuron */
    bool changed;         /* tile_count has, since whoever reads it said false here */
    uint64_t first;       /* its oldest spike's number */
    uint64_t instant;     /* the number of that one's instant, or of the next to come */
} tp_spike_window;

/* Spikes that are seen from one tick on: those up to number `end`. */
typedef struct tp_spike_instant {
    int64_t tick;
    uint64_t end;
} tp_spike_instant;

enum { TP_SPIKE_WINDOWS = 2 };

typedef struct tp_spike_history {
    const tp_tiling *tiling;
    tp_spike_window windows[TP_SPIKE_WINDOWS];
    uint32_t (*count)[TP_SPIKE_WINDOWS]; /* [neuron] its spikes in each window */
    uint32_t *cells;                     /* of spike number k at [k & (room - 1)] */
    tp_spike_instant *instants;          /* likewise */
    uint64_t end, instant_end;           /* numbers of the next ones */
    size_t room, instant_room;           /* powers of 2, or 0 */
} tp_spike_history;

/* The tiling must outlive the history. */
tp_status tp_spike_history_create(const tp_tiling *tiling, const int64_t *lengths,
                                  const uint32_t *needs, tp_spike_history *history,
                                  tp_error *error);
void tp_spike_history_free(tp_spike_history *history);

/* Spikes that are seen from `tick` on; ticks must not decrease from call to call. On an error the
 * history is as it was. */
tp_status tp_spike_history_add(tp_spike_history *history, const tp_spike *spikes, size_t count,
                               int64_t tick, tp_error *error);

/* Drops what has left the windows by `tick`. */
void tp_spike_history_expire(tp_spike_history *history, int64_t tick);

/* Drops the instants of one window up to number `end`. */
void tp_spike_history_drop(tp_spike_history *history, size_t window, uint64_t end);

/* Empties all windows. */
void tp_spike_history_clear(tp_spike_history *history);

/* Walks through what the windows hold: the spikes, in lists of a group for each. */
tp_status tp_spike_history_visit(tp_spike_history *history, const char *const *groups,
                                 const tp_visitor *visitor, tp_error *error);

#endif
