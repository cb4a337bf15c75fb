/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /summary: one row for each test. */
#include <stdio.h>
#include <stdlib.h>

#include "base/fail.h"
#include "experiments/memory_record.h"

static tp_status record_tests(const tp_memory_plan *plan, const char *group, size_t count,
                              tp_writer *writer, tp_error *error) {
    double *columns = malloc((2 * count + 1) * sizeof *columns);
    int32_t *pattern = malloc((count + 1) * sizeof *pattern);
    const char **names = calloc(count + 1, sizeof *names);
    tp_status status =
        columns && pattern && names ? TP_OK : tp_fail_memory(error, "writing the summary");
    for (size_t k = 0; status == TP_OK && k < count; k++) {
        const tp_presentation *shown = plan->tests[k].presentations;
        columns[k] = tp_clock_ms(&plan->clock, (double)shown->onset);
        columns[count + k] = shown->noise;
        pattern[k] = (int32_t)shown->pattern;
        names[k] = plan->patterns[shown->pattern].name;
    }
    if (status == TP_OK)
        status = tp_record_put(writer, group, "pattern",
                               tp_layout_along(TP_INT32, "test", count, "1", "pattern shown"),
                               pattern, error);
    const tp_layout layout = tp_layout_along(TP_UINT8, "test", count, "1", "name of the pattern");
    char path[80];
    snprintf(path, sizeof path, "%s/pattern_name", group);
    if (status == TP_OK)
        status = tp_writer_strings(writer, path, &layout, names, error);
    if (status == TP_OK)
        status = tp_record_put(writer, group, "onset",
                               tp_layout_along(TP_FLOAT64, "test", count, "ms",
                                               "start of the image since the start of the run"),
                               columns, error);
    if (status == TP_OK)
        status = tp_record_put(
            writer, group, "noise",
            tp_layout_along(TP_FLOAT64, "test", count, "1", "noise level of the image"),
            columns + count, error);
    free(columns);
    free(pattern);
    free(names);
    return status;
}

static tp_status record_frame_accuracy(const tp_memory_plan *plan, const char *group,
                                       const tp_test_result *results, size_t count,
                                       tp_writer *writer, tp_error *error) {
    const size_t frames = plan->frame_count;
    double *values = malloc((count * frames + frames + 1) * sizeof *values);
    if (!values)
        return tp_fail_memory(error, "writing the summary");
    for (size_t f = 0; f < frames; f++)
        values[f] = tp_clock_ms(&plan->clock, (double)plan->frames[f]);
    tp_status status = tp_record_put(
        writer, group, "frame",
        tp_layout_along(TP_FLOAT64, "frame", frames, "ms", "time since onset"), values, error);
    for (size_t k = 0; k < count; k++)
        for (size_t f = 0; f < frames; f++)
            values[k * frames + f] = results[k].readouts[1 + f].accuracy;
    const tp_layout layout = {.type = TP_FLOAT64,
                              .rank = 2,
                              .dims = {count, frames},
                              .axes = {"test", "frame"},
                              .units = "1",
                              .long_name = "accuracy of the frame"};
    if (status == TP_OK)
        status = tp_record_put(writer, group, "frame_accuracy", layout, values, error);
    free(values);
    return status;
}

tp_status tp_record_summary(const tp_memory_plan *plan, const tp_test_result *results, size_t count,
                            tp_writer *writer, tp_error *error) {
    tp_agreement *recall = malloc((2 * count + 1) * sizeof *recall);
    if (!recall)
        return tp_fail_memory(error, "writing the summary");
    tp_agreement *input = recall + count;
    char group[64];
    snprintf(group, sizeof group, "%ssummary", plan->root);
    for (size_t k = 0; k < count; k++) {
        recall[k] = results[k].readouts[0];
        input[k] = results[k].input;
    }
    tp_status status = tp_record_index(writer, group, "test", 0, count, error);
    if (status == TP_OK)
        status = record_tests(plan, group, count, writer, error);
    if (status == TP_OK)
        status = tp_record_agreements(writer, group, "test", "", recall, count, error);
    if (status == TP_OK)
        status = tp_record_agreements(writer, group, "test", "input_", input, count, error);
    if (status == TP_OK && plan->frame_count > 0)
        status = record_frame_accuracy(plan, group, results, count, writer, error);
    free(recall);
    return status;
}
