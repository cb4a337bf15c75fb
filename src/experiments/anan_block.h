/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scenario of the experiment `anan` says. */
#ifndef TP_EXPERIMENTS_ANAN_BLOCK_H
#define TP_EXPERIMENTS_ANAN_BLOCK_H

#include "experiments/experiment.h"
#include "stimuli/image_set.h"

typedef enum tp_anan_layer_kind {
    TP_ANAN_CONV,
    TP_ANAN_RELU,
    TP_ANAN_MAX_POOL,
    TP_ANAN_FLATTEN,
    TP_ANAN_DENSE,
    TP_ANAN_SIGMOID,
    TP_ANAN_SOFTMAX
} tp_anan_layer_kind;
extern const char *const tp_anan_layer_names[];

typedef struct tp_anan_layer {
    int kind;
    const char *name;
    int64_t units, size; /* 0: not given */
    int same;            /* padding */
} tp_anan_layer;

typedef struct tp_anan_description {
    tp_experiment_heading heading;
    tp_image_source data;
    struct tp_anan_folds {
        int64_t count, run;
    } folds;
    tp_block_list layers; /* of tp_anan_layer */
    struct tp_anan_training {
        int64_t epochs, batch, window;
        double rate, range;
    } training;
    struct tp_anan_astrocytes {
        const char *layer;
        tp_text_list activities;
        double threshold;
        int literal, increment, last_pass;
        tp_real_list k, mu, a, b;
    } astrocytes;
    struct tp_anan_robustness {
        tp_real_list noise;
    } robustness;
    struct tp_anan_recording {
        int64_t images;
        bool grid;
    } record;
} tp_anan_description;

extern const tp_block tp_anan_block;

#endif
