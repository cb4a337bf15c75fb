/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_RECORD_READER_PRIVATE_H
#define TP_RECORD_READER_PRIVATE_H

#include <hdf5.h>
#include <stdint.h>
#include <tripartite/record.h>

/* The array that was read last stays open, and with it the chunk that it unpacked last: row after
 * row is then not chunk after chunk. */
typedef struct tp_record_recent {
    char *path;
    hid_t dataset;
    size_t rank;
    size_t dims[TP_MAX_RANK];
} tp_record_recent;

struct tp_record {
    hid_t file;
    char *path;
    uint64_t bytes; /* of the file; nothing in it can be much larger */
    tp_record_recent *recent;
};

/* Opens any HDF5 file, to read its arrays as those of a record are read. */
tp_status tp_record_open_any(const char *path, tp_record **file, tp_error *error);

/* TP_INVALID: what the format names cannot be read, for the reason of the last HDF5 call. */
__attribute__((format(printf, 3, 4))) tp_status
tp_record_damaged(const tp_record *record, tp_error *error, const char *format, ...);

/* As tp_record_array and tp_record_slice, with numbers of another native type, of 8 bytes at most,
 * in the place of the doubles. */
tp_status tp_record_array_as(const tp_record *record, const char *path, hid_t type, tp_array *array,
                             tp_error *error);
tp_status tp_record_slice_as(const tp_record *record, const char *path, const size_t *start,
                             const size_t *count, hid_t type, tp_array *array, tp_error *error);

/* Reads a whole one-dimensional array of strings. The caller frees each, and the list. */
tp_status tp_record_strings(const tp_record *record, const char *path, char ***texts, size_t *count,
                            tp_error *error);

#endif
