/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A forecast in words: the network, and a row for each forecaster. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "experiments/describe.h"

static tp_status print_network(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const names[] = {"neurons",
                                        "astrocytes",
                                        "links_neuron_to_neuron",
                                        "links_neuron_to_astrocyte",
                                        "links_astrocyte_to_neuron",
                                        "links_astrocyte_to_astrocyte"};
    uint64_t n[6];
    tp_status status = TP_OK;
    for (int i = 0; status == TP_OK && i < 6; i++)
        status = tp_record_integer(record, "network", names[i], &n[i], error);
    if (status == TP_OK)
        fprintf(stream,
                "Reservoir: %" PRIu64 " neurons, %" PRIu64 " astrocyte-like units; links: %" PRIu64
                " N-N, %" PRIu64 " N-A, %" PRIu64 " A-N, %" PRIu64 " A-A\n",
                n[0], n[1], n[2], n[3], n[4], n[5]);
    return status;
}

tp_status tp_describe_forecast(const tp_record *record, FILE *stream, tp_error *error) {
    static const struct {
        const char *name, *above, *heading, *format;
    } columns[] = {
        {"neurons", "", "N", "%5.0f"},
        {"astrocytes", "", "A", "%5.0f"},
        {"learning_rate", "learning rate", "per epoch", "%14.3g"},
        {"learning_rate_log10", "(log10)", "per epoch", "%10.3g"},
        {"last_loss", "last", "loss", "%10.3g"},
        {"test_error", "test", "error", "%10.3g"},
        {"valid_time", "valid", "time", "%7.2f"},
        {"neuron_spike_rate", "spikes", "per N", "%7.3f"},
        {"astrocyte_spike_rate", "a step", "per A", "%7.3f"},
    };
    static const int widths[] = {5, 5, 14, 10, 10, 10, 7, 7, 7};
    enum { COLUMNS = sizeof columns / sizeof *columns };
    const char *names[COLUMNS];
    tp_array numbers[COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
        names[c] = columns[c].name;
    tp_status status = TP_OK;
    if (tp_record_has(record, "network"))
        status = print_network(record, stream, error);
    if (status != TP_OK)
        return status;
    status = tp_columns_read(record, "summary", names, COLUMNS, numbers, error);
    for (int line = 0; status == TP_OK && line < 2; line++) {
        fprintf(stream, "%s%-16s", line ? "" : "\n", line ? "forecaster" : "");
        for (int c = 0; c < COLUMNS; c++)
            fprintf(stream, " %*s", widths[c], line ? columns[c].heading : columns[c].above);
        fputc('\n', stream);
    }
    for (size_t i = 0; status == TP_OK && i < numbers[0].dims[0]; i++) {
        char *name;
        status = tp_record_string(record, "summary/name", i, &name, error);
        if (status != TP_OK)
            break;
        fprintf(stream, "%-16s", name);
        for (int c = 0; c < COLUMNS; c++) {
            fputc(' ', stream);
            if (isnan(numbers[c].values[i]))
                fprintf(stream, "%*s", widths[c], "-");
            else
                fprintf(stream, columns[c].format, numbers[c].values[i]);
        }
        fputc('\n', stream);
        free(name);
    }
    tp_columns_free(numbers, COLUMNS);
    if (status == TP_OK)
        fputs("Errors are of standardized samples; valid times are in Lyapunov times where the "
              "exponent is known.\n",
              stream);
    return status;
}
