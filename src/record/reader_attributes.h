/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_RECORD_READER_ATTRIBUTES_H
#define TP_RECORD_READER_ATTRIBUTES_H

#include "record/reader_list.h"

/* An attribute of one value, as tp_record_text, tp_record_integer and tp_record_number read it. */
typedef struct tp_listed_attribute {
    char *name;
    tp_listed_kind kind; /* text, or one of the numbers; OTHER: neither, or of more values */
} tp_listed_attribute;

typedef struct tp_attributes {
    tp_listed_attribute *items; /* in order of their names */
    size_t count;
} tp_attributes;

/* The attributes of the object at `path`, without those by which HDF5 and netCDF-4 note their axes.
 * The caller frees them, in any case. */
tp_status tp_record_attributes(const tp_record *record, const char *path, tp_attributes *attributes,
                               tp_error *error);
void tp_attributes_free(tp_attributes *attributes);

/* As tp_listing_put and tp_listing_take. */
bool tp_attributes_put(const tp_attributes *attributes, tp_bytes *bytes);
tp_status tp_attributes_take(tp_bytes *bytes, tp_attributes *attributes, const char *path,
                             tp_error *error);

#endif
