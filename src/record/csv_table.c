/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/csv_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "record/reader_private.h"

/* The values of an array: numbers of 8 bytes, or texts. */
typedef struct values {
    tp_listed_kind kind;
    tp_array numbers;
    char **texts;
    size_t text_count;
} values;

struct tp_csv_column {
    const char *name;
    values own;
    bool across;   /* has a second axis */
    size_t width;  /* its length; else 1 */
    values second; /* of the second axis; BARE: they are counted */
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

static tp_status read_values(const tp_record *record, const tp_listed *array, values *v,
                             tp_error *error) {
    *v = (values){.kind = array->kind};
    switch (array->kind) {
    case TP_LISTED_TEXT:
        return tp_record_strings(record, array->path, &v->texts, &v->text_count, error);
    case TP_LISTED_SIGNED:
        return tp_record_array_as(record, array->path, TP_AS_SIGNED, &v->numbers, error);
    case TP_LISTED_UNSIGNED:
        return tp_record_array_as(record, array->path, TP_AS_UNSIGNED, &v->numbers, error);
    default:
        return tp_record_array(record, array->path, &v->numbers, error);
    }
}

static void free_values(values *v) {
    for (size_t i = 0; i < v->text_count; i++)
        free(v->texts[i]);
    free(v->texts);
    tp_array_free(&v->numbers);
}

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
    return read_values(record, second, &column->second, error);
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
    tp_status status = read_values(record, array, &column->own, error);
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
        free_values(&table->columns[c].own);
        free_values(&table->columns[c].second);
    }
    free(table->columns);
    *table = (tp_csv_table){0};
}

/* --- writing -------------------------------------------------------------------------------- */

/* A text within quotes: those in it are doubled. */
static void write_inner(FILE *stream, const char *text) {
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', stream);
        fputc(*text, stream);
    }
}

static void write_quoted(FILE *stream, const char *text) {
    fputc('"', stream);
    write_inner(stream, text);
    fputc('"', stream);
}

/* A number as text; "" where it is missing. */
static void number_text(const values *v, size_t index, char *text, size_t room) {
    const void *at = &v->numbers.values[index];
    double number;
    int64_t whole;
    uint64_t natural;
    switch (v->kind) {
    case TP_LISTED_SIGNED:
        memcpy(&whole, at, sizeof whole);
        snprintf(text, room, "%" PRId64, whole);
        break;
    case TP_LISTED_UNSIGNED:
        memcpy(&natural, at, sizeof natural);
        snprintf(text, room, "%" PRIu64, natural);
        break;
    default:
        memcpy(&number, at, sizeof number);
        if (isnan(number))
            *text = '\0';
        else
            tp_text_number(number, text, room);
    }
}

static void write_cell(const tp_csv_table *table, const values *v, size_t index, FILE *stream) {
    char text[40];
    if (v->kind == TP_LISTED_TEXT) {
        write_quoted(stream, v->texts[index]);
        return;
    }
    number_text(v, index, text, sizeof text);
    /* A line without anything would be no row. */
    fputs(*text || table->width > 1 ? text : "\"\"", stream);
}

/* NAME, or NAME[value of the second axis]; quoted where it must be. */
static void write_heading(const tp_csv_column *column, size_t k, FILE *stream) {
    static const char special[] = ",\"\r\n";
    char number[40];
    const char *of = number;
    if (column->second.kind == TP_LISTED_TEXT)
        of = column->second.texts[k];
    else if (column->second.kind == TP_LISTED_BARE)
        snprintf(number, sizeof number, "%zu", k);
    else if (column->across)
        number_text(&column->second, k, number, sizeof number);
    const bool quoted = strpbrk(column->name, special) || (column->across && strpbrk(of, special));
    fputs(quoted ? "\"" : "", stream);
    write_inner(stream, column->name);
    if (column->across) {
        fputc('[', stream);
        write_inner(stream, of);
        fputc(']', stream);
    }
    fputs(quoted ? "\"" : "", stream);
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
