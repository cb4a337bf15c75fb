/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "experiments/describe.h"

/* How long training and pause are, and the spikes in them. */
tp_status tp_describe_training(const tp_record *record, FILE *stream, tp_error *error) {
    const char *path = "training/spikes/neurons/timestamps";
    double end;
    if (!tp_record_has(record, "training")) {
        tp_status status = tp_record_number(record, "trained", "time", &end, error);
        if (status == TP_OK)
            fprintf(stream, "Training and pause: %.10g ms, in another record\n", end);
        return status;
    }
    tp_status status = tp_record_number(record, "training", "end", &end, error);
    if (status != TP_OK)
        return status;
    fprintf(stream, "Training and pause: %.10g ms", end);
    if (tp_record_has(record, path)) {
        tp_array spikes;
        status = tp_column_read(record, path, &spikes, error);
        if (status != TP_OK)
            return status;
        fprintf(stream, ", %zu spikes", spikes.dims[0]);
        tp_array_free(&spikes);
    }
    fputc('\n', stream);
    return TP_OK;
}

enum { PATTERN, NOISE, INPUT, RECALL, HIT, REJECTION, COLUMNS };

static void print_heading(const tp_array *frame, FILE *stream) {
    fprintf(stream, "\nBalanced accuracy (1 perfect, 0.5 chance)\n");
    fprintf(stream, "%4s  %-14s %5s  %7s  %7s  %7s  %9s", "test", "pattern", "noise", "input",
            "recall", "hits", "rejected");
    for (size_t f = 0; frame->rank && f < frame->dims[0]; f++)
        fprintf(stream, "  at %4.4g ms", frame->values[f]);
    fputc('\n', stream);
}

static tp_status print_row(const tp_record *record, size_t k, const tp_array *columns,
                           const double *frames, size_t frame_count, FILE *stream,
                           tp_error *error) {
    char *name;
    tp_status status = tp_record_string(record, "summary/pattern_name", k, &name, error);
    if (status != TP_OK)
        return status;
    fprintf(stream, "%4zu  %-14.14s %5.2f  %7.3f  %7.3f  %7.3f  %9.3f", k, name,
            columns[NOISE].values[k], columns[INPUT].values[k], columns[RECALL].values[k],
            columns[HIT].values[k], columns[REJECTION].values[k]);
    for (size_t f = 0; f < frame_count; f++)
        fprintf(stream, "  %10.3f", frames[k * frame_count + f]);
    fputc('\n', stream);
    free(name);
    return TP_OK;
}

tp_status tp_describe_tests(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const names[COLUMNS] = {"pattern",  "noise", "input_accuracy",
                                               "accuracy", "hit",   "correct_rejection"};
    tp_array columns[COLUMNS], frame = {0}, frames = {0};
    tp_status status = tp_columns_read(record, "summary", names, COLUMNS, columns, error);
    if (status == TP_OK && tp_record_has(record, "summary/frame")) {
        status = tp_column_read(record, "summary/frame", &frame, error);
        if (status == TP_OK)
            status = tp_record_array(record, "summary/frame_accuracy", &frames, error);
    }
    const size_t tests = status == TP_OK ? columns[RECALL].dims[0] : 0;
    const size_t frame_count =
        frames.rank == 2 && frames.dims[0] == tests && frame.rank == 1 ? frames.dims[1] : 0;
    if (status == TP_OK && tests == 0)
        fputs("\nNo test was finished.\n", stream);
    else if (status == TP_OK)
        print_heading(&frame, stream);
    for (size_t k = 0; status == TP_OK && k < tests; k++)
        status = print_row(record, k, columns, frames.values, frame_count, stream, error);
    tp_columns_free(columns, COLUMNS);
    tp_array_free(&frame);
    tp_array_free(&frames);
    return status;
}
