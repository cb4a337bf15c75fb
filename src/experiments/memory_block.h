/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario of a memory experiment, and the struct it fills. */
#ifndef TP_EXPERIMENTS_MEMORY_BLOCK_H
#define TP_EXPERIMENTS_MEMORY_BLOCK_H

#include <stdbool.h>

#include "experiments/experiment.h"
#include "networks/tiled_grid_block.h"
#include "stimuli/noise.h"

enum { TP_TESTS_BRANCH, TP_TESTS_SEQUENTIAL };
enum { TP_PRECISION_SINGLE, TP_PRECISION_DOUBLE };

/* A rectangle of cells; rows or columns 0: up to the edge. */
typedef struct tp_region {
    int64_t first_row, first_column, rows, columns;
} tp_region;

typedef struct tp_memory_description {
    tp_experiment_heading heading;
    tp_block_list patterns; /* of tp_pattern_description */
    double tick_ms;
    tp_tiled_grid_description network;
    struct tp_memory_training {
        int64_t samples;
        double noise;
        int noise_kind;
        double shown_ms, every_ms;
        double current;
    } training;
    double pause_ms;
    int64_t repeat;
    struct tp_memory_recall {
        int tests;
        int64_t samples;
        double noise;
        int noise_kind;
        double shown_ms, after_ms, between_ms;
        double current;
        struct tp_memory_readout {
            int64_t count;
            tp_real_list frames_ms;
            double window_ms;
        } readout;
    } recall;
    struct tp_memory_recording {
        bool spikes;
        tp_text_list neurons, astrocytes;
        double every_ms;
        int precision;
        tp_region neuron_region, astrocyte_region;
    } record;
} tp_memory_description;

extern const tp_block tp_memory_block;

/* Whether the value at that path of the scenario decides nothing until the end of the pause: then
 * networks of scenarios that differ in it alone are trained alike. */
bool tp_memory_matters_later(const char *path, bool feedback_in_training);

#endif
