/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing the trials of a sweep: on several threads, in several processes, in any order. */
#ifndef TP_SWEEPS_ENGINE_H
#define TP_SWEEPS_ENGINE_H

#include <tripartite/sweep.h>

#include "sweeps/ranks.h"
#include "sweeps/table.h"

/* A task is one trial of one group of scenarios: task = group * trials + trial. */
typedef struct tp_sweep_work {
    const tp_levels *levels;
    tp_trial_table *table; /* trials that are done are not done again */
    size_t jobs, shard, shards;
    tp_ranks *ranks;
    const tp_sweep_observer *observer;
    void *context;
    /* Keeps the tasks that were finished since the last call; from the calling thread. */
    tp_status (*commit)(void *context, const size_t *tasks, size_t count, tp_error *error);
} tp_sweep_work;

/* Does all tasks that are this process's to do. Whatever comes back, what was finished has been
 * committed, as far as that was possible. */
tp_status tp_sweep_work_do(const tp_sweep_work *work, tp_error *error);

#endif
