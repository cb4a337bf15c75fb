/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML by libyaml's document loader. */
#include "scenario/node.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/fail.h"

/* Aliases can make a short document expand without end. */
enum { MOST_NODES = 100000 };

typedef struct conversion {
    tp_arena *arena;
    yaml_document_t *document;
    const char *origin;
    const char *folder;
    bool in_file;
    size_t node_count;
    tp_error *error;
} conversion;

void tp_node_where(const tp_node *node, char *out, size_t room) {
    if (node->line > 0)
        snprintf(out, room, "%s:%zu:%zu", node->origin, node->line, node->column);
    else
        snprintf(out, room, "%s", node->origin ? node->origin : "");
}

void tp_node_found(const tp_node *node, char *out, size_t room) {
    if (node->kind == TP_NODE_LIST)
        snprintf(out, room, "a list");
    else if (node->kind == TP_NODE_MAP)
        snprintf(out, room, "a block");
    else if (node->text[0] == '\0')
        snprintf(out, room, "nothing");
    else
        snprintf(out, room, "'%.80s%s'", node->text, strlen(node->text) > 80 ? "..." : "");
}

tp_node *tp_node_item(const tp_node *node, const char *key) {
    if (node->kind != TP_NODE_MAP)
        return NULL;
    for (size_t i = 0; i < node->count; i++)
        if (strcmp(node->keys[i]->text, key) == 0)
            return node->items[i];
    return NULL;
}

static tp_node *new_node(conversion *c, const yaml_node_t *from) {
    tp_node *node = tp_arena_alloc(c->arena, sizeof *node);
    if (!node) {
        tp_fail_memory(c->error, "reading the scenario");
        return NULL;
    }
    node->origin = c->origin;
    node->folder = c->folder;
    if (c->in_file) {
        node->line = from->start_mark.line + 1;
        node->column = from->start_mark.column + 1;
    }
    return node;
}

static tp_node *convert(conversion *c, int index, int depth);

static bool convert_list(conversion *c, const yaml_node_t *from, tp_node *node, int depth) {
    node->kind = TP_NODE_LIST;
    node->count = (size_t)(from->data.sequence.items.top - from->data.sequence.items.start);
    node->items = tp_arena_alloc(c->arena, (node->count + 1) * sizeof *node->items);
    for (size_t i = 0; node->items && i < node->count; i++) {
        node->items[i] = convert(c, from->data.sequence.items.start[i], depth + 1);
        if (!node->items[i])
            return false;
    }
    return node->items || tp_fail_memory(c->error, "reading the scenario") == TP_OK;
}

static bool convert_key(conversion *c, tp_node *node, size_t i, int index, int depth) {
    tp_node *key = convert(c, index, depth + 1);
    if (!key)
        return false;
    char where[400];
    tp_node_where(key, where, sizeof where);
    if (key->kind != TP_NODE_SCALAR) {
        tp_fail(c->error, TP_INVALID, where, "a key must be a word, not a list or a block");
        tp_hint(c->error, "expected key: value; put what begins with [ or { behind a key");
        return false;
    }
    if (strlen(key->text) > TP_NODE_LONGEST_KEY) {
        tp_fail(c->error, TP_INVALID, where, "the key '%.40s...' is too long", key->text);
        tp_hint(c->error, "expected at most %d bytes", (int)TP_NODE_LONGEST_KEY);
        return false;
    }
    for (size_t j = 0; j < i; j++)
        if (strcmp(node->keys[j]->text, key->text) == 0) {
            tp_fail(c->error, TP_INVALID, where, "the key '%s' stands twice in one block",
                    key->text);
            if (node->keys[j]->line > 0)
                tp_hint(c->error, "it stood first in line %zu; remove one of the two",
                        node->keys[j]->line);
            else
                tp_hint(c->error, "remove one of the two");
            return false;
        }
    node->keys[i] = key;
    return true;
}

static bool convert_map(conversion *c, const yaml_node_t *from, tp_node *node, int depth) {
    node->kind = TP_NODE_MAP;
    size_t count = (size_t)(from->data.mapping.pairs.top - from->data.mapping.pairs.start);
    node->items = tp_arena_alloc(c->arena, (count + 1) * sizeof *node->items);
    node->keys = tp_arena_alloc(c->arena, (count + 1) * sizeof *node->keys);
    if (!node->items || !node->keys) {
        tp_fail_memory(c->error, "reading the scenario");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const yaml_node_pair_t *pair = from->data.mapping.pairs.start + i;
        if (!convert_key(c, node, i, pair->key, depth))
            return false;
        node->items[i] = convert(c, pair->value, depth + 1);
        if (!node->items[i])
            return false;
        node->count = i + 1;
    }
    return true;
}

static tp_node *convert(conversion *c, int index, int depth) {
    const yaml_node_t *from = yaml_document_get_node(c->document, index);
    tp_node *node = new_node(c, from);
    if (!node)
        return NULL;
    if (depth > TP_NODE_DEEPEST || ++c->node_count > MOST_NODES) {
        char where[400];
        tp_node_where(node, where, sizeof where);
        tp_fail(c->error, TP_INVALID, where, "the document is nested too deeply or too large");
        tp_hint(c->error, "expected at most %d levels and %d values", (int)TP_NODE_DEEPEST,
                (int)MOST_NODES);
        return NULL;
    }
    if (from->type == YAML_SEQUENCE_NODE)
        return convert_list(c, from, node, depth) ? node : NULL;
    if (from->type == YAML_MAPPING_NODE)
        return convert_map(c, from, node, depth) ? node : NULL;
    node->kind = TP_NODE_SCALAR;
    const char *text = (const char *)from->data.scalar.value;
    if (strlen(text) != from->data.scalar.length) {
        char where[400];
        tp_node_where(node, where, sizeof where);
        tp_fail(c->error, TP_INVALID, where, "a value holds a NUL character");
        tp_hint(c->error, "remove \\0 from the text");
        return NULL;
    }
    node->text = tp_arena_text(c->arena, text);
    if (!node->text)
        tp_fail_memory(c->error, "reading the scenario");
    return node->text ? node : NULL;
}

static tp_status fail_syntax(const yaml_parser_t *parser, const char *origin, int in_file,
                             tp_error *error) {
    if (parser->error == YAML_MEMORY_ERROR)
        return tp_fail_memory(error, "reading the scenario");
    char where[400];
    bool marked = parser->error != YAML_READER_ERROR;
    if (in_file && marked)
        snprintf(where, sizeof where, "%s:%zu:%zu", origin, parser->problem_mark.line + 1,
                 parser->problem_mark.column + 1);
    else
        snprintf(where, sizeof where, "%s", origin);
    tp_fail(error, TP_INVALID, where, "this is not valid YAML: %s%s%s",
            parser->context ? parser->context : "", parser->context ? ", " : "",
            parser->problem ? parser->problem : "unreadable");
    return tp_hint(error, "blocks are indented by spaces alone, and a key ends in a colon and a "
                          "space");
}

static tp_status second_document(yaml_parser_t *parser, const char *origin, int in_file,
                                 tp_error *error) {
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document))
        return fail_syntax(parser, origin, in_file, error);
    bool another = yaml_document_get_root_node(&document) != NULL;
    yaml_document_delete(&document);
    if (another)
        return tp_fail(error, TP_INVALID, origin, "there is a second YAML document; expected one");
    return TP_OK;
}

/* Nesting and length, told by events before the loader builds anything: its time grows with the
 * square of the depth. */
static tp_status check_size(const char *text, size_t length, const char *origin, int in_file,
                            tp_error *error) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return tp_fail_memory(error, "reading the scenario");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    tp_status status = TP_OK;
    int depth = 0;
    size_t events = 0;
    for (bool more = true; more && status == TP_OK; events++) {
        yaml_event_t event;
        /* What is no YAML is told by the loader. */
        if (!yaml_parser_parse(&parser, &event))
            break;
        depth += event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT;
        depth -= event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
        if (depth > TP_NODE_DEEPEST + 1 || events > MOST_NODES) {
            char where[400];
            snprintf(where, sizeof where, "%s:%zu:%zu", origin, event.start_mark.line + 1,
                     event.start_mark.column + 1);
            tp_fail(error, TP_INVALID, in_file ? where : origin,
                    "the document is nested too deeply or too large");
            status = tp_hint(error, "expected at most %d levels and %d values",
                             (int)TP_NODE_DEEPEST, (int)MOST_NODES);
        }
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return status;
}

tp_status tp_node_parse(tp_arena *arena, const char *text, size_t length, const char *origin,
                        const char *folder, int in_file, tp_node **root, tp_error *error) {
    yaml_parser_t parser;
    yaml_document_t document;
    tp_status sized = check_size(text, length, origin, in_file, error);
    if (sized != TP_OK)
        return sized;
    if (!yaml_parser_initialize(&parser))
        return tp_fail_memory(error, "reading the scenario");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    if (!yaml_parser_load(&parser, &document)) {
        tp_status status = fail_syntax(&parser, origin, in_file, error);
        yaml_parser_delete(&parser);
        return status;
    }
    conversion c = {arena, &document, origin, folder, in_file != 0, 0, error};
    tp_node *node = NULL;
    bool empty = !yaml_document_get_root_node(&document);
    tp_status status = TP_OK;
    if (!empty) {
        node = convert(&c, 1, 0);
        status = node ? second_document(&parser, origin, in_file, error) : TP_INVALID;
        if (!node && error)
            status = error->status;
    } else if (!(node = tp_arena_alloc(arena, sizeof *node))) {
        status = tp_fail_memory(error, "reading the scenario");
    } else {
        *node = (tp_node){.kind = TP_NODE_MAP, .origin = origin, .folder = folder};
    }
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    if (status == TP_OK)
        *root = node;
    return status;
}
