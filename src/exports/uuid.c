/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/uuid.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"

__extension__ typedef unsigned __int128 wide;

tp_hash tp_hash_start(void) {
    return (tp_hash){0x6c62272e07bb0142, 0x62b821756295c58d};
}

void tp_hash_add(tp_hash *hash, const void *bytes, size_t count) {
    const wide prime = (wide)1 << 88 | 0x13b;
    const unsigned char *at = bytes;
    wide number = (wide)hash->high << 64 | hash->low;
    for (size_t i = 0; i < count; i++)
        number = (number ^ at[i]) * prime;
    hash->high = (uint64_t)(number >> 64);
    hash->low = (uint64_t)number;
}

void tp_hash_uuid(const tp_hash *hash, char uuid[TP_UUID_ROOM]) {
    const uint64_t high = (hash->high & ~(uint64_t)0xf000) | 0x8000;
    const uint64_t low = (hash->low & ~((uint64_t)3 << 62)) | (uint64_t)2 << 62;
    snprintf(uuid, TP_UUID_ROOM, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(high >> 32),
             (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xffff), (unsigned)(low >> 48),
             (unsigned long long)(low & 0xffffffffffff));
}

tp_status tp_hash_file(tp_hash *hash, const char *path, tp_error *error) {
    unsigned char bytes[1 << 16];
    FILE *file = fopen(path, "rb");
    if (!file)
        return tp_fail(error, TP_FAILED, path, "cannot be opened: %s", strerror(errno));
    size_t count;
    while ((count = fread(bytes, 1, sizeof bytes, file)) > 0)
        tp_hash_add(hash, bytes, count);
    const bool whole = !ferror(file);
    (void)fclose(file);
    return whole ? TP_OK : tp_fail(error, TP_FAILED, path, "cannot be read");
}
