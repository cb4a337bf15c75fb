/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a record as CSV files (RFC 4180, but for line ends of one character). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/text.h"
#include "record/csv_table.h"
#include "record/hdf5_library.h"
#include "record/reader_private.h"
#include "record/temporary.h"

typedef struct table_name {
    const char *group, *axis, *file;
} table_name;

typedef struct export {
    const tp_record *record;
    const char *directory;
    FILE *stream;
    tp_listing listing;
    tp_arena arena;
    table_name *tables;
    size_t count;
    tp_error *error;
}
export;

/* --- which tables there are ----------------------------------------------------------------- */

/* Whether the array makes its axis one of a table: axes alone do not. */
static bool makes_table(const tp_listed *array) {
    return !array->is_axis && array->axes[0] &&
           tp_csv_part_of(array, array->axes[0]) == TP_CSV_COLUMN;
}

static size_t count_columns(const export *e, const char *group, const char *axis) {
    size_t count = 0;
    for (size_t i = 0; i < e->listing.count; i++) {
        const tp_listed *array = &e->listing.arrays[i];
        count += tp_csv_in_group(array, group) && makes_table(array) &&
                 strcmp(array->axes[0], axis) == 0;
    }
    return count;
}

/* The axis of most columns: its file bears the name of the group alone. */
static const char *main_axis(const export *e, const char *group) {
    const char *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < e->listing.count; i++) {
        const tp_listed *array = &e->listing.arrays[i];
        const bool candidate = tp_csv_in_group(array, group) && makes_table(array);
        const size_t count = candidate ? count_columns(e, group, array->axes[0]) : 0;
        if (count > most) {
            most = count;
            best = array->axes[0];
        }
    }
    return best;
}

static const char *file_name(export *e, const char *group, const char *axis, bool alone) {
    char *name = alone ? tp_arena_format(&e->arena, "%s.csv", group[1] ? group + 1 : "record")
                       : tp_arena_format(&e->arena, "%s-%s.csv", group[1] ? group + 1 : "record",
                                         strrchr(axis, '/') + 1);
    for (char *c = name; c && *c; c++)
        *c = *c == '/' ? '-' : *c;
    return name;
}

static tp_status add_table(export *e, const char *group, const char *axis, bool alone) {
    const char *file = file_name(e, group, axis, alone);
    if (!file)
        return tp_fail_memory(e->error, "exporting");
    for (size_t t = 0; t < e->count; t++)
        if (strcmp(e->tables[t].file, file) == 0) {
            tp_fail(e->error, TP_INVALID, e->record->path,
                    "two tables would be '%s': those of '%s' and '%s'", file, e->tables[t].group,
                    group);
            return tp_hint(e->error, "export one at a time, with --group");
        }
    e->tables[e->count++] = (table_name){group, axis, file};
    return TP_OK;
}

static bool has_table(const export *e, const char *group, const char *axis) {
    for (size_t t = 0; t < e->count; t++)
        if (strcmp(e->tables[t].group, group) == 0 && strcmp(e->tables[t].axis, axis) == 0)
            return true;
    return false;
}

static tp_status find_in_group(export *e, const char *group) {
    const char *first = main_axis(e, group);
    tp_status status = first ? add_table(e, group, first, true) : TP_OK;
    for (size_t i = 0; status == TP_OK && i < e->listing.count; i++) {
        const tp_listed *array = &e->listing.arrays[i];
        if (tp_csv_in_group(array, group) && makes_table(array) &&
            !has_table(e, group, array->axes[0]))
            status = add_table(e, group, array->axes[0], false);
    }
    return status;
}

static tp_status tell_unknown(const export *e, const char *group) {
    tp_fail(e->error, TP_INVALID, e->record->path, "holds no group '%.200s'", group);
    const char *nearest = tp_text_nearest(group, (const char *const *)e->listing.groups);
    if (nearest)
        return tp_hint(e->error, "did you mean '%s'?", nearest);
    return tp_hint(e->error, "`tripartite export` without --group names all that have tables");
}

/* Of all groups, or of the one. */
static tp_status find_tables(export *e, const char *group) {
    bool known = !group;
    tp_status status = TP_OK;
    e->tables = tp_arena_alloc(&e->arena, (e->listing.count + 1) * sizeof *e->tables);
    if (!e->tables)
        return tp_fail_memory(e->error, "exporting");
    for (size_t g = 0; status == TP_OK && g < e->listing.group_count; g++) {
        const char *path = e->listing.groups[g];
        if (group && strcmp(group, path) != 0)
            continue;
        known = true;
        status = find_in_group(e, path);
    }
    if (status == TP_OK && !known)
        return tell_unknown(e, group);
    if (status == TP_OK && e->count == 0) {
        tp_fail(e->error, TP_INVALID, e->record->path, "holds no table%s%.200s%s",
                group ? " in '" : "", group ? group : "", group ? "'" : "");
        return tp_hint(e->error, "a table is a group's arrays of one axis");
    }
    return status;
}

/* --- writing them --------------------------------------------------------------------------- */

static tp_status make_directory(const export *e) {
    struct stat found;
    if (mkdir(e->directory, 0777) == 0 ||
        (errno == EEXIST && stat(e->directory, &found) == 0 && S_ISDIR(found.st_mode)))
        return TP_OK;
    const int reason = errno;
    tp_fail(e->error, TP_FAILED, e->directory, "cannot be made a folder: %s", strerror(reason));
    return tp_hint(e->error, "give the name of a folder, in one that there is");
}

static tp_status write_file(const export *e, const tp_csv_table *table, const char *path) {
    tp_temporary temporary;
    tp_status status = tp_temporary_create(&temporary, path, e->error);
    if (status != TP_OK)
        return status;
    FILE *file = fopen(temporary.path, "wb");
    if (file)
        tp_csv_table_write(table, file);
    bool written = file && fflush(file) == 0 && !ferror(file);
    int reason = errno;
    if (file && fclose(file) != 0 && written) {
        written = false;
        reason = errno;
    }
    status = written
                 ? tp_temporary_publish(&temporary, e->error)
                 : tp_fail(e->error, TP_FAILED, path, "cannot be written: %s", strerror(reason));
    if (status == TP_OK)
        tp_temporary_free(&temporary);
    else
        tp_temporary_drop(&temporary);
    return status;
}

static tp_status write_table(export *e, const table_name *name) {
    tp_csv_table table;
    const size_t length = strlen(e->directory);
    const bool slash = length > 0 && e->directory[length - 1] == '/';
    const char *path =
        tp_arena_format(&e->arena, "%s%s%s", e->directory, slash ? "" : "/", name->file);
    if (!path)
        return tp_fail_memory(e->error, "exporting");
    tp_status status =
        tp_csv_table_read(e->record, &e->listing, name->group, name->axis, &table, e->error);
    if (status == TP_OK)
        status = write_file(e, &table, path);
    if (status == TP_OK && e->stream)
        fprintf(e->stream, "%s: %zu row%s, %zu column%s\n", path, table.rows,
                table.rows == 1 ? "" : "s", table.width, table.width == 1 ? "" : "s");
    tp_csv_table_free(&table);
    return status;
}

/* Why an array is in no table; NULL where it is in one, or is an axis. */
static const char *left_out(const export *e, const char *group, const tp_listed *array) {
    if (array->kind == TP_LISTED_BARE || array->is_axis)
        return NULL;
    if (array->kind == TP_LISTED_OTHER)
        return "neither numbers nor text";
    if (!array->axes[0])
        return "without an axis";
    if (array->rank > 2)
        return "more than two axes";
    if (!has_table(e, group, array->axes[0]))
        return "two axes, and no array of one beside it";
    return tp_csv_part_of(array, array->axes[0]) == TP_CSV_NONE ? "too many columns" : NULL;
}

static void tell_left_out(const export *e, const char *only) {
    for (size_t g = 0; g < e->listing.group_count; g++) {
        const char *group = e->listing.groups[g];
        for (size_t i = 0; i < e->listing.count && (!only || strcmp(only, group) == 0); i++) {
            const tp_listed *array = &e->listing.arrays[i];
            const char *why = tp_csv_in_group(array, group) ? left_out(e, group, array) : NULL;
            if (why)
                fprintf(e->stream, "left out: %s (%s)\n", array->path, why);
        }
    }
}

tp_status tp_record_export_csv(const tp_record *record, const char *directory, const char *group,
                               FILE *stream, tp_error *error) {
    export e = {.record = record, .directory = directory, .stream = stream, .error = error};
    char *clean = group ? tp_hdf5_path(group) : NULL;
    tp_status status = group && !clean ? tp_fail_memory(error, "exporting")
                                       : tp_record_list(record, &e.listing, error);
    if (status == TP_OK)
        status = find_tables(&e, clean);
    if (status == TP_OK)
        status = make_directory(&e);
    for (size_t t = 0; status == TP_OK && t < e.count; t++)
        status = write_table(&e, &e.tables[t]);
    if (status == TP_OK && stream)
        tell_left_out(&e, clean);
    tp_listing_free(&e.listing);
    tp_arena_free(&e.arena);
    free(clean);
    return status;
}
