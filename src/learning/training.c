/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learning/training.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "learning/adam.h"

/* By the shuffle of Fisher and Yates. */
void tp_epoch_order(uint64_t seed, uint32_t trial, uint32_t epoch, size_t count, uint32_t *order) {
    const tp_stream_key key = {seed, TP_PURPOSE_EPOCH_ORDER, trial, epoch};
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    for (size_t i = count; i-- > 1;) {
        uint32_t words[4];
        tp_random_words(&key, (uint32_t)i, words);
        const size_t k = (size_t)((uint64_t)words[0] * (i + 1) >> 32);
        const uint32_t moved = order[i];
        order[i] = order[k];
        order[k] = moved;
    }
}

typedef struct trainer {
    const tp_training *training;
    const tp_samples *samples;
    tp_stack *stack;
    tp_workspace *workspace;
    tp_adam adam;
    double *target, *slope; /* [sample of the batch][output] */
    uint32_t *order;
} trainer;

/* Trains on one batch and returns the sum of its samples' losses. */
static double train_batch(trainer *t, const tp_pass *pass, const uint32_t *chosen, size_t n) {
    const tp_samples *s = t->samples;
    double *x = tp_workspace_input(t->workspace);
    for (size_t i = 0; i < n; i++) {
        memcpy(x + i * s->inputs, s->x + chosen[i] * s->inputs, s->inputs * sizeof(double));
        memcpy(t->target + i * s->outputs, s->y + chosen[i] * s->outputs,
               s->outputs * sizeof(double));
    }
    tp_stack_forward(t->workspace, pass, n);
    const double loss = t->training->loss->value(n, s->outputs, tp_workspace_output(t->workspace),
                                                 t->target, t->slope);
    tp_stack_backward(t->workspace, pass, n, t->slope, NULL);
    tp_adam_step(&t->adam, t->workspace->gradient, t->stack->parameters);
    return loss * (double)n;
}

static tp_status train_epochs(trainer *t, double *losses, tp_error *error) {
    const tp_training *training = t->training;
    const size_t count = t->samples->count;
    for (size_t epoch = 0; epoch < training->epochs; epoch++) {
        tp_pass pass = {.training = true,
                        .seed = training->seed,
                        .trial = training->trial,
                        .epoch = (uint32_t)epoch};
        double sum = 0;
        tp_epoch_order(training->seed, training->trial, pass.epoch, count, t->order);
        for (size_t i = 0; i < count; i += training->batch, pass.batch++) {
            const size_t n = count - i < training->batch ? count - i : training->batch;
            sum += train_batch(t, &pass, t->order + i, n);
        }
        losses[epoch] = sum / (double)count;
        tp_status status = training->ended
                               ? training->ended(training->context, epoch, losses[epoch], error)
                               : TP_OK;
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}

static tp_status check(const tp_training *training, const tp_samples *samples,
                       const tp_stack *stack, tp_error *error) {
    const size_t inputs = stack->layers[0].inputs;
    const size_t outputs = stack->layers[stack->layer_count - 1].outputs;
    if (samples->count == 0 || training->batch == 0)
        return tp_fail(error, TP_INVALID, "",
                       "there is nothing to train on: %zu samples, in "
                       "batches of %zu",
                       samples->count, training->batch);
    if (samples->inputs != inputs || samples->outputs != outputs)
        return tp_fail(error, TP_INVALID, "",
                       "samples of %zu and %zu numbers do not fit a network of %zu inputs and %zu "
                       "outputs",
                       samples->inputs, samples->outputs, inputs, outputs);
    return TP_OK;
}

tp_status tp_train(const tp_training *training, const tp_samples *samples, tp_stack *stack,
                   double *losses, tp_error *error) {
    trainer t = {.training = training, .samples = samples, .stack = stack};
    tp_status status = check(training, samples, stack, error);
    if (status == TP_OK)
        status = tp_workspace_create(stack, training->batch, &t.workspace, error);
    if (status == TP_OK)
        status = tp_adam_create(training->rate, stack->parameter_count, &t.adam, error);
    if (status == TP_OK) {
        t.target = malloc(training->batch * samples->outputs * sizeof(double));
        t.slope = malloc(training->batch * samples->outputs * sizeof(double));
        t.order = malloc(samples->count * sizeof *t.order);
        if (!t.target || !t.slope || !t.order)
            status = tp_fail_memory(error, "training");
    }
    if (status == TP_OK)
        status = train_epochs(&t, losses, error);
    free(t.target);
    free(t.slope);
    free(t.order);
    tp_adam_free(&t.adam);
    tp_workspace_destroy(&t.workspace);
    return status;
}
