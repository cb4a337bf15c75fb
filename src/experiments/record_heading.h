/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How every record begins and ends. */
#ifndef TP_EXPERIMENTS_RECORD_HEADING_H
#define TP_EXPERIMENTS_RECORD_HEADING_H

#include "experiments/run_log.h"
#include "experiments/scenario.h"
#include "record/writer.h"

/* TP_INVALID where the name belongs to a file that is no record: a scenario, an image, other data
 * in HDF5. */
tp_status tp_record_may_replace(const char *record, tp_error *error);

/* The record's own attributes, but for `status`, which is known at the end. */
tp_status tp_record_heading(const tp_scenario *scenario, const char *experiment, tp_writer *writer,
                            tp_error *error);

/* Finishes the record of a run that ended with `ran`, and writes its log. A run that was
 * interrupted or could not be computed leaves a partial record (beside it, as NAME.partial.h5,
 * where there is a finished record of that name), one that could not be written none. Returns
 * `ran`, or what went wrong here. */
tp_status tp_record_close_run(tp_writer **writer, const tp_run_log *log, const char *record,
                              tp_status ran, tp_error *error);

#endif
