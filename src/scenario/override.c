/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --set path=value: a value put into the tree as if it had stood in the file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
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

tp_status tp_node_override(tp_arena *arena, tp_node *root, const char *assignment,
                           tp_error *error) {
    const char *origin = tp_arena_format(arena, "--set %s", assignment);
    char *path = tp_arena_text(arena, assignment);
    if (!origin || !path)
        return tp_fail_memory(error, "reading --set");
    char *equals = strchr(path, '=');
    if (!equals || equals == path)
        return tp_fail(error, TP_INVALID, origin, "expected path=value, such as recall.noise=0.2");
    *equals = '\0';
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

    tp_node *node = root;
    for (char *component = path; component;) {
        char *dot = strchr(component, '.');
        if (dot)
            *dot++ = '\0';
        tp_node **place;
        if (component[0] == '\0')
            return tp_fail(error, TP_INVALID, origin, "the path has an empty part");
        tp_status status = place_of(arena, node, component, origin, &place, error);
        if (status != TP_OK)
            return status;
        if (!dot)
            *place = value;
        else if (!*place && !(*place = new_map(arena, origin)))
            return tp_fail_memory(error, "reading --set");
        node = *place;
        component = dot;
    }
    return TP_OK;
}
