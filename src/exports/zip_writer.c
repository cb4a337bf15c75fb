/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/zip_writer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/fail.h"

enum { OUT_BYTES = 1 << 16, DEFLATED = 8, UTF8_NAMES = 1 << 11, LONGEST_NAME = 65535 };
enum { VERSION_ZIP64 = 45, FIRST_DAY = 1 << 5 | 1 }; /* 1 January 1980 */
enum { LOCAL_BYTES = 30, LOCAL_EXTRA = 20, LOCAL_CRC_AT = 14 };

typedef struct entry {
    char *name;
    uint64_t size, packed, offset;
    uint32_t checksum;
} entry;

struct tp_zip_writer {
    FILE *file;
    char *target;
    uint64_t large, at;
    entry *entries;
    size_t count, room;
    bool open; /* the last entry goes on */
    z_stream stream;
    bool streams;
    unsigned char out[OUT_BYTES];
};

/* Bytes of a header, the least significant first. */
typedef struct header {
    unsigned char bytes[128];
    size_t size;
} header;

static void put(header *h, uint64_t number, int bytes) {
    for (int i = 0; i < bytes; i++)
        h->bytes[h->size++] = (unsigned char)(number >> 8 * i);
}

static tp_status fail_write(const tp_zip_writer *zip, tp_error *error) {
    return tp_fail(error, TP_FAILED, zip->target, "cannot be written: %s", strerror(errno));
}

static tp_status write_bytes(tp_zip_writer *zip, const void *bytes, size_t count, tp_error *error) {
    if (count > 0 && fwrite(bytes, 1, count, zip->file) != count)
        return fail_write(zip, error);
    zip->at += count;
    return TP_OK;
}

tp_status tp_zip_open(const char *path, const char *target, uint64_t large, tp_zip_writer **zip,
                      tp_error *error) {
    tp_zip_writer *made = calloc(1, sizeof *made);
    *zip = made;
    if (!made)
        return tp_fail_memory(error, "writing an archive");
    made->large = large ? large : UINT32_MAX;
    made->target = malloc(strlen(target) + 1);
    if (!made->target || deflateInit2(&made->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS,
                                      8, Z_DEFAULT_STRATEGY) != Z_OK)
        return tp_fail_memory(error, "writing an archive");
    made->streams = true;
    strcpy(made->target, target);
    made->file = fopen(path, "r+b");
    return made->file ? TP_OK : fail_write(made, error);
}

/* Packs what the stream has been given. */
static tp_status pack(tp_zip_writer *zip, int flush, tp_error *error) {
    int answer;
    do {
        zip->stream.next_out = zip->out;
        zip->stream.avail_out = OUT_BYTES;
        answer = deflate(&zip->stream, flush);
        const size_t made = OUT_BYTES - zip->stream.avail_out;
        const tp_status status = write_bytes(zip, zip->out, made, error);
        if (status != TP_OK)
            return status;
        zip->entries[zip->count - 1].packed += made;
    } while (zip->stream.avail_out == 0 || (flush == Z_FINISH && answer == Z_OK));
    return TP_OK;
}

/* Ends the entry: its sizes, known by now, go into its header. */
static tp_status end_entry(tp_zip_writer *zip, tp_error *error) {
    if (!zip->open)
        return TP_OK;
    const entry *e = &zip->entries[zip->count - 1];
    tp_status status = pack(zip, Z_FINISH, error);
    if (status != TP_OK)
        return status;
    zip->open = false;
    (void)deflateReset(&zip->stream);
    header checksum = {.size = 0}, sizes = {.size = 0};
    put(&checksum, e->checksum, 4);
    put(&sizes, e->size, 8);
    put(&sizes, e->packed, 8);
    const uint64_t extra = e->offset + LOCAL_BYTES + strlen(e->name) + 4;
    if (fseeko(zip->file, (off_t)(e->offset + LOCAL_CRC_AT), SEEK_SET) != 0 ||
        fwrite(checksum.bytes, 1, checksum.size, zip->file) != checksum.size ||
        fseeko(zip->file, (off_t)extra, SEEK_SET) != 0 ||
        fwrite(sizes.bytes, 1, sizes.size, zip->file) != sizes.size ||
        fseeko(zip->file, (off_t)zip->at, SEEK_SET) != 0)
        return fail_write(zip, error);
    return TP_OK;
}

static tp_status note_entry(tp_zip_writer *zip, const char *name, tp_error *error) {
    if (zip->count == zip->room) {
        const size_t room = zip->room ? 2 * zip->room : 64;
        entry *grown = realloc(zip->entries, room * sizeof *grown);
        if (!grown)
            return tp_fail_memory(error, "writing an archive");
        zip->entries = grown;
        zip->room = room;
    }
    char *copy = malloc(strlen(name) + 1);
    if (!copy)
        return tp_fail_memory(error, "writing an archive");
    strcpy(copy, name);
    zip->entries[zip->count++] =
        (entry){.name = copy, .offset = zip->at, .checksum = (uint32_t)crc32(0, NULL, 0)};
    return TP_OK;
}

tp_status tp_zip_entry(tp_zip_writer *zip, const char *name, tp_error *error) {
    if (strlen(name) > LONGEST_NAME)
        return tp_fail(error, TP_FAILED, zip->target, "cannot hold a name of %zu bytes",
                       strlen(name));
    tp_status status = end_entry(zip, error);
    if (status == TP_OK)
        status = note_entry(zip, name, error);
    if (status != TP_OK)
        return status;
    /* Always with room for large sizes, which nobody knows yet. */
    header h = {.size = 0};
    put(&h, 0x04034b50, 4);
    put(&h, VERSION_ZIP64, 2);
    put(&h, UTF8_NAMES, 2);
    put(&h, DEFLATED, 2);
    put(&h, 0, 2);
    put(&h, FIRST_DAY, 2);
    put(&h, 0, 4);
    put(&h, UINT32_MAX, 4);
    put(&h, UINT32_MAX, 4);
    put(&h, strlen(name), 2);
    put(&h, LOCAL_EXTRA, 2);
    header extra = {.size = 0};
    put(&extra, 1, 2);
    put(&extra, LOCAL_EXTRA - 4, 2);
    put(&extra, 0, 8);
    put(&extra, 0, 8);
    status = write_bytes(zip, h.bytes, h.size, error);
    if (status == TP_OK)
        status = write_bytes(zip, name, strlen(name), error);
    if (status == TP_OK)
        status = write_bytes(zip, extra.bytes, extra.size, error);
    zip->open = status == TP_OK;
    return status;
}

tp_status tp_zip_write(tp_zip_writer *zip, const void *bytes, size_t count, tp_error *error) {
    entry *e = &zip->entries[zip->count - 1];
    const unsigned char *from = bytes;
    tp_status status = TP_OK;
    while (status == TP_OK && count > 0) {
        const uInt part = count < OUT_BYTES ? (uInt)count : OUT_BYTES;
        e->checksum = (uint32_t)crc32(e->checksum, from, part);
        e->size += part;
        zip->stream.next_in = (unsigned char *)(uintptr_t)from;
        zip->stream.avail_in = part;
        status = pack(zip, Z_NO_FLUSH, error);
        from += part;
        count -= part;
    }
    return status;
}

static uint64_t small(const tp_zip_writer *zip, uint64_t number) {
    return number < zip->large ? number : UINT32_MAX;
}

/* An entry of the directory. */
static tp_status write_listed(tp_zip_writer *zip, const entry *e, tp_error *error) {
    header extra = {.size = 4}, h = {.size = 0};
    const uint64_t numbers[] = {e->size, e->packed, e->offset};
    for (int i = 0; i < 3; i++)
        if (numbers[i] >= zip->large)
            put(&extra, numbers[i], 8);
    const size_t length = extra.size > 4 ? extra.size : 0;
    extra.size = 0;
    put(&extra, 1, 2);
    put(&extra, length > 0 ? length - 4 : 0, 2);
    put(&h, 0x02014b50, 4);
    put(&h, VERSION_ZIP64, 2);
    put(&h, VERSION_ZIP64, 2);
    put(&h, UTF8_NAMES, 2);
    put(&h, DEFLATED, 2);
    put(&h, 0, 2);
    put(&h, FIRST_DAY, 2);
    put(&h, e->checksum, 4);
    put(&h, small(zip, e->packed), 4);
    put(&h, small(zip, e->size), 4);
    put(&h, strlen(e->name), 2);
    put(&h, length, 2);
    put(&h, 0, 8); /* no comment, one disk, no attributes... */
    put(&h, 0, 2); /* ... of any kind */
    put(&h, small(zip, e->offset), 4);
    tp_status status = write_bytes(zip, h.bytes, h.size, error);
    if (status == TP_OK)
        status = write_bytes(zip, e->name, strlen(e->name), error);
    if (status == TP_OK)
        status = write_bytes(zip, extra.bytes, length, error);
    return status;
}

tp_status tp_zip_finish(tp_zip_writer *zip, tp_error *error) {
    tp_status status = end_entry(zip, error);
    const uint64_t begin = zip->at;
    for (size_t i = 0; status == TP_OK && i < zip->count; i++)
        status = write_listed(zip, &zip->entries[i], error);
    if (status != TP_OK)
        return status;
    const uint64_t end = zip->at, size = end - begin;
    const bool many = zip->count >= UINT16_MAX || zip->count >= zip->large;
    header h = {.size = 0};
    if (many || size >= zip->large || begin >= zip->large) {
        put(&h, 0x06064b50, 4);
        put(&h, 44, 8); /* what follows of it */
        put(&h, VERSION_ZIP64, 2);
        put(&h, VERSION_ZIP64, 2);
        put(&h, 0, 4);
        put(&h, 0, 4);
        put(&h, zip->count, 8);
        put(&h, zip->count, 8);
        put(&h, size, 8);
        put(&h, begin, 8);
        put(&h, 0x07064b50, 4);
        put(&h, 0, 4);
        put(&h, end, 8);
        put(&h, 1, 4);
    }
    put(&h, 0x06054b50, 4);
    put(&h, 0, 4);
    put(&h, many ? UINT16_MAX : zip->count, 2);
    put(&h, many ? UINT16_MAX : zip->count, 2);
    put(&h, small(zip, size), 4);
    put(&h, small(zip, begin), 4);
    put(&h, 0, 2);
    status = write_bytes(zip, h.bytes, h.size, error);
    if (status == TP_OK && fflush(zip->file) != 0)
        status = fail_write(zip, error);
    FILE *file = zip->file;
    zip->file = NULL;
    if (fclose(file) != 0 && status == TP_OK)
        status = fail_write(zip, error);
    return status;
}

void tp_zip_close(tp_zip_writer **zip) {
    tp_zip_writer *gone = *zip;
    if (!gone)
        return;
    if (gone->file)
        (void)fclose(gone->file);
    if (gone->streams)
        (void)deflateEnd(&gone->stream);
    for (size_t i = 0; i < gone->count; i++)
        free(gone->entries[i].name);
    free(gone->entries);
    free(gone->target);
    free(gone);
    *zip = NULL;
}
