/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario's `network:` block of a tiled grid, and the struct it fills. */
#ifndef TP_NETWORKS_TILED_GRID_BLOCK_H
#define TP_NETWORKS_TILED_GRID_BLOCK_H

#include "networks/population_block.h"

enum { TP_RETRIGGER_EXTEND, TP_RETRIGGER_ONCE };
enum { TP_MONITOR_TRAINING, TP_MONITOR_ALWAYS };
enum { TP_OVERLAP_ANY, TP_OVERLAP_SUM, TP_OVERLAP_LAST };
enum { TP_DURING_RECALL, TP_DURING_ALWAYS, TP_DURING_INPUT };

typedef struct tp_tiled_grid_description {
    struct tp_grid_neurons {
        int64_t rows, columns;
        tp_population_description cells;
    } neurons;
    struct tp_grid_astrocytes {
        int64_t tile, stride;
        tp_population_description cells;
    } astrocytes;
    struct tp_grid_drive {
        double rate_hz;
        double window_ms;
        double more_than; /* part of a tile's neurons */
        double ip3_rate;  /* uM/s */
        double pulse_ms;
        int retrigger;
        int monitor;
    } drive;
    struct tp_grid_feedback {
        double calcium; /* uM */
        double more_than;
        double activity_window_ms;
        double current;
        int overlap;
        int during;
    } feedback;
} tp_tiled_grid_description;

extern const tp_block tp_tiled_grid_block;

#endif
