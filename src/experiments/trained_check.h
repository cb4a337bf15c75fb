/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether what a record holds trained may be taken up by a scenario. */
#ifndef TP_EXPERIMENTS_TRAINED_CHECK_H
#define TP_EXPERIMENTS_TRAINED_CHECK_H

#include "experiments/scenario.h"
#include "record/writer.h"

/* TP_INVALID where the record is of another experiment, or its scenario differs in a value for
 * which `may_differ` is false; the message names it, and the hint is `what_may_differ`. */
tp_status tp_trained_check(const tp_scenario *scenario, const tp_record *from, const char *record,
                           bool (*may_differ)(const char *path, const void *context),
                           const void *context, const char *what_may_differ, tp_error *error);

/* What is taken up goes with its checksum, an attribute of its group or array: HDF5 has none for
 * arrays in one piece, and takes a chunk that its index has lost for one of zeros. */
tp_status tp_trained_write_sum(tp_writer *writer, const char *path, const void *data, size_t size,
                               tp_error *error);

/* TP_INVALID where they are other bytes. */
tp_status tp_trained_check_sum(const tp_record *from, const char *record, const char *path,
                               const void *data, size_t size, tp_error *error);

#endif
