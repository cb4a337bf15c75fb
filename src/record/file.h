/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HDF5 file as HDF5 reads it: for the process that reads (reader_answer.c) alone, since HDF5 may
 * crash over a damaged file, or never come to an end. */
#ifndef TP_RECORD_FILE_H
#define TP_RECORD_FILE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "record/reader_attributes.h"
#include "record/reader_private.h"

/* The array that was read last stays open, and with it the chunk that it unpacked last: row after
 * row is then not chunk after chunk. */
typedef struct tp_file_recent {
    char *path;
    hid_t dataset;
    size_t rank;
    size_t dims[TP_MAX_RANK];
} tp_file_recent;

typedef struct tp_file {
    hid_t file;
    char *path;
    uint64_t bytes; /* of the file; nothing in it can be much larger */
    tp_file_recent *recent;
} tp_file;

/* `path` is what the user calls the file, for messages; `place` is where it is. `ours`: TP_INVALID
 * where the file is no record of Tripartite's. */
tp_status tp_file_open(const char *path, const char *place, bool ours, tp_file **file,
                       tp_error *error);
void tp_file_close(tp_file **file);
/* Fails where it cannot be told. */
tp_status tp_file_has(const tp_file *file, const char *path, bool *has, tp_error *error);

/* The shape of an array of numbers; with `start`, that the part which begins there and has the
 * shape lies within it. */
tp_status tp_file_shape(const tp_file *file, const char *path, const size_t *start, tp_shape *shape,
                        tp_error *error);

/* Reads a part (`start` NULL: from the beginning) of a shape that tp_file_shape has found right. */
tp_status tp_file_read(const tp_file *file, const char *path, const size_t *start,
                       const tp_shape *shape, tp_read_as as, void *values, tp_error *error);

/* As the functions of tp_record by these names. */
tp_status tp_file_text(const tp_file *file, const char *path, const char *attribute, char **text,
                       tp_error *error);
tp_status tp_file_number(const tp_file *file, const char *path, const char *attribute,
                         double *number, tp_error *error);
tp_status tp_file_integer(const tp_file *file, const char *path, const char *attribute,
                          uint64_t *number, tp_error *error);
tp_status tp_file_string(const tp_file *file, const char *path, size_t index, char **text,
                         tp_error *error);
tp_status tp_file_strings(const tp_file *file, const char *path, char ***texts, size_t *count,
                          tp_error *error);
tp_status tp_file_list(const tp_file *file, tp_listing *listing, tp_error *error);
tp_status tp_file_attributes(const tp_file *file, const char *path, tp_attributes *list,
                             tp_error *error);

/* Fills in what an array of known rank says of axes: is_axis, axes, and that its kind is BARE;
 * false where it cannot be told. *out_of_memory becomes true where memory is out. */
bool tp_file_axes(hid_t dataset, tp_listed *array, bool *out_of_memory);

/* TP_INVALID: what the format names cannot be read, for the reason of the last HDF5 call. */
__attribute__((format(printf, 3, 4))) tp_status
tp_file_damaged(const tp_file *file, tp_error *error, const char *format, ...);

/* TP_INVALID: there is nothing of that path. */
tp_status tp_file_lacks(const tp_file *file, htri_t there, tp_error *error, const char *path);

#endif
