/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweeps/levels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/units.h"
#include "sweeps/columns.h"
#include "sweeps/range.h"

enum { MOST_AXES = 8 };

static tp_status fail_at(const tp_node *node, tp_error *error, const char *format,
                         const char *what) {
    char where[400];
    tp_node_where(node, where, sizeof where);
    return tp_fail(error, TP_INVALID, where, format, what);
}

/* What would vary the sweep itself, or what the trials count. */
static tp_status check_path(const tp_node *key, tp_error *error) {
    static const char *const fixed[] = {"sweep", "experiment", "trial", "title"};
    const size_t length = strcspn(key->text, ".");
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strlen(fixed[i]) == length && strncmp(key->text, fixed[i], length) == 0) {
            fail_at(key, error, "'%s' cannot be varied by a sweep", key->text);
            return tp_hint(error, "expected the path of a value that a trial depends on, such as "
                                  "recall.noise");
        }
    return TP_OK;
}

static tp_status check_distinct(const tp_axis *axis, tp_error *error) {
    for (size_t i = 1; i < axis->count; i++)
        for (size_t j = 0; j < i && axis->count <= 2000; j++)
            if (strcmp(axis->labels[i], axis->labels[j]) == 0) {
                fail_at(axis->levels[i], error, "the level '%s' stands twice", axis->labels[i]);
                return tp_hint(error, "remove one of the two");
            }
    return TP_OK;
}

static tp_status read_axis(tp_levels *l, const tp_node *key, const tp_node *value, tp_axis *axis,
                           tp_error *error) {
    axis->path = key->text;
    tp_status status = check_path(key, error);
    if (status != TP_OK)
        return status;
    if (value->kind == TP_NODE_LIST) {
        axis->levels = (const tp_node *const *)value->items;
        axis->count = value->count;
    } else {
        status = tp_range_expand(value, &l->arena, &axis->levels, &axis->count, error);
    }
    if (status == TP_OK && axis->count == 0)
        status =
            fail_at(value, error, "%s has no levels; expected a list or from:to:step", axis->path);
    if (status != TP_OK)
        return status;
    const char **labels = tp_arena_alloc(&l->arena, axis->count * sizeof *labels);
    for (size_t i = 0; labels && i < axis->count; i++)
        if (!(labels[i] = tp_node_flow(&l->arena, axis->levels[i])))
            labels = NULL;
    axis->labels = labels;
    return labels ? check_distinct(axis, error) : tp_fail_memory(error, "reading levels");
}

static tp_status read_axes(tp_levels *l, tp_error *error) {
    const tp_node *over = l->sweep->over;
    if (!over || (over->kind == TP_NODE_MAP && over->count == 0)) {
        tp_fail(error, TP_INVALID, l->base->resolved.file, "the sweep varies nothing");
        return tp_hint(error, "name a path and its levels: --over recall.noise=0:0.6:0.1, or in "
                              "the file sweep: {over: {recall.noise: 0:0.6:0.1}}");
    }
    if (over->kind != TP_NODE_MAP || over->count > MOST_AXES)
        return fail_at(over, error, "sweep.over: expected from one to eight %s",
                       "keys, each a path with its levels");
    tp_axis *axes = tp_arena_alloc(&l->arena, over->count * sizeof *axes);
    if (!axes)
        return tp_fail_memory(error, "reading levels");
    l->axes = axes;
    l->count = 1;
    for (size_t a = 0; a < over->count; a++) {
        tp_status status = read_axis(l, over->keys[a], over->items[a], &axes[a], error);
        if (status != TP_OK)
            return status;
        l->axis_count = a + 1;
        l->count *= axes[a].count;
        if (l->count > TP_MOST_LEVELS)
            return fail_at(over, error, "sweep.over: more than 100000 %s", "levels");
    }
    return TP_OK;
}

size_t tp_levels_along(const tp_levels *levels, size_t axis, size_t level) {
    if (levels->cells)
        level = levels->cells[level];
    for (size_t a = levels->axis_count - 1; a > axis; a--)
        level /= levels->axes[a].count;
    return level % levels->axes[axis].count;
}

/* Marks the levels of the grid where all that a block names meet. */
static tp_status leave_out(tp_levels *l, const tp_node *block, uint8_t *out, tp_error *error) {
    size_t wanted[MOST_AXES], met = 0;
    if (block->kind != TP_NODE_MAP || block->count == 0)
        return fail_at(block, error, "sweep.leave_out: expected %s",
                       "blocks of paths and levels, such as {recall.noise: 0.5}");
    for (size_t a = 0; a < MOST_AXES; a++)
        wanted[a] = SIZE_MAX;
    for (size_t i = 0; i < block->count; i++) {
        const char *label = tp_node_flow(&l->arena, block->items[i]);
        size_t a = 0, k = 0;
        if (!label)
            return tp_fail_memory(error, "reading levels");
        while (a < l->axis_count && strcmp(l->axes[a].path, block->keys[i]->text) != 0)
            a++;
        if (a == l->axis_count)
            return fail_at(block->keys[i], error,
                           "sweep.leave_out: '%s' is not in sweep.over, as expected",
                           block->keys[i]->text);
        while (k < l->axes[a].count && strcmp(l->axes[a].labels[k], label) != 0)
            k++;
        if (k == l->axes[a].count)
            return fail_at(
                block->items[i], error,
                "sweep.leave_out: '%s' is no level of that path in sweep.over; expected one",
                label);
        wanted[a] = k;
    }
    for (size_t cell = 0; cell < l->count; cell++) {
        bool meets = true;
        for (size_t a = 0; a < l->axis_count; a++)
            meets &= wanted[a] == SIZE_MAX || wanted[a] == tp_levels_along(l, a, cell);
        out[cell] = out[cell] || meets;
        met += !out[cell];
    }
    return met > 0 ? TP_OK
                   : fail_at(block, error, "sweep.leave_out: no level is %s; expected one at least",
                             "left");
}

static tp_status leave_all_out(tp_levels *l, tp_error *error) {
    const tp_node *list = l->sweep->leave_out;
    if (!list)
        return TP_OK;
    if (list->kind != TP_NODE_LIST)
        return fail_at(list, error, "sweep.leave_out: expected %s",
                       "a list of blocks of paths and levels, such as [{recall.noise: 0.5}]");
    uint8_t *out = tp_arena_alloc(&l->arena, l->count);
    size_t *cells = tp_arena_alloc(&l->arena, l->count * sizeof *cells), left = 0;
    if (!out || !cells)
        return tp_fail_memory(error, "reading levels");
    for (size_t i = 0; i < list->count; i++) {
        tp_status status = leave_out(l, list->items[i], out, error);
        if (status != TP_OK)
            return status;
    }
    for (size_t cell = 0; cell < l->count; cell++)
        if (!out[cell])
            cells[left++] = cell;
    l->cells = cells;
    l->count = left;
    return TP_OK;
}

bool tp_levels_have_control(const tp_levels *levels) {
    return levels->scenario_count > levels->count;
}

/* The scenario of a level, or of its control. */
static tp_status vary(tp_levels *l, size_t s, struct tp_units *units, tp_error *error) {
    enum { MOST_CONTROLS = 64 };
    const char *paths[MOST_AXES + MOST_CONTROLS];
    const tp_node *values[MOST_AXES + MOST_CONTROLS], *control = l->sweep->control;
    size_t count = 0;
    for (size_t a = 0; a < l->axis_count; a++) {
        paths[count] = l->axes[a].path;
        values[count++] = l->axes[a].levels[tp_levels_along(l, a, s % l->count)];
    }
    for (size_t i = 0; s >= l->count && i < control->count && i < MOST_CONTROLS; i++) {
        paths[count] = control->keys[i]->text;
        values[count++] = control->items[i];
    }
    return tp_scenario_vary(l->base, paths, values, count, units, &l->scenarios[s], error);
}

static tp_status check_control(const tp_levels *l, tp_error *error) {
    const tp_node *control = l->sweep->control;
    if (control && (control->kind != TP_NODE_MAP || control->count == 0))
        return fail_at(control, error, "sweep.control: expected %s",
                       "paths and their values, such as {network.feedback.current: 0}");
    tp_status status = TP_OK;
    for (size_t i = 0; control && status == TP_OK && i < control->count; i++)
        status = check_path(control->keys[i], error);
    return status;
}

/* Every level is resolved and prepared once, so that a bad one is told before any is run. */
static tp_status make_scenarios(tp_levels *l, bool prepared, tp_error *error) {
    tp_status status = check_control(l, error);
    if (status != TP_OK)
        return status;
    struct tp_units *units;
    l->scenario_count = l->sweep->control ? 2 * l->count : l->count;
    l->scenarios = calloc(l->scenario_count + 1, sizeof(tp_scenario *));
    if (!l->scenarios)
        return tp_fail_memory(error, "reading levels");
    status = tp_units_create(&units, error);
    if (status != TP_OK)
        return status;
    for (size_t s = 0; status == TP_OK && s < l->scenario_count; s++) {
        status = vary(l, s, units, error);
        if (status == TP_OK && prepared)
            status = tp_run_check(l->scenarios[s], error);
    }
    tp_units_destroy(&units);
    return status;
}

static tp_status find_measures(tp_levels *l, tp_error *error) {
    tp_status status = TP_OK;
    for (size_t s = 0; status == TP_OK && s < l->scenario_count; s++) {
        const tp_measure *measures;
        size_t count;
        status = l->trials->measures(l->scenarios[s], &l->arena, &measures, &count, error);
        if (status != TP_OK || s == 0) {
            l->measures = measures;
            l->measure_count = count;
            continue;
        }
        bool same = count == l->measure_count;
        for (size_t m = 0; same && m < count; m++)
            same = strcmp(measures[m].name, l->measures[m].name) == 0;
        if (!same) {
            char label[200];
            tp_levels_label(l, s % l->count, label, sizeof label);
            tp_fail(error, TP_INVALID, l->base->resolved.file,
                    "the level %s measures something else than the first one", label);
            status = tp_hint(error, "the frames of the readout must be alike at all levels");
        }
    }
    return status;
}

static tp_status find_groups(tp_levels *l, tp_error *error) {
    l->group = calloc(l->scenario_count + 1, sizeof *l->group);
    size_t *first = calloc(l->scenario_count + 1, sizeof *first);
    if (!l->group || !first) {
        free(first);
        return tp_fail_memory(error, "reading levels");
    }
    for (size_t s = 0; s < l->scenario_count; s++) {
        size_t g = 0;
        while (g < l->group_count && !l->trials->alike(l->scenarios[first[g]], l->scenarios[s]))
            g++;
        if (g == l->group_count)
            first[l->group_count++] = s;
        l->group[s] = g;
    }
    free(first);
    return TP_OK;
}

static tp_status create(const tp_scenario *base, bool prepared, tp_levels **levels,
                        tp_error *error) {
    tp_levels *l = calloc(1, sizeof *l);
    if (!l)
        return tp_fail_memory(error, "reading levels");
    l->base = base;
    l->sweep = &tp_scenario_heading(base)->sweep;
    l->trials = base->experiment->trials;
    tp_status status = TP_OK;
    if (!l->trials)
        status = tp_fail(error, TP_INVALID, base->resolved.file,
                         "the experiment %s cannot be swept", base->experiment->name);
    if (status == TP_OK)
        status = read_axes(l, error);
    if (status == TP_OK)
        status = leave_all_out(l, error);
    if (status == TP_OK)
        status = make_scenarios(l, prepared, error);
    if (status == TP_OK)
        status = find_measures(l, error);
    if (status == TP_OK)
        status = find_groups(l, error);
    if (status == TP_OK)
        status = tp_columns_find(l, &l->columns, &l->column_count, error);
    if (status == TP_OK)
        *levels = l;
    else
        tp_levels_destroy(&l);
    return status;
}

tp_status tp_levels_create(const tp_scenario *base, tp_levels **levels, tp_error *error) {
    return create(base, true, levels, error);
}

tp_status tp_levels_describe(const tp_scenario *base, tp_levels **levels, tp_error *error) {
    return create(base, false, levels, error);
}

void tp_levels_destroy(tp_levels **out) {
    tp_levels *l = *out;
    if (!l)
        return;
    for (size_t s = 0; l->scenarios && s < l->scenario_count; s++)
        tp_scenario_destroy(&l->scenarios[s]);
    free(l->scenarios);
    free(l->group);
    tp_arena_free(&l->arena);
    free(l);
    *out = NULL;
}

void tp_levels_label(const tp_levels *levels, size_t level, char *out, size_t room) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t a = 0; a < levels->axis_count && used < room; a++) {
        const tp_axis *axis = &levels->axes[a];
        used += (size_t)snprintf(out + used, room - used, "%s%s=%s", a ? ", " : "", axis->path,
                                 axis->labels[tp_levels_along(levels, a, level)]);
    }
}
