/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of trees, and trees as text. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/node.h"
#include "scenario/schema.h"

tp_node *tp_node_copy(tp_arena *arena, const tp_node *node) {
    tp_node *copy = tp_arena_alloc(arena, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = *node;
    if (node->kind == TP_NODE_SCALAR)
        return copy;
    copy->items = tp_arena_alloc(arena, (node->count + 1) * sizeof *copy->items);
    if (!copy->items)
        return NULL;
    for (size_t i = 0; i < node->count; i++)
        if (!(copy->items[i] = tp_node_copy(arena, node->items[i])))
            return NULL;
    if (node->kind == TP_NODE_LIST)
        return copy;
    copy->keys = tp_arena_alloc(arena, (node->count + 1) * sizeof *copy->keys);
    if (!copy->keys)
        return NULL;
    if (node->count > 0)
        memcpy(copy->keys, node->keys, node->count * sizeof *copy->keys);
    return copy;
}

bool tp_node_is_plain(const char *text) {
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "_.+-%/: ";
    const size_t length = strlen(text);
    if (length == 0 || strspn(text, safe) != length || text[0] == ' ' || text[length - 1] == ' ')
        return false;
    return !strchr("-:%", text[0]) || (text[0] == '-' && strchr(".0123456789", text[1]))
               ? !strstr(text, ": ") && text[length - 1] != ':'
               : false;
}

static bool write_scalar(tp_arena *arena, const char *text, FILE *stream) {
    const char *written = tp_node_is_plain(text) ? text : tp_value_quoted(arena, text);
    return written && fputs(written, stream) >= 0;
}

static bool write_flow(tp_arena *arena, const tp_node *node, FILE *stream) {
    if (node->kind == TP_NODE_SCALAR)
        return write_scalar(arena, node->text, stream);
    const bool map = node->kind == TP_NODE_MAP;
    fputc(map ? '{' : '[', stream);
    for (size_t i = 0; i < node->count; i++) {
        if (i > 0)
            fputs(", ", stream);
        if (map && (!write_scalar(arena, node->keys[i]->text, stream) || fputs(": ", stream) < 0))
            return false;
        if (!write_flow(arena, node->items[i], stream))
            return false;
    }
    return fputc(map ? '}' : ']', stream) >= 0;
}

const char *tp_node_flow(tp_arena *arena, const tp_node *node) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return NULL;
    const bool written = write_flow(arena, node, stream);
    const bool closed = fclose(stream) == 0;
    const char *kept = written && closed ? tp_arena_text(arena, text) : NULL;
    free(text);
    return kept;
}
