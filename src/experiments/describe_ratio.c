/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep over neurons and astrocytes says of their ratio, in words. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/describe.h"
#include "record/reader_private.h"

enum { NAME_ROOM = 200 };

static void print_number(const tp_array *ends, size_t at, FILE *stream) {
    if (at >= ends[0].dims[0])
        return;
    fprintf(stream, "%.3g", ends[0].values[at]);
    if (!isnan(ends[1].values[at]))
        fprintf(stream, " [%.3g, %.3g]", ends[1].values[at], ends[2].values[at]);
}

static void print_set(size_t sets, size_t set, FILE *stream) {
    fputs("  ", stream);
    if (sets > 1)
        fprintf(stream, "set %zu: ", set);
}

/* An array and the ends of its interval. */
static tp_status read_ends(const tp_record *record, const char *group, const char *measure,
                           const char *what, tp_array *ends, tp_error *error) {
    static const char *const parts[] = {"", "_lower", "_upper"};
    tp_status status = TP_OK;
    memset(ends, 0, 3 * sizeof *ends);
    for (int i = 0; status == TP_OK && i < 3; i++) {
        char path[2 * NAME_ROOM];
        snprintf(path, sizeof path, "%s/%.100s%s%s", group, measure, what, parts[i]);
        status = tp_column_read(record, path, &ends[i], error);
        if (status == TP_OK && ends[i].dims[0] != ends[0].dims[0])
            status = tp_fail(error, TP_INVALID, record->path,
                             "array '%s' has another shape than expected", path);
    }
    return status;
}

static void free_ends(tp_array *ends) {
    for (int i = 0; i < 3; i++)
        tp_array_free(&ends[i]);
}

static tp_status print_best(const tp_record *record, const char *measure, const tp_array *total,
                            size_t sets, FILE *stream, tp_error *error) {
    tp_array best[3];
    tp_status status = read_ends(record, "best_ratio", measure, "_best_share", best, error);
    for (size_t i = 0, set = 0; status == TP_OK && i < best[0].dims[0] && i < total->dims[0]; i++) {
        if (total->values[i] != 0)
            continue;
        print_set(sets, set++, stream);
        fputs("best share of astrocytes, mean over totals: ", stream);
        print_number(best, i, stream);
        fputc('\n', stream);
    }
    free_ends(best);
    return status;
}

/* One line for each fit: its coefficients. */
static tp_status print_fits(const tp_record *record, const char *measure, size_t sets, FILE *stream,
                            tp_error *error) {
    tp_array fit[3], set = {0}, rank = {0};
    char last[NAME_ROOM] = "", now[NAME_ROOM] = "";
    tp_status status = read_ends(record, "regression", measure, "", fit, error);
    if (status == TP_OK)
        status = tp_column_read(record, "regression/set", &set, error);
    snprintf(now, sizeof now, "regression/%.100s_rank", measure);
    if (status == TP_OK)
        status = tp_column_read(record, now, &rank, error);
    for (size_t i = 0; status == TP_OK && i < fit[0].dims[0] && i < set.dims[0]; i++) {
        char *model = NULL, *regressor = NULL;
        status = tp_record_string(record, "regression/model", i, &model, error);
        if (status == TP_OK)
            status = tp_record_string(record, "regression/regressor", i, &regressor, error);
        if (status == TP_OK) {
            snprintf(now, sizeof now, "%.0f %.100s", set.values[i], model);
            const bool first = strcmp(now, last) != 0;
            if (first) {
                fputs(*last ? "\n" : "", stream);
                print_set(sets, (size_t)fmax(set.values[i], 0), stream);
                fprintf(stream, "%.40s", model);
                /* Of three regressors one is the sum of the others. */
                if (strcmp(model, "least_squares") == 0 && i < rank.dims[0])
                    fprintf(stream, " (rank %.0f of 3: the solution of the smallest norm)",
                            rank.values[i]);
                fputs(": ", stream);
            }
            fprintf(stream, "%s%.60s ", first ? "" : ", ", regressor);
            print_number(fit, i, stream);
            memcpy(last, now, sizeof last);
        }
        free(model);
        free(regressor);
    }
    fputs(*last ? "\n" : "", stream);
    tp_array_free(&set);
    tp_array_free(&rank);
    free_ends(fit);
    return status;
}

tp_status tp_describe_ratio(const tp_record *record, FILE *stream, tp_error *error) {
    char *measures, *rest;
    tp_array total = {0};
    tp_status status = tp_record_text(record, "best_ratio", "measures", &measures, error);
    if (status != TP_OK)
        return status;
    status = tp_column_read(record, "best_ratio/total", &total, error);
    size_t sets = 0;
    for (size_t i = 0; status == TP_OK && i < total.dims[0]; i++)
        sets += total.values[i] == 0;
    for (char *measure = strtok_r(measures, "\n", &rest); status == TP_OK && measure;
         measure = strtok_r(NULL, "\n", &rest)) {
        fprintf(stream, "\n%.100s (lower is better; coefficients per standard deviation)\n",
                measure);
        status = print_best(record, measure, &total, sets, stream, error);
        if (status == TP_OK)
            status = print_fits(record, measure, sets, stream, error);
    }
    tp_array_free(&total);
    free(measures);
    return status;
}
