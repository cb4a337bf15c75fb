/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One that forecasts a task: a reservoir with a trained readout, the readout alone, or persistence.
 * Nothing here is shared but the task, so that many may work at the same time. */
#ifndef TP_EXPERIMENTS_FORECASTER_H
#define TP_EXPERIMENTS_FORECASTER_H

#include "experiments/forecast_task.h"
#include "learning/stack.h"
#include "networks/reservoir.h"

typedef enum tp_forecaster_kind {
    TP_FORECASTER_RESERVOIR,
    TP_FORECASTER_READOUT,    /* the same readout of the last sample itself */
    TP_FORECASTER_PERSISTENCE /* the next sample will be as the last */
} tp_forecaster_kind;

typedef struct tp_forecaster {
    const char *name;
    tp_forecaster_kind kind;
    size_t neurons, astrocytes; /* of a reservoir */
    uint64_t seed;
    uint32_t trial;
} tp_forecaster;

/* What a forecaster comes to, in numbers. NAN where there is none. Errors are of standardized
 * samples; the loss is the mean squared error over an epoch. */
typedef struct tp_forecast_measures {
    double learning_rate;       /* slope of the loss, per epoch; the more negative, the faster */
    double learning_rate_log10; /* slope of its logarithm */
    double first_loss, last_loss;
    double test_error;    /* mean squared error of the next sample, over the test */
    double valid_time;    /* of the free run; in Lyapunov times where the exponent is known */
    double spike_rate[2]; /* spikes of a neuron, of an astrocyte, per step */
} tp_forecast_measures;

typedef struct tp_forecast_result {
    tp_forecast_measures measures;
    double *losses;     /* [epoch] */
    double *next;       /* [train + test][coordinate] standardized forecasts, one step ahead */
    double *free;       /* [free][coordinate] standardized forecasts, fed back */
    double *free_error; /* [free] distance over the series' spread */
    size_t links;       /* of the reservoir */
    tp_stack *readout;  /* trained; NULL for persistence */
    double *memory;
} tp_forecast_result;

typedef struct tp_forecast_watcher {
    void *context;
    /* A reservoir is made, and has taken a sample (counted from the start of the series), in the
     * free run or before. Either may be NULL; what is not TP_OK ends the work. */
    tp_status (*wired)(void *context, const tp_reservoir *reservoir, tp_error *error);
    tp_status (*stepped)(void *context, const tp_reservoir *reservoir, bool free_run, size_t sample,
                         tp_error *error);
    /* Part of the work is done: samples or epochs, out of so many; the loss is NAN for samples. */
    tp_status (*progressed)(void *context, size_t done, size_t total, double loss, tp_error *error);
} tp_forecast_watcher;

/* Builds, drives, trains, tests and lets run free. The result is freed by tp_forecast_result_free
 * whatever comes back. `watcher` may be NULL. */
tp_status tp_forecaster_run(const tp_forecast_task *task, const tp_forecaster *forecaster,
                            const tp_forecast_watcher *watcher, tp_forecast_result *result,
                            tp_error *error);
void tp_forecast_result_free(tp_forecast_result *result);

/* Room for one, of NAN as far as nothing has been found out. */
tp_status tp_forecast_result_create(const tp_forecast_task *task, tp_forecast_result *result,
                                    tp_error *error);

/* The scenario's own network, for a trial of its seed. */
tp_forecaster tp_forecaster_of(const tp_forecast_task *task, uint32_t trial);

/* The slope of a straight line through y[0], y[1], ... by least squares. */
double tp_slope(const double *y, size_t count);

#endif
