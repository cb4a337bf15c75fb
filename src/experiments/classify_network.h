/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One network in one trial: drawn, trained, tested. */
#ifndef TP_EXPERIMENTS_CLASSIFY_NETWORK_H
#define TP_EXPERIMENTS_CLASSIFY_NETWORK_H

#include "experiments/classify_inputs.h"

/* An output of exclusive or is right where it is nearer than this to 0 or 1. */
#define TP_XOR_TOLERANCE 0.01

typedef struct tp_test_outcome {
    double accuracy;
    bool stuck; /* the same answer to everything */
} tp_test_outcome;

typedef struct tp_classified {
    tp_stack *stack;         /* trained; NULL where that did not come to its end */
    double *loss, *accuracy; /* [epoch] of training; of the test after it */
    double train_accuracy;
    tp_test_outcome test; /* of the copy whose weights were disturbed, where they were */
    double *confusion;    /* [class][answer] how often */
    double *memory;
} tp_classified;

/* How many answers there are: the classes, or 0 and 1. */
size_t tp_classify_answers(const tp_classify_plan *plan);

typedef struct tp_classify_watcher {
    void *context;
    /* An epoch is over; what is not TP_OK ends the work. */
    tp_status (*ended)(void *context, size_t epoch, double loss, double accuracy, tp_error *error);
} tp_classify_watcher;

/* The outcome is freed by tp_classified_free whatever comes back. */
tp_status tp_classified_create(const tp_classify_plan *plan, tp_classified *outcome,
                               tp_error *error);
void tp_classified_free(tp_classified *outcome);

/* Trains, or takes what the plan was given as trained. */
tp_status tp_classify_train(tp_classify_inputs *inputs, size_t network,
                            const tp_classify_watcher *watcher, tp_classified *outcome,
                            tp_error *error);

/* The tests of what has been trained, by this plan: one that differs in what disturbs the trained
 * weights alone may be another's than the one that trained. */
tp_status tp_classify_test(const tp_classify_plan *plan, const tp_classify_inputs *inputs,
                           tp_classified *outcome, tp_error *error);

#endif
