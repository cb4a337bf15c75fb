/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a record holds, as JSON that a page reads: every object with its attributes, every array
 * packed. What is too much for the page is thinned along its first axis, then left out. */
#ifndef TP_REPORT_EMBED_H
#define TP_REPORT_EMBED_H

#include <stdbool.h>

#include "record/reader_list.h"

/* One for each array of the listing. */
typedef struct tp_embedded {
    size_t every;        /* of its first axis, one value of so many is kept */
    const char *omitted; /* why it is left out; NULL: it is not */
    size_t length;       /* of what was written of it last */
} tp_embedded;

/* Plans to embed all but the trained states, which are for runs that go on from them. */
void tp_embed_plan(const tp_listing *listing, tp_embedded *plan);

/* Thins what has a long first axis by about this factor. False where nothing is left to thin. */
bool tp_embed_thin(const tp_listing *listing, tp_embedded *plan, double factor);

/* Leaves out the largest arrays, until what was written last is `excess` shorter. */
void tp_embed_omit(const tp_listing *listing, tp_embedded *plan, size_t excess);

/* About how many bytes the arrays would be when unpacked. */
double tp_embed_unpacked(const tp_listing *listing, const tp_embedded *plan);

/* Writes {"/path": {...}, ...}, and notes the lengths. */
tp_status tp_embed_objects(const tp_record *record, const tp_listing *listing, tp_embedded *plan,
                           FILE *file, tp_error *error);

/* Writes [["/path", "why"], ...]: what is left out. */
void tp_embed_omitted(const tp_listing *listing, const tp_embedded *plan, FILE *file);

#endif
