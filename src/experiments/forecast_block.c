/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Defaults are the reconstruction of Yang et al. (arXiv 2503.06798). */
#include "experiments/forecast_block.h"

#include <math.h>

enum { MOST_SAMPLES = 10000000 };

#define COUNT(name, structure, value, low, high, text)                                             \
    {                                                                                              \
        .key = #name, .kind = TP_INTEGER, .offset = offsetof(struct structure, name),              \
        .fallback = value, .lower = low, .upper = high, .help = text                               \
    }
#define SWITCH(name, structure, value, text)                                                       \
    {                                                                                              \
        .key = #name, .kind = TP_BOOLEAN, .offset = offsetof(structure, name), .fallback = value,  \
        .help = text                                                                               \
    }

static const tp_field sample_fields[] = {
    COUNT(drop, tp_forecast_samples, "300", 0, MOST_SAMPLES,
          "shown to the network before anything is learned"),
    COUNT(train, tp_forecast_samples, "5000", 2, MOST_SAMPLES, "to learn from"),
    COUNT(test, tp_forecast_samples, "1250", 1, MOST_SAMPLES, "to test on, behind them"),
    {0},
};

static const tp_field readout_fields[] = {
    {.key = "hidden",
     .kind = TP_REALS,
     .offset = offsetof(struct tp_forecast_readout, hidden),
     .unit = "1",
     .fallback = "[64, 32]",
     .lower = 1,
     .upper = 100000,
     .help = "units of each hidden layer (ReLU)"},
    COUNT(epochs, tp_forecast_readout, "50", 1, 100000, "of training"),
    COUNT(batch, tp_forecast_readout, "64", 1, MOST_SAMPLES, "samples of a mini-batch"),
    {.key = "rate",
     .kind = TP_REAL,
     .offset = offsetof(struct tp_forecast_readout, rate),
     .unit = "1",
     .fallback = "1e-3",
     .lower = 0,
     .above = 1,
     .upper = INFINITY,
     .help = "step size of Adam"},
    {0},
};

static const tp_field free_run_fields[] = {
    COUNT(samples, tp_forecast_free_run, "1250", 1, MOST_SAMPLES,
          "how long the forecast is fed back; at most the test's samples"),
    {.key = "threshold",
     .kind = TP_REAL,
     .offset = offsetof(struct tp_forecast_free_run, threshold),
     .unit = "1",
     .fallback = "0.4",
     .lower = 0,
     .above = 1,
     .upper = INFINITY,
     .help = "error, in standard deviations of the series, up to which it is valid"},
    {0},
};

static const tp_field record_fields[] = {
    SWITCH(network, struct tp_forecast_recording, "true", "links and weights"),
    SWITCH(spikes, struct tp_forecast_recording, "true", "spikes of all units"),
    SWITCH(traces, struct tp_forecast_recording, "false", "what is read out, of all units"),
    {0},
};

static const tp_block sample_block = {sizeof(struct tp_forecast_samples), sample_fields, NULL,
                                      NULL};
static const tp_block readout_block = {sizeof(struct tp_forecast_readout), readout_fields, NULL,
                                       NULL};
static const tp_block free_run_block = {sizeof(struct tp_forecast_free_run), free_run_fields, NULL,
                                        NULL};
static const tp_block record_block = {sizeof(struct tp_forecast_recording), record_fields, NULL,
                                      NULL};

#define BLOCK(name, description, text)                                                             \
    {                                                                                              \
        .key = #name, .kind = TP_BLOCK, .offset = offsetof(tp_forecast_description, name),         \
        .block = &description, .help = text                                                        \
    }

static const tp_field forecast_fields[] = {
    TP_HEADING_FIELDS(tp_forecast_description, heading),
    {.key = "tick",
     .kind = TP_REAL,
     .offset = offsetof(tp_forecast_description, tick_ms),
     .unit = "ms",
     .fallback = "1 ms",
     .lower = 0,
     .above = 1,
     .upper = INFINITY,
     .help = "a step of the network, in which it takes one sample"},
    BLOCK(series, tp_series_block, "what is forecast"),
    BLOCK(samples, sample_block, "how the series is divided, from its start"),
    BLOCK(network, tp_reservoir_block, "a reservoir of neurons and astrocyte-like units"),
    BLOCK(readout, readout_block, "a perceptron, trained to tell the next sample"),
    BLOCK(free_run, free_run_block, "from the last training sample, the forecast is the input"),
    SWITCH(baselines, tp_forecast_description, "true",
           "the same by networks of one kind of unit, without a network, and by persistence"),
    BLOCK(record, record_block, "what is recorded"),
    {0},
};

const tp_block tp_forecast_block = {sizeof(tp_forecast_description), forecast_fields, NULL, NULL};
