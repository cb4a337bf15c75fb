/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of a record as CSV files (RFC 4180, but for line ends of one character): arrays of a
 * group along one axis are a table, one with more axes is a table by itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "exports/csv_table.h"
#include "exports/csv_wide.h"
#include "exports/export_kind.h"

typedef struct table_name {
    const char *group, *axis, *file;
    const tp_listed *wide; /* the array that is a table by itself; NULL: those of the axis are */
} table_name;

typedef struct tables {
    tp_export_job *job;
    table_name *items;
    size_t count;
} tables;

/* --- which tables there are ----------------------------------------------------------------- */

/* Whether the array makes its axis one of a table: axes alone do not. */
static bool makes_table(const tp_listed *array) {
    return !array->is_axis && array->axes[0] &&
           tp_csv_part_of(array, array->axes[0]) == TP_CSV_COLUMN;
}

static size_t count_columns(const tp_listing *listing, const char *group, const char *axis) {
    size_t count = 0;
    for (size_t i = 0; i < listing->count; i++) {
        const tp_listed *array = &listing->arrays[i];
        count += tp_csv_in_group(array, group) && makes_table(array) &&
                 strcmp(array->axes[0], axis) == 0;
    }
    return count;
}

/* The axis of most columns: its file bears the name of the group alone. */
static const char *main_axis(const tp_listing *listing, const char *group) {
    const char *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < listing->count; i++) {
        const tp_listed *array = &listing->arrays[i];
        const bool candidate = tp_csv_in_group(array, group) && makes_table(array);
        const size_t count = candidate ? count_columns(listing, group, array->axes[0]) : 0;
        if (count > most) {
            most = count;
            best = array->axes[0];
        }
    }
    return best;
}

/* GROUP.csv, or GROUP-WHAT.csv, slashes of the group as dashes. */
static const char *file_name(tp_arena *arena, const char *group, const char *what) {
    const char *of = group[1] ? group + 1 : "record";
    char *name =
        what ? tp_arena_format(arena, "%s-%s.csv", of, what) : tp_arena_format(arena, "%s.csv", of);
    for (char *c = name; c && *c; c++)
        *c = *c == '/' ? '-' : *c;
    return name;
}

static tp_status add_table(tables *t, table_name table, const char *what) {
    tp_error *error = t->job->error;
    table.file = file_name(&t->job->arena, table.group, what);
    if (!table.file)
        return tp_fail_memory(error, "exporting");
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->items[i].file, table.file) == 0) {
            tp_fail(error, TP_INVALID, t->job->path,
                    "two tables would be '%s': those of '%s' and '%s'", table.file,
                    t->items[i].group, table.group);
            return tp_hint(error, "export one at a time, with --group");
        }
    t->items[t->count++] = table;
    return TP_OK;
}

static bool has_table(const tables *t, const char *group, const char *axis) {
    for (size_t i = 0; i < t->count; i++)
        if (!t->items[i].wide && strcmp(t->items[i].group, group) == 0 &&
            strcmp(t->items[i].axis, axis) == 0)
            return true;
    return false;
}

/* Whether the array is one of numbers along an axis that is in no other's table. */
static bool stands_alone(const tables *t, const char *group, const tp_listed *array) {
    if (array->is_axis || !array->axes[0] || array->rank < 2 || array->kind == TP_LISTED_TEXT ||
        array->kind == TP_LISTED_BARE || array->kind == TP_LISTED_OTHER)
        return false;
    return tp_csv_part_of(array, array->axes[0]) == TP_CSV_NONE ||
           !has_table(t, group, array->axes[0]);
}

static tp_status find_in_group(tables *t, const char *group) {
    const tp_listing *listing = &t->job->listing;
    const char *first = main_axis(listing, group);
    tp_status status =
        first ? add_table(t, (table_name){.group = group, .axis = first}, NULL) : TP_OK;
    for (size_t i = 0; status == TP_OK && i < listing->count; i++) {
        const tp_listed *array = &listing->arrays[i];
        if (tp_csv_in_group(array, group) && makes_table(array) &&
            !has_table(t, group, array->axes[0]))
            status = add_table(t, (table_name){.group = group, .axis = array->axes[0]},
                               strrchr(array->axes[0], '/') + 1);
    }
    for (size_t i = 0; status == TP_OK && i < listing->count; i++) {
        const tp_listed *array = &listing->arrays[i];
        if (tp_csv_in_group(array, group) && stands_alone(t, group, array))
            status =
                add_table(t, (table_name){.group = group, .axis = array->axes[0], .wide = array},
                          array->name);
    }
    return status;
}

/* Of all groups, or of the one. */
static tp_status find_tables(tables *t) {
    const tp_export_job *job = t->job;
    tp_status status = TP_OK;
    t->items = tp_arena_alloc(&t->job->arena, (job->listing.count + 1) * sizeof *t->items);
    if (!t->items)
        return tp_fail_memory(job->error, "exporting");
    for (size_t g = 0; status == TP_OK && g < job->listing.group_count; g++)
        if (!job->group || strcmp(job->group, job->listing.groups[g]) == 0)
            status = find_in_group(t, job->listing.groups[g]);
    if (status == TP_OK && t->count == 0) {
        tp_fail(job->error, TP_INVALID, job->path, "holds no table%s%.200s%s",
                job->group ? " in '" : "", job->group ? job->group : "", job->group ? "'" : "");
        return tp_hint(job->error, "a table is a group's arrays of one axis");
    }
    return status;
}

static tp_status check(tp_export_job *job) {
    tables t = {.job = job};
    return find_tables(&t);
}

/* --- writing them --------------------------------------------------------------------------- */

static tp_status write_rows(tables *t, const table_name *name, FILE *file, size_t *rows,
                            size_t *width) {
    tp_export_job *job = t->job;
    if (name->wide)
        return tp_csv_wide_write(job, name->wide, file, rows, width);
    tp_csv_table table;
    tp_status status =
        tp_csv_table_read(job->record, &job->listing, name->group, name->axis, &table, job->error);
    if (status == TP_OK)
        tp_csv_table_write(&table, file);
    *rows = table.rows;
    *width = table.width;
    tp_csv_table_free(&table);
    return status;
}

static tp_status write_table(tables *t, const table_name *name) {
    tp_export_job *job = t->job;
    const char *path;
    bool replaces;
    size_t rows = 0, width = 0;
    tp_status status = tp_output_add(&job->output, name->file, &path, &replaces, job->error);
    if (status == TP_OK)
        status = tp_job_go_on(job);
    if (status != TP_OK)
        return status;
    FILE *file = fopen(path, "wb");
    int reason = errno;
    if (file)
        status = write_rows(t, name, file, &rows, &width);
    bool written = file && fflush(file) == 0 && !ferror(file);
    if (file && !written)
        reason = errno;
    if (file && fclose(file) != 0 && written) {
        written = false;
        reason = errno;
    }
    if (status == TP_OK && !written)
        status = tp_fail(job->error, TP_FAILED, tp_output_name(&job->output, name->file),
                         "cannot be written: %s", strerror(reason));
    if (status == TP_OK)
        fprintf(job->told, "%s/%s: %zu row%s, %zu column%s%s\n", job->output.target, name->file,
                rows, rows == 1 ? "" : "s", width, width == 1 ? "" : "s",
                replaces ? " (replaced)" : "");
    return status;
}

/* Why an array is in no table; NULL where it is in one, or is an axis. */
static const char *left_out(const tables *t, const char *group, const tp_listed *array) {
    if (array->kind == TP_LISTED_BARE || array->is_axis)
        return NULL;
    if (array->kind == TP_LISTED_OTHER)
        return "neither numbers nor text";
    if (!array->axes[0])
        return "without an axis";
    return makes_table(array) || array->kind != TP_LISTED_TEXT || stands_alone(t, group, array)
               ? NULL
               : "text of more than one axis";
}

static void tell_left_out(const tables *t) {
    const tp_listing *listing = &t->job->listing;
    const char *only = t->job->group;
    for (size_t g = 0; g < listing->group_count; g++) {
        const char *group = listing->groups[g];
        for (size_t i = 0; i < listing->count && (!only || strcmp(only, group) == 0); i++) {
            const tp_listed *array = &listing->arrays[i];
            const char *why = tp_csv_in_group(array, group) ? left_out(t, group, array) : NULL;
            if (why)
                fprintf(t->job->told, "left out: %s (%s)\n", array->path, why);
        }
    }
}

static tp_status write(tp_export_job *job) {
    tables t = {.job = job};
    tp_status status = find_tables(&t);
    for (size_t i = 0; status == TP_OK && i < t.count; i++)
        status = write_table(&t, &t.items[i]);
    if (status == TP_OK)
        tell_left_out(&t);
    return status;
}

const tp_export_kind tp_export_csv = {
    .format = {.name = "csv",
               .summary = "tables of text, for anything that reads tables",
               .folder = true,
               .groups = true},
    .output = TP_OUTPUT_FOLDER,
    .check = check,
    .write = write,
};
