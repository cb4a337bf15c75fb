/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/memory_view.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

void *tp_memory_alloc(tp_memory_view *view, size_t count, size_t size, tp_error *error) {
    /* One more, so that there is memory for nothing too. */
    void *memory =
        count < SIZE_MAX / 2 / size ? tp_arena_alloc(&view->arena, (count + 1) * size) : NULL;
    if (!memory)
        tp_fail_memory(error, "drawing a figure");
    return memory;
}

static tp_status keep_text(tp_memory_view *view, tp_status status, char *text, const char **kept,
                           tp_error *error) {
    if (status != TP_OK)
        return status;
    *kept = tp_arena_text(&view->arena, text);
    free(text);
    return *kept ? TP_OK : tp_fail_memory(error, "drawing a figure");
}

static tp_status read_text(tp_memory_view *view, const char *attribute, const char **kept,
                           tp_error *error) {
    char *text = NULL;
    tp_status status = tp_record_text(view->source->record, "/", attribute, &text, error);
    return keep_text(view, status, text, kept, error);
}

static tp_status check_experiment(tp_memory_view *view, tp_error *error) {
    const char *experiment = NULL;
    tp_status status = read_text(view, "experiment", &experiment, error);
    if (status != TP_OK || strcmp(experiment, "memory") == 0)
        return status;
    tp_fail(error, TP_INVALID, view->source->path,
            "is the record of the experiment '%.60s'; the figure '%s' shows experiment 'memory'",
            experiment, view->source->figure);
    return tp_hint(error, "give the record of a memory experiment");
}

static tp_status read_scenario(tp_memory_view *view, tp_error *error) {
    const char *text = NULL;
    tp_status status = read_text(view, "resolved_scenario", &text, error);
    if (status != TP_OK)
        return status;
    return tp_node_parse(&view->arena, text, strlen(text), view->source->path, "", 0,
                         &view->scenario, error);
}

static tp_status read_patterns(tp_memory_view *view, tp_error *error) {
    size_t dims[3] = {0};
    tp_status status = tp_memory_array(view, "patterns/image", 3, dims, &view->patterns, error);
    if (status != TP_OK)
        return status;
    view->pattern_count = dims[0];
    view->rows = dims[1];
    view->columns = dims[2];
    view->neurons = dims[1] * dims[2];
    if (view->pattern_count == 0 || view->neurons == 0)
        return tp_memory_damaged(view, "patterns/image", "at least one pattern", error);
    view->pattern_names =
        tp_memory_alloc(view, view->pattern_count, sizeof *view->pattern_names, error);
    if (!view->pattern_names)
        return TP_FAILED;
    for (size_t p = 0; status == TP_OK && p < view->pattern_count; p++) {
        char *name = NULL;
        status = tp_record_string(view->source->record, "patterns/name", p, &name, error);
        status = keep_text(view, status, name, &view->pattern_names[p], error);
    }
    return status;
}

static size_t count_tests(const tp_memory_view *view) {
    char path[64];
    size_t count = 0;
    do
        snprintf(path, sizeof path, "recall/%zu/readouts", count++);
    while (tp_record_has(view->source->record, path));
    return count - 1;
}

tp_status tp_memory_view_open(const tp_figure_source *source, tp_memory_view *view,
                              tp_error *error) {
    *view = (tp_memory_view){.source = source};
    const char *state = NULL;
    tp_status status = check_experiment(view, error);
    if (status == TP_OK)
        status = read_text(view, "title", &view->title, error);
    if (status == TP_OK)
        status = read_text(view, "status", &state, error);
    if (status == TP_OK)
        status = read_scenario(view, error);
    if (status != TP_OK)
        return status;
    view->partial = strcmp(state, "complete") != 0;
    view->test_count = count_tests(view);
    return read_patterns(view, error);
}

void tp_memory_view_close(tp_memory_view *view) {
    tp_arena_free(&view->arena);
}

/* A longer title has a line of its own. */
static bool has_long_title(const tp_memory_view *view) {
    enum { LONGEST_TITLE = 60 };
    return strlen(view->title) > LONGEST_TITLE;
}

double tp_memory_heading_height(const tp_memory_view *view) {
    return has_long_title(view) ? 78 : 58;
}

double tp_memory_heading(const tp_memory_view *view, tp_page *page, const char *what,
                         const char *format, ...) {
    char text[TP_LONGEST_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *title = view->title, *partial = view->partial ? " (partial record)" : "";
    const double middle = TP_PAGE_WIDTH / 2.0, last = tp_memory_heading_height(view) - 14;
    if (has_long_title(view)) {
        tp_page_text(page, middle, 22, TP_CENTRE, TP_LETTERING_TITLE, "%s", what);
        tp_page_text(page, middle, 45, TP_CENTRE, TP_LETTERING_HEADING, "%s",
                     tp_page_shorten(title, TP_LETTERING_HEADING, TP_PAGE_WIDTH - 20).text);
    } else {
        tp_page_text(page, middle, 22, TP_CENTRE, TP_LETTERING_TITLE, "%s%s%s", what,
                     title[0] ? ": " : "", title);
    }
    tp_page_text(page, middle, last, TP_CENTRE, TP_LETTERING_NOTE, "%s%s", text, partial);
    return tp_memory_heading_height(view);
}

static tp_status find_number(const tp_memory_view *view, const char *path, double *number) {
    const tp_node *node = view->scenario;
    char key[64];
    while (node && *path) {
        const size_t length = strcspn(path, ".");
        if (length >= sizeof key)
            return TP_INVALID;
        memcpy(key, path, length);
        key[length] = '\0';
        node = tp_node_item(node, key);
        path += length + (path[length] == '.');
    }
    if (!node || node->kind != TP_NODE_SCALAR)
        return TP_INVALID;
    char *end;
    *number = strtod(node->text, &end);
    const bool whole = end != node->text && (*end == '\0' || *end == ' ');
    return whole && isfinite(*number) ? TP_OK : TP_INVALID;
}

tp_status tp_memory_number(const tp_memory_view *view, const char *path, double *number,
                           tp_error *error) {
    if (find_number(view, path, number) == TP_OK)
        return TP_OK;
    tp_fail(error, TP_INVALID, view->source->path,
            "its resolved_scenario has no number '%s', which the figure '%s' needs", path,
            view->source->figure);
    return tp_hint(error, "the file may be damaged; run the scenario again");
}

double tp_memory_number_or(const tp_memory_view *view, const char *path, double otherwise) {
    double number;
    return find_number(view, path, &number) == TP_OK ? number : otherwise;
}

tp_status tp_memory_need_tests(const tp_memory_view *view, tp_error *error) {
    return view->test_count > 0 ? TP_OK : tp_memory_lacks(view, "recall/0/readouts", error);
}

void tp_memory_marks(const tp_memory_view *view, size_t pattern, const double *image,
                     double *marks) {
    const double *right = view->patterns + pattern * view->neurons;
    for (size_t i = 0; i < view->neurons; i++) {
        const bool on = image[i] != 0;
        marks[i] = right[i] != 0 ? (on ? TP_MARK_RIGHT : TP_MARK_MISSED)
                                 : (on ? TP_MARK_FALSE : TP_MARK_OFF);
    }
}
