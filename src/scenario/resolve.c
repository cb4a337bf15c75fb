/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the tree of a scenario file to typed values, by the descriptors. */
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/text.h"
#include "base/units.h"
#include "scenario/schema.h"

enum { LONGEST_LIST = 10000, MOST_KEYS = 256 };

typedef struct resolving {
    tp_resolved *resolved;
    tp_arena *arena;
    tp_units *units;
    tp_error *error;
} resolving;

static tp_status fail_at(const resolving *r, const tp_node *node, const char *path,
                         const char *expected) {
    char where[400], found[120];
    tp_node_where(node, where, sizeof where);
    tp_node_found(node, found, sizeof found);
    return tp_fail(r->error, TP_INVALID, where, "%s%sfound %s; %s", path, *path ? ": " : "", found,
                   expected);
}

static tp_entry *add_entry(resolving *r, const char *path, const tp_field *field,
                           const tp_node *node, int depth) {
    tp_resolved *resolved = r->resolved;
    if (resolved->count == resolved->room) {
        size_t room = resolved->room ? 2 * resolved->room : 128;
        tp_entry *entries = tp_arena_alloc(r->arena, room * sizeof *entries);
        if (!entries) {
            tp_fail_memory(r->error, "reading the scenario");
            return NULL;
        }
        if (resolved->count > 0)
            memcpy(entries, resolved->entries, resolved->count * sizeof *entries);
        resolved->entries = entries;
        resolved->room = room;
    }
    tp_entry *entry = &resolved->entries[resolved->count++];
    const char *dot = strrchr(path, '.');
    *entry = (tp_entry){
        .path = path, .key = dot ? dot + 1 : path, .field = field, .node = node, .depth = depth};
    return entry;
}

static tp_status resolve_block(resolving *r, const tp_node *node, const tp_block *block,
                               const char *prefix, int depth, void *structure);

/* Joins the items of a list as a YAML flow sequence. */
static const char *joined(tp_arena *arena, const char *const *texts, size_t count) {
    size_t length = 3;
    for (size_t i = 0; i < count; i++)
        length += strlen(texts[i]) + 2;
    char *out = tp_arena_alloc(arena, length), *to = out;
    if (!out)
        return NULL;
    *to++ = '[';
    for (size_t i = 0; i < count; i++)
        to += sprintf(to, "%s%s", i ? ", " : "", texts[i]);
    *to = ']';
    return out;
}

static tp_status resolve_list(resolving *r, const tp_node *node, const char *path,
                              const tp_field *field, int depth, void *member) {
    if (node->kind != TP_NODE_LIST)
        return fail_at(r, node, path, "expected a list, such as [a, b]");
    const size_t count = node->count;
    const size_t size = field->kind == TP_REALS ? sizeof(double) : sizeof(const char *);
    char *items = tp_arena_alloc(r->arena, (count + 1) * size);
    const char **texts = tp_arena_alloc(r->arena, (count + 1) * sizeof *texts);
    tp_entry *entry = add_entry(r, path, field, node, depth);
    if (!items || !texts || !entry)
        return tp_fail_memory(r->error, "reading the scenario");
    for (size_t i = 0; i < count; i++) {
        const char *item_path = tp_arena_format(r->arena, "%s.%zu", path, i);
        if (!item_path)
            return tp_fail_memory(r->error, "reading the scenario");
        tp_status status = tp_value_read(node->items[i], item_path, field, r->units, r->arena,
                                         items + i * size, &texts[i], r->error);
        if (status != TP_OK)
            return status;
    }
    if (field->kind == TP_REALS)
        *(tp_real_list *)member = (tp_real_list){(double *)(void *)items, count};
    else
        *(tp_text_list *)member = (tp_text_list){(const char **)(void *)items, count};
    entry->text = joined(r->arena, texts, count);
    return entry->text ? TP_OK : tp_fail_memory(r->error, "reading the scenario");
}

static tp_status resolve_blocks(resolving *r, const tp_node *node, const char *path,
                                const tp_field *field, int depth, void *member) {
    if (node->kind != TP_NODE_LIST)
        return fail_at(r, node, path, "expected a list, such as [a, b]");
    if (node->count == 0 || node->count > LONGEST_LIST)
        return fail_at(r, node, path, "expected from 1 to 10000 items");
    char *items = tp_arena_alloc(r->arena, node->count * field->block->size);
    if (!items || !add_entry(r, path, field, node, depth))
        return tp_fail_memory(r->error, "reading the scenario");
    for (size_t i = 0; i < node->count; i++) {
        const char *item_path = tp_arena_format(r->arena, "%s.%zu", path, i);
        size_t first = r->resolved->count;
        if (!item_path)
            return tp_fail_memory(r->error, "reading the scenario");
        tp_status status = resolve_block(r, node->items[i], field->block, item_path, depth + 2,
                                         items + i * field->block->size);
        if (status != TP_OK)
            return status;
        while (first < r->resolved->count && r->resolved->entries[first].left_out)
            first++;
        if (first < r->resolved->count)
            r->resolved->entries[first].opens_item = 1;
    }
    *(tp_block_list *)member = (tp_block_list){items, node->count};
    return TP_OK;
}

/* The value that stands for a key which was left out; *node stays NULL where there is none. */
static tp_status fallback_node(resolving *r, const tp_field *field, const tp_node **node) {
    static const tp_node empty = {.kind = TP_NODE_MAP};
    if (field->kind == TP_BLOCK) {
        *node = &empty;
        return TP_OK;
    }
    if (!field->fallback)
        return TP_OK;
    tp_node *parsed;
    /* libyaml would take 150 KiB for each word, and most of the time that a scenario takes. */
    if (tp_node_is_plain(field->fallback)) {
        if (!(parsed = tp_arena_alloc(r->arena, sizeof *parsed)))
            return tp_fail_memory(r->error, "reading the scenario");
        *parsed = (tp_node){.kind = TP_NODE_SCALAR, .text = field->fallback, .folder = ""};
        *node = parsed;
        return TP_OK;
    }
    tp_status status = tp_node_parse(r->arena, field->fallback, strlen(field->fallback), NULL, "",
                                     0, &parsed, r->error);
    if (status == TP_OK)
        *node = parsed;
    return status;
}

static tp_status resolve_tree(resolving *r, const tp_node *node, const char *path,
                              const tp_field *field, int depth, const tp_node **member) {
    tp_entry *entry = add_entry(r, path, field, node, depth);
    if (!entry)
        return TP_FAILED;
    entry->text = tp_node_flow(r->arena, node);
    *member = node;
    return entry->text ? TP_OK : tp_fail_memory(r->error, "reading the scenario");
}

static tp_status resolve_field(resolving *r, const tp_node *block_node, const char *prefix,
                               const tp_field *field, int depth, void *structure) {
    const char *path = *prefix ? tp_arena_format(r->arena, "%s.%s", prefix, field->key)
                               : tp_arena_text(r->arena, field->key);
    if (!path)
        return tp_fail_memory(r->error, "reading the scenario");
    void *member = (char *)structure + field->offset;
    const tp_node *node = tp_node_item(block_node, field->key);
    if (!node) {
        tp_status status = fallback_node(r, field, &node);
        if (status != TP_OK)
            return status;
    }
    if (!node) {
        tp_entry *entry = add_entry(r, path, field, NULL, depth);
        if (!entry)
            return TP_FAILED;
        entry->left_out = 1;
        return TP_OK;
    }
    switch (field->kind) {
    case TP_BLOCK:
        if (!add_entry(r, path, field, node, depth))
            return TP_FAILED;
        return resolve_block(r, node, field->block, path, depth + 1, member);
    case TP_BLOCKS:
        return resolve_blocks(r, node, path, field, depth, member);
    case TP_TREE:
        return resolve_tree(r, node, path, field, depth, member);
    case TP_REALS:
    case TP_TEXTS:
        return resolve_list(r, node, path, field, depth, member);
    default: {
        const char *text;
        tp_status status =
            tp_value_read(node, path, field, r->units, r->arena, member, &text, r->error);
        if (status != TP_OK)
            return status;
        tp_entry *entry = add_entry(r, path, field, node, depth);
        if (!entry)
            return TP_FAILED;
        entry->text = text;
        return TP_OK;
    }
    }
}

static bool known(const char *key, const tp_field *const *tables) {
    for (; *tables; tables++)
        for (const tp_field *field = *tables; field->key; field++)
            if (strcmp(field->key, key) == 0)
                return true;
    return false;
}

static tp_status check_keys(const resolving *r, const tp_node *node, const char *prefix,
                            const tp_field *const *tables) {
    const char *names[MOST_KEYS + 1];
    size_t count = 0;
    for (const tp_field *const *table = tables; *table; table++)
        for (const tp_field *field = *table; field->key && count < MOST_KEYS; field++)
            names[count++] = field->key;
    names[count] = NULL;
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->keys[i]->text;
        if (known(key, tables))
            continue;
        char where[400];
        tp_node_where(node->keys[i], where, sizeof where);
        tp_fail(r->error, TP_INVALID, where, "unknown key '%.80s'%s%s", key, *prefix ? " in " : "",
                prefix);
        const char *nearest = tp_text_nearest(key, names);
        if (nearest)
            return tp_hint(r->error, "did you mean '%s'?", nearest);
        char list[400];
        tp_text_join(names, list, sizeof list);
        return tp_hint(r->error, "known here: %s", list);
    }
    return TP_OK;
}

/* A bare scalar where a block could stand: { shorthand: scalar }. */
static tp_status expand_shorthand(resolving *r, const tp_block *block, const tp_node **node) {
    tp_node *map = tp_arena_alloc(r->arena, sizeof *map);
    tp_node *key = tp_arena_alloc(r->arena, sizeof *key);
    tp_node **lists = tp_arena_alloc(r->arena, 2 * sizeof *lists);
    tp_node *value = tp_arena_alloc(r->arena, sizeof *value);
    if (!map || !key || !lists || !value)
        return tp_fail_memory(r->error, "reading the scenario");
    *value = *key = *map = **node;
    key->text = block->shorthand;
    lists[0] = key;
    lists[1] = value;
    map->kind = TP_NODE_MAP;
    map->keys = &lists[0];
    map->items = &lists[1];
    map->count = 1;
    *node = map;
    return TP_OK;
}

static tp_status resolve_block(resolving *r, const tp_node *node, const tp_block *block,
                               const char *prefix, int depth, void *structure) {
    tp_status status = TP_OK;
    if (node->kind == TP_NODE_SCALAR && block->shorthand)
        status = expand_shorthand(r, block, &node);
    else if (node->kind != TP_NODE_MAP)
        return fail_at(r, node, prefix, "expected a block of keys and values");
    const tp_field *tables[3] = {block->fields};
    for (const tp_field *field = block->fields; status == TP_OK && field->key; field++)
        status = resolve_field(r, node, prefix, field, depth, structure);
    if (status == TP_OK && block->extend) {
        status = block->extend(structure, r->arena, &tables[1], r->error);
        for (const tp_field *field = tables[1]; status == TP_OK && field && field->key; field++)
            status = resolve_field(r, node, prefix, field, depth, structure);
    }
    return status == TP_OK ? check_keys(r, node, prefix, tables) : status;
}

tp_status tp_resolve(const tp_node *root, const tp_block *block, void *structure,
                     tp_resolved *resolved, tp_error *error) {
    resolving r = {resolved, &resolved->arena, resolved->units, error};
    tp_status status = r.units ? TP_OK : tp_units_create(&r.units, error);
    if (status == TP_OK)
        status = resolve_block(&r, root, block, "", 0, structure);
    if (!resolved->units)
        tp_units_destroy(&r.units);
    return status;
}

const tp_entry *tp_resolved_entry(const tp_resolved *resolved, const char *path) {
    for (size_t i = 0; i < resolved->count; i++)
        if (strcmp(resolved->entries[i].path, path) == 0)
            return &resolved->entries[i];
    return NULL;
}

/* Whether the entry was given by the user, so that there is a place to point at. */
static bool given(const tp_entry *entry) {
    return entry->node && entry->node->origin;
}

int tp_resolved_given(const tp_resolved *resolved, const char *path) {
    const tp_entry *entry = tp_resolved_entry(resolved, path);
    return entry && given(entry);
}

/* The place to blame for the value of `path`: itself, the first thing given below it, or else what
 * stands above it. NULL where all of that is default. */
static const tp_node *place_of(const tp_resolved *resolved, const char *path) {
    size_t length = strlen(path);
    while (length > 0) {
        for (size_t i = 0; i < resolved->count; i++) {
            const tp_entry *entry = &resolved->entries[i];
            const bool within = strncmp(entry->path, path, length) == 0 &&
                                (entry->path[length] == '\0' || entry->path[length] == '.');
            const bool itself = entry->path[length] == '\0';
            /* A sibling below the block above is no better a place than the block. */
            if (within && given(entry) && (itself || path[length] == '\0'))
                return entry->node;
        }
        do
            length--;
        while (length > 0 && path[length] != '.');
    }
    return NULL;
}

tp_status tp_resolved_fail(const tp_resolved *resolved, tp_error *error, const char *path,
                           const char *format, ...) {
    char message[900], where[400] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const tp_node *place = place_of(resolved, path);
    if (place)
        tp_node_where(place, where, sizeof where);
    if (!*where)
        snprintf(where, sizeof where, "%s", resolved->file ? resolved->file : "");
    return tp_fail(error, TP_INVALID, where, "%s: %s", path, message);
}

tp_status tp_resolved_ticks(const tp_resolved *resolved, const char *path, double ms,
                            double tick_ms, int64_t *ticks, tp_error *error) {
    enum { LONGEST_EXPONENT = 50 }; /* sums and products of a few durations stay exact */
    if (ms / tick_ms > ldexp(1, LONGEST_EXPONENT))
        return tp_resolved_fail(resolved, error, path, "%g ms is too long: more than 2^%d ticks",
                                ms, LONGEST_EXPONENT);
    if (tp_whole_parts(ms, tick_ms, ticks) && (*ticks > 0 || ms == 0))
        return TP_OK;
    if (ms < tick_ms) {
        tp_resolved_fail(resolved, error, path, "%g ms is shorter than the tick of %g ms", ms,
                         tick_ms);
        return tp_hint(error, "choose a whole number of ticks, or a shorter tick");
    }
    tp_resolved_fail(resolved, error, path, "%g ms is not a whole number of ticks of %g ms", ms,
                     tick_ms);
    return tp_hint(error, "%g ms would be; or change the tick", nearbyint(ms / tick_ms) * tick_ms);
}
