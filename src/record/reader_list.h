/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a record holds: its groups and arrays, by name. */
#ifndef TP_RECORD_READER_LIST_H
#define TP_RECORD_READER_LIST_H

#include <stdbool.h>
#include <tripartite/record.h>

#include "base/bytes.h"

typedef enum tp_listed_kind {
    TP_LISTED_FLOAT,
    TP_LISTED_SIGNED,
    TP_LISTED_UNSIGNED,
    TP_LISTED_TEXT,
    TP_LISTED_BARE, /* an axis without values */
    TP_LISTED_OTHER
} tp_listed_kind;

typedef struct tp_listed {
    char *path; /* "/trials/accuracy" */
    char *name; /* within it: "accuracy" */
    tp_listed_kind kind;
    size_t rank;
    size_t dims[TP_MAX_RANK];
    size_t bytes;            /* of one value */
    uint64_t stored;         /* bytes that it takes in the file */
    bool is_axis;            /* the values of an axis, or a bare one */
    char *axes[TP_MAX_RANK]; /* paths of the scales; NULL where an axis has none */
} tp_listed;

typedef struct tp_listing {
    tp_listed *arrays; /* in order of their paths */
    size_t count;
    char **groups; /* "/", "/trials", ...; ends in NULL */
    size_t group_count;
} tp_listing;

/* Links to other files and to other names are not followed. The caller frees the listing, in any
 * case. */
tp_status tp_record_list(const tp_record *record, tp_listing *listing, tp_error *error);
void tp_listing_free(tp_listing *listing);

/* Puts a listing into bytes (false where memory is out), and takes it out of them; the caller frees
 * it, in any case. `path` is the file's, for messages. */
bool tp_listing_put(const tp_listing *listing, tp_bytes *bytes);
tp_status tp_listing_take(tp_bytes *bytes, tp_listing *listing, const char *path, tp_error *error);

/* A copy of the text that comes next; TP_INVALID: there is none, TP_FAILED: no memory. */
tp_status tp_take_copy(tp_bytes *bytes, char **copy);

/* The error of such a status. */
tp_status tp_take_failed(tp_status status, const char *path, tp_error *error);

/* The array of that path; NULL where there is none. */
const tp_listed *tp_listing_find(const tp_listing *listing, const char *path);

#endif
