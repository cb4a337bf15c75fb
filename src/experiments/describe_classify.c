/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A classification in words: a row for each network. */
#include <math.h>
#include <stdlib.h>

#include "experiments/describe.h"

enum { COLUMNS = 8 };

static void print_row(const tp_array *numbers, size_t row, FILE *stream) {
    const double *v[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
        v[c] = numbers[c].values + row;
    fprintf(stream, " %10.0f  %7.4f", *v[0], *v[1]);
    if (isnan(*v[2]))
        fprintf(stream, "%18s", "");
    else
        fprintf(stream, " [%6.4f, %6.4f]", *v[2], *v[3]);
    fprintf(stream, "  %7.4f  %7.4f %7.0f %% %7.0f %%\n", *v[4], *v[5], 100 * *v[6], 100 * *v[7]);
}

tp_status tp_describe_classification(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const names[COLUMNS] = {
        "parameters",     "accuracy_median", "accuracy_lower", "accuracy_upper",
        "accuracy_least", "accuracy_most",   "stuck_share",    "solved_share"};
    tp_array numbers[COLUMNS], trials = {0};
    tp_status status = tp_columns_read(record, "summary", names, COLUMNS, numbers, error);
    if (status == TP_OK)
        status = tp_column_read(record, "summary/trial", &trials, error);
    if (status == TP_OK)
        fprintf(stream,
                "\nTest accuracy over %zu trial%s: medians with 95 %% intervals\n%-16s %10s  %7s "
                "%-17s %8s %8s %9s %9s\n",
                trials.dims[0], trials.dims[0] == 1 ? "" : "s", "network", "parameters", "median",
                "", "least", "most", "stuck", "all right");
    for (size_t i = 0; status == TP_OK && i < numbers[0].dims[0]; i++) {
        char *name;
        status = tp_record_string(record, "summary/name", i, &name, error);
        if (status != TP_OK)
            break;
        fprintf(stream, "%-16s", name);
        print_row(numbers, i, stream);
        free(name);
    }
    tp_array_free(&trials);
    tp_columns_free(numbers, COLUMNS);
    return status;
}
