/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the networks of a trial are shown: samples through the encoder, and their targets. */
#ifndef TP_EXPERIMENTS_CLASSIFY_INPUTS_H
#define TP_EXPERIMENTS_CLASSIFY_INPUTS_H

#include "experiments/classify_plan.h"

typedef struct tp_part {
    size_t count;
    double *x; /* [count][features] */
    double *y; /* [count][outputs] */
} tp_part;

typedef struct tp_classify_inputs {
    const tp_classify_plan *plan;
    uint32_t trial;
    tp_part train, test;
    double *memory;
} tp_classify_inputs;

/* Freed whatever comes back. */
tp_status tp_classify_inputs_create(const tp_classify_plan *plan, uint32_t trial,
                                    tp_classify_inputs *inputs, tp_error *error);
void tp_classify_inputs_free(tp_classify_inputs *inputs);

/* An autoencoder draws anew for each epoch: sets x. */
void tp_classify_inputs_draw(tp_classify_inputs *inputs, uint32_t epoch);

#endif
