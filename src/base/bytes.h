/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes that are put one after another and taken in the same order. */
#ifndef TP_BASE_BYTES_H
#define TP_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tp_bytes {
    uint8_t *data;
    size_t size, room;
    size_t at; /* of what is taken next */
} tp_bytes;

/* False where memory is out. */
bool tp_bytes_put(tp_bytes *bytes, const void *data, size_t size);
bool tp_bytes_put_number(tp_bytes *bytes, uint64_t number);
bool tp_bytes_put_text(tp_bytes *bytes, const char *text);

/* Makes room for `size` more, which are the caller's to fill; NULL where memory is out. */
void *tp_bytes_reserve(tp_bytes *bytes, size_t size);

/* False where there are fewer. */
bool tp_bytes_take(tp_bytes *bytes, void *data, size_t size);
bool tp_bytes_take_number(tp_bytes *bytes, uint64_t *number);

/* The next `size` bytes where they lie, or the next text; NULL where there are fewer. */
const void *tp_bytes_view(tp_bytes *bytes, size_t size);
const char *tp_bytes_view_text(tp_bytes *bytes);

void tp_bytes_free(tp_bytes *bytes);

#endif
