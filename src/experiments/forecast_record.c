/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/forecast_record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

static tp_layout layout2(const char *first, size_t rows, const char *second, size_t columns,
                         const char *long_name) {
    return (tp_layout){.type = TP_FLOAT64,
                       .rank = 2,
                       .dims = {rows, columns},
                       .axes = {first, second},
                       .units = "1",
                       .long_name = long_name};
}

/* The links row by row, as they are in memory. */
static tp_status record_links(const tp_wiring *w, tp_writer *writer, tp_error *error) {
    const size_t links = (size_t)w->first[w->units];
    uint64_t *target = malloc((links + 1) * sizeof *target);
    if (!target)
        return tp_fail_memory(error, "recording the network");
    for (size_t k = 0; k < links; k++)
        target[k] = w->target[k];
    const struct {
        const char *name, *axis, *long_name;
        tp_type type;
        size_t count;
        const void *values;
    } arrays[] = {
        {"first_link", "unit_edge", "where the links from a unit begin; those of the next end them",
         TP_UINT64, w->units + 1, w->first},
        {"link_target", "link", "unit that a link leads to", TP_UINT64, links, target},
        {"link_weight", "link", "weight of a link", TP_FLOAT64, links, w->weight},
    };
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < sizeof arrays / sizeof *arrays; i++)
        status = tp_record_put(writer, "network", arrays[i].name,
                               tp_layout_along(arrays[i].type, arrays[i].axis, arrays[i].count, "1",
                                               arrays[i].long_name),
                               arrays[i].count ? arrays[i].values : "", error);
    free(target);
    return status;
}

static tp_status record_units(const tp_reservoir *r, tp_writer *writer, tp_error *error) {
    const tp_wiring *w = &r->wiring;
    int32_t *subnetwork = malloc((w->units + 1) * sizeof *subnetwork);
    if (!subnetwork)
        return tp_fail_memory(error, "recording the network");
    for (size_t i = 0; i < w->units; i++)
        subnetwork[i] = (int32_t)w->subnetwork[i];
    tp_status status = tp_record_index(writer, "network", "unit", 0, w->units, error);
    if (status == TP_OK)
        status = tp_record_put(writer, "network", "kind",
                               tp_layout_along(TP_UINT8, "unit", w->units, "1",
                                               "0 excitatory neuron, 1 inhibitory neuron, 2 "
                                               "astrocyte-like unit"),
                               w->kind, error);
    if (status == TP_OK)
        status = tp_record_put(writer, "network", "subnetwork",
                               tp_layout_along(TP_INT32, "unit", w->units, "1", "its subnetwork"),
                               subnetwork, error);
    if (status == TP_OK)
        status = tp_record_put(writer, "network", "input_weight",
                               layout2("unit", w->units, "coordinate", r->inputs,
                                       "weight of the series, gain included"),
                               r->input_weight, error);
    free(subnetwork);
    return status;
}

static tp_status record_statistics(const tp_wiring *w, tp_writer *writer, tp_error *error) {
    const tp_wiring_statistics *s = &w->statistics;
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"neurons", w->neurons},
        {"astrocytes", w->astrocytes},
        {"inhibitory_neurons", s->inhibitory},
        {"subnetworks", w->subnetworks},
        {"pairs_within", s->pairs_within},
        {"linked_within", s->linked_within},
        {"pairs_between", s->pairs_between},
        {"linked_between", s->linked_between},
        {"pairs_with_astrocyte", s->attended},
        {"pre_to_astrocyte", s->pre_to_astrocyte},
        {"astrocyte_to_pre", s->astrocyte_to_pre},
        {"astrocyte_to_post", s->astrocyte_to_post},
        {"links_neuron_to_neuron", s->links[0][0]},
        {"links_neuron_to_astrocyte", s->links[0][1]},
        {"links_astrocyte_to_neuron", s->links[1][0]},
        {"links_astrocyte_to_astrocyte", s->links[1][1]},
        {"most_fan_in_neuron", s->most_fan_in[0]},
        {"most_fan_in_astrocyte", s->most_fan_in[1]},
    };
    tp_status status = tp_writer_group(writer, "network", error);
    for (size_t i = 0; status == TP_OK && i < sizeof counts / sizeof *counts; i++)
        status = tp_writer_integer(writer, "network", counts[i].name, counts[i].value, error);
    if (status == TP_OK)
        status =
            tp_writer_number(writer, "network", "mean_fan_in_neuron", s->mean_fan_in[0], error);
    if (status == TP_OK)
        status =
            tp_writer_number(writer, "network", "mean_fan_in_astrocyte", s->mean_fan_in[1], error);
    return status;
}

static tp_status open_streams(const tp_forecast_recorder *r, const tp_reservoir *reservoir,
                              const char *segment, size_t steps,
                              struct tp_forecast_streams *streams, tp_error *error) {
    const struct tp_forecast_recording *wanted = &r->task->description.record;
    char path[80];
    tp_status status = TP_OK;
    snprintf(path, sizeof path, "%s/spikes/units", segment);
    if (wanted->spikes)
        status = tp_record_open_spikes(r->writer, path, "unit: neurons, then astrocytes",
                                       &streams->timestamps, &streams->node_ids, error);
    if (status != TP_OK || !wanted->traces)
        return status;
    snprintf(path, sizeof path, "%s/units/trace", segment);
    tp_layout layout = layout2("step", steps, "unit", reservoir->wiring.units,
                               "spikes of a unit, low-passed: what is read out");
    layout.type = TP_FLOAT32;
    return tp_writer_stream_open(r->writer, path, &layout, &streams->traces, error);
}

tp_status tp_forecast_record_network(tp_forecast_recorder *r, const tp_reservoir *reservoir,
                                     tp_error *error) {
    const tp_forecast_task *task = r->task;
    tp_status status = record_statistics(&reservoir->wiring, r->writer, error);
    if (status == TP_OK && task->description.record.network) {
        status = record_units(reservoir, r->writer, error);
        if (status == TP_OK)
            status = record_links(&reservoir->wiring, r->writer, error);
    }
    if (status == TP_OK)
        status = open_streams(r, reservoir, "drive", task->drop + task->train + task->test,
                              &r->drive, error);
    return status == TP_OK ? open_streams(r, reservoir, "free_run", task->free, &r->free_run, error)
                           : status;
}

tp_status tp_forecast_record_step(tp_forecast_recorder *r, const tp_reservoir *reservoir,
                                  bool free_run, size_t sample, tp_error *error) {
    struct tp_forecast_streams *streams = free_run ? &r->free_run : &r->drive;
    const double time_ms = (double)sample * r->task->description.tick_ms;
    tp_status status = TP_OK;
    for (size_t i = 0; streams->timestamps && status == TP_OK && i < reservoir->wiring.units; i++) {
        const uint64_t unit = i;
        if (!reservoir->spiked[i])
            continue;
        status = tp_writer_append(streams->timestamps, &time_ms, 1, error);
        if (status == TP_OK)
            status = tp_writer_append(streams->node_ids, &unit, 1, error);
    }
    if (status == TP_OK && streams->traces)
        status = tp_writer_append_doubles(streams->traces, reservoir->trace, 1, error);
    return status;
}

/* Times of samples first ... first + count - 1 in the series' own unit, and the segment's extent in
 * the network's time. */
static tp_status record_times(const tp_forecast_recorder *r, const char *segment, size_t first,
                              size_t count, tp_error *error) {
    const tp_forecast_task *task = r->task;
    double *times = malloc((count + 1) * sizeof *times);
    if (!times)
        return tp_fail_memory(error, "recording the forecast");
    for (size_t i = 0; i < count; i++)
        times[i] = (double)(first + i) * task->series.interval;
    tp_status status = tp_record_put(
        r->writer, segment, "time",
        tp_layout_along(TP_FLOAT64, "time", count, "1", "time of the series, in its own unit"),
        times, error);
    free(times);
    const tp_layout layout = tp_layout_along(TP_UINT8, "coordinate", task->series.coordinates, "1",
                                             "name of the coordinate");
    char path[80];
    snprintf(path, sizeof path, "%s/coordinate_name", segment);
    if (status == TP_OK)
        status = tp_writer_strings(r->writer, path, &layout,
                                   (const char *const *)task->series.names, error);
    if (status == TP_OK)
        status = tp_writer_number(r->writer, segment, "start",
                                  (double)first * task->description.tick_ms, error);
    return status == TP_OK
               ? tp_writer_number(r->writer, segment, "end",
                                  (double)(first + count) * task->description.tick_ms, error)
               : status;
}

/* Samples of the series' own scale, a row each. */
static tp_status record_samples(const tp_forecast_recorder *r, const char *segment,
                                const char *name, const char *long_name, const double *values,
                                size_t count, tp_error *error) {
    return tp_record_put(
        r->writer, segment, name,
        layout2("time", count, "coordinate", r->task->series.coordinates, long_name), values,
        error);
}

static tp_status record_drive(const tp_forecast_recorder *r, const tp_forecast_result *result,
                              tp_error *error) {
    const tp_forecast_task *task = r->task;
    const size_t d = task->series.coordinates, count = task->drop + task->train + task->test;
    double *forecast = malloc((count * d + 1) * sizeof *forecast);
    uint8_t *part = malloc(count + 1);
    tp_status status = forecast && part ? TP_OK : tp_fail_memory(error, "recording the forecast");
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        part[i] = (uint8_t)((i >= task->drop) + (i >= task->drop + task->train));
        /* What was forecast for this sample, one step before it. */
        for (size_t k = 0; k < d; k++)
            forecast[i * d + k] = NAN;
        if (i > task->drop)
            tp_forecast_restore(task, result->next + (i - task->drop - 1) * d, forecast + i * d);
    }
    if (status == TP_OK)
        status = record_times(r, "drive", 0, count, error);
    if (status == TP_OK)
        status = tp_record_put(
            r->writer, "drive", "part",
            tp_layout_along(TP_UINT8, "time", count, "1", "0 dropped, 1 training, 2 test"), part,
            error);
    if (status == TP_OK)
        status = record_samples(r, "drive", "input", "sample of the series", task->series.values,
                                count, error);
    if (status == TP_OK)
        status = record_samples(r, "drive", "forecast",
                                "forecast for this sample, made one step before it", forecast,
                                count, error);
    free(forecast);
    free(part);
    return status;
}

static tp_status record_free_run(const tp_forecast_recorder *r, const tp_forecast_result *result,
                                 tp_error *error) {
    const tp_forecast_task *task = r->task;
    const size_t d = task->series.coordinates, first = task->drop + task->train;
    double *forecast = malloc((task->free * d + 1) * sizeof *forecast);
    if (!forecast)
        return tp_fail_memory(error, "recording the forecast");
    for (size_t i = 0; i < task->free; i++)
        tp_forecast_restore(task, result->free + i * d, forecast + i * d);
    tp_status status = record_times(r, "free_run", first, task->free, error);
    if (status == TP_OK)
        status = record_samples(r, "free_run", "target", "sample of the series",
                                task->series.values + first * d, task->free, error);
    if (status == TP_OK)
        status = record_samples(r, "free_run", "forecast", "forecast, fed back as the next input",
                                forecast, task->free, error);
    if (status == TP_OK)
        status = tp_record_put(r->writer, "free_run", "error",
                               tp_layout_along(TP_FLOAT64, "time", task->free, "1",
                                               "distance over the standard deviation of the "
                                               "series"),
                               result->free_error, error);
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"threshold", task->description.free_run.threshold},
        {"lyapunov_exponent", task->description.series.lyapunov},
        {"valid_time", result->measures.valid_time},
    };
    for (size_t i = 0; status == TP_OK && i < sizeof numbers / sizeof *numbers; i++)
        status = tp_writer_number(r->writer, "free_run", numbers[i].name, numbers[i].value, error);
    free(forecast);
    return status;
}

/* The dense layers, each as its weights and biases. */
static tp_status record_layers(tp_writer *writer, const tp_stack *stack, tp_error *error) {
    tp_status status = TP_OK;
    size_t number = 0;
    for (size_t k = 0; status == TP_OK && k < stack->layer_count; k++) {
        const tp_layer *layer = &stack->layers[k];
        char group[60];
        if (layer->kind != &tp_dense)
            continue;
        snprintf(group, sizeof group, "readout/layers/%zu", number++);
        const double *parameters = stack->parameters + stack->first[k];
        status = tp_record_put(
            writer, group, "weight",
            layout2("output", layer->outputs, "input", layer->inputs, "weight of a dense layer"),
            parameters, error);
        if (status == TP_OK)
            status = tp_record_put(
                writer, group, "bias",
                tp_layout_along(TP_FLOAT64, "output", layer->outputs, "1", "bias of a dense layer"),
                parameters + layer->outputs * layer->inputs, error);
    }
    return status;
}

static tp_status record_readout(const tp_forecast_recorder *r, const tp_forecast_result *result,
                                tp_error *error) {
    const tp_forecast_task *task = r->task;
    const size_t epochs = (size_t)task->description.readout.epochs;
    tp_status status = tp_record_index(r->writer, "readout", "epoch", 1, epochs, error);
    if (status == TP_OK)
        status = tp_record_put(r->writer, "readout", "loss",
                               tp_layout_along(TP_FLOAT64, "epoch", epochs, "1",
                                               "mean squared error of standardized samples over "
                                               "the epoch"),
                               result->losses, error);
    const struct {
        const char *name, *long_name;
        const double *values;
    } scales[] = {{"mean", "of the training part", task->mean},
                  {"deviation", "standard deviation of the training part", task->deviation}};
    for (size_t i = 0; status == TP_OK && i < 2; i++)
        status = tp_record_put(r->writer, "readout", scales[i].name,
                               tp_layout_along(TP_FLOAT64, "coordinate", task->series.coordinates,
                                               "1", scales[i].long_name),
                               scales[i].values, error);
    return status == TP_OK ? record_layers(r->writer, result->readout, error) : status;
}

tp_status tp_forecast_record_result(const tp_forecast_recorder *r, const tp_forecast_result *result,
                                    tp_error *error) {
    tp_status status = record_drive(r, result, error);
    if (status == TP_OK)
        status = record_readout(r, result, error);
    return status == TP_OK ? record_free_run(r, result, error) : status;
}
