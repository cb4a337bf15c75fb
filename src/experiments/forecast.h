/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What else than the experiment itself runs a forecast: a sweep. */
#ifndef TP_EXPERIMENTS_FORECAST_H
#define TP_EXPERIMENTS_FORECAST_H

#include "experiments/forecaster.h"
#include "record/writer.h"

/* The task is all that is planned. It is only read, so that many threads may run trials of it. */
typedef tp_forecast_task tp_forecast_plan;

/* A trial of the scenario's own network, without a record and without baselines. */
tp_status tp_forecast_trial(const tp_forecast_plan *plan, uint32_t trial,
                            tp_forecast_measures *measures, tp_error *error);

/* The names, units and meanings of the measures, in this order; ended by name == NULL. */
typedef struct tp_forecast_column {
    const char *name, *units, *long_name;
    size_t offset; /* in tp_forecast_measures */
} tp_forecast_column;
extern const tp_forecast_column tp_forecast_columns[];

#endif
