/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

void *tp_bytes_reserve(tp_bytes *bytes, size_t size) {
    if (size > SIZE_MAX / 4 || bytes->size > SIZE_MAX / 4)
        return NULL;
    if (!bytes->data || bytes->size + size > bytes->room) {
        size_t room = bytes->room ? 2 * bytes->room : 4096;
        while (room < bytes->size + size)
            room *= 2;
        uint8_t *data = realloc(bytes->data, room);
        if (!data)
            return NULL;
        bytes->data = data;
        bytes->room = room;
    }
    void *place = bytes->data + bytes->size;
    bytes->size += size;
    return place;
}

bool tp_bytes_put(tp_bytes *bytes, const void *data, size_t size) {
    void *place = tp_bytes_reserve(bytes, size);
    if (place && size > 0)
        memcpy(place, data, size);
    return place != NULL;
}

bool tp_bytes_put_number(tp_bytes *bytes, uint64_t number) {
    return tp_bytes_put(bytes, &number, sizeof number);
}

bool tp_bytes_put_text(tp_bytes *bytes, const char *text) {
    const size_t size = strlen(text) + 1;
    return tp_bytes_put_number(bytes, size) && tp_bytes_put(bytes, text, size);
}

const void *tp_bytes_view(tp_bytes *bytes, size_t size) {
    if (size > bytes->size - bytes->at)
        return NULL;
    /* Something to point at, also where there is nothing. */
    const void *place = bytes->data ? bytes->data + bytes->at : (const uint8_t *)"";
    bytes->at += size;
    return place;
}

bool tp_bytes_take(tp_bytes *bytes, void *data, size_t size) {
    const void *place = tp_bytes_view(bytes, size);
    if (place && size > 0)
        memcpy(data, place, size);
    return place != NULL;
}

bool tp_bytes_take_number(tp_bytes *bytes, uint64_t *number) {
    return tp_bytes_take(bytes, number, sizeof *number);
}

const char *tp_bytes_view_text(tp_bytes *bytes) {
    uint64_t size;
    if (!tp_bytes_take_number(bytes, &size) || size == 0 || size > bytes->size)
        return NULL;
    const char *text = tp_bytes_view(bytes, (size_t)size);
    return text && text[size - 1] == '\0' ? text : NULL;
}

void tp_bytes_free(tp_bytes *bytes) {
    free(bytes->data);
    *bytes = (tp_bytes){0};
}
