/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a record (the HDF5 file of one run) back. Layout: docs/record.md. */
#ifndef TRIPARTITE_RECORD_H
#define TRIPARTITE_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <tripartite/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TP_MAX_RANK = 8 };

typedef struct tp_record tp_record;

/* An array read from a record: row-major, of the product of `dims` values. */
typedef struct tp_array {
    size_t rank;
    size_t dims[TP_MAX_RANK];
    double *values;
} tp_array;

/* TP_INVALID where the file is no record of Tripartite's. The caller closes the record. */
TP_PUBLIC tp_status tp_record_open(const char *path, tp_record **record, tp_error *error);
TP_PUBLIC void tp_record_close(tp_record **record);

/* 1 where an object (a group or an array) of that path exists, else 0; also where the file cannot
 * be read there, and then all that is asked of the record later fails, and says why. */
TP_PUBLIC int tp_record_has(const tp_record *record, const char *path);

/* Reads a numeric array whole, as double. The caller frees it by tp_array_free. */
TP_PUBLIC tp_status tp_record_array(const tp_record *record, const char *path, tp_array *array,
                                    tp_error *error);

/* Reads the part of a numeric array that starts at start[] and is count[] long, one number for
 * each of its axes. */
TP_PUBLIC tp_status tp_record_slice(const tp_record *record, const char *path, const size_t *start,
                                    const size_t *count, tp_array *array, tp_error *error);

TP_PUBLIC void tp_array_free(tp_array *array);

/* Reads an attribute of the object at `path` ("/" for the file's own). The text is the caller's to
 * free. */
TP_PUBLIC tp_status tp_record_text(const tp_record *record, const char *path, const char *attribute,
                                   char **text, tp_error *error);
TP_PUBLIC tp_status tp_record_number(const tp_record *record, const char *path,
                                     const char *attribute, double *number, tp_error *error);

TP_PUBLIC tp_status tp_record_integer(const tp_record *record, const char *path,
                                      const char *attribute, uint64_t *number, tp_error *error);

/* Reads one element of a one-dimensional array of strings; the caller frees it. */
TP_PUBLIC tp_status tp_record_string(const tp_record *record, const char *path, size_t index,
                                     char **text, tp_error *error);

/* Writes what was run, and its summary table, in words. */
TP_PUBLIC tp_status tp_record_describe(const tp_record *record, FILE *stream, tp_error *error);

#ifdef __cplusplus
}
#endif
#endif
