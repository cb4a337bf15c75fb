/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/sweep_labels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

enum { MOST_COLUMNS = 64, PATH_ROOM = 300, LONG_LIST = 14 };

typedef struct reading {
    tp_view *view;
    const char *group;
    size_t rows, columns;
    const char *names[MOST_COLUMNS];
    const char **cells[MOST_COLUMNS]; /* [row] */
    tp_error *error;
} reading;

static tp_status read_numbers(reading *r, const char *path, const char **cells) {
    const double *numbers;
    size_t count = r->rows;
    tp_status status = tp_view_array(r->view, path, 1, &count, &numbers, r->error);
    for (size_t row = 0; status == TP_OK && row < r->rows; row++) {
        cells[row] = tp_arena_format(&r->view->arena, "%.10g", numbers[row]);
        if (!cells[row])
            status = tp_fail_memory(r->error, "drawing a figure");
    }
    return status;
}

static tp_status read_column(reading *r, size_t column) {
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%.250s", r->group, r->names[column]);
    const char **cells = tp_view_alloc(r->view, r->rows, sizeof *cells, r->error);
    if (!cells)
        return TP_FAILED;
    r->cells[column] = cells;
    if (!tp_record_has(r->view->source->record, path))
        return tp_view_lacks(r->view, path, r->error);
    tp_array numbers;
    if (tp_record_array(r->view->source->record, path, &numbers, NULL) == TP_OK) {
        tp_array_free(&numbers);
        return read_numbers(r, path, cells);
    }
    tp_status status = TP_OK;
    for (size_t row = 0; status == TP_OK && row < r->rows; row++)
        status = tp_view_string(r->view, path, row, &cells[row], r->error);
    return status;
}

/* The items of a list such as "[a, {b: [1, 2]}]"; 0 where the text is none. */
static size_t items_of(const char *text) {
    size_t items = 1, depth = 0, length = strlen(text);
    if (length < 2 || text[0] != '[' || text[length - 1] != ']')
        return 0;
    for (size_t i = 1; i + 1 < length; i++) {
        depth += text[i] == '[' || text[i] == '{';
        depth -= depth > 0 && (text[i] == ']' || text[i] == '}');
        items += depth == 0 && text[i] == ',';
    }
    return length == 2 ? 0 : items;
}

/* Long lists are told by their lengths, where those differ; others lose their brackets. */
static tp_status shorten_lists(reading *r, size_t column) {
    const char **cells = r->cells[column];
    bool lists = true, distinct = true, lengthy = false;
    for (size_t row = 0; row < r->rows; row++) {
        lists = lists && items_of(cells[row]) > 0;
        lengthy = lengthy || strlen(cells[row]) > LONG_LIST;
    }
    for (size_t row = 0; lists && row < r->rows; row++)
        for (size_t other = 0; distinct && other < row; other++)
            distinct = items_of(cells[row]) != items_of(cells[other]) ||
                       strcmp(cells[row], cells[other]) == 0;
    if (!lists)
        return TP_OK;
    tp_arena *arena = &r->view->arena;
    const bool counted = distinct && lengthy;
    for (size_t row = 0; row < r->rows; row++) {
        const int inner = (int)strlen(cells[row]) - 2;
        cells[row] = counted ? tp_arena_format(arena, "%zu", items_of(cells[row]))
                             : tp_arena_format(arena, "%.*s", inner, cells[row] + 1);
        if (!cells[row])
            return tp_fail_memory(r->error, "drawing a figure");
    }
    if (counted)
        r->names[column] = tp_arena_format(arena, "number of %s", r->names[column]);
    return r->names[column] ? TP_OK : tp_fail_memory(r->error, "drawing a figure");
}

/* How many bytes, up to a dot, all names begin with. */
static size_t common_beginning(const reading *r) {
    size_t common = r->columns > 1 ? strlen(r->names[0]) : 0;
    for (size_t c = 1; c < r->columns; c++) {
        size_t same = 0;
        while (same < common && r->names[0][same] == r->names[c][same])
            same++;
        common = same;
    }
    while (common > 0 && r->names[0][common - 1] != '.')
        common--;
    return common;
}

static tp_status join_names(reading *r, tp_sweep_labels *labels) {
    const size_t common = common_beginning(r);
    tp_arena *arena = &r->view->arena;
    const char *heading =
        common ? tp_arena_format(arena, "%.*s: ", (int)common - 1, r->names[0]) : "";
    for (size_t c = 0; heading && c < r->columns; c++)
        heading = tp_arena_format(arena, "%s%s%s", heading, c ? ", " : "", r->names[c] + common);
    labels->heading = heading;
    return heading ? TP_OK : tp_fail_memory(r->error, "drawing a figure");
}

static tp_status join_cells(reading *r, tp_sweep_labels *labels) {
    labels->count = r->rows;
    labels->labels = tp_view_alloc(r->view, r->rows, sizeof *labels->labels, r->error);
    if (!labels->labels)
        return TP_FAILED;
    for (size_t row = 0; row < r->rows; row++) {
        const char *label = "";
        for (size_t c = 0; label && c < r->columns; c++)
            label =
                tp_arena_format(&r->view->arena, "%s%s%s", label, c ? ", " : "", r->cells[c][row]);
        if (!label)
            return tp_fail_memory(r->error, "drawing a figure");
        labels->labels[row] = label;
    }
    return TP_OK;
}

/* The names are one a line. */
static tp_status split_names(reading *r, const char *lines) {
    for (const char *line = lines; *line && r->columns < MOST_COLUMNS;) {
        const size_t length = strcspn(line, "\n");
        if (length > 0) {
            r->names[r->columns] =
                tp_arena_format(&r->view->arena, "%.*s", (int)(length < 200 ? length : 200), line);
            if (!r->names[r->columns++])
                return tp_fail_memory(r->error, "drawing a figure");
        }
        line += length + (line[length] == '\n');
    }
    return TP_OK;
}

static tp_status read_labels(reading *r, const char *like, bool shorten, tp_sweep_labels *labels) {
    const char *lines = NULL;
    *labels = (tp_sweep_labels){"", NULL, 0};
    tp_status status = tp_view_text(r->view, like, "varied", &lines, r->error);
    if (status == TP_OK)
        status = split_names(r, lines);
    for (size_t c = 0; status == TP_OK && c < r->columns; c++) {
        status = read_column(r, c);
        if (status == TP_OK && shorten)
            status = shorten_lists(r, c);
    }
    if (status == TP_OK)
        status = join_names(r, labels);
    return status == TP_OK ? join_cells(r, labels) : status;
}

tp_status tp_sweep_labels_read(tp_view *view, const char *group, size_t count,
                               tp_sweep_labels *labels, tp_error *error) {
    reading r = {.view = view, .group = group, .rows = count, .error = error};
    return read_labels(&r, group, true, labels);
}

tp_status tp_sweep_keys_read(tp_view *view, const char *group, const char *like, size_t count,
                             tp_sweep_labels *labels, tp_error *error) {
    reading r = {.view = view, .group = group, .rows = count, .error = error};
    return read_labels(&r, like, false, labels);
}
