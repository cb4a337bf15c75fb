/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record in words: what was run, and what came of it. */
#include "experiments/describe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/reader_private.h"

tp_status tp_column_read(const tp_record *record, const char *path, tp_array *column,
                         tp_error *error) {
    tp_status status = tp_record_array(record, path, column, error);
    if (status != TP_OK || column->rank == 1)
        return status;
    tp_fail(error, TP_INVALID, record->path, "array '%s' has %zu axes, expected 1", path,
            column->rank);
    tp_array_free(column);
    return TP_INVALID;
}

tp_status tp_columns_read(const tp_record *record, const char *group, const char *const *names,
                          size_t count, tp_array *columns, tp_error *error) {
    tp_status status = TP_OK;
    memset(columns, 0, count * sizeof *columns);
    for (size_t c = 0; status == TP_OK && c < count; c++) {
        char path[120];
        snprintf(path, sizeof path, "%s/%s", group, names[c]);
        status = tp_column_read(record, path, &columns[c], error);
        /* A damaged record's columns may differ in length. */
        if (status == TP_OK && columns[c].dims[0] != columns[0].dims[0])
            status = tp_fail(error, TP_INVALID, record->path,
                             "array '%s' has %zu values, expected %zu, as '%s' has", path,
                             columns[c].dims[0], columns[0].dims[0], names[0]);
    }
    return status;
}

void tp_columns_free(tp_array *columns, size_t count) {
    for (size_t c = 0; c < count; c++)
        tp_array_free(&columns[c]);
}

/* The first numbers of a list, and how many there are. */
static void print_times(const char *what, const tp_array *times, FILE *stream) {
    enum { SHOWN = 8 };
    const size_t count = times->dims[0];
    fprintf(stream, "%zu %s%s", count, what, count ? " at" : "");
    for (size_t i = 0; i < count && i < SHOWN; i++)
        fprintf(stream, "%s %.4f", i ? "," : "", times->values[i]);
    fprintf(stream, "%s%s\n", count > SHOWN ? ", ..." : "", count ? " ms" : "");
}

tp_status tp_describe_response(const tp_record *record, FILE *stream, tp_error *error) {
    const struct {
        const char *path, *what;
    } lists[] = {
        {"response/spikes/cells/timestamps", "spikes"},
        {"response/crossings/time", "crossings of a level"},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        tp_array times;
        if (!tp_record_has(record, lists[i].path))
            continue;
        tp_status status = tp_column_read(record, lists[i].path, &times, error);
        if (status != TP_OK)
            return status;
        print_times(lists[i].what, &times, stream);
        tp_array_free(&times);
    }
    return TP_OK;
}

tp_status tp_record_describe(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const attributes[] = {"title", "experiment", "status", "source"};
    char *texts[4] = {NULL};
    uint64_t seed = 0;
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < 4; i++)
        status = tp_record_text(record, "/", attributes[i], &texts[i], error);
    if (status == TP_OK)
        status = tp_record_integer(record, "/", "seed", &seed, error);
    if (status == TP_OK)
        fprintf(stream, "%s%s%s experiment, seed %" PRIu64 ", %s, by %s\n", texts[0],
                *texts[0] ? "\n" : "", texts[1], seed,
                strcmp(texts[2], "complete") == 0 ? "complete"
                                                  : "PARTIAL (the run was not finished)",
                texts[3]);
    for (size_t i = 0; i < 4; i++)
        free(texts[i]);
    const bool networks = tp_record_has(record, "test/confusion");
    if (status == TP_OK && !networks && !tp_record_has(record, "networks") &&
        (tp_record_has(record, "training") || tp_record_has(record, "trained")))
        status = tp_describe_training(record, stream, error);
    if (status == TP_OK && tp_record_has(record, "response"))
        status = tp_describe_response(record, stream, error);
    if (status == TP_OK && tp_record_has(record, "comparison"))
        status = tp_describe_comparison(record, stream, error);
    if (status == TP_OK && tp_record_has(record, "work_precision"))
        status = tp_describe_work(record, stream, error);
    if (status == TP_OK && tp_record_has(record, "trials"))
        status = tp_describe_sweep(record, stream, error);
    else if (status == TP_OK && networks)
        status = tp_describe_classification(record, stream, error);
    else if (status == TP_OK && tp_record_has(record, "folds/confusion"))
        status = tp_describe_anan(record, stream, error);
    else if (status == TP_OK && tp_record_has(record, "summary/test_error"))
        status = tp_describe_forecast(record, stream, error);
    else if (status == TP_OK && tp_record_has(record, "summary"))
        status = tp_describe_tests(record, stream, error);
    if (status == TP_OK)
        status = tp_record_answered(record, error);
    if (status == TP_OK && ferror(stream))
        status =
            tp_fail(error, TP_FAILED, "", "the summary could not be printed: %s", strerror(errno));
    return status;
}
