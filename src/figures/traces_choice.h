/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which neurons stand for all in the figure of traces: always the same for the same record. */
#ifndef TP_FIGURES_TRACES_CHOICE_H
#define TP_FIGURES_TRACES_CHOICE_H

#include "figures/recorded.h"
#include "figures/timeline.h"

typedef enum tp_role {
    TP_ROLE_PATTERN,    /* of the tested pattern, under an active astrocyte if there is one */
    TP_ROLE_BACKGROUND, /* of no pattern, under an active astrocyte */
    TP_ROLE_QUIET,      /* of no pattern, under quiet astrocytes alone */
    TP_ROLES
} tp_role;

typedef struct tp_traced {
    bool found;
    bool active; /* the astrocyte is above the threshold at the test's onset */
    size_t row, column, neuron;
    size_t tile_row, tile_column; /* of its astrocyte with the most calcium then */
} tp_traced;

typedef struct tp_choice {
    tp_view *view;
    const tp_timeline *timeline;
    const tp_tiles *tiles;
    const tp_recorded *potential; /* whose neurons alone can be traced */
    const double *calcium;        /* of all astrocytes at the test's onset; NAN: not recorded */
    double threshold;
    const tp_spike_list *spikes; /* of both parts */
} tp_choice;

tp_status tp_traces_choose(const tp_choice *choice, tp_traced *traced, tp_error *error);

#endif
