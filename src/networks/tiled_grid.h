/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neurons on a grid under astrocytes on tiles, coupled by thresholded currents (Gordleeva et al.
 * 2019). Between ticks every cell is alone. */
#ifndef TP_NETWORKS_TILED_GRID_H
#define TP_NETWORKS_TILED_GRID_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/crew.h"
#include "networks/spike_window.h"
#include "networks/tiled_grid_block.h"
#include "networks/tiling.h"

typedef struct tp_astrocyte_drive {
    uint8_t *holds;       /* [astrocyte] more than the given part of its neurons is driven */
    int64_t *pulse_until; /* [astrocyte] tick at which its pulse ends */
    double *ip3_rate;     /* [astrocyte] I_neuro, uM/s */
} tp_astrocyte_drive;

/* The neurons' cells may have been advanced by more intervals than the network has gone through,
 * since their inputs seldom change: the network goes through these one by one with the spikes
 * that are known already. Where an input does change, the cells are taken back, to where they were
 * before, and go once more through the intervals that the network has. */
typedef struct tp_grid_ahead {
    int64_t every;    /* ticks; at each whole number of these the cells are not ahead */
    int64_t expected; /* tick at which the input is known to change, if it is to come */
    bool kept;        /* there is a state to take the cells back to... */
    size_t since;     /* intervals from it to the start of the last advance */
    size_t intervals; /* by which the cells were advanced last */
    size_t passed;    /* of these, the network has gone through so many */
    bool looked;      /* the last advance has looked whether its states are possible */
    size_t reach;     /* intervals to advance by next; fewer after having been taken back */
    tp_spikes spikes, repeated; /* of all the intervals */
    size_t told;                /* spikes of those passed */
} tp_grid_ahead;

typedef struct tp_tiled_grid {
    tp_tiled_grid_description description;
    tp_clock clock;
    tp_tiling tiling;
    size_t neuron_count, astrocyte_count;
    tp_population *neurons, *astrocytes;
    tp_integration *neuron_integration, *astrocyte_integration;
    int64_t neuron_exchange, astrocyte_exchange; /* ticks */
    int64_t pulse;                               /* ticks */
    uint32_t drive_need, feedback_need;          /* neurons of a tile */
    size_t calcium;                              /* index of the state */

    int64_t tick;       /* the present */
    bool monitoring;    /* neurons can drive astrocytes */
    bool feedback_free; /* astrocytes can feed back */
    tp_spike_history history;
    tp_spike_window *driven, *active; /* of the history */
    tp_astrocyte_drive drive;
    uint8_t *feedback;  /* [astrocyte] feeds back */
    double *applied;    /* [neuron] I_app */
    double *astrocytic; /* [neuron] I_astro */
    tp_spikes interval; /* of the neurons' last interval, a part of ahead.spikes; `when` in (0, 1]
                         */
    tp_grid_ahead ahead;

    /* What has to be worked out anew at the next exchange, because something that it rests on may
     * have changed: the past is not asked again. */
    struct tp_grid_stale {
        bool drive, feedback, neuron_input, astrocyte_input;
    } stale;
    tp_crew *crew;       /* who does the shares of large populations; NULL: the caller alone */
    int64_t drive_until; /* tick at which the first pulse ends that nothing holds on */
} tp_tiled_grid;

/* Builds the network at tick 0. Errors of the description are told at its place in the scenario,
 * where its block has the path "network". */
tp_status tp_tiled_grid_create(const tp_tiled_grid_description *description, double tick_ms,
                               const tp_resolved *resolved, tp_tiled_grid **grid, tp_error *error);
void tp_tiled_grid_destroy(tp_tiled_grid **grid);

/* From now on as many threads advance the cells and pass on their signals, 0 for as many as there
 * are processors. It changes no bit; small networks, which it would not pay for, are left to the
 * caller alone. */
void tp_tiled_grid_employ(tp_tiled_grid *grid, size_t threads);

/* From now on neurons may be ahead of the network: their states are those of the present tick only
 * after tp_tiled_grid_settle, which does not take them back where that is a whole number of `ticks`
 * (rounded up to whole exchanges of the astrocytes; 0 where nobody looks). Whatever is coupled, and
 * the spikes, are always of the present tick. It changes no bit. Adaptive solvers are never ahead.
 */
tp_status tp_tiled_grid_look_every(tp_tiled_grid *grid, int64_t ticks, tp_error *error);

/* The input will be presented anew at this tick, so that nobody goes ahead of it in vain. */
void tp_tiled_grid_expect(tp_tiled_grid *grid, int64_t tick);

/* Takes neurons that are ahead back to the present tick; their states are not told yet. */
tp_status tp_tiled_grid_catch_up(tp_tiled_grid *grid, tp_error *error);

/* Brings the neurons' states to the present tick. */
tp_status tp_tiled_grid_settle(tp_tiled_grid *grid, tp_error *error);

/* Settles, makes integrators that have a past forget it, and all be worked out anew at the next
 * exchange. To be called when anything has been set from outside, and on the original wherever a
 * copy is or might be taken, so that both, and a run that takes none, go on to the bit alike. */
tp_status tp_tiled_grid_restart(tp_tiled_grid *grid, tp_error *error);

/* Walks through the state, all that decides what the network does next, settled. A visitor that
 * sets leaves the network restarted. The pieces are in the groups neurons, astrocytes, driven and
 * active. */
tp_status tp_tiled_grid_visit(tp_tiled_grid *grid, const tp_visitor *visitor, tp_error *error);

/* Makes `to` a copy of `from`, restarted; both from one description. */
tp_status tp_tiled_grid_copy(tp_tiled_grid *to, tp_tiled_grid *from, tp_error *error);

/* The input current from now on: `current` where pixels[neuron] is not 0; NULL for none. */
void tp_tiled_grid_present(tp_tiled_grid *grid, const uint8_t *pixels, double current);

/* What the protocol is at, which decides who may drive whom. */
typedef enum tp_phase { TP_PHASE_TRAINING, TP_PHASE_RECALL } tp_phase;
void tp_tiled_grid_phase(tp_tiled_grid *grid, tp_phase phase, bool image_shown);

/* Exchanges the signals of the present tick. TP_FAILED where a state is not finite. */
tp_status tp_tiled_grid_exchange(tp_tiled_grid *grid, tp_error *error);

/* Goes on to the next tick. The spikes between the two are then in grid->interval; their times
 * are tp_tiled_grid_spike_ms. */
tp_status tp_tiled_grid_step(tp_tiled_grid *grid, tp_error *error);

/* The neurons' half of a step: the spikes of the interval that ends at the present tick, from those
 * that are known already or by advancing the cells. */
tp_status tp_tiled_grid_pass_interval(tp_tiled_grid *grid, tp_error *error);

/* Says in a message that of the last `ticks` ticks there was an error. */
void tp_tiled_grid_tell_when(const tp_tiled_grid *grid, int64_t ticks, tp_status status,
                             tp_error *error);
double tp_tiled_grid_spike_ms(const tp_tiled_grid *grid, const tp_spike *spike);

#endif
