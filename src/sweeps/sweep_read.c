/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading back what parts and shards hold. */
#include <stdlib.h>
#include <string.h>
#include <tripartite/tripartite.h>

#include "base/fail.h"
#include "experiments/scenario_difference.h"
#include "sweeps/sweep_record.h"

static tp_status check_text(const tp_record *record, const char *path, const char *attribute,
                            const char *expected, const char *what, tp_error *error) {
    char *text;
    tp_status status = tp_record_text(record, "/", attribute, &text, error);
    if (status != TP_OK)
        return status;
    if (strcmp(text, expected) != 0)
        status = tp_fail(error, TP_INVALID, path, "%s: '%.100s', expected '%.100s'", what, text,
                         expected);
    free(text);
    return status;
}

/* The values decide, so that a comment in the file may change. */
static tp_status check_scenario(const tp_levels *levels, const tp_record *record, const char *path,
                                tp_error *error) {
    char differences[600];
    tp_status status = tp_scenario_difference_from(levels->base, record, path, NULL, NULL,
                                                   differences, sizeof differences, error);
    if (status == TP_OK && *differences) {
        tp_fail(error, TP_INVALID, path, "this is of another scenario: %s", differences);
        status = tp_hint(error, "trials of different scenarios cannot be put together");
    }
    return status;
}

tp_status tp_sweep_check_kind(const tp_record *record, const char *path, tp_error *error) {
    return check_text(record, path, "experiment", "sweep",
                      "this is no part or shard of a sweep; its experiment is", error);
}

static tp_status check_origin(const tp_levels *levels, const tp_record *record, const char *path,
                              tp_error *error) {
    tp_status status = tp_sweep_check_kind(record, path, error);
    if (status == TP_OK)
        status = check_text(record, path, "source", "tripartite " TP_VERSION,
                            "this was made by another version of the program", error);
    if (status == TP_OK)
        status = check_scenario(levels, record, path, error);
    if (status == TP_OK && !tp_record_has(record, "done"))
        status = tp_fail(error, TP_INVALID, path,
                         "this is the record of a finished sweep; expected a part or a shard");
    return status;
}

/* A column of /done; its length is `rows`, or sets it where that is 0 in the first. */
static tp_status read_column(const tp_record *record, const char *path, const char *name,
                             size_t *rows, tp_array *array, tp_error *error) {
    char full[200];
    snprintf(full, sizeof full, "done/%s", name);
    tp_status status = tp_record_array(record, full, array, error);
    if (status != TP_OK)
        return status;
    if (*rows == SIZE_MAX)
        *rows = array->dims[0];
    if (array->rank == 1 && array->dims[0] == *rows)
        return TP_OK;
    return tp_fail(error, TP_INVALID, path, "%s has another length than done/scenario", full);
}

static tp_status check_sum(const tp_record *record, const char *path, uint64_t sum,
                           tp_error *error) {
    uint64_t expected = 0;
    tp_status status = tp_record_integer(record, "done", "checksum", &expected, error);
    if (status != TP_OK || expected == sum)
        return status;
    tp_fail(error, TP_INVALID, path, "this part or shard is damaged: its checksum is another");
    return tp_hint(error, "copy it again, or run its trials again");
}

static uint64_t whole(double number) {
    return number >= 0 && number < 0x1p63 ? (uint64_t)number : UINT64_MAX;
}

/* What is damaged is not to be in the table, so that the sum is looked at before. */
static tp_status check_rows(const tp_trial_table *table, const tp_record *record, const char *path,
                            size_t rows, const tp_array *columns, double *values, tp_error *error) {
    char *text;
    tp_status status = tp_record_text(record, "/", "scenario", &text, error);
    if (status != TP_OK)
        return status;
    uint64_t sum = tp_sweep_sum_begin(text);
    free(text);
    for (size_t i = 0; i < rows; i++) {
        for (size_t m = 0; m < table->measures; m++)
            values[m] = columns[2 + m].values[i];
        sum = tp_sweep_sum_row(sum, whole(columns[0].values[i]), whole(columns[1].values[i]),
                               values, table->measures);
    }
    return check_sum(record, path, sum, error);
}

static tp_status put_rows(tp_trial_table *table, const char *path, size_t rows,
                          const tp_array *columns, double *values, tp_error *error) {
    for (size_t i = 0; i < rows; i++) {
        const double scenario = columns[0].values[i], trial = columns[1].values[i];
        if (!(scenario >= 0 && scenario < (double)table->scenarios && trial >= 0 &&
              trial < (double)table->trials))
            return tp_fail(error, TP_INVALID, path, "row %zu is of no trial of the sweep", i);
        const size_t s = (size_t)scenario, t = (size_t)trial;
        for (size_t m = 0; m < table->measures; m++)
            values[m] = columns[2 + m].values[i];
        if (tp_trial_done(table, s, t) &&
            memcmp(values, tp_trial_values(table, s, t), table->measures * sizeof *values) != 0)
            return tp_fail(error, TP_INVALID, path,
                           "trial %zu has other numbers here than elsewhere", t);
        tp_trial_put(table, s, t, values);
    }
    return TP_OK;
}

tp_status tp_sweep_read_done(const tp_levels *levels, const char *path, tp_trial_table *table,
                             tp_error *error) {
    tp_record *record;
    tp_status status = tp_record_open(path, &record, error);
    if (status != TP_OK)
        return status;
    const size_t count = 2 + levels->measure_count;
    tp_array *columns = calloc(count, sizeof *columns);
    double *values = calloc(levels->measure_count + 1, sizeof *values);
    size_t rows = SIZE_MAX;
    status = columns && values ? check_origin(levels, record, path, error)
                               : tp_fail_memory(error, "reading trials");
    for (size_t c = 0; status == TP_OK && c < count; c++) {
        const char *name = c == 0 ? "scenario" : c == 1 ? "trial" : levels->measures[c - 2].name;
        status = read_column(record, path, name, &rows, &columns[c], error);
    }
    if (status == TP_OK)
        status = check_rows(table, record, path, rows, columns, values, error);
    if (status == TP_OK)
        status = put_rows(table, path, rows, columns, values, error);
    for (size_t c = 0; columns && c < count; c++)
        tp_array_free(&columns[c]);
    free(columns);
    free(values);
    tp_record_close(&record);
    return status;
}
