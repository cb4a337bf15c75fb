/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the figures of a forecast are drawn from. */
#ifndef TP_FIGURES_FORECAST_READ_H
#define TP_FIGURES_FORECAST_READ_H

#include "figures/view.h"

enum { TP_MOST_FORECASTERS = 7 };

typedef struct tp_forecast_view {
    tp_view view;
    size_t coordinates, driven, freed; /* samples of either segment */
    const double *input, *next;  /* [driven][coordinate] the series, its forecast a step ahead */
    const double *target, *free; /* [freed][coordinate] the series, its forecast fed back */
    const double *drive_time, *free_time;
    const char **names; /* [coordinate] */
    double threshold, exponent, valid_time;
    size_t forecaster_count, epochs, steps;
    const char **forecasters;
    const double *losses; /* [forecaster][epoch] */
    const double *errors; /* [forecaster][step] of the free run */
    const double *test_error, *valid_times, *learning_rate;
} tp_forecast_view;

/* TP_INVALID where the record lacks any of it. Close the view in any case. */
tp_status tp_forecast_view_open(const tp_figure_source *source, tp_forecast_view *view,
                                tp_error *error);

#endif
