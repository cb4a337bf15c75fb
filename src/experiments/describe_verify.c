/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "experiments/describe.h"

static tp_status print_texts(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const names[] = {"verdict", "first_difference"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *text;
        tp_status status = tp_record_text(record, "comparison", names[i], &text, error);
        if (status != TP_OK)
            return status;
        fprintf(stream, "\n%s\n", text);
        free(text);
    }
    return TP_OK;
}

tp_status tp_describe_comparison(const tp_record *record, FILE *stream, tp_error *error) {
    static const struct {
        const char *name, *above, *heading, *format;
    } columns[] = {
        {"spikes", "", "spikes", "%9.0f"},
        {"reference_spikes", "", "reference", "%9.0f"},
        {"neurons_with_another_count", "other", "counts", "%9.0f"},
        {"spike_shift_median", "spikes", "median", "%9.2g"},
        {"spike_shift_99", "move by", "99 %", "%9.2g"},
        {"spike_shift_most", "(ms)", "most", "%9.2g"},
        {"calcium_difference", "calcium", "by (uM)", "%9.2g"},
        {"crossing_shift_most", "crossings", "by (ms)", "%9.2g"},
        {"changed_pixels", "pixels", "changed", "%9.0f"},
        {"accuracy", "", "accuracy", "%9.3f"},
        {"reference_accuracy", "", "reference", "%9.3f"},
    };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    const char *names[COLUMNS];
    tp_array numbers[COLUMNS];
    for (size_t c = 0; c < COLUMNS; c++)
        names[c] = columns[c].name;
    tp_status status = tp_columns_read(record, "comparison", names, COLUMNS, numbers, error);
    if (status == TP_OK) {
        fprintf(stream, "\n%-10s", "");
        for (size_t c = 0; c < COLUMNS; c++)
            fprintf(stream, " %9s", columns[c].above);
        fprintf(stream, "\n%-10s", "segment");
        for (size_t c = 0; c < COLUMNS; c++)
            fprintf(stream, " %9s", columns[c].heading);
        fputc('\n', stream);
    }
    for (size_t i = 0; status == TP_OK && i < numbers[0].dims[0]; i++) {
        char *name;
        status = tp_record_string(record, "comparison/segment", i, &name, error);
        if (status != TP_OK)
            break;
        fprintf(stream, "%-10s", name);
        for (size_t c = 0; c < COLUMNS; c++) {
            fputc(' ', stream);
            /* A training has no accuracy. */
            if (isnan(numbers[c].values[i]))
                fprintf(stream, "%9s", "");
            else
                fprintf(stream, columns[c].format, numbers[c].values[i]);
        }
        fputc('\n', stream);
        free(name);
    }
    tp_columns_free(numbers, COLUMNS);
    return status == TP_OK ? print_texts(record, stream, error) : status;
}

tp_status tp_describe_work(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const names[] = {"setting", "seconds", "error"};
    tp_array columns[3];
    tp_status status = tp_columns_read(record, "work_precision", names, 3, columns, error);
    if (status == TP_OK)
        fprintf(stream, "\n%-10s %-12s %12s %12s %12s\n", "subject", "integrator", "step or rtol",
                "seconds", "error");
    for (size_t i = 0; status == TP_OK && i < columns[0].dims[0]; i++) {
        char *subject = NULL, *integrator = NULL;
        status = tp_record_string(record, "work_precision/subject", i, &subject, error);
        if (status == TP_OK)
            status = tp_record_string(record, "work_precision/integrator", i, &integrator, error);
        if (status == TP_OK)
            fprintf(stream, "%-10s %-12s %12g %12.3g %12.3g\n", subject, integrator,
                    columns[0].values[i], columns[1].values[i], columns[2].values[i]);
        free(subject);
        free(integrator);
    }
    tp_columns_free(columns, 3);
    return status;
}
