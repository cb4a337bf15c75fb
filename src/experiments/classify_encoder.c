/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/classify_encoder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/trained_check.h"
#include "learning/training.h"
#include "record/arrays.h"

static const char *const halves[] = {"trained/vae/encoder", "trained/vae/decoder"};

bool tp_classify_has_encoder(const tp_classify_plan *p) {
    return p->description.encoder.kind == TP_ENCODER_VAE &&
           p->description.encoder.trained == TP_VAE_BEFORE;
}

tp_status tp_classify_encoder_create(tp_classify_plan *p, tp_error *error) {
    return tp_autoencoder_create(p->pixels, (size_t)p->description.encoder.hidden, p->features,
                                 p->seed, p->first_trial, &p->vae, error);
}

/* Means and spreads of both parts, for all trials. */
static tp_status encode_parts(tp_classify_plan *p, tp_autoencoder_work *w, double *x,
                              tp_error *error) {
    for (int test = 0; test < 2; test++) {
        const size_t count = test ? p->test_count : p->train_count;
        free(p->moments[test]);
        p->moments[test] = malloc((2 * count * p->features + 1) * sizeof(double));
        if (!p->moments[test])
            return tp_fail_memory(error, "encoding images");
        for (size_t i = 0; i < count; i += p->batch) {
            const size_t n = count - i < p->batch ? count - i : p->batch;
            tp_classify_samples(p, test, i, n, x);
            tp_autoencoder_moments(w, n, x, p->moments[test] + i * p->features,
                                   p->moments[test] + (count + i) * p->features);
        }
    }
    return TP_OK;
}

static tp_status told(const tp_observer *observer, size_t epoch, size_t epochs, double loss,
                      tp_error *error) {
    char stage[40];
    snprintf(stage, sizeof stage, "encoder, loss %.2f", loss);
    if (observer && observer->progress)
        observer->progress(observer->context, stage, (double)epoch, (double)epochs);
    return observer && observer->stopped && observer->stopped(observer->context)
               ? tp_fail(error, TP_INTERRUPTED, "", "interrupted while the encoder was trained")
               : TP_OK;
}

static double train_epoch(tp_classify_plan *p, tp_autoencoder_work *w, uint32_t epoch,
                          uint32_t *order, double *x) {
    const tp_pass pass = {
        .training = true, .seed = p->seed, .trial = p->first_trial, .epoch = epoch};
    double sum = 0;
    tp_epoch_order(p->seed ^ TP_PURPOSE_ENCODER, p->first_trial, epoch, p->train_count, order);
    for (size_t i = 0; i < p->train_count; i += p->batch) {
        const size_t n = p->train_count - i < p->batch ? p->train_count - i : p->batch;
        for (size_t k = 0; k < n; k++)
            tp_classify_samples(p, false, order[i + k], 1, x + k * p->pixels);
        tp_autoencoder_draw(w, &pass, i, n, x);
        sum += tp_autoencoder_slopes(w, n, x, NULL) * (double)n;
        tp_autoencoder_step(w);
    }
    return sum / (double)p->train_count;
}

/* Trains for so many epochs, 0 where it is trained, and encodes. */
static tp_status prepare(tp_classify_plan *p, size_t epochs, const tp_observer *observer,
                         tp_error *error) {
    tp_autoencoder_work *w = NULL;
    double *x = malloc(p->batch * p->pixels * sizeof *x);
    uint32_t *order = malloc(p->train_count * sizeof *order);
    tp_status status = x && order ? TP_OK : tp_fail_memory(error, "training an encoder");
    if (status == TP_OK)
        status =
            tp_autoencoder_work_create(p->vae, p->batch, p->description.encoder.rate, &w, error);
    for (size_t epoch = 0; status == TP_OK && epoch < epochs; epoch++) {
        p->vae_losses[epoch] = train_epoch(p, w, (uint32_t)epoch, order, x);
        status = told(observer, epoch + 1, epochs, p->vae_losses[epoch], error);
    }
    if (status == TP_OK)
        status = encode_parts(p, w, x, error);
    tp_autoencoder_work_destroy(&w);
    free(x);
    free(order);
    return status;
}

static tp_status make_losses(tp_classify_plan *p, tp_error *error) {
    p->vae_losses = calloc((size_t)p->description.encoder.epochs, sizeof *p->vae_losses);
    return p->vae_losses ? TP_OK : tp_fail_memory(error, "training an encoder");
}

tp_status tp_classify_encoder_train(tp_classify_plan *p, const tp_observer *observer,
                                    tp_error *error) {
    tp_status status = make_losses(p, error);
    return status == TP_OK ? prepare(p, (size_t)p->description.encoder.epochs, observer, error)
                           : status;
}

tp_status tp_classify_encoder_visit(tp_classify_plan *p, const tp_visitor *visitor,
                                    tp_error *error) {
    tp_stack *const stacks[] = {p->vae->encoder, p->vae->decoder};
    tp_status status = visitor->sets ? make_losses(p, error) : TP_OK;
    for (int half = 0; status == TP_OK && half < 2; half++)
        status = tp_visit_list(visitor, halves[half], TP_FLOAT64, stacks[half]->parameters,
                               stacks[half]->parameter_count, error);
    if (status == TP_OK)
        status = tp_visit_list(visitor, "losses", TP_FLOAT64, p->vae_losses,
                               (size_t)p->description.encoder.epochs, error);
    return status == TP_OK && visitor->sets ? prepare(p, 0, NULL, error) : status;
}

static tp_status take_half(const tp_record *from, const char *record, int half, tp_stack *stack,
                           tp_error *error) {
    tp_array array;
    if (!tp_record_has(from, halves[half])) {
        tp_fail(error, TP_INVALID, record, "holds no autoencoder (%s)", halves[half]);
        return tp_hint(error, "give the record of a run with encoder.kind=vae, trained before");
    }
    tp_status status = tp_record_array(from, halves[half], &array, error);
    if (status != TP_OK)
        return status;
    if (array.rank == 1 && array.dims[0] == stack->parameter_count)
        memcpy(stack->parameters, array.values, array.dims[0] * sizeof(double));
    else
        status = tp_fail(error, TP_INVALID, record,
                         "%s has %zu parameters, expected %zu: that of other images, "
                         "encoder.hidden or encoder.size",
                         halves[half], array.dims[0], stack->parameter_count);
    if (status == TP_OK)
        status = tp_trained_check_sum(from, record, halves[half], array.values,
                                      array.dims[0] * sizeof *array.values, error);
    tp_array_free(&array);
    return status;
}

tp_status tp_classify_encoder_take(tp_classify_plan *p, const char *record, tp_error *error) {
    tp_record *from;
    tp_status status = tp_record_open(record, &from, error);
    if (status != TP_OK)
        return status;
    for (int half = 0; status == TP_OK && half < 2; half++)
        status = take_half(from, record, half, half ? p->vae->decoder : p->vae->encoder, error);
    tp_record_close(&from);
    return status == TP_OK ? prepare(p, 0, NULL, error) : status;
}

/* Test images, and what the decoder makes of a z that is drawn for each. */
static tp_status put_reconstructions(const tp_classify_plan *p, tp_writer *writer,
                                     tp_error *error) {
    const size_t wanted = (size_t)p->description.record.reconstructions;
    const size_t count = wanted < p->test_count ? wanted : p->test_count;
    const tp_pass pass = {.seed = p->seed, .trial = p->first_trial};
    if (count == 0)
        return TP_OK;
    tp_autoencoder_work *w = NULL;
    double *x = malloc(count * p->pixels * sizeof *x), *y = malloc(count * p->pixels * sizeof *y);
    uint8_t *labels = malloc(count);
    tp_status status =
        x && y && labels ? TP_OK : tp_fail_memory(error, "recording reconstructions");
    if (status == TP_OK)
        status = tp_autoencoder_work_create(p->vae, count, 1, &w, error);
    if (status == TP_OK) {
        tp_classify_samples(p, true, 0, count, x);
        tp_autoencoder_draw(w, &pass, 0, count, x);
        tp_autoencoder_decode(w, count, w->z, y);
    }
    for (size_t i = 0; status == TP_OK && i < count; i++)
        labels[i] = tp_classify_label(p, true, i);
    const char *const group = "test/reconstructions";
    const char *const names[][2] = {{"image", "test image, 0 black to 1 white"},
                                    {"reconstruction", "what the autoencoder makes of it"}};
    if (status == TP_OK)
        status = tp_record_index(writer, group, "sample", 0, count, error);
    for (int i = 0; status == TP_OK && i < 2; i++)
        status = tp_record_put(writer, group, names[i][0],
                               (tp_layout){.type = TP_FLOAT64,
                                           .rank = 3,
                                           .dims = {count, p->test.rows, p->test.columns},
                                           .axes = {"sample", "row", "column"},
                                           .units = "1",
                                           .long_name = names[i][1]},
                               i ? y : x, error);
    if (status == TP_OK)
        status = tp_record_put(writer, group, "label",
                               tp_layout_along(TP_UINT8, "sample", count, "1", "its label"), labels,
                               error);
    tp_autoencoder_work_destroy(&w);
    free(x);
    free(y);
    free(labels);
    return status;
}

tp_status tp_classify_encoder_record(const tp_classify_plan *p, tp_writer *writer,
                                     tp_error *error) {
    tp_status status = TP_OK;
    for (int half = 0; status == TP_OK && half < 2 && p->description.record.networks; half++) {
        const tp_stack *stack = half ? p->vae->decoder : p->vae->encoder;
        status = tp_record_put(
            writer, "trained/vae", half ? "decoder" : "encoder",
            tp_layout_along(TP_FLOAT64, half ? "decoder_parameter" : "encoder_parameter",
                            stack->parameter_count, "1", "parameters, layer by layer"),
            stack->parameters, error);
        if (status == TP_OK)
            status = tp_trained_write_sum(writer, halves[half], stack->parameters,
                                          stack->parameter_count * sizeof(double), error);
    }
    const size_t epochs = (size_t)p->description.encoder.epochs;
    if (status == TP_OK && p->vae_losses)
        status = tp_record_index(writer, "training/encoder", "epoch", 1, epochs, error);
    if (status == TP_OK && p->vae_losses)
        status = tp_record_put(writer, "training/encoder", "loss",
                               tp_layout_along(TP_FLOAT64, "epoch", epochs, "1",
                                               "summed binary cross entropy and divergence, mean "
                                               "over the epoch's images"),
                               p->vae_losses, error);
    return status == TP_OK ? put_reconstructions(p, writer, error) : status;
}
