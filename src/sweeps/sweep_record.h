/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of a sweep, and the parts and shards that it is made of. */
#ifndef TP_SWEEPS_SWEEP_RECORD_H
#define TP_SWEEPS_SWEEP_RECORD_H

#include "experiments/run_log.h"
#include "record/writer.h"
#include "sweeps/table.h"

/* /done: the trials of `tasks` (task = group * trials + trial), or, where tasks is NULL, all that
 * the table holds: one row for each scenario of each, with all measures. */
tp_status tp_sweep_write_done(const tp_levels *levels, const tp_trial_table *table,
                              const size_t *tasks, size_t count, tp_writer *writer,
                              tp_error *error);

/* A sum over a part's or shard's scenario, as it is written there, and over the rows of /done, in
 * their order: it begins with the text, and each row adds to it. */
uint64_t tp_sweep_sum_begin(const char *scenario);
uint64_t tp_sweep_sum_row(uint64_t sum, uint64_t scenario, uint64_t trial, const double *values,
                          size_t measures);

/* /trials, /summary and, where something varies along an axis, /crossings. */
tp_status tp_sweep_write_results(const tp_levels *levels, const tp_trial_table *table,
                                 tp_writer *writer, tp_error *error);

/* Writes the whole record: complete, or, where trials are missing, partial and with /done. `log` is
 * written beside it. */
tp_status tp_sweep_write_record(const tp_levels *levels, const tp_trial_table *table,
                                const char *record, const tp_run_log *log, tp_error *error);

/* TP_INVALID where a record is none of a sweep. */
tp_status tp_sweep_check_kind(const tp_record *record, const char *path, tp_error *error);

/* Adds what a part or a shard holds. TP_INVALID where it is of another sweep (the message says what
 * differs) or contradicts what is there. */
tp_status tp_sweep_read_done(const tp_levels *levels, const char *path, tp_trial_table *table,
                             tp_error *error);

#endif
