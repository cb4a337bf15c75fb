/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/forecaster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "learning/training.h"

enum { SAMPLES_BETWEEN_REPORTS = 256, MOST_LAYERS = 64, ROOM = 256 };

typedef struct forecasting {
    const tp_forecast_task *task;
    const tp_forecaster *forecaster;
    const tp_forecast_watcher *watcher;
    tp_forecast_result *result;
    tp_error *error;
    tp_reservoir *driven, *freed; /* the second goes on by itself */
    size_t features;              /* numbers that the readout takes */
    double *states;               /* [train + test][feature] */
    tp_workspace *workspace;
    uint64_t spikes[2];
} forecasting;

static tp_status progress(const forecasting *f, size_t done, size_t total, double loss) {
    const tp_forecast_watcher *w = f->watcher;
    return w && w->progressed ? w->progressed(w->context, done, total, loss, f->error) : TP_OK;
}

static tp_status step(forecasting *f, tp_reservoir *reservoir, const double *sample, bool free_run,
                      size_t number) {
    const tp_forecast_watcher *w = f->watcher;
    tp_status status = tp_reservoir_step(reservoir, sample, f->error);
    if (status == TP_OK && w && w->stepped)
        status = w->stepped(w->context, reservoir, free_run, number, f->error);
    return status;
}

static tp_status make_reservoirs(forecasting *f) {
    const tp_forecaster *by = f->forecaster;
    const tp_forecast_task *task = f->task;
    tp_reservoir_description d = task->description.network;
    d.neurons.count = (int64_t)by->neurons;
    d.astrocytes.count = (int64_t)by->astrocytes;
    tp_status status = TP_OK;
    tp_reservoir **const both[] = {&f->driven, &f->freed};
    for (int k = 0; status == TP_OK && k < 2; k++)
        status = tp_reservoir_create(&d, task->description.tick_ms, task->series.coordinates,
                                     by->seed, by->trial, both[k], f->error);
    if (status != TP_OK)
        return status;
    f->features = f->driven->wiring.units;
    f->result->links = (size_t)f->driven->wiring.first[f->features];
    const tp_forecast_watcher *w = f->watcher;
    return w && w->wired ? w->wired(w->context, f->driven, f->error) : TP_OK;
}

/* Takes the reservoir through the series and keeps its traces from the training on. */
static tp_status drive(forecasting *f) {
    const tp_forecast_task *task = f->task;
    const size_t count = task->drop + task->train + task->test, d = task->series.coordinates;
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        status = step(f, f->driven, task->standard + i * d, false, i);
        for (size_t u = 0; u < f->features; u++)
            f->spikes[u >= f->forecaster->neurons] += f->driven->spiked[u];
        if (i >= task->drop)
            memcpy(f->states + (i - task->drop) * f->features, f->driven->trace,
                   f->features * sizeof(double));
        if (i == task->drop + task->train - 1)
            tp_reservoir_copy(f->freed, f->driven);
        if (status == TP_OK && i % SAMPLES_BETWEEN_REPORTS == 0)
            status = progress(f, i, count, NAN);
    }
    const size_t units[] = {f->forecaster->neurons, f->forecaster->astrocytes};
    for (int k = 0; k < 2; k++)
        f->result->measures.spike_rate[k] =
            units[k] > 0 ? (double)f->spikes[k] / (double)(count * units[k]) : NAN;
    return status;
}

static tp_status prepare_states(forecasting *f) {
    const tp_forecast_task *task = f->task;
    const size_t rows = task->train + task->test, d = task->series.coordinates;
    tp_status status = TP_OK;
    f->features = d;
    if (f->forecaster->kind == TP_FORECASTER_RESERVOIR)
        status = make_reservoirs(f);
    if (status != TP_OK)
        return status;
    if (f->features < SIZE_MAX / sizeof(double) / (rows + 1))
        f->states = malloc((rows * f->features + 1) * sizeof(double));
    if (!f->states)
        return tp_fail_memory(f->error, "driving the network");
    if (f->forecaster->kind == TP_FORECASTER_RESERVOIR)
        return drive(f);
    memcpy(f->states, task->standard + task->drop * d, rows * d * sizeof(double));
    return TP_OK;
}

static tp_status make_readout(forecasting *f) {
    const tp_forecast_task *task = f->task;
    tp_layer layers[MOST_LAYERS];
    size_t count = 0, width = f->features;
    for (size_t k = 0; k < task->hidden_count && count + 3 < MOST_LAYERS; k++) {
        layers[count++] = (tp_layer){&tp_dense, width, task->hidden[k], NULL};
        layers[count++] = (tp_layer){&tp_relu, task->hidden[k], task->hidden[k], NULL};
        width = task->hidden[k];
    }
    layers[count++] = (tp_layer){&tp_dense, width, task->series.coordinates, NULL};
    tp_status status = tp_stack_create(layers, count, f->forecaster->seed, f->forecaster->trial,
                                       &f->result->readout, f->error);
    return status == TP_OK ? tp_workspace_create(f->result->readout, ROOM, &f->workspace, f->error)
                           : status;
}

static tp_status epoch_ended(void *context, size_t epoch, double loss, tp_error *error) {
    const forecasting *f = context;
    (void)error;
    return progress(f, epoch + 1, (size_t)f->task->description.readout.epochs, loss);
}

double tp_slope(const double *y, size_t count) {
    const double middle = ((double)count - 1) / 2;
    double mean = 0, products = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        mean += y[i] / (double)count;
    for (size_t i = 0; i < count; i++) {
        const double x = (double)i - middle;
        products += x * (y[i] - mean);
        squares += x * x;
    }
    return squares > 0 ? products / squares : NAN;
}

static tp_status train(forecasting *f) {
    const tp_forecast_task *task = f->task;
    const size_t d = task->series.coordinates;
    const size_t epochs = (size_t)task->description.readout.epochs;
    tp_forecast_measures *m = &f->result->measures;
    const tp_samples samples = {
        .count = task->train,
        .inputs = f->features,
        .outputs = d,
        .x = f->states,
        .y = task->standard + (task->drop + 1) * d,
    };
    const tp_training training = {
        .epochs = epochs,
        .batch = (size_t)task->description.readout.batch,
        .rate = task->description.readout.rate,
        .seed = f->forecaster->seed,
        .trial = f->forecaster->trial,
        .loss = &tp_mean_squared_error,
        .ended = epoch_ended,
        .context = f,
    };
    double *losses = f->result->losses;
    tp_status status = tp_train(&training, &samples, f->result->readout, losses, f->error);
    if (status != TP_OK)
        return status;
    double *logarithms = malloc(epochs * sizeof(double));
    if (!logarithms)
        return tp_fail_memory(f->error, "training the readout");
    for (size_t i = 0; i < epochs; i++)
        logarithms[i] = log10(losses[i]);
    m->learning_rate = tp_slope(losses, epochs);
    m->learning_rate_log10 = tp_slope(logarithms, epochs);
    m->first_loss = losses[0];
    m->last_loss = losses[epochs - 1];
    free(logarithms);
    return TP_OK;
}

static void test(forecasting *f) {
    const tp_forecast_task *task = f->task;
    const size_t d = task->series.coordinates, rows = task->train + task->test;
    if (f->forecaster->kind == TP_FORECASTER_PERSISTENCE)
        memcpy(f->result->next, f->states, rows * d * sizeof(double));
    else
        tp_stack_predict(f->workspace, rows, f->states, f->result->next);
    f->result->measures.test_error =
        tp_mean_squared_error.value(task->test, d, f->result->next + task->train * d,
                                    task->standard + (task->drop + task->train + 1) * d, NULL);
}

/* How far a standardized sample is off, over the spread of the series. */
static double distance(const tp_forecast_task *task, const double *forecast, size_t sample) {
    const size_t d = task->series.coordinates;
    double squares = 0;
    for (size_t k = 0; k < d; k++) {
        const double off = task->deviation[k] * (forecast[k] - task->standard[sample * d + k]);
        squares += off * off;
    }
    return sqrt(squares) / task->spread;
}

/* The forecast behind sample `number`, which is itself one. */
static tp_status forecast_next(forecasting *f, size_t number, const double *sample, double *next) {
    const size_t d = f->task->series.coordinates;
    tp_status status = TP_OK;
    switch (f->forecaster->kind) {
    case TP_FORECASTER_PERSISTENCE:
        memcpy(next, sample, d * sizeof(double));
        break;
    case TP_FORECASTER_READOUT:
        tp_stack_predict(f->workspace, 1, sample, next);
        break;
    case TP_FORECASTER_RESERVOIR:
        status = step(f, f->freed, sample, true, number);
        if (status == TP_OK)
            tp_stack_predict(f->workspace, 1, f->freed->trace, next);
    }
    return status;
}

/* From the last training sample on, every forecast is the next input. */
static tp_status run_free(forecasting *f) {
    const tp_forecast_task *task = f->task;
    const size_t d = task->series.coordinates, first = task->drop + task->train;
    double *now = f->result->free;
    tp_status status = TP_OK;
    size_t valid = 0;
    memcpy(now, f->result->next + (task->train - 1) * d, d * sizeof(double));
    for (size_t i = 0; status == TP_OK && i < task->free; i++, now += d) {
        f->result->free_error[i] = distance(task, now, first + i);
        if (valid == i && f->result->free_error[i] <= task->description.free_run.threshold)
            valid++;
        if (i + 1 < task->free)
            status = forecast_next(f, first + i, now, now + d);
    }
    const double exponent = task->description.series.lyapunov;
    f->result->measures.valid_time =
        (double)valid * task->series.interval * (exponent > 0 ? exponent : 1);
    return status;
}

tp_status tp_forecast_result_create(const tp_forecast_task *task, tp_forecast_result *r,
                                    tp_error *error) {
    const size_t d = task->series.coordinates, rows = task->train + task->test;
    const size_t epochs = (size_t)task->description.readout.epochs;
    *r = (tp_forecast_result){
        .measures = {NAN, NAN, NAN, NAN, NAN, NAN, {NAN, NAN}},
        .memory = malloc((epochs + rows * d + task->free * (d + 1) + 1) * sizeof(double)),
    };
    if (!r->memory)
        return tp_fail_memory(error, "forecasting");
    r->losses = r->memory;
    r->next = r->losses + epochs;
    r->free = r->next + rows * d;
    r->free_error = r->free + task->free * d;
    for (size_t i = 0; i < epochs; i++)
        r->losses[i] = NAN;
    return TP_OK;
}

tp_status tp_forecaster_run(const tp_forecast_task *task, const tp_forecaster *forecaster,
                            const tp_forecast_watcher *watcher, tp_forecast_result *result,
                            tp_error *error) {
    forecasting f = {.task = task,
                     .forecaster = forecaster,
                     .watcher = watcher,
                     .result = result,
                     .error = error};
    tp_status status = tp_forecast_result_create(task, result, error);
    if (status == TP_OK)
        status = prepare_states(&f);
    if (status == TP_OK && forecaster->kind != TP_FORECASTER_PERSISTENCE) {
        status = make_readout(&f);
        if (status == TP_OK)
            status = train(&f);
    }
    if (status == TP_OK) {
        test(&f);
        status = run_free(&f);
    }
    tp_workspace_destroy(&f.workspace);
    tp_reservoir_destroy(&f.driven);
    tp_reservoir_destroy(&f.freed);
    free(f.states);
    return status;
}

void tp_forecast_result_free(tp_forecast_result *result) {
    tp_stack_destroy(&result->readout);
    free(result->memory);
    *result = (tp_forecast_result){0};
}

tp_forecaster tp_forecaster_of(const tp_forecast_task *task, uint32_t trial) {
    return (tp_forecaster){
        .name = "reservoir",
        .kind = TP_FORECASTER_RESERVOIR,
        .neurons = (size_t)task->description.network.neurons.count,
        .astrocytes = (size_t)task->description.network.astrocytes.count,
        .seed = (uint64_t)task->description.heading.seed,
        .trial = trial,
    };
}
