/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a forecast writes into its record. */
#ifndef TP_EXPERIMENTS_FORECAST_RECORD_H
#define TP_EXPERIMENTS_FORECAST_RECORD_H

#include "experiments/forecast.h"
#include "record/arrays.h"

/* The streams of the scenario's own network while it runs. */
typedef struct tp_forecast_recorder {
    const tp_forecast_task *task;
    tp_writer *writer;
    struct tp_forecast_streams {
        tp_writer_stream *timestamps, *node_ids, *traces;
    } drive, free_run;
} tp_forecast_recorder;

/* Of a watcher: /network, and the spikes and traces of both segments. */
tp_status tp_forecast_record_network(tp_forecast_recorder *recorder, const tp_reservoir *reservoir,
                                     tp_error *error);
tp_status tp_forecast_record_step(tp_forecast_recorder *recorder, const tp_reservoir *reservoir,
                                  bool free_run, size_t sample, tp_error *error);

/* /drive, /readout and /free_run of a result. */
tp_status tp_forecast_record_result(const tp_forecast_recorder *recorder,
                                    const tp_forecast_result *result, tp_error *error);

/* /summary: one row for each of the forecasters. */
tp_status tp_forecast_record_summary(const tp_forecast_task *task, const tp_forecaster *forecasters,
                                     const tp_forecast_result *results, size_t count,
                                     tp_writer *writer, tp_error *error);

#endif
