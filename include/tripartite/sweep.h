/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TRIPARTITE_SWEEP_H
#define TRIPARTITE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <tripartite/scenario.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What to do about the parts that an unfinished sweep of the same record has left. */
typedef enum tp_leftover {
    TP_LEFTOVER_REFUSE, /* TP_INVALID */
    TP_LEFTOVER_RESUME, /* go on with them */
    TP_LEFTOVER_FRESH   /* throw them away */
} tp_leftover;

typedef struct tp_sweep_options {
    size_t jobs;          /* threads; 0: one for each core, or one where there are several ranks */
    size_t shard, shards; /* trials number shard of shards, from 1; shards 0: all */
    tp_leftover leftover;
} tp_sweep_options;

/* What a level has given so far. */
typedef struct tp_level_progress {
    const char *label; /* "recall.noise=0.4, patterns=[zero]" */
    size_t trials;     /* done */
    double mean;       /* of the first measure over them; NAN where there is none */
} tp_level_progress;

typedef struct tp_sweep_progress {
    const char *measure;
    size_t done, total; /* trials, over all levels */
    size_t found;       /* of those done, how many the parts of an earlier sweep held */
    const tp_level_progress *levels;
    size_t level_count;
} tp_sweep_progress;

/* How a caller follows a sweep; either function may be NULL. */
typedef struct tp_sweep_observer {
    void *context;
    /* Called several times a second from the calling thread, and at the end. */
    void (*progress)(void *context, const tp_sweep_progress *progress);
    /* Asked often, by all threads; true ends the sweep, its finished trials kept. */
    bool (*stopped)(void *context);
} tp_sweep_observer;

/* Runs the levels of the scenario's block `sweep`, each in as many trials as that says, and writes
 * their record. The numbers do not depend on threads, ranks or shards. Finished trials are kept in
 * RECORD.parts/ until the record is whole: TP_INTERRUPTED and TP_FAILED leave them for
 * TP_LEFTOVER_RESUME. TP_INVALID: nothing was run. Started by mpirun, the ranks share the work;
 * *told is then true in the one that is to tell of it. `told` and `observer` may be NULL. */
TP_PUBLIC tp_status tp_sweep(const tp_scenario *scenario, const char *record,
                             const tp_sweep_options *options, const tp_sweep_observer *observer,
                             bool *told, tp_error *error);

/* Makes one record of the shards or parts of one sweep: complete where no trial is missing, else
 * marked partial. TP_INVALID where they are not of one sweep; `record` is then left as it was. */
TP_PUBLIC tp_status tp_merge(const char *const *records, size_t count, const char *record,
                             tp_error *error);

#ifdef __cplusplus
}
#endif
#endif
