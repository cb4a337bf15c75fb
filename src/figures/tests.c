/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/tests.h"

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"

static tp_status read_names(tp_view *view, const char *path, tp_test *test, tp_error *error) {
    test->readouts = tp_view_alloc(view, test->readout_count, sizeof *test->readouts, error);
    if (!test->readouts)
        return TP_FAILED;
    for (size_t i = 0; i < test->readout_count; i++) {
        char *name = NULL;
        tp_status status = tp_record_string(view->source->record, path, i, &name, error);
        if (status != TP_OK)
            return status;
        test->readouts[i] = tp_arena_text(&view->arena, name);
        free(name);
        if (!test->readouts[i])
            return tp_fail_memory(error, "drawing a figure");
    }
    return TP_OK;
}

tp_status tp_test_read(tp_view *view, size_t number, tp_test *test, tp_error *error) {
    char segment[40], path[80];
    snprintf(segment, sizeof segment, "recall/%zu", number);
    *test = (tp_test){0};
    tp_shown_images shown;
    tp_status status = tp_memory_images(view, segment, &shown, error);
    if (status != TP_OK)
        return status;
    snprintf(path, sizeof path, "%s/stimulus/image", segment);
    if (shown.count == 0)
        return tp_view_damaged(view, path, "an image", error);
    test->pattern = shown.pattern[0];
    test->onset = shown.onset[0];
    test->duration = shown.duration[0];
    test->noise = shown.noise[0];
    test->input = shown.images;
    size_t dims[3] = {TP_ANY_LENGTH, view->rows, view->columns};
    snprintf(path, sizeof path, "%s/readouts/response", segment);
    status = tp_view_array(view, path, 3, dims, &test->responses, error);
    if (status != TP_OK)
        return status;
    test->readout_count = dims[0];
    if (dims[0] == 0 || dims[0] > TP_MOST_READOUTS)
        return tp_view_damaged(view, path, "1 to 1000 readouts", error);
    snprintf(path, sizeof path, "%s/readouts/accuracy", segment);
    status = tp_view_array(view, path, 1, &test->readout_count, &test->accuracy, error);
    snprintf(path, sizeof path, "%s/readouts/readout", segment);
    if (status == TP_OK)
        status = read_names(view, path, test, error);
    snprintf(path, sizeof path, "%s/readouts", segment);
    if (status == TP_OK)
        status = tp_record_number(view->source->record, path, "input_accuracy",
                                  &test->input_accuracy, error);
    return status;
}

static tp_status read_frame(tp_view *view, const char *segment, const tp_tiles *tiles,
                            tp_test *test, tp_error *error) {
    char path[80];
    const double *times = NULL, *maps = NULL;
    size_t count = TP_ANY_LENGTH;
    snprintf(path, sizeof path, "%s/frames/time_since_onset", segment);
    tp_status status = tp_view_array(view, path, 1, &count, &times, error);
    size_t dims[3] = {count, tiles->rows, tiles->columns};
    snprintf(path, sizeof path, "%s/frames/Ca", segment);
    if (status == TP_OK)
        status = tp_view_array(view, path, 3, dims, &maps, error);
    if (status != TP_OK)
        return status;
    if (count == 0 || dims[0] != count)
        return tp_view_damaged(view, path, "a map for each frame", error);
    test->calcium = maps + (count - 1) * tiles->rows * tiles->columns;
    test->calcium_time = times[count - 1];
    return TP_OK;
}

tp_status tp_test_read_calcium(tp_view *view, size_t number, const tp_tiles *tiles, tp_test *test,
                               tp_error *error) {
    char segment[40], path[80];
    snprintf(segment, sizeof segment, "recall/%zu", number);
    snprintf(path, sizeof path, "%s/frames/Ca", segment);
    if (tp_record_has(view->source->record, path))
        return read_frame(view, segment, tiles, test, error);
    snprintf(path, sizeof path, "%s/astrocytes/Ca", segment);
    if (!tp_record_has(view->source->record, path))
        return TP_OK;
    tp_recorded calcium;
    double *map = tp_view_alloc(view, tiles->rows * tiles->columns, sizeof *map, error);
    if (!map)
        return TP_FAILED;
    tp_status status = tp_recorded_open(view, segment, "astrocytes", "Ca", &calcium, error);
    if (status != TP_OK)
        return status;
    const size_t instant = tp_recorded_nearest(&calcium, test->onset + test->duration);
    test->calcium = map;
    test->calcium_time = calcium.time[instant] - test->onset;
    return tp_recorded_map(view, &calcium, instant, map, error);
}
