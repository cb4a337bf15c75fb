/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By the archive's directory, at its end (PKWARE's APPNOTE 6.3; ZIP64 for what NumPy streams). */
#include "stimuli/zip_entry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/fail.h"
#include "stimuli/numpy_file.h"

enum { END_BYTES = 22, LONGEST_COMMENT = 65535, ENTRY_BYTES = 46, LOCAL_BYTES = 30 };
enum { STORED = 0, DEFLATED = 8, LARGEST_DIRECTORY = 16 << 20 };
#define SIGNATURE_END 0x06054b50u
#define SIGNATURE_ENTRY 0x02014b50u
#define SIGNATURE_LOCAL 0x04034b50u

typedef struct archive {
    FILE *file;
    const char *path;
    uint64_t size;
    unsigned char *directory;
    size_t directory_size;
    tp_error *error;
} archive;

typedef struct entry {
    unsigned flags, method;
    uint32_t checksum;
    uint64_t packed, size, offset; /* offset of its local header */
} entry;

static uint32_t little(const unsigned char *bytes, int count) {
    uint32_t number = 0;
    for (int i = count; i-- > 0;)
        number = number << 8 | bytes[i];
    return number;
}

static uint64_t little64(const unsigned char *bytes) {
    return little(bytes, 4) | (uint64_t)little(bytes + 4, 4) << 32;
}

static tp_status damaged(const archive *a, const char *why) {
    tp_fail(a->error, TP_INVALID, a->path, "the archive is damaged: %s", why);
    return tp_hint(a->error, "download or copy the file again");
}

static tp_status take(const archive *a, uint64_t offset, size_t count, unsigned char *bytes) {
    if (offset > a->size || count > a->size - offset)
        return damaged(a, "it says that it is longer than it is");
    if (fseeko(a->file, (off_t)offset, SEEK_SET) != 0 || fread(bytes, 1, count, a->file) != count)
        return tp_fail(a->error, TP_FAILED, a->path, "cannot read the file");
    return TP_OK;
}

static tp_status take_directory(archive *a, const unsigned char *end) {
    const size_t size = little(end + 12, 4);
    const uint64_t offset = little(end + 16, 4);
    if (size > LARGEST_DIRECTORY)
        return damaged(a, "its directory is larger than 16 MiB");
    a->directory = malloc(size + 1);
    if (!a->directory)
        return tp_fail_memory(a->error, "reading an archive");
    a->directory_size = size;
    return take(a, offset, size, a->directory);
}

/* The end of the directory is the last place that looks like it. */
static tp_status find_directory(archive *a) {
    if (fseeko(a->file, 0, SEEK_END) != 0)
        return tp_fail(a->error, TP_FAILED, a->path, "cannot read the file");
    a->size = (uint64_t)ftello(a->file);
    const size_t tail =
        a->size < END_BYTES + LONGEST_COMMENT ? (size_t)a->size : END_BYTES + LONGEST_COMMENT;
    unsigned char *bytes = malloc(tail + 1);
    if (!bytes)
        return tp_fail_memory(a->error, "reading an archive");
    tp_status status = take(a, a->size - tail, tail, bytes);
    size_t at = tail >= END_BYTES ? tail - END_BYTES + 1 : 0;
    while (status == TP_OK && at-- > 0)
        if (little(bytes + at, 4) == SIGNATURE_END)
            break;
    if (status == TP_OK && at < tail)
        status = take_directory(a, bytes + at);
    else if (status == TP_OK)
        status = damaged(a, "it has no directory at its end; it may be cut short");
    free(bytes);
    return status;
}

/* ZIP64: the sizes that say nothing stand in a field behind the name. */
static void take_large(const unsigned char *extra, size_t length, entry *e) {
    while (length >= 4) {
        const size_t size = little(extra + 2, 2);
        if (size > length - 4)
            return;
        if (little(extra, 2) == 1) {
            uint64_t *const fields[] = {&e->size, &e->packed, &e->offset};
            size_t at = 4;
            for (int i = 0; i < 3; i++)
                if (*fields[i] == UINT32_MAX && at + 8 <= size + 4) {
                    *fields[i] = little64(extra + at);
                    at += 8;
                }
            return;
        }
        extra += 4 + size;
        length -= 4 + size;
    }
}

static void list_name(char *list, size_t room, const unsigned char *name, size_t length) {
    const size_t used = strlen(list);
    if (used + length + 4 > room)
        return;
    snprintf(list + used, room - used, "%s", used ? ", " : "");
    char *to = list + strlen(list);
    for (size_t i = 0; i < length; i++)
        to[i] = name[i] >= ' ' && name[i] < 127 ? (char)name[i] : '?';
    to[length] = '\0';
}

static tp_status find_entry(const archive *a, const char *name, entry *e) {
    char names[300] = "";
    for (size_t at = 0; at + ENTRY_BYTES <= a->directory_size;) {
        const unsigned char *d = a->directory + at;
        const size_t length = little(d + 28, 2), extra = little(d + 30, 2);
        const size_t all = ENTRY_BYTES + length + extra + little(d + 32, 2);
        if (little(d, 4) != SIGNATURE_ENTRY || all > a->directory_size - at)
            return damaged(a, "its directory cannot be read");
        if (length == strlen(name) && memcmp(d + ENTRY_BYTES, name, length) == 0) {
            *e = (entry){.flags = little(d + 8, 2),
                         .method = little(d + 10, 2),
                         .checksum = little(d + 16, 4),
                         .packed = little(d + 20, 4),
                         .size = little(d + 24, 4),
                         .offset = little(d + 42, 4)};
            take_large(d + ENTRY_BYTES + length, extra, e);
            return TP_OK;
        }
        list_name(names, sizeof names, d + ENTRY_BYTES, length);
        at += all;
    }
    tp_fail(a->error, TP_INVALID, a->path, "the archive holds no '%.80s'", name);
    return tp_hint(a->error, "it holds: %s", *names ? names : "nothing");
}

static tp_status inflate_all(const archive *a, const unsigned char *packed, const entry *e,
                             unsigned char *bytes) {
    z_stream stream = {0};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return tp_fail_memory(a->error, "unpacking an archive");
    uint64_t given = 0, room = 0;
    int code = Z_OK;
    stream.next_in = (unsigned char *)packed;
    stream.next_out = bytes;
    while (code == Z_OK) {
        const uint64_t in = e->packed - given, out = e->size - room;
        const unsigned part_in = in > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)in;
        const unsigned part_out = out > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)out;
        stream.avail_in = part_in;
        stream.avail_out = part_out;
        code = inflate(&stream, Z_NO_FLUSH);
        given += part_in - stream.avail_in;
        room += part_out - stream.avail_out;
        if (code == Z_OK && part_in == stream.avail_in && part_out == stream.avail_out)
            code = Z_BUF_ERROR;
    }
    inflateEnd(&stream);
    return code == Z_STREAM_END && room == e->size
               ? TP_OK
               : damaged(a, "an array does not unpack to the size that it is said to have");
}

static tp_status check_entry(const archive *a, const entry *e, const char *name) {
    if (e->flags & 1)
        return damaged(a, "an array is encrypted");
    if (e->method != STORED && e->method != DEFLATED) {
        tp_fail(a->error, TP_INVALID, a->path,
                "%.80s is packed by method %u; expected 0 (stored) "
                "or 8 (deflated)",
                name, e->method);
        return tp_hint(a->error, "save it by numpy.savez or numpy.savez_compressed");
    }
    if (e->size > TP_BYTES_MOST || e->packed > a->size)
        return damaged(a, "an array is said to be larger than 4 GiB, or than the archive");
    /* Deflate makes nothing smaller than to a 1032nd. */
    if (e->method == STORED ? e->size != e->packed : e->size / 1032 > e->packed)
        return damaged(a, "an array is said to be larger than its bytes can hold");
    return TP_OK;
}

static tp_status unpack(const archive *a, const entry *e, unsigned char **bytes) {
    unsigned char local[LOCAL_BYTES];
    tp_status status = take(a, e->offset, sizeof local, local);
    if (status == TP_OK && little(local, 4) != SIGNATURE_LOCAL)
        status = damaged(a, "its directory leads to no array");
    if (status != TP_OK)
        return status;
    const uint64_t start = e->offset + LOCAL_BYTES + little(local + 26, 2) + little(local + 28, 2);
    if (start > a->size || e->packed > a->size - start)
        return damaged(a, "it says that it is longer than it is");
    unsigned char *packed = malloc(e->packed + 1);
    *bytes = e->method == STORED ? packed : malloc(e->size + 1);
    status = packed && *bytes ? take(a, start, e->packed, packed)
                              : tp_fail_memory(a->error, "reading an archive");
    if (status == TP_OK && e->method == DEFLATED)
        status = inflate_all(a, packed, e, *bytes);
    if (packed != *bytes)
        free(packed);
    if (status == TP_OK && crc32_z(0, *bytes, e->size) != e->checksum)
        status = damaged(a, "the checksum of an array is wrong");
    return status;
}

tp_status tp_zip_entry_read(FILE *file, const char *path, const char *name, unsigned char **bytes,
                            size_t *length, tp_error *error) {
    archive a = {.file = file, .path = path, .error = error};
    entry e = {0};
    *bytes = NULL;
    tp_status status = find_directory(&a);
    if (status == TP_OK)
        status = find_entry(&a, name, &e);
    if (status == TP_OK)
        status = check_entry(&a, &e, name);
    if (status == TP_OK)
        status = unpack(&a, &e, bytes);
    free(a.directory);
    if (status == TP_OK) {
        *length = e.size;
        return TP_OK;
    }
    free(*bytes);
    *bytes = NULL;
    return status;
}
