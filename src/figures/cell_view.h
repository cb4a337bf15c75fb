/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of one cell: its states and inputs over time, its spikes, the levels it crossed. */
#ifndef TP_FIGURES_CELL_VIEW_H
#define TP_FIGURES_CELL_VIEW_H

#include <tripartite/model.h>

#include "figures/view.h"

typedef struct tp_cell_series {
    const char *long_name, *unit;
    const double *values; /* one for each instant */
    double low, high;
    bool has_level;
    double level;
} tp_cell_series;

typedef struct tp_cell_view {
    tp_view view;
    const tp_model *model;
    size_t instants;
    const double *time; /* ms, in order */
    double end;         /* ms */
    tp_cell_series states[TP_MAX_STATES], inputs[TP_MAX_INPUTS];
    size_t spike_count;
    const double *spikes; /* ms, in order */
    bool spike_top_known;
    double spike_top; /* where the watched state's spikes end */
    size_t crossing_count;
    const double *crossing_time; /* ms, in order */
    const double *crossing_state, *crossing_direction;
} tp_cell_view;

/* Close its view in any case. */
tp_status tp_cell_view_open(const tp_figure_source *source, tp_cell_view *cell, tp_error *error);

/* The instant recorded last before or at a time. */
size_t tp_cell_instant(const tp_cell_view *cell, double ms);

/* Whether the input takes many values while the cell spikes, so that rates can be drawn over it. */
bool tp_cell_input_sweeps(const tp_cell_view *cell, size_t input);

#endif
