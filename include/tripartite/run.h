/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TRIPARTITE_RUN_H
#define TRIPARTITE_RUN_H

#include <stdbool.h>
#include <tripartite/scenario.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a caller follows a run. Either function may be NULL. */
typedef struct tp_observer {
    void *context;
    /* Called now and then from the running thread: what is done, and how much of the whole. */
    void (*progress)(void *context, const char *stage, double done, double total);
    /* Asked at every tick; true ends the run, with a valid record marked "partial". */
    bool (*stopped)(void *context);
} tp_observer;

/* Runs the scenario and writes its record to `record`, under a temporary name until it is whole.
 * Every check of the scenario comes before the file is touched.
 * TP_INVALID: nothing was written. TP_FAILED: where it could not be written, a record that was
 * there before is still whole; where it could not be computed, what there is is there, marked
 * partial. TP_INTERRUPTED: the record is there, marked partial. A partial record does not replace a
 * finished one: it is then NAME.partial.h5; the error's hint names it. */
TP_PUBLIC tp_status tp_run(const tp_scenario *scenario, const char *record,
                           const tp_observer *observer, tp_error *error);

/* What to do about the parts of an unfinished run into the same record. */
typedef enum tp_run_start {
    TP_RUN_NEW,    /* TP_INVALID where there are any */
    TP_RUN_RESUME, /* go on from the last one; from the beginning, where there are none */
    TP_RUN_FRESH   /* throw them away */
} tp_run_start;

/* More about a run; all 0 is what tp_run does. */
typedef struct tp_run_options {
    tp_run_start start;
    /* A record whose trained state the tests start from, without training and pause; NULL: none.
     * TP_INVALID where it was trained by another scenario. */
    const char *from;
    /* The most wall time from one commit to the next: 0 stands for 60 s, less for as often as
     * possible. A tenth of it is left for a commit, and the work before it, that take longer than
     * the last did. */
    double commit_seconds;
    /* Threads that compute, where the network is large enough for more than one; 0: as many as
     * there are processors. It changes no bit. */
    unsigned jobs;
} tp_run_options;

/* As tp_run, which is this without options. While an experiment runs it commits what it has
 * done to files in the folder RECORD.parts, each whole or not there at all; a run that is ended by
 * whatever means can go on from the last of them, and its record is then the same, to the byte, as
 * that of a run that was never ended. With the record, the folder goes. */
TP_PUBLIC tp_status tp_run_with(const tp_scenario *scenario, const char *record,
                                const tp_run_options *options, const tp_observer *observer,
                                tp_error *error);

/* 1 where there are parts of an unfinished run into that record, else 0. */
TP_PUBLIC int tp_run_has_parts(const char *record);

/* Runs a memory experiment with the scenario's own integrators and with a tight reference (CVODE's
 * Adams method at rtol 1e-10), over the same stimulus, and compares them: spikes, calcium, recall.
 * The record holds both runs, the comparison and a verdict. Status as of tp_run. */
TP_PUBLIC tp_status tp_verify(const tp_scenario *scenario, const char *record,
                              const tp_observer *observer, tp_error *error);

/* Walks step sizes and tolerances of the integrators and measures error against wall time: for a
 * single neuron, a single astrocyte, and the scenario's network. Status as of tp_run. */
TP_PUBLIC tp_status tp_work_precision(const tp_scenario *scenario, const char *record,
                                      const tp_observer *observer, tp_error *error);

/* Checks all that tp_run checks before it starts (images are read, sizes compared). */
TP_PUBLIC tp_status tp_run_check(const tp_scenario *scenario, tp_error *error);

#ifdef __cplusplus
}
#endif
#endif
