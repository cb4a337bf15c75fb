/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is asked for in pieces and freed at once. */
#ifndef TP_BASE_ARENA_H
#define TP_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct tp_arena {
    struct tp_arena_piece *last;
    bool failed; /* some piece could not be had: what was made without it is not whole */
} tp_arena;

/* Zeroed memory, aligned for any type; NULL where there is none. */
void *tp_arena_alloc(tp_arena *arena, size_t size);
char *tp_arena_text(tp_arena *arena, const char *text);
__attribute__((format(printf, 2, 3))) char *tp_arena_format(tp_arena *arena, const char *format,
                                                            ...);
void tp_arena_free(tp_arena *arena);

#endif
