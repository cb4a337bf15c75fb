/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What else than the experiment itself needs of a forecast: its record, and a sweep. */
#ifndef TP_EXPERIMENTS_FORECAST_H
#define TP_EXPERIMENTS_FORECAST_H

#include "experiments/forecaster.h"
#include "record/writer.h"

/* The names, units and meanings of the measures, in this order; ended by name == NULL. */
typedef struct tp_forecast_column {
    const char *name, *units, *long_name;
    size_t offset; /* in tp_forecast_measures */
} tp_forecast_column;
extern const tp_forecast_column tp_forecast_columns[];

extern const tp_trials tp_forecast_trials;

#endif
