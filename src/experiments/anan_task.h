/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is planned of an experiment `anan`: images, folds, network and grid. Nothing changes it
 * once it is made, so that threads may share it. */
#ifndef TP_EXPERIMENTS_ANAN_TASK_H
#define TP_EXPERIMENTS_ANAN_TASK_H

#include "experiments/anan_network.h"
#include "networks/anan.h"

typedef struct tp_anan_task {
    tp_anan_description description; /* its lists live in the scenario */
    tp_image_sets sets;
    uint8_t *fold;         /* [image to learn from] the fold whose validation part it is in */
    size_t folds, running; /* how many there are, and are run */
    tp_anan_network network;
    tp_anan_reading *readings; /* [activity] */
    size_t activities;
    tp_anan_setting *settings;
    size_t setting_count;
    bool may_act;           /* any setting */
    char *trained_by;       /* source of the record that the networks come from, or NULL */
    double **trained;       /* [fold] its parameters, or NULL */
    size_t *trained_epochs; /* [fold] */
    double **trained_losses;
} tp_anan_task;

tp_status tp_anan_task_create(const tp_anan_description *description, const tp_resolved *resolved,
                              tp_anan_task **task, tp_error *error);
void tp_anan_task_destroy(tp_anan_task **task);

/* Numbers 0 to 1 for the network. */
void tp_anan_image(const tp_image_set *set, size_t image, double *x);
/* The same with salt and pepper on a part of its pixels, the same for all networks. */
void tp_anan_noisy_image(const tp_anan_task *task, size_t test_image, double level, double *x);

/* The trial of what a fold draws. */
uint32_t tp_anan_fold_trial(const tp_anan_task *task, size_t fold);

#endif
