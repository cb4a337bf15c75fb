/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweeps/series.h"

#include <string.h>

#include "base/fail.h"

static size_t measure_named(const tp_levels *levels, const char *name) {
    size_t m = 0;
    while (strcmp(levels->measures[m].name, name) != 0)
        m++;
    return m;
}

tp_status tp_series_list(const tp_levels *levels, tp_arena *arena, const tp_series **series,
                         size_t *count, tp_error *error) {
    const bool control = tp_levels_have_control(levels);
    tp_series *all = tp_arena_alloc(arena, 4 * levels->measure_count * sizeof *all);
    size_t n = 0;
    for (size_t m = 0; all && m < levels->measure_count; m++) {
        const tp_measure *of = &levels->measures[m];
        all[n++] = (tp_series){of->name, of->unit, of->long_name, m, 0, false, false, false};
        if (of->baseline)
            all[n++] = (tp_series){
                tp_arena_format(arena, "%s_minus_%s", of->name, of->baseline),
                of->unit,
                tp_arena_format(arena, "%s less %s, trial by trial", of->name, of->baseline),
                m,
                measure_named(levels, of->baseline),
                false,
                true,
                false};
        if (control)
            all[n++] = (tp_series){tp_arena_format(arena, "control_%s", of->name),
                                   of->unit,
                                   tp_arena_format(arena, "%s, of the control", of->long_name),
                                   m,
                                   0,
                                   true,
                                   false,
                                   false};
        if (control)
            all[n++] = (tp_series){
                tp_arena_format(arena, "%s_minus_control", of->name),
                of->unit,
                tp_arena_format(arena, "%s less the control's, trial by trial", of->name),
                m,
                0,
                false,
                false,
                true};
    }
    for (size_t i = 0; i < n; i++)
        if (!all[i].name || !all[i].long_name)
            n = 0;
    if (n == 0)
        return tp_fail_memory(error, "summing up the sweep");
    *series = all;
    *count = n;
    return TP_OK;
}

double tp_series_value(const tp_series *series, const tp_trial_table *table,
                       const tp_levels *levels, size_t level, size_t trial) {
    const double *own = tp_trial_values(table, level, trial);
    if (series->less_measure)
        return own[series->measure] - own[series->minus];
    if (!series->of_control && !series->less_control)
        return own[series->measure];
    const double control = tp_trial_values(table, level + levels->count, trial)[series->measure];
    return series->of_control ? control : own[series->measure] - control;
}
