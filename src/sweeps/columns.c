/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweeps/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

enum { MOST_COLUMNS = 64 };

typedef struct finding {
    tp_levels *levels;
    tp_column *columns;
    size_t count;
    tp_error *error;
} finding;

/* A path that is set at some level of the axis; those of a block are found below it. */
static tp_status add_paths(finding *f, size_t axis, const char *path, const tp_node *value) {
    tp_arena *arena = &f->levels->arena;
    for (size_t i = 0; value->kind == TP_NODE_MAP && i < value->count; i++) {
        const char *key = value->keys[i]->text;
        const char *below =
            strcmp(path, ".") == 0 ? key : tp_arena_format(arena, "%s.%s", path, key);
        tp_status status = below ? add_paths(f, axis, below, value->items[i])
                                 : tp_fail_memory(f->error, "reading levels");
        if (status != TP_OK)
            return status;
    }
    if (value->kind == TP_NODE_MAP)
        return TP_OK;
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->columns[i].name, path) == 0) {
            if (f->columns[i].axis == axis)
                return TP_OK;
            return tp_fail(f->error, TP_INVALID, f->levels->base->resolved.file,
                           "sweep.over: '%s' is varied twice", path);
        }
    if (f->count == MOST_COLUMNS)
        return tp_fail(f->error, TP_INVALID, f->levels->base->resolved.file,
                       "sweep.over: more than %d values are varied", (int)MOST_COLUMNS);
    f->columns[f->count++] =
        (tp_column){.name = path, .unit = "1", .long_name = path, .axis = axis};
    return TP_OK;
}

static const tp_entry *entry_of(const tp_levels *levels, size_t level, const char *path) {
    const tp_entry *entry = tp_resolved_entry(&levels->scenarios[level]->resolved, path);
    return entry && entry->text ? entry : NULL;
}

static tp_status fill(const finding *f, tp_column *column) {
    tp_levels *l = f->levels;
    double *numbers = tp_arena_alloc(&l->arena, l->count * sizeof *numbers);
    const char **texts = tp_arena_alloc(&l->arena, l->count * sizeof *texts);
    if (!numbers || !texts)
        return tp_fail_memory(f->error, "reading levels");
    bool numeric = true;
    for (size_t level = 0; level < l->count; level++) {
        const tp_entry *entry = entry_of(l, level, column->name);
        const tp_kind kind = entry ? entry->field->kind : TP_TREE;
        /* A list of blocks has no text of its own: it is told as the user wrote it. */
        texts[level] = entry
                           ? entry->text
                           : l->axes[column->axis].labels[tp_levels_along(l, column->axis, level)];
        numeric &= kind == TP_REAL || kind == TP_INTEGER;
        if (numeric)
            numbers[level] = strtod(texts[level], NULL);
        if (entry && entry->field->help)
            column->long_name = entry->field->help;
        if (numeric && entry->field->unit)
            column->unit = entry->field->unit;
    }
    if (numeric)
        column->numbers = numbers;
    else
        column->texts = texts;
    return TP_OK;
}

tp_status tp_columns_find(tp_levels *levels, const tp_column **columns, size_t *count,
                          tp_error *error) {
    finding f = {.levels = levels, .error = error};
    f.columns = tp_arena_alloc(&levels->arena, MOST_COLUMNS * sizeof *f.columns);
    tp_status status = f.columns ? TP_OK : tp_fail_memory(error, "reading levels");
    for (size_t a = 0; status == TP_OK && a < levels->axis_count; a++)
        for (size_t i = 0; status == TP_OK && i < levels->axes[a].count; i++)
            status = add_paths(&f, a, levels->axes[a].path, levels->axes[a].levels[i]);
    for (size_t c = 0; status == TP_OK && c < f.count; c++)
        status = fill(&f, &f.columns[c]);
    *columns = f.columns;
    *count = f.count;
    return status;
}
