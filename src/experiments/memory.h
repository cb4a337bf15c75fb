/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_EXPERIMENTS_MEMORY_H
#define TP_EXPERIMENTS_MEMORY_H

#include "experiments/memory_segment.h"

/* Runs a plan, once, into the record. `watcher` and `observer` may be NULL. */
tp_status tp_memory_run(tp_memory_plan *plan, tp_writer *writer, const tp_memory_watcher *watcher,
                        const tp_observer *observer, tp_error *error);

/* A run under way. */
typedef struct tp_memory_run {
    tp_memory_plan *plan;
    const tp_memory_watcher *watcher;
    tp_writer *writer;
    struct tp_run_course *course; /* NULL where nothing is committed */
    const tp_observer *observer;
    tp_error *error;
    int64_t done, total; /* ticks */
    uint64_t segment;    /* that runs: 0 the training, 1 + k test number k */
    uint64_t shown;      /* of its presentations, those that are over */
    bool resumed;        /* it goes on where a part ended */
    tp_bytes trained;    /* the state that tests branch off, where they do */
    tp_test_reading reading;
    tp_test_result *results; /* [test] */
    uint64_t finished_tests;
    uint64_t committed_tests; /* whose results are in parts already */
} tp_memory_run_state;

/* Walks through all that decides how a run goes on, and the results that are in no part yet. */
tp_status tp_memory_run_visit(tp_memory_run_state *run, const tp_visitor *visitor, tp_error *error);

#endif
