/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An array of two axes or more as a table by itself: a row for each value of the first axis, a
 * column for each place along the others. */
#ifndef TP_EXPORTS_CSV_WIDE_H
#define TP_EXPORTS_CSV_WIDE_H

#include "exports/job.h"

/* Errors of the stream are the caller's to find. */
tp_status tp_csv_wide_write(tp_export_job *job, const tp_listed *array, FILE *stream, size_t *rows,
                            size_t *width);

#endif
