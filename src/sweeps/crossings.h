/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where along the sweep's first numeric axis the first measure falls below a value, and where it
 * overtakes its baseline. */
#ifndef TP_SWEEPS_CROSSINGS_H
#define TP_SWEEPS_CROSSINGS_H

#include "analysis/statistics.h"
#include "sweeps/table.h"

/* One curve: the levels that differ in the axis alone. */
typedef struct tp_curve {
    size_t first_level; /* the one that is told for the others */
    size_t trials;      /* that all its levels have */
    tp_crossing_point falls_below, overtakes;
} tp_curve;

typedef struct tp_crossings {
    const tp_column *along; /* NULL where no axis is of numbers: then there are no curves */
    bool has_below, has_baseline;
    tp_curve *curves;
    size_t count;
} tp_crossings;

tp_status tp_crossings_find(const tp_levels *levels, const tp_trial_table *table,
                            tp_crossings *crossings, tp_error *error);
void tp_crossings_free(tp_crossings *crossings);

/* How the intervals of a sweep are made. */
tp_interval_method tp_interval_method_of(const tp_levels *levels);

#endif
