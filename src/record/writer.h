/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing an HDF5 file of groups and arrays, whole or not at all. Knows arrays, not networks. */
#ifndef TP_RECORD_WRITER_H
#define TP_RECORD_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>
#include <tripartite/record.h>

typedef struct tp_writer tp_writer;
typedef struct tp_writer_stream tp_writer_stream;

typedef enum tp_type {
    TP_FLOAT32,
    TP_FLOAT64,
    TP_UINT8,
    TP_INT32,
    TP_UINT64,
    TP_BYTES /* as TP_UINT8, but not packed: they have been; with a checksum */
} tp_type;

/* What an array looks like in the file. Each axis is named; the array of that name in the same
 * group, of rank 1, is its dimension scale (and an array named as its own axis is a scale). An
 * axis for which the group has no such array becomes a bare dimension (netCDF-4's dimension
 * without a variable) when the file is finished. */
typedef struct tp_layout {
    tp_type type;
    size_t rank;
    size_t dims[TP_MAX_RANK];
    const char *axes[TP_MAX_RANK];
    const char *units; /* UDUNITS-2 spelling, "1" for bare numbers */
    const char *long_name;
} tp_layout;

/* Opens a temporary file beside `path`. TP_FAILED where that cannot be written; the file at
 * `path`, if there is one, stays as it is until tp_writer_finish. */
tp_status tp_writer_create(const char *path, tp_writer **writer, tp_error *error);

/* Writes everything out, makes sure of it (flush, close, reopen, fsync), and renames the file to
 * its final name. Destroys the writer in any case; on failure the temporary file is gone and the
 * earlier file still whole. */
tp_status tp_writer_finish(tp_writer **writer, tp_error *error);

/* Gives the file another final name, in the same folder. */
tp_status tp_writer_retarget(tp_writer *writer, const char *path, tp_error *error);

/* The file's name until it is finished. */
const char *tp_writer_file(const tp_writer *writer);

/* Drops the temporary file and destroys the writer; NULL is allowed. */
void tp_writer_discard(tp_writer **writer);

/* Makes a group (and those above it). Groups that arrays are put in are made by themselves. */
tp_status tp_writer_group(tp_writer *writer, const char *path, tp_error *error);

/* Writes an array whole. `values` are of the layout's type, row-major. */
tp_status tp_writer_array(tp_writer *writer, const char *path, const tp_layout *layout,
                          const void *values, tp_error *error);

/* Writes a one-dimensional array of UTF-8 strings (layout->type is not looked at). */
tp_status tp_writer_strings(tp_writer *writer, const char *path, const tp_layout *layout,
                            const char *const *values, tp_error *error);

/* Attributes of the group or array at `path` ("/" for the file's own). */
tp_status tp_writer_text(tp_writer *writer, const char *path, const char *name, const char *text,
                         tp_error *error);
tp_status tp_writer_number(tp_writer *writer, const char *path, const char *name, double number,
                           tp_error *error);
tp_status tp_writer_integer(tp_writer *writer, const char *path, const char *name, uint64_t number,
                            tp_error *error);
/* An HDF5 enumeration of `names` (ended by NULL; values 0, 1, ...), set to `value`. */
tp_status tp_writer_enumeration(tp_writer *writer, const char *path, const char *name,
                                const char *const *names, int value, tp_error *error);

/* Opens an array whose first axis grows from 0 (layout->dims[0] is a guess of its final length,
 * which sets the chunk; 0 where nobody knows). The stream belongs to the writer, which closes it at
 * the latest by tp_writer_finish. */
tp_status tp_writer_stream_open(tp_writer *writer, const char *path, const tp_layout *layout,
                                tp_writer_stream **stream, tp_error *error);

/* Appends `count` rows (slices across the first axis), given as double or as the layout's own
 * type. Rows are gathered in memory until a chunk is full. */
tp_status tp_writer_append_doubles(tp_writer_stream *stream, const double *rows, size_t count,
                                   tp_error *error);
tp_status tp_writer_append(tp_writer_stream *stream, const void *rows, size_t count,
                           tp_error *error);

/* Nothing can be appended any more: what the stream holds goes into the file, at the latest before
 * anything else that is done to it, which tells an error too. */
tp_status tp_writer_stream_close(tp_writer_stream *stream, tp_error *error);

/* The open stream of that path; NULL where there is none. */
tp_writer_stream *tp_writer_stream_find(const tp_writer *writer, const char *path);

#endif
