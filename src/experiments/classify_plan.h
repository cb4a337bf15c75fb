/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is to be classified, and by which networks: all that the trials share. Nothing changes it
 * while they run, so that threads may share it. */
#ifndef TP_EXPERIMENTS_CLASSIFY_PLAN_H
#define TP_EXPERIMENTS_CLASSIFY_PLAN_H

#include "experiments/classify_block.h"
#include "experiments/scenario.h"
#include "networks/autoencoder.h"

/* Parameters that a record had, of one network: those of its trials one after another. */
typedef struct tp_trained_network {
    double *parameters;
    size_t trials;
} tp_trained_network;

typedef struct tp_classify_plan {
    tp_classify_description description; /* its lists live in the scenario */
    uint64_t seed;
    uint32_t first_trial;
    tp_labelled train, test; /* of images; empty for exclusive or */
    size_t train_count, test_count;
    size_t pixels;   /* numbers of a sample */
    size_t features; /* that a network is shown of them */
    size_t outputs;
    bool classes; /* one output for each class; else one output near 0 or 1 */
    size_t batch; /* samples of a mini-batch */
    tp_layered *networks;
    size_t network_count;
    tp_autoencoder *vae; /* trained before; NULL where the encoder is another */
    double *moments[2];  /* of the training and test part: means [count][features], then spreads */
    double *vae_losses;  /* [epoch]; NULL where it was not trained here */
    tp_trained_network *trained; /* [network], by --from; NULL: they are trained */
} tp_classify_plan;

tp_status tp_classify_plan_create(const tp_classify_description *description,
                                  const tp_resolved *resolved, tp_classify_plan **plan,
                                  tp_error *error);
void tp_classify_plan_destroy(tp_classify_plan **plan);

/* x[count][pixels] and targets y[count][outputs] of the training or the test part, from sample
 * `first` on. */
void tp_classify_samples(const tp_classify_plan *plan, bool test, size_t first, size_t count,
                         double *x);
void tp_classify_targets(const tp_classify_plan *plan, bool test, double *y);
uint8_t tp_classify_label(const tp_classify_plan *plan, bool test, size_t sample);

#endif
