/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_RECORD_READER_PRIVATE_H
#define TP_RECORD_READER_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>
#include <tripartite/record.h>

/* A file that the process which reads has opened, as its number `number`. That of another
 * `generation` is gone, with all it had opened; the file is then opened again. */
struct tp_record {
    char *path;
    int ours;
    uint64_t bytes; /* of the file; nothing in it can be much larger */
    uint64_t number, generation;
    unsigned ends;   /* processes that have ended over it */
    tp_error doubt;  /* why it could not be told whether it has something: TP_OK where it could */
    bool unanswered; /* a request failed for want of memory or the like: tp_record_answered */
};

typedef struct tp_shape {
    size_t rank;
    size_t dims[TP_MAX_RANK];
} tp_shape;

/* What numbers are handed out as, in this machine's own order of bytes. */
typedef enum tp_read_as {
    TP_AS_DOUBLE,
    TP_AS_FLOAT,
    TP_AS_INT8,
    TP_AS_INT16,
    TP_AS_INT32,
    TP_AS_INT64,
    TP_AS_UINT8,
    TP_AS_UINT16,
    TP_AS_UINT32,
    TP_AS_UINT64
} tp_read_as;

/* TP_OK where every request about the record until now could be answered but for what the record
 * holds, and every question whether it has something: what else was taken for missing may be there.
 * After such a question nothing more is read. To be asked where something has been made of a
 * record, before it is handed on. */
tp_status tp_record_answered(const tp_record *record, tp_error *error);

size_t tp_read_as_bytes(tp_read_as as);

/* Opens any HDF5 file, to read its arrays as those of a record are read. */
tp_status tp_record_open_any(const char *path, tp_record **file, tp_error *error);

/* As tp_record_array and tp_record_slice, with other numbers in the place of the doubles. */
tp_status tp_record_array_as(const tp_record *record, const char *path, tp_read_as as,
                             tp_array *array, tp_error *error);
tp_status tp_record_slice_as(const tp_record *record, const char *path, const size_t *start,
                             const size_t *count, tp_read_as as, tp_array *array, tp_error *error);

/* The length of a one-dimensional array of bytes, and some of them, into `place`. */
tp_status tp_record_byte_count(const tp_record *record, const char *path, size_t *count,
                               tp_error *error);
tp_status tp_record_bytes(const tp_record *record, const char *path, size_t start, size_t count,
                          void *place, tp_error *error);

/* Reads a whole one-dimensional array of strings. The caller frees each, and the list. */
tp_status tp_record_strings(const tp_record *record, const char *path, char ***texts, size_t *count,
                            tp_error *error);

#endif
