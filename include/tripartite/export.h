/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as files of other programs: CSV, NumPy, SONATA, NWB. Layouts: docs/export.md. */
#ifndef TRIPARTITE_EXPORT_H
#define TRIPARTITE_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <tripartite/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tp_export_format {
    const char *name; /* "csv" */
    const char *summary;
    bool folder; /* many files in a folder; else one file */
    bool groups; /* can be told to export one group alone */
} tp_export_format;

/* The formats in alphabetical order; NULL past the last. */
TP_PUBLIC const tp_export_format *tp_export_format_at(size_t index);

/* More about an export; all 0 is what it does without. */
typedef struct tp_export_options {
    const char *group; /* of this group alone ("summary"); NULL: of the whole record */
    FILE *told;        /* what was written, and what was left out and why; NULL: untold */
    /* Asked now and then; true ends the export. NULL: it goes on. */
    bool (*stopped)(void *context);
    void *context;
} tp_export_options;

/* Writes the record (a path) in the format of that name into `output`, a file or a folder. Nothing
 * appears there before all is written; a file that was there before is replaced, as is a file of
 * the same name in a folder, and that is told. The same record gives the same bytes.
 * TP_INVALID: the record cannot be read, or holds nothing that the format can hold. TP_FAILED: it
 * could not be written. TP_INTERRUPTED: `stopped` said so. In each case nothing was written, unless
 * renaming itself failed: a folder that was there before may then have some of the files, each
 * whole. */
TP_PUBLIC tp_status tp_export(const char *record, const char *format, const char *output,
                              const tp_export_options *options, tp_error *error);

#ifdef __cplusplus
}
#endif
#endif
