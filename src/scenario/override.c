/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --set path=value: a value put into the tree as if it had stood in the file. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "scenario/node.h"

static tp_node *new_map(tp_arena *arena, const char *origin) {
    tp_node *node = tp_arena_alloc(arena, sizeof *node);
    if (node)
        *node = (tp_node){.kind = TP_NODE_MAP, .origin = origin, .folder = ""};
    return node;
}

static tp_node **append_item(tp_arena *arena, tp_node *map, const char *key, const char *origin) {
    size_t count = map->count + 1;
    tp_node **keys = tp_arena_alloc(arena, count * sizeof *keys);
    tp_node **items = tp_arena_alloc(arena, count * sizeof *items);
    tp_node *name = new_map(arena, origin);
    if (!keys || !items || !name)
        return NULL;
    name->kind = TP_NODE_SCALAR;
    name->text = key;
    if (map->count > 0) {
        memcpy(keys, map->keys, map->count * sizeof *keys);
        memcpy(items, map->items, map->count * sizeof *items);
    }
    keys[map->count] = name;
    map->keys = keys;
    map->items = items;
    return &map->items[map->count++];
}

/* The place in `node` that one component of the path names; made where a map lacks it. */
static tp_status place_of(tp_arena *arena, tp_node *node, const char *component, const char *origin,
                          tp_node ***place, tp_error *error) {
    if (node->kind == TP_NODE_LIST) {
        char *end;
        errno = 0;
        unsigned long index = strtoul(component, &end, 10);
        if (component[0] < '0' || component[0] > '9' || *end || errno || index >= node->count) {
            tp_fail(error, TP_INVALID, origin, "'%s' is no item of the list, which has %zu",
                    component, node->count);
            return tp_hint(error, "items are counted from 0");
        }
        *place = &node->items[index];
        return TP_OK;
    }
    if (node->kind == TP_NODE_SCALAR) {
        tp_fail(error, TP_INVALID, origin, "'%s' cannot be set: '%s', above it, is a single value",
                component, node->text);
        return tp_hint(error, "set the whole block instead, as in --set 'a={b: 1, c: 2}'");
    }
    for (size_t i = 0; i < node->count; i++)
        if (strcmp(node->keys[i]->text, component) == 0) {
            *place = &node->items[i];
            return TP_OK;
        }
    *place = append_item(arena, node, component, origin);
    return *place ? TP_OK : tp_fail_memory(error, "reading --set");
}

/* Cuts the first component off a path; *rest is NULL behind the last. A bracket keeps dots
 * together. */
static tp_status cut(char *path, char **component, char **rest, const char *origin,
                     tp_error *error) {
    char *end;
    *component = path;
    if (*path == '[') {
        *component = path + 1;
        end = strchr(path, ']');
        if (!end || (end[1] != '.' && end[1] != '\0')) {
            tp_fail(error, TP_INVALID, origin, "the path has a bracket that does not close");
            return tp_hint(error, "expected [a.key] behind a dot, and a dot or = behind it");
        }
        *end++ = '\0';
    } else {
        end = path + strcspn(path, ".");
    }
    *rest = *end ? end + 1 : NULL;
    *end = '\0';
    if (**component == '\0') {
        tp_fail(error, TP_INVALID, origin, "the path has an empty part");
        return tp_hint(error, "expected keys with one dot between them, such as recall.noise");
    }
    if (strlen(*component) > TP_NODE_LONGEST_KEY) {
        tp_fail(error, TP_INVALID, origin, "the key '%.40s...' is too long", *component);
        return tp_hint(error, "expected at most %d bytes", (int)TP_NODE_LONGEST_KEY);
    }
    return TP_OK;
}

/* How many levels lie below a node. */
static int depth_of(const tp_node *node) {
    int deepest = 0;
    for (size_t i = 0; i < node->count; i++) {
        const int depth = 1 + depth_of(node->items[i]);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* The place that the path names; blocks on the way are made. The path is cut to pieces. `depth` is
 * that of what will be put there: what a file cannot hold, a --set cannot put together. */
static tp_status find_place(tp_arena *arena, tp_node *root, char *path, int depth,
                            const char *origin, tp_node ***place, tp_error *error) {
    tp_node *node = root;
    for (char *component, *rest = path; rest;) {
        if (++depth > TP_NODE_DEEPEST) {
            tp_fail(error, TP_INVALID, origin, "this is nested too deeply");
            return tp_hint(error, "expected at most %d levels", (int)TP_NODE_DEEPEST);
        }
        tp_status status = cut(rest, &component, &rest, origin, error);
        if (status == TP_OK)
            status = place_of(arena, node, component, origin, place, error);
        if (status != TP_OK)
            return status;
        if (rest && !**place && !(**place = new_map(arena, origin)))
            return tp_fail_memory(error, "reading the scenario");
        node = **place;
    }
    return TP_OK;
}

/* The value is read by libyaml, which takes nothing else; the path becomes keys as it stands. */
static bool is_text(const char *path) {
    unsigned long character;
    for (size_t length; *path; path += length)
        if ((length = tp_text_character(path, &character)) == 0)
            return false;
    return true;
}

tp_status tp_node_override(tp_arena *arena, tp_node *root, const char *assignment,
                           const char *origin, tp_error *error) {
    char *path = tp_arena_text(arena, assignment);
    if (!path)
        return tp_fail_memory(error, "reading --set");
    /* An equals sign within brackets belongs to the key. */
    char *from = path[0] == '[' && strchr(path, ']') ? strchr(path, ']') : path;
    char *equals = strchr(from, '=');
    if (!equals || equals == path)
        return tp_fail(error, TP_INVALID, origin, "expected path=value, such as recall.noise=0.2");
    *equals = '\0';
    if (!is_text(path)) {
        tp_fail(error, TP_INVALID, origin, "the path is not in UTF-8");
        return tp_hint(error, "expected keys with dots between them, such as recall.noise");
    }
    tp_node *value = new_map(arena, origin);
    if (!value)
        return tp_fail_memory(error, "reading --set");
    /* Nothing is an empty value, as it is in a file; not an empty document. */
    value->kind = TP_NODE_SCALAR;
    value->text = "";
    if (equals[1 + strspn(equals + 1, " \t")] != '\0') {
        tp_status status =
            tp_node_parse(arena, equals + 1, strlen(equals + 1), origin, "", 0, &value, error);
        if (status != TP_OK)
            return status;
    }
    tp_node **place = NULL;
    tp_status status = find_place(arena, root, path, depth_of(value), origin, &place, error);
    if (status == TP_OK)
        *place = value;
    return status;
}

/* Puts the items of a block into another one. */
static tp_status merge_map(tp_arena *arena, tp_node *into, const tp_node *from, tp_error *error) {
    for (size_t i = 0; i < from->count; i++) {
        tp_node **place, *item = from->items[i];
        tp_status status =
            place_of(arena, into, from->keys[i]->text, from->keys[i]->origin, &place, error);
        if (status == TP_OK && *place && (*place)->kind == TP_NODE_MAP && item->kind == TP_NODE_MAP)
            status = merge_map(arena, *place, item, error);
        else if (status == TP_OK)
            *place = item;
        if (status != TP_OK)
            return status;
        /* Where the key is unknown, the message is to point here. */
        for (size_t k = 0; k < into->count; k++)
            if (&into->items[k] == place && into->keys[k]->line == 0)
                into->keys[k] = from->keys[i];
    }
    return TP_OK;
}

tp_status tp_node_merge(tp_arena *arena, tp_node *root, const char *path, const tp_node *value,
                        tp_error *error) {
    char where[400];
    tp_node_where(value, where, sizeof where);
    char *parts = tp_arena_text(arena, path);
    const char *origin = tp_arena_text(arena, where);
    tp_node *copy = tp_node_copy(arena, value), **place = &root;
    if (!parts || !origin || !copy)
        return tp_fail_memory(error, "reading a level");
    tp_status status = TP_OK;
    if (strcmp(path, ".") != 0)
        status = find_place(arena, root, parts, depth_of(value), origin, &place, error);
    else if (value->kind != TP_NODE_MAP)
        return tp_fail(error, TP_INVALID, origin, "a level of '.', the scenario, must be a block");
    if (status != TP_OK)
        return status;
    if (*place && (*place)->kind == TP_NODE_MAP && copy->kind == TP_NODE_MAP)
        return merge_map(arena, *place, copy, error);
    *place = copy;
    return TP_OK;
}
