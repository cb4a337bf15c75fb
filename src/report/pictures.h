/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_REPORT_PICTURES_H
#define TP_REPORT_PICTURES_H

#include <stdio.h>
#include <tripartite/record.h>

/* Writes every figure that the record can have, as elements of a page. One that this record lacks
 * something for is passed over, and says why there. TP_FAILED where gnuplot cannot be run. */
tp_status tp_report_pictures(const tp_record *record, const char *path, FILE *file,
                             tp_error *error);

#endif
