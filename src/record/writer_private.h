/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the writer share. */
#ifndef TP_RECORD_WRITER_PRIVATE_H
#define TP_RECORD_WRITER_PRIVATE_H

#include "record/journal.h"
#include "record/pack.h"
#include "record/temporary.h"
#include "record/writer.h"

#include <hdf5.h>
#include <stdbool.h>

enum { TP_DEFLATE_LEVEL = 1 };

/* One axis of one group. */
typedef struct tp_axis {
    char *path;           /* that of its scale, whether there is one or not */
    char *array;          /* the array that the length is known from */
    uint64_t length;      /* meaningless until settled */
    bool settled;         /* false while only streams have it */
    bool has_scale;       /* an array is its scale */
    hobj_ref_t reference; /* to the scale, once there is one */
} tp_axis;

typedef struct tp_entry {
    char *path;
    size_t rank;
    size_t axes[TP_MAX_RANK]; /* indices into tp_writer.axes */
    bool is_scale;
    hobj_ref_t reference;
} tp_entry;

/* What is told HDF5 about all that is made alike. */
typedef struct tp_forms {
    hid_t link, group;
    hid_t whole;   /* of arrays in one piece, and what others have beside their chunks */
    hid_t growing; /* how streams are written */
    hid_t convert; /* how texts are written */
    hid_t text;    /* the type of texts */
    hid_t single;  /* the space of one value */
} tp_forms;

struct tp_writer_stream {
    tp_writer *writer;
    tp_writer_stream *next;
    size_t entry;    /* index into tp_writer.entries */
    uint64_t number; /* of the writer's streams, from 0 */
    bool closed;
    hid_t dataset;
    tp_type type;
    size_t rank;
    size_t dims[TP_MAX_RANK]; /* of a row, from 1 on */
    hsize_t chunk[TP_MAX_RANK];
    size_t row_values;
    size_t row_bytes;
    size_t capacity;       /* rows in a chunk, and so in `buffer` */
    size_t held;           /* rows in `buffer` */
    uint64_t written;      /* rows in the file */
    bool packs;            /* rows are packed before HDF5 sees them */
    tp_pack_buffer buffer; /* none where there are no rows in it */
};

struct tp_writer {
    tp_temporary temporary;
    hid_t file;
    tp_forms forms;
    /* Once HDF5 has failed on the file it is not touched again (see tp_writer_break). */
    bool broken;
    tp_error failure;
    tp_axis *axes;
    size_t axis_count, axis_capacity;
    tp_entry *entries;
    size_t entry_count, entry_capacity;
    char **groups; /* paths of those that are known to be there */
    size_t group_count, group_capacity;
    tp_writer_stream *streams; /* the youngest first */
    uint64_t stream_count;
    tp_journal *journal; /* NULL where none is kept */
    tp_packs *packs;     /* rows under way into the file; NULL where there were none */
};

typedef enum tp_growth { TP_WHOLE, TP_GROWING } tp_growth;

/* writer.c */

/* Fills the error with what was being done and HDF5's reason, and keeps it for all that follow.
 * From then on no id of the file may be used or even closed: HDF5 would write again. */
__attribute__((format(printf, 3, 4))) tp_status tp_writer_break(tp_writer *writer, tp_error *error,
                                                                const char *format, ...);

/* As this, where memory is out while something is half written. */
tp_status tp_writer_starve(tp_writer *writer, tp_error *error);

/* To be called before anything is done to the file: all rows that are under way go into it.
 * TP_FAILED, with the first reason, where the writer is broken. */
tp_status tp_writer_ready(tp_writer *writer, tp_error *error);

/* forms.c */

bool tp_forms_make(tp_forms *forms);
void tp_forms_free(tp_forms *forms);

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

/* axis_lists.c: says in each array which scales it has, and in each scale which arrays it serves.
 */
tp_status tp_axis_write_lists(tp_writer *writer, tp_error *error);

/* attribute.c: of an object that is open; negative on failure, as HDF5's own. */
/* Writes and closes an attribute that was made; one that could not be made is passed on. */
herr_t tp_attribute_fill(hid_t attribute, hid_t memory_type, const void *value);
herr_t tp_attribute_text(hid_t object, const char *name, const char *text);
/* An enumeration of names (ended by NULL; values 0, 1, ...), of one byte, as SONATA's are. */
hid_t tp_enumeration_type(const char *const *names);
/* One value; an attribute that exists is replaced. */
herr_t tp_attribute_scalar(hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                           const void *value);

/* stream.c */

/* How the rows of a layout lie and are packed. */
void tp_stream_shape(tp_writer_stream *stream, const tp_layout *layout);

/* Makes sure of a buffer for the rows of a chunk. */
tp_status tp_stream_reserve(tp_writer_stream *stream, tp_error *error);

/* Writes the rows that have been packed, or all that were handed over. */
tp_status tp_stream_settle(tp_writer *writer, bool all, tp_error *error);

/* Closes the streams that are still open. */
tp_status tp_stream_finish(tp_writer *writer, tp_error *error);
void tp_stream_free(tp_writer *writer);

/* stream_chunks.c */

/* Goes on to the next chunk of the same rows; false after the last. */
bool tp_stream_next_chunk(const tp_writer_stream *stream, hsize_t *offset);

/* Rows as they are packed in the file, taken from one and put into another behind
 * those that are there. */
tp_status tp_stream_take_chunks(const tp_writer_stream *stream, uint64_t first, size_t count,
                                tp_bytes *into, tp_error *error);
tp_status tp_stream_put_chunks(tp_writer_stream *stream, size_t count, tp_bytes *from,
                               tp_error *error);
/* Packs and writes the rows of an array that does not grow. */
tp_status tp_stream_put_whole(tp_writer_stream *stream, const void *rows, size_t count,
                              tp_error *error);

/* steps.c: each notes in the writer's journal, where it keeps one, what has been done... */
tp_status tp_step_group(tp_writer *writer, const char *path, tp_error *error);
tp_status tp_step_array(tp_writer *writer, const char *path, const tp_layout *layout,
                        const void *values, size_t size, tp_error *error);
tp_status tp_step_strings(tp_writer *writer, const char *path, const tp_layout *layout,
                          const char *const *values, tp_error *error);
tp_status tp_step_attribute(tp_writer *writer, tp_step_kind kind, const char *path,
                            const char *name, const void *value, size_t size, tp_error *error);
tp_status tp_step_enumeration(tp_writer *writer, const char *path, const char *name,
                              const char *const *names, int value, tp_error *error);
tp_status tp_step_open(tp_writer *writer, const char *path, const tp_layout *layout,
                       tp_error *error);
tp_status tp_step_stream(tp_writer_stream *stream, tp_step_kind kind, uint64_t first,
                         uint64_t count, tp_error *error);

/* ... and this does it again. TP_INVALID, without a place, where the step makes no sense. */
tp_status tp_step_again(tp_writer *writer, tp_step_kind kind, tp_bytes *step, tp_error *error);

#endif
