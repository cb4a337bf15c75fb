/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a record holds: its groups, arrays and attributes, by name. */
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
    bool is_axis;            /* the values of an axis, or a bare one */
    char *axes[TP_MAX_RANK]; /* paths of the scales; NULL where an axis has none */
} tp_listed;

typedef struct tp_listing {
    tp_listed *arrays; /* in order of their paths */
    size_t count;
    char **groups; /* "/", "/trials", ...; ends in NULL */
    size_t group_count;
} tp_listing;

typedef enum tp_attribute_kind {
    TP_ATTRIBUTE_TEXT,
    TP_ATTRIBUTE_FLOAT,
    TP_ATTRIBUTE_WHOLE, /* or one name of an enumeration, by its number */
    TP_ATTRIBUTE_OTHER  /* more than one value, or neither number nor text */
} tp_attribute_kind;

typedef struct tp_named_attribute {
    char *name;
    tp_attribute_kind kind;
} tp_named_attribute;

typedef struct tp_attribute_list {
    tp_named_attribute *attributes; /* in order of their names */
    size_t count;
} tp_attribute_list;

/* Links to other files and to other names are not followed. The caller frees the listing, in any
 * case. */
tp_status tp_record_list(const tp_record *record, tp_listing *listing, tp_error *error);
void tp_listing_free(tp_listing *listing);

/* Puts a listing into bytes (false where memory is out), and takes it out of them; the caller frees
 * it, in any case. */
bool tp_listing_put(const tp_listing *listing, tp_bytes *bytes);
tp_status tp_listing_take(tp_bytes *bytes, tp_listing *listing, tp_error *error);

/* The attributes of an array or a group. The caller frees the list, in any case. */
tp_status tp_record_attributes(const tp_record *record, const char *path, tp_attribute_list *list,
                               tp_error *error);
void tp_attribute_list_free(tp_attribute_list *list);

/* As tp_listing_put and tp_listing_take. */
bool tp_attribute_list_put(const tp_attribute_list *list, tp_bytes *bytes);
tp_status tp_attribute_list_take(tp_bytes *bytes, tp_attribute_list *list, tp_error *error);

/* The array of that path; NULL where there is none. */
const tp_listed *tp_listing_find(const tp_listing *listing, const char *path);

#endif
