/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /summary: one row for each forecaster. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/forecast_record.h"

#define MEASURE(member) offsetof(tp_forecast_measures, member)
const tp_forecast_column tp_forecast_columns[] = {
    {"learning_rate", "1", "least-squares slope of the loss against the epoch",
     MEASURE(learning_rate)},
    {"learning_rate_log10", "1", "least-squares slope of log10 of the loss against the epoch",
     MEASURE(learning_rate_log10)},
    {"first_loss", "1", "loss of the first epoch", MEASURE(first_loss)},
    {"last_loss", "1", "loss of the last epoch", MEASURE(last_loss)},
    {"test_error", "1", "mean squared error of the next sample, standardized, over the test",
     MEASURE(test_error)},
    {"valid_time", "1", "of the free run, in Lyapunov times where the exponent is known",
     MEASURE(valid_time)},
    {"neuron_spike_rate", "1", "spikes of a neuron per step", MEASURE(spike_rate[0])},
    {"astrocyte_spike_rate", "1", "spikes of an astrocyte-like unit per step",
     MEASURE(spike_rate[1])},
    {NULL, NULL, NULL, 0},
};

static tp_status put_column(tp_writer *writer, const tp_forecast_column *column,
                            const tp_forecast_result *results, double *values, size_t count,
                            tp_error *error) {
    for (size_t i = 0; i < count; i++)
        memcpy(&values[i], (const char *)&results[i].measures + column->offset, sizeof *values);
    return tp_record_put(
        writer, "summary", column->name,
        tp_layout_along(TP_FLOAT64, "forecaster", count, column->units, column->long_name), values,
        error);
}

/* Losses or errors of all forecasters, [forecaster][axis]. */
static tp_status put_curves(tp_writer *writer, const char *name, const char *axis,
                            const char *long_name, const tp_forecast_result *results, size_t count,
                            size_t length, tp_error *error) {
    double *values = malloc((count * length + 1) * sizeof *values);
    if (!values)
        return tp_fail_memory(error, "writing the summary");
    for (size_t i = 0; i < count; i++)
        memcpy(values + i * length,
               strcmp(name, "loss") == 0 ? results[i].losses : results[i].free_error,
               length * sizeof *values);
    const tp_layout layout = {.type = TP_FLOAT64,
                              .rank = 2,
                              .dims = {count, length},
                              .axes = {"forecaster", axis},
                              .units = "1",
                              .long_name = long_name};
    tp_status status = tp_record_put(writer, "summary", name, layout, values, error);
    free(values);
    return status;
}

static tp_status put_heads(tp_writer *writer, const tp_forecaster *forecasters, size_t count,
                           tp_error *error) {
    const char **names = calloc(count + 1, sizeof *names);
    int32_t *units = calloc(2 * count + 1, sizeof *units);
    tp_status status = names && units ? TP_OK : tp_fail_memory(error, "writing the summary");
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        names[i] = forecasters[i].name;
        units[i] = (int32_t)forecasters[i].neurons;
        units[count + i] = (int32_t)forecasters[i].astrocytes;
    }
    const tp_layout layout =
        tp_layout_along(TP_UINT8, "forecaster", count, "1", "what makes the forecast");
    if (status == TP_OK)
        status = tp_writer_strings(writer, "summary/name", &layout, names, error);
    if (status == TP_OK)
        status = tp_record_put(writer, "summary", "neurons",
                               tp_layout_along(TP_INT32, "forecaster", count, "1", "neurons"),
                               units, error);
    if (status == TP_OK)
        status = tp_record_put(
            writer, "summary", "astrocytes",
            tp_layout_along(TP_INT32, "forecaster", count, "1", "astrocyte-like units"),
            units + count, error);
    free(names);
    free(units);
    return status;
}

tp_status tp_forecast_record_summary(const tp_forecast_task *task, const tp_forecaster *forecasters,
                                     const tp_forecast_result *results, size_t count,
                                     tp_writer *writer, tp_error *error) {
    const size_t epochs = (size_t)task->description.readout.epochs;
    double *values = malloc((count + 1) * sizeof *values);
    if (!values)
        return tp_fail_memory(error, "writing the summary");
    tp_status status = put_heads(writer, forecasters, count, error);
    for (const tp_forecast_column *c = tp_forecast_columns; status == TP_OK && c->name; c++)
        status = put_column(writer, c, results, values, count, error);
    if (status == TP_OK)
        status = tp_record_index(writer, "summary", "epoch", 1, epochs, error);
    if (status == TP_OK)
        status = put_curves(writer, "loss", "epoch", "mean squared error over the epoch", results,
                            count, epochs, error);
    if (status == TP_OK)
        status = tp_record_index(writer, "summary", "free_step", 1, task->free, error);
    if (status == TP_OK)
        status = put_curves(writer, "free_run_error", "free_step",
                            "error of the free run, in standard deviations of the series", results,
                            count, task->free, error);
    free(values);
    return status;
}
