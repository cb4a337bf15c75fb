/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training of a stack by mini-batches, in an order that is drawn anew for each epoch. */
#ifndef TP_LEARNING_TRAINING_H
#define TP_LEARNING_TRAINING_H

#include "learning/loss.h"
#include "learning/stack.h"

typedef struct tp_samples {
    size_t count, inputs, outputs;
    const double *x; /* [count][inputs] */
    const double *y; /* [count][outputs] */
} tp_samples;

typedef struct tp_training {
    size_t epochs, batch;
    double rate; /* of Adam */
    uint64_t seed;
    uint32_t trial;
    const tp_loss *loss;
    /* Told of each epoch's loss when it is over; what it returns, other than TP_OK, ends the
     * training. NULL is allowed. */
    tp_status (*ended)(void *context, size_t epoch, double loss, tp_error *error);
    void *context;
} tp_training;

/* Trains the stack's parameters. losses[epoch] becomes the mean over the samples of an epoch, each
 * as it was when its batch came, before the step that the batch made. */
tp_status tp_train(const tp_training *training, const tp_samples *samples, tp_stack *stack,
                   double *losses, tp_error *error);

/* order[count] becomes the samples' order in an epoch. */
void tp_epoch_order(uint64_t seed, uint32_t trial, uint32_t epoch, size_t count, uint32_t *order);

#endif
