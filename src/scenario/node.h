/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A YAML document as a tree that remembers where each part stood. */
#ifndef TP_SCENARIO_NODE_H
#define TP_SCENARIO_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <tripartite/error.h>

#include "base/arena.h"

/* How deep blocks and lists may be nested. */
enum { TP_NODE_DEEPEST = 32 };

/* Bytes of a key. YAML reads keys of 1024 characters, and each may become six where it is printed.
 */
enum { TP_NODE_LONGEST_KEY = 128 };

typedef enum tp_node_kind { TP_NODE_SCALAR, TP_NODE_LIST, TP_NODE_MAP } tp_node_kind;

typedef struct tp_node {
    tp_node_kind kind;
    const char *text;       /* of a scalar */
    struct tp_node **keys;  /* of a map: scalars */
    struct tp_node **items; /* of a map or list */
    size_t count;
    const char *origin;  /* a file's path, "--set path=value", or NULL for a default */
    const char *folder;  /* where a relative path in it starts; "" for the current folder */
    size_t line, column; /* from 1; 0 where the origin is no file */
} tp_node;

/* Parses one YAML document. `origin` and `folder` are kept, not copied. in_file says whether lines
 * and columns mean something. An empty document is an empty map. */
tp_status tp_node_parse(tp_arena *arena, const char *text, size_t length, const char *origin,
                        const char *folder, int in_file, tp_node **root, tp_error *error);

/* The item of a map that has this key; NULL where there is none, or where node is no map. */
tp_node *tp_node_item(const tp_node *node, const char *key);

/* Applies "path=value" to the tree. Maps on the way are made where they are missing; a number
 * counts into a list from 0; a part in brackets is a key as it stands, dots and all. `origin` is
 * what the user wrote, for messages; it is kept, not copied. */
tp_status tp_node_override(tp_arena *arena, tp_node *root, const char *assignment,
                           const char *origin, tp_error *error);

/* Puts `value` at `path` ("." for the tree itself). A block is put into the block that is there,
 * key by key; anything else takes the place of what is there. The tree then holds parts of
 * `value`. */
tp_status tp_node_merge(tp_arena *arena, tp_node *root, const char *path, const tp_node *value,
                        tp_error *error);

/* A copy that shares texts alone with the original; NULL where memory is out. */
tp_node *tp_node_copy(tp_arena *arena, const tp_node *node);

/* The node as YAML in one line, {a: [1, 2]}; NULL where memory is out. */
const char *tp_node_flow(tp_arena *arena, const tp_node *node);

/* Whether a scalar means the same without quotes, also within brackets. */
bool tp_node_is_plain(const char *text);

/* "file:line:column", "--set path=value", or "" for a default. */
void tp_node_where(const tp_node *node, char *out, size_t room);

/* "a list", "a block", or the scalar in quotes, for messages. */
void tp_node_found(const tp_node *node, char *out, size_t room);

#endif
