/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep in words: a row for each level, and where the curves cross. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/describe.h"
#include "record/reader_private.h"

enum { MOST_VARIED = 64, CELL_ROOM = 64, NAME_ROOM = 200 };

/* A column of what is varied: numbers, or texts that are read one by one. */
typedef struct varied {
    char name[NAME_ROOM];
    tp_array numbers; /* values NULL: texts */
    int width;
} varied;

typedef struct table {
    const tp_record *record;
    const char *group;
    varied columns[MOST_VARIED];
    size_t count, rows;
    tp_error *error;
} table;

/* A mean and its interval. */
typedef struct estimate {
    const char *heading;
    tp_array mean, lower, upper;
    bool there;
} estimate;

static void cell_text(const table *t, const varied *column, size_t row, char *out) {
    char path[NAME_ROOM * 2], *text;
    if (column->numbers.values) {
        snprintf(out, CELL_ROOM, "%.10g", column->numbers.values[row]);
        return;
    }
    snprintf(path, sizeof path, "%s/%s", t->group, column->name);
    out[0] = '\0';
    if (tp_record_string(t->record, path, row, &text, NULL) == TP_OK) {
        snprintf(out, CELL_ROOM, "%s", text);
        free(text);
    }
}

static void free_table(table *t) {
    for (size_t c = 0; c < t->count; c++)
        tp_array_free(&t->columns[c].numbers);
}

/* The columns that the group's attribute `varied` names, one a line. */
static tp_status read_table(table *t, const char *rows_of) {
    char *names, path[NAME_ROOM * 2], *rest;
    tp_array rows;
    tp_status status = tp_record_text(t->record, t->group, "varied", &names, t->error);
    if (status != TP_OK)
        return status;
    snprintf(path, sizeof path, "%s/%.190s", t->group, rows_of);
    status = tp_column_read(t->record, path, &rows, t->error);
    if (status == TP_OK)
        t->rows = rows.dims[0];
    if (status == TP_OK)
        tp_array_free(&rows);
    for (char *name = strtok_r(names, "\n", &rest);
         status == TP_OK && name && t->count < MOST_VARIED; name = strtok_r(NULL, "\n", &rest)) {
        varied *column = &t->columns[t->count++];
        *column = (varied){.width = (int)strlen(name)};
        snprintf(column->name, sizeof column->name, "%s", name);
        snprintf(path, sizeof path, "%s/%.190s", t->group, name);
        if (tp_column_read(t->record, path, &column->numbers, NULL) != TP_OK ||
            column->numbers.dims[0] != t->rows)
            tp_array_free(&column->numbers);
        for (size_t row = 0; row < t->rows; row++) {
            char cell[CELL_ROOM];
            cell_text(t, column, row, cell);
            const int length = (int)strlen(cell);
            column->width = length > column->width ? length : column->width;
        }
    }
    free(names);
    return status;
}

static void print_varied(const table *t, size_t row, FILE *stream) {
    for (size_t c = 0; c < t->count; c++) {
        char cell[CELL_ROOM];
        cell_text(t, &t->columns[c], row, cell);
        fprintf(stream, "%*s  ", t->columns[c].width, cell);
    }
}

static tp_status another_length(const table *t, const char *path) {
    return tp_fail(t->error, TP_INVALID, t->record->path,
                   "array '%s' has another length than the levels, as expected", path);
}

static tp_status read_estimate(const table *t, const char *name, const char *heading, estimate *e) {
    static const char *const parts[] = {"mean", "lower", "upper"};
    tp_array *const arrays[] = {&e->mean, &e->lower, &e->upper};
    *e = (estimate){.heading = heading};
    tp_status status = TP_OK;
    for (int i = 0; status == TP_OK && i < 3; i++) {
        char path[NAME_ROOM * 2];
        snprintf(path, sizeof path, "summary/%.190s_%s", name, parts[i]);
        if (!tp_record_has(t->record, path))
            return TP_OK;
        status = tp_column_read(t->record, path, arrays[i], t->error);
        if (status == TP_OK && arrays[i]->dims[0] != t->rows)
            status = another_length(t, path);
    }
    e->there = status == TP_OK;
    return status;
}

static void print_heading(const table *t, const estimate *estimates, size_t count, FILE *stream) {
    for (size_t c = 0; c < t->count; c++)
        fprintf(stream, "%*s  ", t->columns[c].width, t->columns[c].name);
    fprintf(stream, "%6s", "trials");
    for (size_t i = 0; i < count; i++)
        if (estimates[i].there)
            fprintf(stream, "  %24.24s", estimates[i].heading);
    fputc('\n', stream);
}

static void print_estimate(const estimate *e, size_t row, FILE *stream) {
    if (!e->there)
        return;
    fprintf(stream, "  %7.*f", fabs(e->mean.values[row]) < 100 ? 4 : 2, e->mean.values[row]);
    if (isnan(e->lower.values[row])) /* one trial has none */
        fprintf(stream, "%17s", "");
    else
        fprintf(stream, " [%6.4f, %6.4f]", e->lower.values[row], e->upper.values[row]);
}

static tp_status print_levels(table *t, const char *measure, FILE *stream) {
    enum { COUNT = 4 };
    char names[COUNT][NAME_ROOM], *baseline = NULL;
    estimate estimates[COUNT] = {{0}};
    tp_array trials = {0};
    tp_record_text(t->record, "summary", "baseline", &baseline, NULL);
    snprintf(names[0], NAME_ROOM, "%s", measure);
    snprintf(names[1], NAME_ROOM, "%s", baseline ? baseline : "");
    snprintf(names[2], NAME_ROOM, "%s_minus_%s", measure, baseline ? baseline : "");
    snprintf(names[3], NAME_ROOM, "%s_minus_control", measure);
    const char *const headings[COUNT] = {measure, names[1], "difference", "less the control's"};
    tp_status status = tp_column_read(t->record, "summary/trials", &trials, t->error);
    if (status == TP_OK && trials.dims[0] != t->rows)
        status = another_length(t, "summary/trials");
    for (int i = 0; status == TP_OK && i < COUNT; i++)
        status = read_estimate(t, names[i], headings[i], &estimates[i]);
    if (status == TP_OK)
        print_heading(t, estimates, COUNT, stream);
    for (size_t row = 0; status == TP_OK && row < t->rows; row++) {
        print_varied(t, row, stream);
        fprintf(stream, "%6.0f", trials.values[row]);
        for (int i = 0; i < COUNT; i++)
            print_estimate(&estimates[i], row, stream);
        fputc('\n', stream);
    }
    for (int i = 0; i < COUNT; i++) {
        tp_array_free(&estimates[i].mean);
        tp_array_free(&estimates[i].lower);
        tp_array_free(&estimates[i].upper);
    }
    tp_array_free(&trials);
    free(baseline);
    return status;
}

static void print_end(double at, FILE *stream) {
    if (isinf(at))
        fputs(at < 0 ? "before the first" : "after the last", stream);
    else
        fprintf(stream, "%.4g", at);
}

static void print_point(const tp_array *ends, size_t row, const char *verb, const char *along,
                        FILE *stream) {
    const double at = ends[0].values[row];
    if (isnan(at)) {
        fprintf(stream, "%s: no trial was finished at all levels\n", verb);
        return;
    }
    if (isinf(at))
        fprintf(stream, "%s %s", verb, at < 0 ? "from the first level on" : "at no level");
    else
        fprintf(stream, "%s at %s = %.4g", verb, along, at);
    const bool same = ends[1].values[row] == at && ends[2].values[row] == at;
    if (!isnan(ends[1].values[row]) && !(isinf(at) && same)) {
        fputs(" [", stream);
        print_end(ends[1].values[row], stream);
        fputs(", ", stream);
        print_end(ends[2].values[row], stream);
        fputc(']', stream);
    }
    fputc('\n', stream);
}

/* One line for each curve. */
static tp_status print_points(table *t, const char *name, const char *verb, const char *along,
                              FILE *stream) {
    char names[3][NAME_ROOM];
    const char *list[3] = {names[0], names[1], names[2]};
    tp_array ends[3];
    snprintf(names[0], NAME_ROOM, "%s", name);
    snprintf(names[1], NAME_ROOM, "%s_lower", name);
    snprintf(names[2], NAME_ROOM, "%s_upper", name);
    tp_status status = tp_columns_read(t->record, "crossings", list, 3, ends, t->error);
    for (size_t row = 0; status == TP_OK && row < t->rows && row < ends[0].dims[0]; row++) {
        for (size_t c = 0; c < t->count; c++) {
            char cell[CELL_ROOM];
            cell_text(t, &t->columns[c], row, cell);
            fprintf(stream, "%s = %s: ", t->columns[c].name, cell);
        }
        print_point(ends, row, verb, along, stream);
    }
    tp_columns_free(ends, 3);
    return status;
}

static tp_status describe_crossings(const tp_record *record, const char *measure, FILE *stream,
                                    tp_error *error) {
    table *t = calloc(1, sizeof *t);
    char *along = NULL, *baseline = NULL, verb[2 * NAME_ROOM];
    double below = 0;
    if (!t)
        return tp_fail_memory(error, "describing the record");
    *t = (table){.record = record, .group = "crossings", .error = error};
    tp_status status = read_table(t, "curve");
    if (status == TP_OK)
        status = tp_record_text(record, "crossings", "along", &along, error);
    const bool sought = tp_record_has(record, "crossings/falls_below");
    if (status == TP_OK && sought)
        status = tp_record_number(record, "crossings", "below", &below, error);
    snprintf(verb, sizeof verb, "%.100s falls below %.10g", measure, below);
    fputc('\n', stream);
    if (status == TP_OK && sought)
        status = print_points(t, "falls_below", verb, along, stream);
    if (status == TP_OK && tp_record_has(record, "crossings/overtakes_baseline")) {
        status = tp_record_text(record, "crossings", "baseline", &baseline, error);
        snprintf(verb, sizeof verb, "%.100s rises above %.100s", measure, baseline ? baseline : "");
        if (status == TP_OK)
            status = print_points(t, "overtakes_baseline", verb, along, stream);
    }
    free(along);
    free(baseline);
    free_table(t);
    free(t);
    return status;
}

tp_status tp_describe_sweep(const tp_record *record, FILE *stream, tp_error *error) {
    table *t = calloc(1, sizeof *t);
    char *measure = NULL, *interval = NULL;
    double confidence = 0;
    if (!t)
        return tp_fail_memory(error, "describing the record");
    *t = (table){.record = record, .group = "summary", .error = error};
    tp_status status = read_table(t, "level");
    if (status == TP_OK)
        status = tp_record_text(record, "summary", "measure", &measure, error);
    if (status == TP_OK)
        status = tp_record_text(record, "summary", "interval", &interval, error);
    if (status == TP_OK)
        status = tp_record_number(record, "summary", "confidence", &confidence, error);
    if (status == TP_OK) {
        fprintf(stream, "\nMeans over trials, with %.4g %% intervals (%s)\n", 100 * confidence,
                interval);
        status = print_levels(t, measure, stream);
    }
    if (status == TP_OK && tp_record_has(record, "crossings"))
        status = describe_crossings(record, measure, stream, error);
    if (status == TP_OK && tp_record_has(record, "best_ratio"))
        status = tp_describe_ratio(record, stream, error);
    free(measure);
    free(interval);
    free_table(t);
    free(t);
    return status;
}
