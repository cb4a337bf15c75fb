/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/csv_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "exports/csv_values.h"
#include "record/reader_private.h"

struct tp_csv_column {
    const char *name;
    tp_csv_values own;
    bool across;          /* has a second axis */
    size_t width;         /* its length; else 1 */
    tp_csv_values second; /* of the second axis; BARE: they are counted */
};

bool tp_csv_in_group(const tp_listed *array, const char *group) {
    const size_t length = (size_t)(array->name - array->path) - 1;
    return strlen(group) == (length ? length : 1) &&
           strncmp(array->path, group, length ? length : 1) == 0;
}

tp_csv_part tp_csv_part_of(const tp_listed *array, const char *axis) {
    if (array->kind == TP_LISTED_BARE || array->kind == TP_LISTED_OTHER)
        return TP_CSV_NONE;
    if (array->is_axis)
        return array->rank == 1 && strcmp(array->path, axis) == 0 ? TP_CSV_AXIS : TP_CSV_NONE;
    if (!array->axes[0] || strcmp(array->axes[0], axis) != 0)
        return TP_CSV_NONE;
    if (array->rank == 1)
        return TP_CSV_COLUMN;
    const bool few = array->rank == 2 && array->dims[1] <= TP_CSV_MOST_ACROSS;
    return few && array->kind != TP_LISTED_TEXT ? TP_CSV_COLUMNS : TP_CSV_NONE;
}

/* --- reading -------------------------------------------------------------------------------- */

/* The numbers or words that tell its columns apart. */
static tp_status read_second(const tp_record *record, const tp_listing *listing,
                             const tp_listed *array, tp_csv_column *column, tp_error *error) {
    const tp_listed *second = tp_listing_find(listing, array->axes[1]);
    column->across = true;
    column->width = array->dims[1];
    column->second.kind = TP_LISTED_BARE;
    if (!second || second->kind == TP_LISTED_BARE || second->kind == TP_LISTED_OTHER ||
        second->rank != 1 || second->dims[0] != column->width)
        return TP_OK;
    return tp_csv_values_read(record, second, &column->second, error);
}

static tp_status add_column(const tp_record *record, const tp_listing *listing,
                            const tp_listed *array, tp_csv_table *table, tp_error *error) {
    tp_csv_column *column = &table->columns[table->count++];
    *column = (tp_csv_column){.name = array->name, .width = 1};
    if (table->count > 1 && array->dims[0] != table->rows)
        return tp_fail(error, TP_INVALID, record->path,
                       "array '%s' is %zu long, the others of its table %zu", array->path,
                       array->dims[0], table->rows);
    table->rows = array->dims[0];
    tp_status status = tp_csv_values_read(record, array, &column->own, error);
    if (status == TP_OK && array->rank == 2)
        status = read_second(record, listing, array, column, error);
    table->width += column->width;
    return status;
}

tp_status tp_csv_table_read(const tp_record *record, const tp_listing *listing, const char *group,
                            const char *axis, tp_csv_table *table, tp_error *error) {
    *table = (tp_csv_table){0};
    table->columns = calloc(listing->count + 1, sizeof *table->columns);
    tp_status status = table->columns ? TP_OK : tp_fail_memory(error, "reading a table");
    for (int part = TP_CSV_AXIS; part <= TP_CSV_COLUMNS; part++)
        for (size_t i = 0; status == TP_OK && i < listing->count; i++) {
            const tp_listed *array = &listing->arrays[i];
            if (tp_csv_in_group(array, group) && (int)tp_csv_part_of(array, axis) == part)
                status = add_column(record, listing, array, table, error);
        }
    return status;
}

void tp_csv_table_free(tp_csv_table *table) {
    for (size_t c = 0; c < table->count; c++) {
        tp_csv_values_free(&table->columns[c].own);
        tp_csv_values_free(&table->columns[c].second);
    }
    free(table->columns);
    *table = (tp_csv_table){0};
}

/* --- writing -------------------------------------------------------------------------------- */

static void write_cell(const tp_csv_table *table, const tp_csv_values *v, size_t index,
                       FILE *stream) {
    char text[40];
    if (v->kind == TP_LISTED_TEXT) {
        tp_csv_write_quoted(v->texts[index], stream);
        return;
    }
    tp_csv_number_text(v, index, text, sizeof text);
    /* A line without anything would be no row. */
    fputs(*text || table->width > 1 ? text : "\"\"", stream);
}

/* NAME, or NAME[value of the second axis]. */
static void write_heading(const tp_csv_column *column, size_t k, FILE *stream) {
    tp_csv_write_heading(column->name, &column->second, &k, column->across ? 1 : 0, stream);
}

void tp_csv_table_write(const tp_csv_table *table, FILE *stream) {
    for (size_t c = 0, written = 0; c < table->count; c++)
        for (size_t k = 0; k < table->columns[c].width; k++) {
            fputs(written++ ? "," : "", stream);
            write_heading(&table->columns[c], k, stream);
        }
    fputc('\n', stream);
    for (size_t row = 0; row < table->rows && !ferror(stream); row++) {
        for (size_t c = 0, written = 0; c < table->count; c++) {
            const tp_csv_column *column = &table->columns[c];
            for (size_t k = 0; k < column->width; k++) {
                fputs(written++ ? "," : "", stream);
                write_cell(table, &column->own, row * column->width + k, stream);
            }
        }
        fputc('\n', stream);
    }
}
