/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network and its astrocytes in words: a row for each, and how they differ over the folds. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "experiments/describe.h"

static tp_status print_data(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const names[] = {"images_to_learn_from", "images_to_test_on", "channels",
                                        "rows", "columns"};
    uint64_t n[5];
    tp_status status = TP_OK;
    for (int i = 0; status == TP_OK && i < 5; i++)
        status = tp_record_integer(record, "data", names[i], &n[i], error);
    if (status == TP_OK)
        fprintf(stream,
                "%" PRIu64 " images to learn from, %" PRIu64 " to test on; %" PRIu64 " x %" PRIu64
                " pixels%s\n",
                n[0], n[1], n[3], n[4], n[2] == 3 ? ", RGB" : "");
    return status;
}

static void print_number(FILE *stream, const char *format, int width, double number) {
    if (isnan(number))
        fprintf(stream, " %*s", width, "-");
    else
        fprintf(stream, format, number);
}

tp_status tp_describe_anan(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const names[] = {"accuracy",      "f1",
                                        "loss",          "auc",
                                        "accuracy_p",    "f1_p",
                                        "loss_p",        "accuracy_difference",
                                        "f1_difference", "loss_difference"};
    enum { COLUMNS = sizeof names / sizeof *names };
    tp_array c[COLUMNS], folds;
    tp_status status = print_data(record, stream, error);
    if (status != TP_OK)
        return status;
    status = tp_column_read(record, "folds/fold", &folds, error);
    if (status != TP_OK)
        return status;
    status = tp_columns_read(record, "summary", names, COLUMNS, c, error);
    if (status == TP_OK)
        fprintf(stream,
                "\nMeans of %zu folds, on the test; differences from the network alone, and p of "
                "Wilcoxon's signed-rank test\n%-22s accuracy     F1   loss    AUC   accuracy      "
                "    p         F1      p       loss      p\n",
                folds.dims[0], "");
    for (size_t i = 0; status == TP_OK && i < c[0].dims[0]; i++) {
        char *name;
        status = tp_record_string(record, "summary/name", i, &name, error);
        if (status != TP_OK)
            break;
        fprintf(stream, "%-22s", name);
        print_number(stream, " %8.4f", 8, c[0].values[i]);
        for (int k = 1; k < 4; k++)
            print_number(stream, " %6.4f", 6, c[k].values[i]);
        for (int k = 0; k < 3; k++) {
            print_number(stream, " %+10.4f", 10, c[7 + k].values[i]);
            print_number(stream, k == 0 ? " %10.4f" : " %6.4f", k == 0 ? 10 : 6,
                         c[4 + k].values[i]);
        }
        fputc('\n', stream);
        free(name);
    }
    char *warning;
    if (status == TP_OK && tp_record_text(record, "summary", "warning", &warning, NULL) == TP_OK) {
        fprintf(stream, "Warning: %s.\n", warning);
        free(warning);
    }
    tp_columns_free(c, COLUMNS);
    tp_array_free(&folds);
    return status;
}
