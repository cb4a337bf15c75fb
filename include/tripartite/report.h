/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages to look at a record in a browser, made of the viewer's own (viewer/ of the source tree). */
#ifndef TRIPARTITE_REPORT_H
#define TRIPARTITE_REPORT_H

#include <stddef.h>
#include <stdio.h>
#include <tripartite/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a report is of; all 0 is the default. */
typedef struct tp_report_options {
    /* What the page may take, in bytes; 0: 5 million. Arrays that do not go in are thinned in time,
     * then left out, and the page says so. The figures and the viewer take what they need. */
    size_t limit;
} tp_report_options;

/* Writes one page that holds the record, all its figures and the viewer, and needs nothing else.
 * `viewer` is the viewer's report.html. What RECORD.log.json beside the record says is told where
 * it is there. The page appears when it is whole. TP_INVALID: the record or the viewer cannot be
 * read; TP_FAILED: gnuplot cannot be run, or the page cannot be written. */
TP_PUBLIC tp_status tp_report_write(const char *record, const char *viewer, const char *output,
                                    const tp_report_options *options, tp_error *error);

/* Writes the page that opens a record which lies beside it, under the address `record`. `viewer` is
 * the viewer's index.html. */
TP_PUBLIC tp_status tp_report_viewer(const char *record, const char *viewer, FILE *page,
                                     tp_error *error);

#ifdef __cplusplus
}
#endif
#endif
