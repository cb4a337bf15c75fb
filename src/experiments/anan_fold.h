/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One fold: the network is trained, a setting of the astrocytes chosen by the validation part, and
 * both are tested, once. */
#ifndef TP_EXPERIMENTS_ANAN_FOLD_H
#define TP_EXPERIMENTS_ANAN_FOLD_H

#include "analysis/classification.h"
#include "experiments/anan_task.h"
#include "record/state.h"

/* Models are the network alone, then with astrocytes by each activity. */
typedef struct tp_anan_fold {
    tp_stack *stack;
    size_t epochs;
    double *losses;            /* [epoch] of the training */
    tp_classification *grid;   /* [activity][setting] on the validation part */
    size_t *chosen;            /* [activity] the setting */
    tp_classification *valid;  /* [model] */
    tp_classification *tested; /* [model] */
    uint32_t *confusion;       /* [model][class][taken for] */
    tp_classification *noisy;  /* [noise][model] */
} tp_anan_fold;

/* How those who wait are told, and stop it. NULL functions are allowed. */
typedef struct tp_anan_watcher {
    void *context;
    void (*progressed)(void *context, size_t fold, double part);
    bool (*stopped)(void *context);
} tp_anan_watcher;

tp_status tp_anan_fold_run(const tp_anan_task *task, size_t fold, const tp_anan_watcher *watcher,
                           tp_anan_fold *result, tp_error *error);
void tp_anan_fold_free(tp_anan_fold *result);

/* Walks through a fold that is finished; one that sets makes it. */
tp_status tp_anan_fold_visit(const tp_anan_task *task, size_t fold, tp_anan_fold *result,
                             const tp_visitor *visitor, tp_error *error);

/* A network of the task's layers; untrained. */
tp_status tp_anan_make_stack(const tp_anan_task *task, size_t fold, tp_stack **stack,
                             tp_error *error);
/* Astrocytes on it, with room for as many images at a time as are good for the caches. */
tp_status tp_anan_make(const tp_anan_task *task, const tp_stack *stack, size_t activity,
                       tp_anan **anan, tp_error *error);

#endif
