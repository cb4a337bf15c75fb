/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be forecast, the same for all that forecast it: a series, standardized by its training
 * part, sample by sample. Nothing changes it once it is made, so that threads may share it. */
#ifndef TP_EXPERIMENTS_FORECAST_TASK_H
#define TP_EXPERIMENTS_FORECAST_TASK_H

#include "experiments/forecast_block.h"

typedef struct tp_forecast_task {
    tp_forecast_description description; /* its lists live in the scenario */
    tp_series series;                    /* drop + train + test + 1 samples of it */
    size_t drop, train, test, free;
    size_t *hidden; /* [layer] units */
    size_t hidden_count;
    double *mean, *deviation; /* [coordinate] of the training part */
    double spread;            /* root of the summed variances of all coordinates */
    double *standard;         /* [sample][coordinate] */
    bool lent;                /* the series and what is made of it belong to another task */
} tp_forecast_task;

/* Checks all that can be wrong, the network included. */
tp_status tp_forecast_task_create(const tp_forecast_description *description,
                                  const tp_resolved *resolved, tp_forecast_task **task,
                                  tp_error *error);

/* The same, with the series of a task that has the same blocks `series` and `samples`, and outlives
 * this one. */
tp_status tp_forecast_task_borrow(const tp_forecast_description *description,
                                  const tp_resolved *resolved, const tp_forecast_task *lender,
                                  tp_forecast_task **task, tp_error *error);
void tp_forecast_task_destroy(tp_forecast_task **task);

/* Between a standardized sample and one of the series. */
void tp_forecast_restore(const tp_forecast_task *task, const double *standard, double *sample);

#endif
