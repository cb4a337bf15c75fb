/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors of what may stand in a scenario. A block is a C struct and the table of the keys
 * that fill it; reading, checking, printing and the reference are all made from the table. */
#ifndef TP_SCENARIO_SCHEMA_H
#define TP_SCENARIO_SCHEMA_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

#include "base/arena.h"
#include "scenario/node.h"

struct tp_units;

/* Behind each kind: the type of the struct's member. */
typedef enum tp_kind {
    TP_REAL,    /* double, in `unit` */
    TP_INTEGER, /* int64_t */
    TP_BOOLEAN, /* bool */
    TP_CHOICE,  /* int, the index into the names */
    TP_TEXT,    /* const char *; NULL where it is left out and has no default */
    TP_REALS,   /* tp_real_list */
    TP_TEXTS,   /* tp_text_list */
    TP_BLOCK,   /* a struct */
    TP_BLOCKS,  /* tp_block_list of structs */
    TP_TREE /* const tp_node *: any YAML value, for its reader to make sense of; NULL where it is
               left out */
} tp_kind;

typedef struct tp_real_list {
    double *items;
    size_t count;
} tp_real_list;

typedef struct tp_text_list {
    const char **items;
    size_t count;
} tp_text_list;

typedef struct tp_block_list {
    void *items; /* an array of the block's structs */
    size_t count;
} tp_block_list;

typedef struct tp_block tp_block;

typedef struct tp_field {
    const char *key;
    tp_kind kind;
    size_t offset;        /* of the member in the block's struct */
    const char *unit;     /* of reals: UDUNITS-2 spelling, "1" for bare numbers */
    const char *fallback; /* the default, as YAML; NULL: none, the key may be left out (texts) or
                             is a block */
    double lower, upper;  /* of reals and integers, inclusive; both 0: no bounds */
    int above;            /* 1: lower itself is excluded */
    const char *const *values;         /* of choices, ended by NULL, or, where they are not */
    const char *const *(*names)(void); /* known when compiling, by this function */
    const tp_block *block;
    const char *help;
} tp_field;

struct tp_block {
    size_t size;            /* of the struct */
    const tp_field *fields; /* ended by key == NULL */
    const char *shorthand;  /* the key that a bare scalar stands for, or NULL */
    /* More keys that depend on those read so far (a model's parameters): sets *fields to a table
     * in the arena. NULL where there are none. */
    tp_status (*extend)(const void *block, tp_arena *arena, const tp_field **fields,
                        tp_error *error);
};

/* One line of the resolved scenario. */
typedef struct tp_entry {
    const char *path; /* "network.drive.rate", "patterns.0.digit" */
    const char *key;
    const tp_field *field;
    const char
        *text; /* canonical YAML of the value; NULL for a block, a list of blocks, or left_out */
    const tp_node *node; /* where the value came from; NULL or origin NULL for a default */
    int depth;
    int opens_item; /* first line of an item of a list of blocks */
    int left_out;   /* the key was not given and has no default: there is no value */
} tp_entry;

typedef struct tp_resolved {
    tp_arena arena;
    const char *file;
    struct tp_units *units; /* where many are resolved: the table of units of all; else NULL */
    tp_entry *entries;
    size_t count, room;
} tp_resolved;

/* Reads `root` by `block` into *structure (block->size bytes, zeroed by the caller), and lists all
 * values in `resolved`, whose arena holds whatever the structure points to. */
tp_status tp_resolve(const tp_node *root, const tp_block *block, void *structure,
                     tp_resolved *resolved, tp_error *error);

/* The entry at that path, or NULL. */
const tp_entry *tp_resolved_entry(const tp_resolved *resolved, const char *path);

/* Whether the value at that path was given, in the file or by --set. */
int tp_resolved_given(const tp_resolved *resolved, const char *path);

/* TP_INVALID at the place where the value of `path` stood (or at the file, for a default); the
 * message begins with the path. */
__attribute__((format(printf, 4, 5))) tp_status tp_resolved_fail(const tp_resolved *resolved,
                                                                 tp_error *error, const char *path,
                                                                 const char *format, ...);

/* A duration of the scenario, in ticks; TP_INVALID at its place where it is not a whole number. */
tp_status tp_resolved_ticks(const tp_resolved *resolved, const char *path, double ms,
                            double tick_ms, int64_t *ticks, tp_error *error);

/* What a choice is between. */
const char *const *tp_field_names(const tp_field *field);

/* Reads one scalar by its field into `member`; *text becomes its canonical form. */
tp_status tp_value_read(const tp_node *node, const char *path, const tp_field *field,
                        struct tp_units *units, tp_arena *arena, void *member, const char **text,
                        tp_error *error);

/* A text as a double-quoted YAML scalar; NULL where memory is out. */
const char *tp_value_quoted(tp_arena *arena, const char *text);

#endif
