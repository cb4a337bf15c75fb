/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of a trial that a sweep tells of: its measures, the same of the control, and the
 * differences between them, trial by trial. */
#ifndef TP_SWEEPS_SERIES_H
#define TP_SWEEPS_SERIES_H

#include "sweeps/table.h"

typedef struct tp_series {
    const char *name, *unit, *long_name;
    size_t measure, minus;           /* minus: the measure taken off it */
    bool of_control;                 /* the control's own value */
    bool less_measure, less_control; /* a difference */
} tp_series;

/* All series of a sweep, the first measure first; in the arena. */
tp_status tp_series_list(const tp_levels *levels, tp_arena *arena, const tp_series **series,
                         size_t *count, tp_error *error);

/* The value of a whole trial. */
double tp_series_value(const tp_series *series, const tp_trial_table *table,
                       const tp_levels *levels, size_t level, size_t trial);

#endif
