/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/memory_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

static tp_status read_patterns(tp_view *view, tp_error *error) {
    size_t dims[3] = {TP_ANY_LENGTH, TP_ANY_LENGTH, TP_ANY_LENGTH};
    tp_status status = tp_view_array(view, "patterns/image", 3, dims, &view->patterns, error);
    if (status != TP_OK)
        return status;
    view->pattern_count = dims[0];
    view->rows = dims[1];
    view->columns = dims[2];
    view->neurons = dims[1] * dims[2];
    if (view->pattern_count == 0 || view->neurons == 0)
        return tp_view_damaged(view, "patterns/image", "at least one pattern", error);
    view->pattern_names =
        tp_view_alloc(view, view->pattern_count, sizeof *view->pattern_names, error);
    if (!view->pattern_names)
        return TP_FAILED;
    for (size_t p = 0; status == TP_OK && p < view->pattern_count; p++)
        status = tp_view_string(view, "patterns/name", p, &view->pattern_names[p], error);
    return status;
}

static size_t count_tests(const tp_view *view) {
    char path[64];
    size_t count = 0;
    do
        snprintf(path, sizeof path, "recall/%zu/readouts", count++);
    while (tp_record_has(view->source->record, path));
    return count - 1;
}

tp_status tp_memory_view_open(const tp_figure_source *source, tp_view *view, tp_error *error) {
    tp_status status = tp_view_open(source, view, error);
    if (status == TP_OK)
        status = tp_view_scenario(view, error);
    if (status != TP_OK)
        return status;
    view->test_count = count_tests(view);
    return read_patterns(view, error);
}

tp_status tp_memory_need_tests(const tp_view *view, tp_error *error) {
    return view->test_count > 0 ? TP_OK : tp_view_lacks(view, "recall/0/readouts", error);
}

void tp_memory_marks(const tp_view *view, size_t pattern, const double *image, double *marks) {
    const double *right = view->patterns + pattern * view->neurons;
    for (size_t i = 0; i < view->neurons; i++) {
        const bool on = image[i] != 0;
        marks[i] = right[i] != 0 ? (on ? TP_MARK_RIGHT : TP_MARK_MISSED)
                                 : (on ? TP_MARK_FALSE : TP_MARK_OFF);
    }
}
