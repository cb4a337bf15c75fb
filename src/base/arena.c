/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tp_arena_piece {
    struct tp_arena_piece *previous;
    _Alignas(max_align_t) unsigned char memory[];
};

void *tp_arena_alloc(tp_arena *arena, size_t size) {
    if (size > SIZE_MAX - sizeof(struct tp_arena_piece))
        return NULL;
    struct tp_arena_piece *piece = calloc(1, sizeof *piece + size);
    if (!piece) {
        arena->failed = true;
        return NULL;
    }
    piece->previous = arena->last;
    arena->last = piece;
    return piece->memory;
}

char *tp_arena_text(tp_arena *arena, const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = tp_arena_alloc(arena, size);
    if (copy)
        memcpy(copy, text, size);
    return copy;
}

char *tp_arena_format(tp_arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        return NULL;
    char *text = tp_arena_alloc(arena, (size_t)length + 1);
    if (!text)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void tp_arena_free(tp_arena *arena) {
    struct tp_arena_piece *piece = arena->last;
    while (piece) {
        struct tp_arena_piece *previous = piece->previous;
        free(piece);
        piece = previous;
    }
    arena->last = NULL;
}
