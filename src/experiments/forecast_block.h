/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario of a forecast, and the struct it fills. */
#ifndef TP_EXPERIMENTS_FORECAST_BLOCK_H
#define TP_EXPERIMENTS_FORECAST_BLOCK_H

#include "experiments/experiment.h"
#include "networks/reservoir_block.h"
#include "stimuli/series.h"

typedef struct tp_forecast_description {
    tp_experiment_heading heading;
    double tick_ms; /* what the units take for a step, one sample of the series */
    tp_series_description series;
    struct tp_forecast_samples {
        int64_t drop, train, test;
    } samples;
    tp_reservoir_description network;
    struct tp_forecast_readout {
        tp_real_list hidden; /* units of each hidden layer */
        int64_t epochs, batch;
        double rate;
    } readout;
    struct tp_forecast_free_run {
        int64_t samples;
        double threshold;
    } free_run;
    bool baselines;
    struct tp_forecast_recording {
        bool network, spikes, traces;
    } record;
} tp_forecast_description;

extern const tp_block tp_forecast_block;

#endif
