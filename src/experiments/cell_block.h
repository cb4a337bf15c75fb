/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario of a single cell, and the struct it fills. */
#ifndef TP_EXPERIMENTS_CELL_BLOCK_H
#define TP_EXPERIMENTS_CELL_BLOCK_H

#include "experiments/experiment.h"
#include "networks/population_block.h"

typedef enum tp_shape { TP_SHAPE_STEP, TP_SHAPE_PULSE, TP_SHAPE_RAMP } tp_shape;

/* One part of an input; the parts add up. Values are in the input's unit. */
typedef struct tp_waveform {
    int shape; /* tp_shape */
    double at_ms;
    double length_ms; /* of pulses and ramps */
    double value;     /* of steps and pulses; where a ramp ends, and stays */
    double from;      /* where a ramp begins */
} tp_waveform;

typedef struct tp_cell_description {
    tp_experiment_heading heading;
    struct tp_cell_population {
        tp_population_description cells;
    } cell;
    double tick_ms;
    double duration_ms;
    double every_ms;
    /* These are of the model's own shape, so their keys are made when it is known. */
    struct tp_cell_inputs {
        tp_block_list of[TP_MAX_INPUTS]; /* [input] of tp_waveform */
    } inputs;
    struct tp_cell_levels {
        double of[TP_MAX_STATES]; /* [state]; looked at where the scenario gives it */
    } levels;
} tp_cell_description;

extern const tp_block tp_cell_block;

#endif
