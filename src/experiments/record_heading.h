/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How every record begins and ends. */
#ifndef TP_EXPERIMENTS_RECORD_HEADING_H
#define TP_EXPERIMENTS_RECORD_HEADING_H

#include <stdbool.h>

#include "experiments/run_log.h"
#include "experiments/scenario.h"
#include "record/lock.h"
#include "record/writer.h"

/* Takes the lock of a record that will be written, and removes what runs into it that were killed
 * have left. The caller releases the lock, whatever comes back. */
tp_status tp_record_claim(const char *record, tp_lock *lock, tp_error *error);

/* The two halves of tp_record_open_run. */
tp_status tp_record_create(const char *record, tp_writer **writer, tp_error *error);
tp_status tp_record_write_heading(const tp_scenario *scenario, const char *experiment,
                                  tp_writer *writer, tp_error *error);

/* Opens the record of a run and writes its heading: all of the record's own attributes but
 * `status`. TP_INVALID where the name belongs to a file that is no record. What *writer is set to
 * is closed by tp_record_close_run, whatever comes back. */
tp_status tp_record_open_run(const tp_scenario *scenario, const char *experiment,
                             const char *record, tp_writer **writer, tp_error *error);

/* TP_INVALID where the name belongs to a file that is no record, or, for a record that will not be
 * complete, to a complete one. */
tp_status tp_record_may_replace(const char *record, bool complete, tp_error *error);

/* Finishes a record of which all is written; marks it complete or partial, and writes its log
 * (NULL: none). */
tp_status tp_record_close_as(tp_writer **writer, const tp_run_log *log, const char *record,
                             bool complete, tp_error *error);

/* Finishes the record of a run that ended with `ran`, and writes its log. A run that was
 * interrupted or could not be computed leaves a partial record (beside it, as NAME.partial.h5,
 * where there is a finished record of that name), one that could not be written none. Returns
 * `ran`, or what went wrong here. */
tp_status tp_record_close_run(tp_writer **writer, const tp_run_log *log, const char *record,
                              tp_status ran, tp_error *error);

#endif
