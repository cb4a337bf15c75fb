/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays that grow. */
#include "base/fail.h"
#include "record/hdf5_library.h"
#include "record/writer_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void tp_stream_shape(tp_writer_stream *stream, const tp_layout *layout) {
    hsize_t *chunk = stream->chunk;
    size_t value_bytes = tp_type_size(layout->type);
    (void)tp_chunk_shape(layout, value_bytes, TP_GROWING, chunk);
    stream->type = layout->type;
    stream->rank = layout->rank;
    memcpy(stream->dims, layout->dims, sizeof stream->dims);
    (void)tp_layout_count(layout, 1, &stream->row_values); /* checked by tp_writer_add */
    stream->row_bytes = stream->row_values * value_bytes;
    stream->capacity = (size_t)chunk[0];
    /* HDF5 is given chunks that it has not packed itself where it would change nothing else. */
    stream->packs = layout->type != TP_BYTES && stream->row_bytes > 0 &&
                    H5Tequal(tp_type_in_file(layout->type), tp_type_in_memory(layout->type)) > 0;
}

tp_status tp_stream_reserve(tp_writer_stream *stream, tp_error *error) {
    if (stream->buffer.bytes)
        return TP_OK;
    /* One more, since nothing may be asked of malloc where a row is empty. */
    const size_t size = stream->capacity * stream->row_bytes + 1;
    if (stream->packs)
        stream->buffer = tp_packs_buffer(&stream->writer->packs, size);
    else
        stream->buffer = (tp_pack_buffer){malloc(size), size};
    return stream->buffer.bytes ? TP_OK : tp_fail_memory(error, "gathering rows");
}

tp_status tp_writer_stream_open(tp_writer *writer, const char *path, const tp_layout *layout,
                                tp_writer_stream **stream, tp_error *error) {
    *stream = NULL;
    if (layout->rank == 0)
        return tp_fail(error, TP_FAILED, writer->temporary.target,
                       "stream '%s' has no axis to grow along", path);
    tp_writer_stream *made = calloc(1, sizeof *made);
    if (!made)
        return tp_fail_memory(error, "opening a stream");
    made->writer = writer;
    made->dataset = H5I_INVALID_HID;
    tp_status status = tp_writer_add(writer, path, layout, tp_type_in_file(layout->type),
                                     TP_GROWING, &made->dataset, error);
    if (status != TP_OK) {
        free(made);
        return status;
    }
    made->entry = writer->entry_count - 1;
    made->number = writer->stream_count++;
    made->next = writer->streams;
    writer->streams = made;
    tp_stream_shape(made, layout);
    status = tp_step_open(writer, path, layout, error);
    if (status == TP_OK)
        *stream = made;
    return status;
}

/* Writes the rows in the buffer behind those in the file, where HDF5 is to pack them or none is. */
static tp_status write_plain(tp_writer_stream *stream, tp_error *error) {
    tp_writer *writer = stream->writer;
    const char *path = writer->entries[stream->entry].path;
    hsize_t size[TP_MAX_RANK], start[TP_MAX_RANK] = {0}, count[TP_MAX_RANK];
    for (size_t axis = 0; axis < stream->rank; axis++)
        size[axis] = count[axis] = stream->dims[axis];
    size[0] = stream->written + stream->held;
    start[0] = stream->written;
    count[0] = stream->held;
    if (H5Dset_extent(stream->dataset, size) < 0)
        return tp_writer_break(writer, error, "growing array '%s'", path);
    if (stream->row_bytes > 0) {
        hid_t file = H5Dget_space(stream->dataset);
        hid_t memory = H5Screate_simple((int)stream->rank, count, NULL);
        if (file < 0 || memory < 0 ||
            H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
            H5Dwrite(stream->dataset, tp_type_in_memory(stream->type), memory, file, H5P_DEFAULT,
                     stream->buffer.bytes) < 0 ||
            H5Sclose(memory) < 0 || H5Sclose(file) < 0)
            return tp_writer_break(writer, error, "writing array '%s'", path);
    }
    const uint64_t first = stream->written, rows = stream->held;
    stream->written += rows;
    stream->held = 0;
    return tp_step_stream(stream, TP_STEP_ROWS, first, rows, error);
}

static tp_status close_dataset(tp_writer_stream *stream, tp_error *error) {
    tp_writer *writer = stream->writer;
    const tp_entry *entry = &writer->entries[stream->entry];
    if (H5Dclose(stream->dataset) < 0)
        return tp_writer_break(writer, error, "closing array '%s'", entry->path);
    stream->dataset = H5I_INVALID_HID;
    tp_status status = tp_axis_settle(writer, entry, stream->written, error);
    return status == TP_OK ? tp_step_stream(stream, TP_STEP_CLOSE, stream->written, 0, error)
                           : status;
}

static tp_status put_pack(tp_writer *writer, tp_pack *pack, tp_error *error) {
    tp_writer_stream *stream = pack->stream;
    const uint64_t first = stream->written;
    if (pack->out_of_memory) /* what comes behind them would lie in their place */
        return tp_writer_starve(writer, error);
    tp_status status = TP_OK;
    if (pack->count > 0)
        status = tp_stream_put_chunks(stream, pack->count, &pack->chunks, error);
    if (status == TP_OK && pack->count > 0)
        status = tp_step_stream(stream, TP_STEP_ROWS, first, pack->count, error);
    /* Rows that could not be noted are in the file all the same, and it is still to be closed. */
    if (!pack->last || writer->broken)
        return status;
    const tp_status closed = close_dataset(stream, status == TP_OK ? error : NULL);
    return status == TP_OK ? closed : status;
}

/* Goes on as long as the file can be written, so that there is room for more rows behind it. */
tp_status tp_stream_settle(tp_writer *writer, bool all, tp_error *error) {
    tp_status status = TP_OK;
    tp_pack *pack;
    while (!writer->broken && (pack = tp_packs_oldest(writer->packs, all))) {
        const tp_status put = put_pack(writer, pack, status == TP_OK ? error : NULL);
        if (status == TP_OK)
            status = put;
        tp_packs_drop(writer->packs);
    }
    return status;
}

/* Hands the rows in the buffer over, with `last` to close the stream behind them, and writes what
 * has been packed meanwhile. */
static tp_status write_rows(tp_writer_stream *stream, bool last, tp_error *error) {
    tp_writer *writer = stream->writer;
    if (!stream->packs) {
        tp_status status = tp_stream_settle(writer, true, error);
        if (status == TP_OK && stream->held > 0)
            status = write_plain(stream, error);
        return status == TP_OK && last ? close_dataset(stream, error) : status;
    }
    /* There is room: it was made when the last rows were handed over. */
    if (!tp_packs_give(&writer->packs, stream, stream->held, last, &stream->buffer))
        return tp_fail_memory(error, "packing rows");
    stream->held = 0;
    return tp_stream_settle(writer, false, error);
}

/* Whole numbers of the type that go from `low` up to, but not including, `high`. */
#define CONVERT_WHOLE(type, low, high)                                                             \
    for (size_t i = 0; i < count; i++) {                                                           \
        double whole = rint(values[i]);                                                            \
        if (!(whole >= (low) && whole < (high)))                                                   \
            return false;                                                                          \
        ((type *)into)[i] = (type)whole;                                                           \
    }                                                                                              \
    return true

/* False where a value does not fit. */
static bool convert(tp_type type, void *into, const double *values, size_t count) {
    switch (type) {
    case TP_FLOAT64:
        memcpy(into, values, count * sizeof *values);
        return true;
    case TP_FLOAT32:
        for (size_t i = 0; i < count; i++)
            ((float *)into)[i] = (float)values[i];
        return true;
    case TP_UINT8:
    case TP_BYTES:
        CONVERT_WHOLE(uint8_t, 0, 0x1p8);
    case TP_INT32:
        CONVERT_WHOLE(int32_t, -0x1p31, 0x1p31);
    case TP_UINT64:
        CONVERT_WHOLE(uint64_t, 0, 0x1p64);
    }
    return false;
}

static tp_status append(tp_writer_stream *stream, const double *doubles, const void *own,
                        size_t count, tp_error *error) {
    tp_writer *writer = stream->writer;
    tp_status status = writer->broken ? tp_writer_ready(writer, error) : TP_OK;
    size_t taken = 0;
    if (stream->closed)
        return tp_fail(error, TP_FAILED, writer->temporary.target, "stream '%s' has been closed",
                       writer->entries[stream->entry].path);
    while (status == TP_OK && taken < count) {
        status = tp_stream_reserve(stream, error);
        if (status != TP_OK)
            return status;
        size_t room = stream->capacity - stream->held;
        size_t rows = count - taken < room ? count - taken : room;
        unsigned char *into = stream->buffer.bytes + stream->held * stream->row_bytes;
        if (stream->row_bytes > 0 && doubles) {
            if (!convert(stream->type, into, doubles + taken * stream->row_values,
                         rows * stream->row_values))
                return tp_fail(error, TP_FAILED, writer->temporary.target,
                               "a value does not fit into the integers of array '%s'",
                               writer->entries[stream->entry].path);
        } else if (stream->row_bytes > 0) {
            memcpy(into, (const unsigned char *)own + taken * stream->row_bytes,
                   rows * stream->row_bytes);
        }
        taken += rows;
        stream->held += rows;
        if (stream->held == stream->capacity)
            status = write_rows(stream, false, error);
    }
    return status;
}

tp_status tp_writer_append_doubles(tp_writer_stream *stream, const double *rows, size_t count,
                                   tp_error *error) {
    return append(stream, rows, NULL, count, error);
}

tp_status tp_writer_append(tp_writer_stream *stream, const void *rows, size_t count,
                           tp_error *error) {
    return append(stream, NULL, rows, count, error);
}

tp_status tp_writer_stream_close(tp_writer_stream *stream, tp_error *error) {
    tp_writer *writer = stream->writer;
    tp_status status =
        writer->broken ? tp_writer_ready(writer, error) : write_rows(stream, true, error);
    stream->closed = true;
    free(stream->buffer.bytes);
    stream->buffer = (tp_pack_buffer){0};
    return status;
}

tp_writer_stream *tp_writer_stream_find(const tp_writer *writer, const char *path) {
    char *clean = tp_hdf5_path(path);
    tp_writer_stream *stream = clean ? writer->streams : NULL;
    while (stream && (stream->closed || strcmp(writer->entries[stream->entry].path, clean) != 0))
        stream = stream->next;
    free(clean);
    return stream;
}

tp_status tp_stream_finish(tp_writer *writer, tp_error *error) {
    tp_status status = TP_OK;
    for (tp_writer_stream *stream = writer->streams; status == TP_OK && stream;
         stream = stream->next)
        if (!stream->closed)
            status = tp_writer_stream_close(stream, error);
    return status == TP_OK ? tp_writer_ready(writer, error) : status;
}

void tp_stream_free(tp_writer *writer) {
    while (writer->streams) {
        tp_writer_stream *next = writer->streams->next;
        free(writer->streams->buffer.bytes);
        free(writer->streams);
        writer->streams = next;
    }
}
