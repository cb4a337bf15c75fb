/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweeps/crossings.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "sweeps/series.h"

tp_interval_method tp_interval_method_of(const tp_levels *levels) {
    const tp_sweep_description *d = levels->sweep;
    return (tp_interval_method){.bootstrap = d->interval == TP_INTERVAL_BOOTSTRAP,
                                .confidence = d->confidence,
                                .resamples = (size_t)d->resamples,
                                .seed = (uint64_t)tp_scenario_heading(levels->base)->seed};
}

/* The first axis that is one column of numbers and has levels to go between. */
static const tp_column *find_axis(const tp_levels *levels) {
    for (size_t a = 0; a < levels->axis_count; a++) {
        const tp_column *only = NULL;
        size_t columns = 0;
        for (size_t c = 0; c < levels->column_count; c++)
            if (levels->columns[c].axis == a) {
                only = &levels->columns[c];
                columns++;
            }
        if (columns == 1 && only->numbers && levels->axes[a].count > 1)
            return only;
    }
    return NULL;
}

/* The levels of one curve, in order of the axis. */
static void gather_levels(const tp_levels *levels, const tp_column *along, size_t first,
                          size_t *curve) {
    const size_t count = levels->axes[along->axis].count;
    size_t apart = 1;
    for (size_t a = along->axis + 1; a < levels->axis_count; a++)
        apart *= levels->axes[a].count;
    for (size_t i = 0; i < count; i++) {
        const size_t level = first + i * apart;
        size_t at = i;
        for (; at > 0 && along->numbers[curve[at - 1]] > along->numbers[level]; at--)
            curve[at] = curve[at - 1];
        curve[at] = level;
    }
}

typedef struct gathering {
    const tp_levels *levels;
    const tp_trial_table *table;
    const tp_column *along;
    size_t *curve; /* [level along the axis] */
    size_t count;
    double *x;      /* [level along the axis] */
    double *values; /* [level along the axis][trial] */
} gathering;

static bool whole_everywhere(const gathering *g, size_t trial) {
    for (size_t i = 0; i < g->count; i++)
        if (!tp_trial_whole(g->table, g->levels, g->curve[i], trial))
            return false;
    return true;
}

/* The values of the trials that all levels of the curve have; returns how many. */
static size_t gather(gathering *g, const tp_series *series) {
    size_t trials = 0;
    for (size_t t = 0; t < g->table->trials; t++) {
        if (!whole_everywhere(g, t))
            continue;
        for (size_t i = 0; i < g->count; i++)
            g->values[i * g->table->trials + trials] =
                tp_series_value(series, g->table, g->levels, g->curve[i], t);
        trials++;
    }
    return trials;
}

static tp_status find_curve(gathering *g, size_t first, const tp_series *plain,
                            const tp_series *difference, tp_curve *curve, tp_error *error) {
    const tp_interval_method method = tp_interval_method_of(g->levels);
    gather_levels(g->levels, g->along, first, g->curve);
    for (size_t i = 0; i < g->count; i++)
        g->x[i] = g->along->numbers[g->curve[i]];
    curve->first_level = first;
    curve->trials = gather(g, plain);
    tp_status status =
        tp_crossing_of(g->x, g->count, g->values, g->table->trials, curve->trials,
                       g->levels->sweep->below, TP_DOWNWARD, &method, &curve->falls_below, error);
    if (status != TP_OK || !difference)
        return status;
    gather(g, difference);
    return tp_crossing_of(g->x, g->count, g->values, g->table->trials, curve->trials, 0, TP_UPWARD,
                          &method, &curve->overtakes, error);
}

static tp_status find_curves(gathering *g, tp_crossings *crossings, tp_error *error) {
    const tp_levels *levels = g->levels;
    tp_arena arena = {0};
    const tp_series *series, *difference = NULL;
    size_t series_count;
    tp_status status = tp_series_list(levels, &arena, &series, &series_count, error);
    if (status == TP_OK && levels->measures[0].baseline) {
        difference = &series[1];
        crossings->has_baseline = true;
    }
    for (size_t level = 0; status == TP_OK && level < levels->count; level++) {
        if (tp_levels_along(levels, g->along->axis, level) != 0)
            continue;
        status = find_curve(g, level, &series[0], difference, &crossings->curves[crossings->count],
                            error);
        crossings->count++;
    }
    tp_arena_free(&arena);
    return status;
}

tp_status tp_crossings_find(const tp_levels *levels, const tp_trial_table *table,
                            tp_crossings *crossings, tp_error *error) {
    *crossings = (tp_crossings){
        .along = find_axis(levels),
        .has_below = tp_resolved_given(&levels->base->resolved, "sweep.below"),
    };
    if (levels->cells) /* curves with holes have no crossings */
        crossings->along = NULL;
    if (!crossings->along)
        return TP_OK;
    const size_t count = levels->axes[crossings->along->axis].count;
    gathering g = {.levels = levels, .table = table, .along = crossings->along, .count = count};
    g.curve = calloc(count, sizeof *g.curve);
    g.x = calloc(count, sizeof *g.x);
    g.values = calloc(count * table->trials, sizeof *g.values);
    crossings->curves = calloc(levels->count / count, sizeof *crossings->curves);
    tp_status status = g.curve && g.x && g.values && crossings->curves
                           ? find_curves(&g, crossings, error)
                           : tp_fail_memory(error, "looking for crossings");
    free(g.curve);
    free(g.x);
    free(g.values);
    if (status != TP_OK)
        tp_crossings_free(crossings);
    return status;
}

void tp_crossings_free(tp_crossings *crossings) {
    free(crossings->curves);
    *crossings = (tp_crossings){0};
}
