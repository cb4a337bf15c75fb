/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario of a classification, and the struct it fills. */
#ifndef TP_EXPERIMENTS_CLASSIFY_BLOCK_H
#define TP_EXPERIMENTS_CLASSIFY_BLOCK_H

#include "experiments/experiment.h"
#include "networks/layer_list.h"
#include "stimuli/labelled.h"

typedef enum tp_data_kind { TP_DATA_IDX, TP_DATA_XOR } tp_data_kind;
typedef enum tp_encoder_kind {
    TP_ENCODER_SPARSE,
    TP_ENCODER_GAUSSIAN,
    TP_ENCODER_VAE,
    TP_ENCODER_NONE
} tp_encoder_kind;
typedef enum tp_vae_training { TP_VAE_BEFORE, TP_VAE_JOINT } tp_vae_training;

typedef struct tp_classify_description {
    tp_experiment_heading heading;
    struct tp_classify_data {
        int kind;
        tp_labelled_description set;
    } data;
    struct tp_classify_encoder {
        int kind;
        int64_t size;
        int64_t hidden; /* of the VAE, as all below */
        int trained;
        int64_t epochs;
        double rate, joint_rate;
        const char *file;
    } encoder;
    tp_block_list networks; /* of tp_layered_description */
    struct tp_classify_training {
        int64_t epochs, batch;
        double rate;
    } training;
    int64_t trials;
    struct tp_classify_perturbation {
        tp_disturbance signals;
        double weight_noise, weight_loss;
    } perturbation;
    struct tp_classify_recording {
        bool networks;
        int64_t reconstructions;
    } record;
} tp_classify_description;

extern const tp_block tp_classify_block;

#endif
