/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes of an experiment `anan`, in its record. */
#ifndef TP_EXPERIMENTS_ANAN_RECORD_H
#define TP_EXPERIMENTS_ANAN_RECORD_H

#include "experiments/anan_fold.h"
#include "experiments/scenario.h"
#include "record/writer.h"

/* Folds that were run to their end, in their order. */
typedef struct tp_anan_results {
    const tp_anan_task *task;
    const tp_anan_fold *const *folds;
    const size_t *numbers; /* [fold] */
    size_t count;
} tp_anan_results;

tp_status tp_anan_record(const tp_anan_results *results, tp_writer *writer, tp_error *error);

/* The parts of it. */
tp_status tp_anan_record_summary(const tp_anan_results *results, tp_writer *writer,
                                 tp_error *error);
tp_status tp_anan_record_networks(const tp_anan_results *results, tp_writer *writer,
                                  tp_error *error);
/* What the astrocytes of the first fold do to images of the test. */
tp_status tp_anan_record_kernels(const tp_anan_results *results, tp_writer *writer,
                                 tp_error *error);

/* Takes the networks over that another record holds; their scenario's data, folds, layers and
 * training are the same. */
tp_status tp_anan_take_trained(tp_anan_task *task, const tp_scenario *scenario, const char *record,
                               tp_error *error);
extern const tp_trials tp_anan_trials;

/* Of the images of a set and their classes; that of those that are learned from is recorded. */
uint32_t tp_anan_sum_of(const tp_image_set *set);

/* An array of doubles; axes are named, and there are as many as have a size. */
typedef struct tp_anan_axis {
    const char *name;
    size_t size;
} tp_anan_axis;
tp_status tp_anan_put(tp_writer *writer, const char *group, const char *name, const char *long_name,
                      const tp_anan_axis *axes, size_t rank, const double *values, tp_error *error);

#endif
