/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of a memory experiment that are written whole. */
#include "experiments/memory_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

static tp_layout maps(tp_type type, const char *axis, size_t count, size_t rows, size_t columns,
                      const char *units, const char *long_name) {
    return (tp_layout){.type = type,
                       .rank = 3,
                       .dims = {count, rows, columns},
                       .axes = {axis, "row", "column"},
                       .units = units,
                       .long_name = long_name};
}

static tp_status put_rows_and_columns(const tp_memory_plan *plan, tp_writer *writer,
                                      const char *group, tp_error *error) {
    tp_status status = tp_record_index(writer, group, "row", 0, plan->grid->tiling.rows, error);
    if (status == TP_OK)
        status = tp_record_index(writer, group, "column", 0, plan->grid->tiling.columns, error);
    return status;
}

tp_status tp_record_patterns(const tp_memory_plan *plan, tp_writer *writer, tp_error *error) {
    const size_t count = plan->pattern_count, n = plan->neuron_count;
    const tp_tiling *tiling = &plan->grid->tiling;
    char group[64], name_path[80];
    snprintf(group, sizeof group, "%spatterns", plan->root);
    snprintf(name_path, sizeof name_path, "%s/name", group);
    uint8_t *images = malloc(count * n);
    const char **names = calloc(count, sizeof *names);
    tp_status status = images && names ? TP_OK : tp_fail_memory(error, "recording patterns");
    for (size_t p = 0; status == TP_OK && p < count; p++) {
        memcpy(images + p * n, plan->patterns[p].pixels, n);
        names[p] = plan->patterns[p].name;
    }
    const tp_layout name_layout =
        tp_layout_along(TP_UINT8, "pattern", count, "1", "name of the pattern");
    if (status == TP_OK)
        status = tp_record_index(writer, group, "pattern", 0, count, error);
    if (status == TP_OK)
        status = tp_writer_strings(writer, name_path, &name_layout, names, error);
    if (status == TP_OK)
        status = put_rows_and_columns(plan, writer, group, error);
    if (status == TP_OK)
        status = tp_record_put(writer, group, "image",
                               maps(TP_UINT8, "pattern", count, tiling->rows, tiling->columns, "1",
                                    "pixels that are on"),
                               images, error);
    free(images);
    free(names);
    return status;
}

tp_status tp_record_stimulus(const tp_memory_plan *plan, const tp_segment *segment,
                             tp_writer *writer, tp_error *error) {
    const size_t count = segment->presentation_count;
    const tp_tiling *tiling = &plan->grid->tiling;
    char group[64];
    snprintf(group, sizeof group, "%s/stimulus", segment->name);
    double *columns = malloc((3 * count + 1) * sizeof *columns);
    int32_t *pattern = malloc((count + 1) * sizeof *pattern);
    tp_status status = columns && pattern ? TP_OK : tp_fail_memory(error, "recording the stimulus");
    double *onset = columns, *duration = columns + count, *noise = columns + 2 * count;
    for (size_t s = 0; status == TP_OK && s < count; s++) {
        const tp_presentation *shown = &segment->presentations[s];
        onset[s] = tp_clock_ms(&plan->clock, (double)shown->onset);
        duration[s] = tp_clock_ms(&plan->clock, (double)shown->shown);
        noise[s] = shown->noise;
        pattern[s] = (int32_t)shown->pattern;
    }
    const struct {
        const char *name, *units, *long_name;
        tp_type type;
        const void *values;
    } arrays[] = {
        {"onset", "ms", "start of the image since the start of the run", TP_FLOAT64, onset},
        {"duration", "ms", "how long the image is shown", TP_FLOAT64, duration},
        {"noise", "1", "noise level of the image", TP_FLOAT64, noise},
        {"pattern", "1", "pattern that the image was made from", TP_INT32, pattern},
    };
    for (size_t i = 0; status == TP_OK && i < sizeof arrays / sizeof *arrays; i++)
        status = tp_record_put(
            writer, group, arrays[i].name,
            tp_layout_along(arrays[i].type, "sample", count, arrays[i].units, arrays[i].long_name),
            arrays[i].values, error);
    if (status == TP_OK)
        status = tp_record_index(writer, group, "sample", 0, count, error);
    if (status == TP_OK)
        status = put_rows_and_columns(plan, writer, group, error);
    /* The images of a segment's presentations follow one another in memory. */
    if (status == TP_OK)
        status =
            tp_record_put(writer, group, "image",
                          maps(TP_UINT8, "sample", count, tiling->rows, tiling->columns, "1",
                               "the image exactly as delivered"),
                          count ? segment->presentations[0].image : (const uint8_t *)"", error);
    free(columns);
    free(pattern);
    return status;
}

tp_status tp_record_agreements(tp_writer *writer, const char *group, const char *axis,
                               const char *prefix, const tp_agreement *agreements, size_t count,
                               tp_error *error) {
    const struct {
        const char *name, *long_name;
        size_t offset;
    } members[] = {
        {"accuracy", "mean of hit and correct rejection", offsetof(tp_agreement, accuracy)},
        {"pixel_accuracy", "part of all pixels that are right",
         offsetof(tp_agreement, pixel_accuracy)},
        {"hit", "part of the pattern's pixels that are on", offsetof(tp_agreement, hit)},
        {"correct_rejection", "part of the other pixels that are off",
         offsetof(tp_agreement, correct_rejection)},
    };
    double *values = malloc((count + 1) * sizeof *values);
    tp_status status = values ? TP_OK : tp_fail_memory(error, "recording accuracies");
    for (size_t m = 0; status == TP_OK && m < 4; m++) {
        char name[64], long_name[120];
        snprintf(name, sizeof name, "%s%s", prefix, members[m].name);
        snprintf(long_name, sizeof long_name, "%s%s", members[m].long_name,
                 *prefix ? ", of the noisy input" : "");
        for (size_t i = 0; i < count; i++)
            memcpy(&values[i], (const char *)&agreements[i] + members[m].offset, sizeof *values);
        status =
            tp_record_put(writer, group, name,
                          tp_layout_along(TP_FLOAT64, axis, count, "1", long_name), values, error);
    }
    free(values);
    return status;
}

static tp_status record_readouts(const tp_memory_plan *plan, const tp_segment *segment,
                                 const tp_test_result *result, tp_writer *writer, tp_error *error) {
    const size_t count = 1 + plan->frame_count;
    const tp_tiling *tiling = &plan->grid->tiling;
    char group[64];
    snprintf(group, sizeof group, "%s/readouts", segment->name);
    char(*labels)[48] = calloc(count, sizeof *labels);
    const char **names = calloc(count, sizeof *names);
    tp_status status = labels && names ? TP_OK : tp_fail_memory(error, "recording readouts");
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        if (i == 0)
            snprintf(labels[i], sizeof *labels, "count");
        else
            snprintf(labels[i], sizeof *labels, "frame at %.10g ms",
                     tp_clock_ms(&plan->clock, (double)plan->frames[i - 1]));
        names[i] = labels[i];
    }
    char path[96];
    snprintf(path, sizeof path, "%s/readout", group);
    const tp_layout layout =
        tp_layout_along(TP_UINT8, "readout", count, "1", "how the recall is read");
    if (status == TP_OK)
        status = tp_writer_strings(writer, path, &layout, names, error);
    if (status == TP_OK)
        status = tp_record_agreements(writer, group, "readout", "", result->readouts, count, error);
    if (status == TP_OK)
        status = put_rows_and_columns(plan, writer, group, error);
    if (status == TP_OK)
        status = tp_record_put(writer, group, "response",
                               maps(TP_UINT8, "readout", count, tiling->rows, tiling->columns, "1",
                                    "neurons that are recalled"),
                               result->responses, error);
    if (status == TP_OK)
        status = tp_writer_number(writer, group, "input_accuracy", result->input.accuracy, error);
    if (status == TP_OK)
        status = tp_writer_number(writer, group, "input_pixel_accuracy",
                                  result->input.pixel_accuracy, error);
    free(labels);
    free(names);
    return status;
}

static tp_status record_frames(const tp_memory_plan *plan, const tp_segment *segment,
                               const tp_test_result *result, tp_writer *writer, tp_error *error) {
    const size_t count = plan->frame_count;
    const tp_tiling *tiling = &plan->grid->tiling;
    const char *axis = "time_since_onset";
    char group[64];
    snprintf(group, sizeof group, "%s/frames", segment->name);
    double *times = malloc((count + 1) * sizeof *times);
    if (!times)
        return tp_fail_memory(error, "recording frames");
    for (size_t f = 0; f < count; f++)
        times[f] = tp_clock_ms(&plan->clock, (double)plan->frames[f]);
    tp_status status = tp_record_put(
        writer, group, axis, tp_layout_along(TP_FLOAT64, axis, count, "ms", "time since onset"),
        times, error);
    free(times);
    tp_channel channel;
    tp_channel_at(plan->grid, TP_CELLS_NEURONS, 0, &channel);
    if (status == TP_OK)
        status = put_rows_and_columns(plan, writer, group, error);
    if (status == TP_OK)
        status = tp_record_put(writer, group, channel.name,
                               maps(TP_FLOAT64, axis, count, tiling->rows, tiling->columns,
                                    channel.unit, channel.long_name),
                               result->frame_potential, error);
    tp_layout calcium = maps(TP_FLOAT64, axis, count, tiling->tile_rows, tiling->tile_columns, "uM",
                             "cytosolic calcium concentration");
    calcium.axes[1] = "astrocyte_row";
    calcium.axes[2] = "astrocyte_column";
    if (status == TP_OK)
        status = tp_record_index(writer, group, "astrocyte_row", 0, tiling->tile_rows, error);
    if (status == TP_OK)
        status = tp_record_index(writer, group, "astrocyte_column", 0, tiling->tile_columns, error);
    if (status == TP_OK)
        status = tp_record_put(writer, group, "Ca", calcium, result->frame_calcium, error);
    return status;
}

static tp_status record_course(const tp_segment *segment, const tp_test_result *result,
                               tp_writer *writer, tp_error *error) {
    const size_t count = result->course_count;
    const char *axis = "time_since_onset";
    char group[64];
    snprintf(group, sizeof group, "%s/accuracy", segment->name);
    tp_status status = tp_record_put(
        writer, group, axis, tp_layout_along(TP_FLOAT64, axis, count, "ms", "time since onset"),
        result->course_time, error);
    if (status == TP_OK)
        status = tp_record_put(
            writer, group, "accuracy",
            tp_layout_along(TP_FLOAT64, axis, count, "1",
                            "accuracy of the neurons that spiked in the frame window"),
            result->course_accuracy, error);
    if (status == TP_OK)
        status =
            tp_record_put(writer, group, "pixel_accuracy",
                          tp_layout_along(TP_FLOAT64, axis, count, "1",
                                          "part of all pixels that are right, by the same neurons"),
                          result->course_pixel_accuracy, error);
    return status;
}

tp_status tp_record_test(const tp_memory_plan *plan, const tp_segment *segment,
                         const tp_test_result *result, tp_writer *writer, tp_error *error) {
    tp_status status = record_readouts(plan, segment, result, writer, error);
    if (status == TP_OK && plan->frame_count > 0)
        status = record_frames(plan, segment, result, writer, error);
    if (status == TP_OK)
        status = record_course(segment, result, writer, error);
    return status;
}
