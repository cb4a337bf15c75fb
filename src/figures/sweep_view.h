/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of a sweep: its levels in curves along its numeric axis, or as categories. */
#ifndef TP_FIGURES_SWEEP_VIEW_H
#define TP_FIGURES_SWEEP_VIEW_H

#include "figures/view.h"

/* One number for each level; NULL where the sweep has no such series. */
typedef struct tp_sweep_series {
    const double *mean, *lower, *upper;
} tp_sweep_series;

/* A measure and what it is compared with. */
typedef struct tp_sweep_measure {
    const char *name;
    const char *baseline; /* its name; "" where there is none */
    tp_sweep_series own, input, control, less_input, less_control;
} tp_sweep_measure;

/* Where a curve crosses something; NAN: not known, infinite: at no level. */
typedef struct tp_sweep_point {
    double at, lower, upper;
} tp_sweep_point;

/* Levels that differ in the axis alone, in its order. */
typedef struct tp_sweep_curve {
    const char *label; /* its values of what else is varied */
    size_t *levels;
    size_t count;
    tp_sweep_point falls, overtakes;
} tp_sweep_curve;

typedef struct tp_sweep_view {
    tp_view view;
    size_t levels;
    const double *trials; /* [level] */
    double confidence, below;
    const char *interval, *measure;
    /* With a numeric axis: */
    const double *x; /* [level]; NULL where there is none */
    tp_short_text axis;
    double unit;        /* x is drawn divided by it */
    const char *others; /* the names of what else is varied */
    tp_sweep_curve *curves;
    size_t curve_count;
    /* Without: one curve of all levels, and */
    const char **labels; /* [level] */
} tp_sweep_view;

tp_status tp_sweep_view_open(const tp_figure_source *source, tp_sweep_view *sweep, tp_error *error);
/* Reads a measure with all that it is compared with; `baseline` may be "". */
tp_status tp_sweep_view_measure(tp_sweep_view *sweep, const char *name, const char *baseline,
                                tp_sweep_measure *measure, tp_error *error);
void tp_sweep_view_close(tp_sweep_view *sweep);

#endif
