/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/view.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

void *tp_view_alloc(tp_view *view, size_t count, size_t size, tp_error *error) {
    /* One more, so that there is memory for nothing too. */
    void *memory =
        count < SIZE_MAX / 2 / size ? tp_arena_alloc(&view->arena, (count + 1) * size) : NULL;
    if (!memory)
        tp_fail_memory(error, "drawing a figure");
    return memory;
}

tp_status tp_view_open(const tp_figure_source *source, tp_view *view, tp_error *error) {
    *view = (tp_view){.source = source};
    const char *state = NULL;
    tp_status status = tp_view_text(view, "/", "title", &view->title, error);
    if (status == TP_OK)
        status = tp_view_text(view, "/", "status", &state, error);
    if (status == TP_OK)
        view->partial = strcmp(state, "complete") != 0;
    return status;
}

tp_status tp_view_scenario(tp_view *view, tp_error *error) {
    const char *text = NULL;
    tp_status status = tp_view_text(view, "/", "resolved_scenario", &text, error);
    if (status != TP_OK)
        return status;
    return tp_node_parse(&view->arena, text, strlen(text), view->source->path, "", 0,
                         &view->scenario, error);
}

void tp_view_close(tp_view *view) {
    tp_arena_free(&view->arena);
}

/* A longer title has a line of its own. */
static bool has_long_title(const tp_view *view) {
    enum { LONGEST_TITLE = 60 };
    return strlen(view->title) > LONGEST_TITLE;
}

double tp_view_heading_height(const tp_view *view) {
    return has_long_title(view) ? 78 : 58;
}

double tp_view_heading(const tp_view *view, tp_page *page, const char *what, const char *format,
                       ...) {
    char text[TP_LONGEST_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *title = view->title, *partial = view->partial ? " (partial record)" : "";
    const double middle = TP_PAGE_WIDTH / 2.0, last = tp_view_heading_height(view) - 14;
    if (has_long_title(view)) {
        tp_page_text(page, middle, 22, TP_CENTRE, TP_LETTERING_TITLE, "%s", what);
        tp_page_text(page, middle, 45, TP_CENTRE, TP_LETTERING_HEADING, "%s",
                     tp_page_shorten(title, TP_LETTERING_HEADING, TP_PAGE_WIDTH - 20).text);
    } else {
        tp_page_text(page, middle, 22, TP_CENTRE, TP_LETTERING_TITLE, "%s%s%s", what,
                     title[0] ? ": " : "", title);
    }
    tp_page_text(page, middle, last, TP_CENTRE, TP_LETTERING_NOTE, "%s%s", text, partial);
    return tp_view_heading_height(view);
}

static const tp_node *find_scalar(const tp_view *view, const char *path) {
    const tp_node *node = view->scenario;
    char key[64];
    while (node && *path) {
        const size_t length = strcspn(path, ".");
        if (length >= sizeof key)
            return NULL;
        memcpy(key, path, length);
        key[length] = '\0';
        node = tp_node_item(node, key);
        path += length + (path[length] == '.');
    }
    return node && node->kind == TP_NODE_SCALAR ? node : NULL;
}

static tp_status find_number(const tp_view *view, const char *path, double *number) {
    const tp_node *node = find_scalar(view, path);
    if (!node)
        return TP_INVALID;
    char *end;
    *number = strtod(node->text, &end);
    const bool whole = end != node->text && (*end == '\0' || *end == ' ');
    return whole && isfinite(*number) ? TP_OK : TP_INVALID;
}

tp_status tp_view_number(const tp_view *view, const char *path, double *number, tp_error *error) {
    if (find_number(view, path, number) == TP_OK)
        return TP_OK;
    tp_fail(error, TP_INVALID, view->source->path,
            "its resolved_scenario has no number '%s', which the figure '%s' needs", path,
            view->source->figure);
    return tp_hint(error, "the file may be damaged; run the scenario again");
}

double tp_view_number_or(const tp_view *view, const char *path, double otherwise) {
    double number;
    return find_number(view, path, &number) == TP_OK ? number : otherwise;
}

const char *tp_view_word(const tp_view *view, const char *path) {
    const tp_node *node = find_scalar(view, path);
    return node ? node->text : "";
}
