/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep over neurons and astrocytes says of their ratio, in words. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/describe.h"

enum { NAME_ROOM = 200, REGRESSORS = 3 };

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
                           const char *what, size_t rank, tp_array *ends, tp_error *error) {
    static const char *const parts[] = {"", "_lower", "_upper"};
    tp_status status = TP_OK;
    memset(ends, 0, 3 * sizeof *ends);
    for (int i = 0; status == TP_OK && i < 3; i++) {
        char path[2 * NAME_ROOM];
        snprintf(path, sizeof path, "%s/%.100s_%s%s", group, measure, what, parts[i]);
        status = tp_record_array(record, path, &ends[i], error);
        if (status == TP_OK &&
            (ends[i].rank != rank ||
             (i > 0 && memcmp(ends[i].dims, ends[0].dims, rank * sizeof *ends[i].dims) != 0)))
            status = tp_fail(error, TP_INVALID, "", "%s has another shape than expected", path);
    }
    return status;
}

static void free_ends(tp_array *ends) {
    for (int i = 0; i < 3; i++)
        tp_array_free(&ends[i]);
}

static tp_status print_best(const tp_record *record, const char *measure, const tp_array *total,
                            FILE *stream, tp_error *error) {
    tp_array best[3];
    tp_status status = read_ends(record, "best_ratio", measure, "best_share", 1, best, error);
    size_t sets = 0;
    for (size_t i = 0; i < total->dims[0]; i++)
        sets += total->values[i] == 0;
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

static tp_status print_fit(const tp_record *record, const char *measure, const char *what,
                           const char *heading, const char *const *names, size_t width,
                           FILE *stream, tp_error *error) {
    tp_array fit[3];
    tp_status status = read_ends(record, "regression", measure, what, 2, fit, error);
    if (status == TP_OK && fit[0].dims[1] == width)
        for (size_t set = 0; set < fit[0].dims[0]; set++) {
            print_set(fit[0].dims[0], set, stream);
            fprintf(stream, "%s: ", heading);
            for (size_t k = 0; k < width; k++) {
                tp_array row[3];
                for (int e = 0; e < 3; e++) {
                    row[e] = fit[e];
                    row[e].values += set * width;
                    row[e].dims[0] = width;
                }
                fprintf(stream, "%s%s ", k ? ", " : "", names[k]);
                print_number(row, k, stream);
            }
            fputc('\n', stream);
        }
    free_ends(fit);
    return status;
}

tp_status tp_describe_ratio(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const counts[] = {"neurons", "astrocytes", "units"};
    static const char *const trend[] = {"units", "share of astrocytes"};
    char *measures, *rest;
    tp_array total = {0};
    tp_status status = tp_record_text(record, "best_ratio", "measures", &measures, error);
    if (status != TP_OK)
        return status;
    status = tp_record_array(record, "best_ratio/total", &total, error);
    for (char *measure = strtok_r(measures, "\n", &rest); status == TP_OK && measure;
         measure = strtok_r(NULL, "\n", &rest)) {
        fprintf(stream, "\n%.100s (lower is better; coefficients per standard deviation)\n",
                measure);
        status = print_best(record, measure, &total, stream, error);
        if (status == TP_OK)
            status = print_fit(record, measure, "least_squares",
                               "least squares (of N, A, N + A, dependent: the smallest norm)",
                               counts, REGRESSORS, stream, error);
        if (status == TP_OK)
            status = print_fit(record, measure, "lasso", "LASSO, cross-validated", counts,
                               REGRESSORS, stream, error);
        if (status == TP_OK)
            status = print_fit(record, measure, "trend", "least squares", trend, 2, stream, error);
    }
    tp_array_free(&total);
    free(measures);
    return status;
}
