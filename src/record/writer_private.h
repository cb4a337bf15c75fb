/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the writer share. */
#ifndef TP_RECORD_WRITER_PRIVATE_H
#define TP_RECORD_WRITER_PRIVATE_H

#include "record/temporary.h"
#include "record/writer.h"

#include <hdf5.h>
#include <stdbool.h>

/* One axis of one group. */
typedef struct tp_axis {
    char *path;      /* that of its scale, whether there is one or not */
    char *array;     /* the array that the length is known from */
    uint64_t length; /* meaningless until settled */
    bool settled;    /* false while only streams have it */
    bool has_scale;  /* an array is its scale */
} tp_axis;

typedef struct tp_entry {
    char *path;
    size_t rank;
    size_t axes[TP_MAX_RANK]; /* indices into tp_writer.axes */
    bool is_scale;
} tp_entry;

struct tp_writer_stream {
    tp_writer *writer;
    tp_writer_stream *next;
    size_t entry; /* index into tp_writer.entries */
    hid_t dataset;
    tp_type type;
    size_t rank;
    size_t dims[TP_MAX_RANK]; /* of a row, from 1 on */
    size_t row_values;
    size_t row_bytes;
    size_t capacity; /* rows in a chunk, and so in `buffer` */
    size_t held;     /* rows in `buffer` */
    uint64_t written;
    unsigned char *buffer;
};

struct tp_writer {
    tp_temporary temporary;
    hid_t file;
    /* Once HDF5 has failed on the file it is not touched again (see tp_writer_break). */
    bool broken;
    tp_error failure;
    tp_axis *axes;
    size_t axis_count, axis_capacity;
    tp_entry *entries;
    size_t entry_count, entry_capacity;
    tp_writer_stream *streams;
};

typedef enum tp_growth { TP_WHOLE, TP_GROWING } tp_growth;

/* writer.c */

/* Fills the error with what was being done and HDF5's reason, and keeps it for all that follow.
 * From then on no id of the file may be used or even closed: HDF5 would write again. */
__attribute__((format(printf, 3, 4))) tp_status tp_writer_break(tp_writer *writer, tp_error *error,
                                                                const char *format, ...);

/* TP_FAILED, with the first reason, where the writer is broken. */
tp_status tp_writer_ready(const tp_writer *writer, tp_error *error);

/* array.c */

hid_t tp_type_in_file(tp_type type);
hid_t tp_type_in_memory(tp_type type);
size_t tp_type_size(tp_type type);

/* The product of dims[from..rank-1]; false where it does not fit. */
bool tp_layout_count(const tp_layout *layout, size_t from, size_t *count);

/* Makes an empty array with its attributes, and notes its axes. `type` is that in the file. */
tp_status tp_writer_add(tp_writer *writer, const char *path, const tp_layout *layout, hid_t type,
                        tp_growth growth, hid_t *dataset, tp_error *error);

/* chunk.c */

/* The shape of a chunk; false where the array is to lie in one piece. */
bool tp_chunk_shape(const tp_layout *layout, size_t value_bytes, tp_growth growth,
                    hsize_t chunk[TP_MAX_RANK]);

/* axis.c */

/* Notes an array (path as of tp_hdf5_path) and its axes; TP_FAILED where an axis of that name has
 * another length. */
tp_status tp_axis_note(tp_writer *writer, const char *path, const tp_layout *layout,
                       tp_growth growth, tp_error *error);

/* Says how long the first axis of a stream has become. */
tp_status tp_axis_settle(tp_writer *writer, const tp_entry *entry, uint64_t length,
                         tp_error *error);

/* Makes the bare dimensions and attaches all scales. */
tp_status tp_axis_attach(tp_writer *writer, tp_error *error);

/* attribute.c: of an object that is open; negative on failure, as HDF5's own. */
herr_t tp_attribute_text(hid_t object, const char *name, const char *text);

/* stream.c */

/* Writes out what the streams still hold, and settles their axes. */
tp_status tp_stream_finish(tp_writer *writer, tp_error *error);
void tp_stream_free(tp_writer *writer);

#endif
