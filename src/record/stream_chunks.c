/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a stream as they are packed in the file. */
#include <stdlib.h>

#include "base/fail.h"
#include "record/writer_private.h"

bool tp_stream_next_chunk(const tp_writer_stream *stream, hsize_t *offset) {
    for (size_t axis = stream->rank; axis-- > 1;) {
        offset[axis] += stream->chunk[axis];
        if (offset[axis] < stream->dims[axis])
            return true;
        offset[axis] = 0;
    }
    return false;
}

static tp_status take_chunk(const tp_writer_stream *stream, hid_t dataset, const hsize_t *offset,
                            tp_bytes *into, tp_error *error) {
    tp_writer *writer = stream->writer;
    const char *path = writer->entries[stream->entry].path;
    hsize_t size = 0;
    uint32_t filters = 0;
    if (H5Dget_chunk_storage_size(dataset, offset, &size) < 0)
        return tp_writer_break(writer, error, "looking at array '%s'", path);
    if (!tp_bytes_put_number(into, 0) || !tp_bytes_put_number(into, size))
        return tp_fail_memory(error, "committing");
    const size_t mark = into->size - 2 * sizeof(uint64_t);
    void *place = tp_bytes_reserve(into, (size_t)size);
    if (!place)
        return tp_fail_memory(error, "committing");
    if (H5Dread_chunk(dataset, H5P_DEFAULT, offset, &filters, place) < 0)
        return tp_writer_break(writer, error, "reading array '%s' back", path);
    for (size_t i = 0; i < sizeof filters; i++)
        into->data[mark + i] = (uint8_t)(filters >> 8 * i);
    return TP_OK;
}

tp_status tp_stream_take_chunks(const tp_writer_stream *stream, uint64_t first, size_t count,
                                tp_bytes *into, tp_error *error) {
    tp_writer *writer = stream->writer;
    hsize_t offset[TP_MAX_RANK] = {(hsize_t)first};
    if (count == 0 || stream->row_bytes == 0)
        return TP_OK;
    hid_t dataset = stream->dataset;
    if (stream->closed)
        dataset = H5Dopen2(writer->file, writer->entries[stream->entry].path, H5P_DEFAULT);
    if (dataset < 0)
        return tp_writer_break(writer, error, "opening array '%s'",
                               writer->entries[stream->entry].path);
    tp_status status;
    do
        status = take_chunk(stream, dataset, offset, into, error);
    while (status == TP_OK && tp_stream_next_chunk(stream, offset));
    if (stream->closed && status == TP_OK && H5Dclose(dataset) < 0)
        status = tp_writer_break(writer, error, "closing array '%s'",
                                 writer->entries[stream->entry].path);
    return status;
}

/* Behind the rows that are written. */
static tp_status put(tp_writer_stream *stream, size_t count, tp_bytes *from, tp_error *error) {
    tp_writer *writer = stream->writer;
    const char *path = writer->entries[stream->entry].path;
    hsize_t offset[TP_MAX_RANK] = {stream->written};
    if (count > 0 && stream->row_bytes > 0)
        do {
            uint64_t filters, size;
            const void *chunk = NULL;
            if (tp_bytes_take_number(from, &filters) && tp_bytes_take_number(from, &size))
                chunk = tp_bytes_view(from, (size_t)size);
            if (!chunk)
                return tp_fail(error, TP_INVALID, "", "rows of '%s' are missing", path);
            if (H5Dwrite_chunk(stream->dataset, H5P_DEFAULT, (uint32_t)filters, offset,
                               (size_t)size, chunk) < 0)
                return tp_writer_break(writer, error, "writing array '%s'", path);
        } while (tp_stream_next_chunk(stream, offset));
    stream->written += count;
    return TP_OK;
}

tp_status tp_stream_put_chunks(tp_writer_stream *stream, size_t count, tp_bytes *from,
                               tp_error *error) {
    tp_writer *writer = stream->writer;
    hsize_t dims[TP_MAX_RANK];
    if (count > stream->capacity)
        return tp_fail(error, TP_INVALID, "", "there are more rows in it than a chunk holds");
    for (size_t axis = 0; axis < stream->rank; axis++)
        dims[axis] = stream->dims[axis];
    dims[0] = stream->written + count;
    if (H5Dset_extent(stream->dataset, dims) < 0)
        return tp_writer_break(writer, error, "growing array '%s'",
                               writer->entries[stream->entry].path);
    return put(stream, count, from, error);
}

tp_status tp_stream_put_whole(tp_writer_stream *stream, const void *rows, size_t count,
                              tp_error *error) {
    tp_writer *writer = stream->writer;
    tp_bytes chunks = {0};
    tp_pack_room *room = tp_packs_room(&writer->packs);
    tp_status status = room ? TP_OK : tp_writer_starve(writer, error);
    const unsigned char *next = rows;
    while (status == TP_OK && count > 0) {
        const size_t some = count < stream->capacity ? count : stream->capacity;
        chunks.size = chunks.at = 0;
        if (tp_pack_chunks(stream, next, some, room, &chunks))
            status = put(stream, some, &chunks, error);
        else
            status = tp_writer_starve(writer, error);
        next += some * stream->row_bytes;
        count -= some;
    }
    tp_bytes_free(&chunks);
    return status;
}
