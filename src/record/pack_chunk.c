/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HDF5's filters shuffle and deflate, done outside of it: by libdeflate, which packs in a third of
 * the time of the zlib that HDF5 calls, into what that zlib unpacks. */
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "record/pack.h"
#include "record/writer_private.h"

enum { SHUFFLE = 1, DEFLATE = 2 }; /* bits of the filters that were left out, by their order */

/* As below, for 4 bytes of which the lowest is the first, as in all that is packed here: by shifts,
 * of which a compiler makes vectors. */
static void shuffle_four(unsigned char *restrict to, const unsigned char *restrict from,
                         size_t values) {
    unsigned char *restrict second = to + values, *restrict third = to + 2 * values,
                            *restrict fourth = to + 3 * values;
    for (size_t i = 0; i < values; i++) {
        uint32_t value;
        memcpy(&value, from + 4 * i, sizeof value);
        to[i] = (unsigned char)(value & 0xff);
        second[i] = (unsigned char)(value >> 8 & 0xff);
        third[i] = (unsigned char)(value >> 16 & 0xff);
        fourth[i] = (unsigned char)(value >> 24);
    }
}

/* The first bytes of all values, then the second ones, and so on. */
static void shuffle(unsigned char *restrict to, const unsigned char *restrict from, size_t size,
                    size_t values) {
    if (size == 4) {
        shuffle_four(to, from, values);
        return;
    }
    for (size_t b = 0; b < size; b++)
        for (size_t i = 0; i < values; i++)
            to[b * values + i] = from[i * size + b];
}

/* A chunk out of the rows; what lies beyond the array is zero, as HDF5 fills it. */
static void cut_out(const tp_writer_stream *stream, const unsigned char *rows, size_t count,
                    const hsize_t *offset, size_t value_bytes, unsigned char *chunk) {
    const size_t rank = stream->rank;
    size_t inside[TP_MAX_RANK], at[TP_MAX_RANK] = {0}, line = 0;
    for (size_t axis = 0; axis < rank; axis++) {
        const size_t length = axis == 0 ? count : stream->dims[axis];
        const size_t left = length - (size_t)offset[axis], whole = (size_t)stream->chunk[axis];
        line = inside[axis] = left < whole ? left : whole;
    }
    /* Lines along the last axis, which is the only one for rank 1. */
    for (bool more = true; more;) {
        size_t from = 0, to = 0;
        for (size_t axis = 0; axis < rank; axis++) {
            const size_t length = axis == 0 ? count : stream->dims[axis];
            from = from * length + (size_t)offset[axis] + at[axis];
            to = to * (size_t)stream->chunk[axis] + at[axis];
        }
        memcpy(chunk + to * value_bytes, rows + from * value_bytes, line * value_bytes);
        more = false;
        for (size_t axes = rank; !more && axes > 1; axes--) {
            const size_t axis = axes - 2;
            more = ++at[axis] < inside[axis];
            if (!more)
                at[axis] = 0;
        }
    }
}

/* Puts the filters that were left out, the packed size, and the packed chunk. */
static bool put_packed(struct libdeflate_compressor *deflate, const unsigned char *chunk,
                       size_t size, bool shuffled, tp_bytes *into) {
    const size_t mark = into->size;
    const uint64_t later[2] = {0};
    if (!tp_bytes_put(into, later, sizeof later))
        return false;
    unsigned char *place = tp_bytes_reserve(into, size);
    if (!place)
        return false;
    /* 0 where it would take more than it was: then deflate is left out. */
    const size_t packed = libdeflate_zlib_compress(deflate, chunk, size, place, size);
    const uint64_t head[2] = {packed > 0 ? 0u
                              : shuffled ? DEFLATE
                                         : SHUFFLE,
                              packed > 0 ? packed : size};
    if (packed == 0)
        memcpy(place, chunk, size);
    memcpy(into->data + mark, head, sizeof head);
    into->size = mark + sizeof head + (size_t)head[1];
    return true;
}

void tp_pack_room_free(tp_pack_room *room) {
    libdeflate_free_compressor(room->deflate);
    free(room->chunk);
    free(room->mixed);
    for (size_t k = 0; k < TP_PACK_RECENT; k++) {
        tp_bytes_free(&room->recent[k].rows);
        tp_bytes_free(&room->recent[k].chunk);
    }
    *room = (tp_pack_room){0};
}

static bool reserve(unsigned char **bytes, size_t *room, size_t size) {
    if (*room >= size)
        return true;
    free(*bytes);
    *bytes = malloc(size);
    *room = *bytes ? size : 0;
    return *bytes;
}

/* What is at rest gives the same rows again and again, which libdeflate would search as long as any
 * others: their chunk is kept. Rows whose first is not their last are not worth looking at. NULL:
 * these are not. */
static tp_pack_recent *recent_of(const tp_writer_stream *stream, const unsigned char *rows,
                                 size_t count, tp_pack_room *room) {
    const unsigned char *last = rows + (count - 1) * stream->row_bytes;
    return memcmp(rows, last, stream->row_bytes) == 0
               ? &room->recent[stream->number % TP_PACK_RECENT]
               : NULL;
}

static bool is_recent(const tp_pack_recent *recent, const unsigned char *rows, size_t size,
                      size_t value_bytes) {
    return recent->value_bytes == value_bytes && recent->rows.size == size &&
           memcmp(recent->rows.data, rows, size) == 0;
}

static void remember(tp_pack_recent *recent, const unsigned char *rows, size_t size,
                     size_t value_bytes, const tp_bytes *into, size_t mark) {
    recent->rows.size = recent->chunk.size = 0;
    /* Without memory the next ones are packed like any others. */
    const bool kept = tp_bytes_put(&recent->rows, rows, size) &&
                      tp_bytes_put(&recent->chunk, into->data + mark, into->size - mark);
    recent->value_bytes = kept ? value_bytes : 0;
}

bool tp_pack_chunks(const tp_writer_stream *stream, const unsigned char *rows, size_t count,
                    tp_pack_room *room, tp_bytes *into) {
    const size_t value_bytes = tp_type_size(stream->type);
    const bool shuffled = value_bytes > 1;
    hsize_t offset[TP_MAX_RANK] = {0};
    size_t values = 1;
    for (size_t axis = 0; axis < stream->rank; axis++)
        values *= (size_t)stream->chunk[axis];
    const size_t size = values * value_bytes;
    /* Where rows are whole chunks they are packed where they lie. */
    const bool whole = count * stream->row_bytes == size;
    if (!room->deflate)
        room->deflate = libdeflate_alloc_compressor(TP_DEFLATE_LEVEL);
    tp_pack_recent *recent = whole ? recent_of(stream, rows, count, room) : NULL;
    if (recent && is_recent(recent, rows, size, value_bytes))
        return tp_bytes_put(into, recent->chunk.data, recent->chunk.size);
    const size_t mark = into->size;
    bool put = room->deflate && (whole || reserve(&room->chunk, &room->chunk_size, size)) &&
               (!shuffled || reserve(&room->mixed, &room->mixed_size, size));
    do {
        if (!put)
            break;
        const unsigned char *raw = rows;
        if (!whole) {
            memset(room->chunk, 0, size);
            cut_out(stream, rows, count, offset, value_bytes, room->chunk);
            raw = room->chunk;
        }
        if (shuffled)
            shuffle(room->mixed, raw, value_bytes, values);
        put = put_packed(room->deflate, shuffled ? room->mixed : raw, size, shuffled, into);
    } while (put && tp_stream_next_chunk(stream, offset));
    if (put && recent)
        remember(recent, rows, size, value_bytes, into, mark);
    return put;
}
