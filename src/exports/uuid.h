/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that are the same for the same content: a UUID of version 8 (RFC 9562), whose bits are a
 * hash (FNV-1a, 128 bits). Not against forgery. */
#ifndef TP_EXPORTS_UUID_H
#define TP_EXPORTS_UUID_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

typedef struct tp_hash {
    uint64_t high, low;
} tp_hash;

tp_hash tp_hash_start(void);
void tp_hash_add(tp_hash *hash, const void *bytes, size_t count);

enum { TP_UUID_ROOM = 37 };
void tp_hash_uuid(const tp_hash *hash, char uuid[TP_UUID_ROOM]);

/* Adds all bytes of a file. */
tp_status tp_hash_file(tp_hash *hash, const char *path, tp_error *error);

#endif
