/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The levels of a sweep: what is varied, and the scenario of each level. */
#ifndef TP_SWEEPS_LEVELS_H
#define TP_SWEEPS_LEVELS_H

#include <stdint.h>

#include "experiments/scenario.h"

/* One path and its levels. */
typedef struct tp_axis {
    const char *path;
    const tp_node *const *levels;
    const char *const *labels; /* [level of the axis] as the user wrote it */
    size_t count;
} tp_axis;

/* One value that the sweep changes. */
typedef struct tp_column {
    const char *name; /* its path in the scenario */
    const char *unit, *long_name;
    size_t axis;
    const double *numbers;    /* [level], or NULL where they are no numbers: then */
    const char *const *texts; /* [level] */
} tp_column;

/* All levels, the grid of the axes with the last one running fastest. Scenario number s is level s,
 * or, from `count` on, the control of level s - count. */
typedef struct tp_levels {
    tp_arena arena;
    const tp_scenario *base;
    const tp_sweep_description *sweep;
    const tp_trials *trials;
    const tp_axis *axes;
    size_t axis_count, count;
    const size_t *cells; /* [level] its number in the grid; NULL where no level is left out */
    tp_scenario **scenarios;
    size_t scenario_count;
    const tp_column *columns;
    size_t column_count;
    const tp_measure *measures;
    size_t measure_count;
    size_t *group; /* [scenario] those whose runs begin alike */
    size_t group_count;
} tp_levels;

/* Reads the block `sweep` of a scenario, resolves and checks all its levels. `base` must outlive
 * them. */
tp_status tp_levels_create(const tp_scenario *base, tp_levels **levels, tp_error *error);

/* The same without preparing the levels: the files that they name are not looked for. */
tp_status tp_levels_describe(const tp_scenario *base, tp_levels **levels, tp_error *error);

void tp_levels_destroy(tp_levels **levels);

/* Which level of an axis belongs to a level of the sweep. */
size_t tp_levels_along(const tp_levels *levels, size_t axis, size_t level);

/* "recall.noise=0.4, patterns=[zero]" */
void tp_levels_label(const tp_levels *levels, size_t level, char *out, size_t room);

bool tp_levels_have_control(const tp_levels *levels);

#endif
