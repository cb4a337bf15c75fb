/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RECORD.parts/: a folder of files, each renamed whole, that hold what a run or a sweep under way
 * has done so far. When the record is whole, the folder goes. Knows files, not their contents. */
#ifndef TP_RECORD_PARTS_H
#define TP_RECORD_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <tripartite/error.h>

typedef struct tp_parts {
    char *folder;
    char **paths; /* of the parts that are whole, in order of their names */
    size_t count;
} tp_parts;

/* Finds the parts of a record; none where there is no folder. The caller frees the list. */
tp_status tp_parts_find(const char *record, tp_parts *parts, tp_error *error);
void tp_parts_free(tp_parts *parts);

/* Makes the folder, where it is not there yet. */
tp_status tp_parts_make_folder(const tp_parts *parts, tp_error *error);

/* FOLDER/part-NUMBER.h5, which sorts by its number; the caller frees it. NULL where memory is out.
 */
char *tp_parts_path(const tp_parts *parts, size_t number);

/* Removes what parts that were never whole have left, where no other process can be writing one. */
void tp_parts_clear(const tp_parts *parts);

/* Removes all parts, the last first, what unfinished ones have left, and the folder, where nothing
 * else is in it. TP_FAILED where parts are left: those before one that cannot be removed, with it,
 * or all, where the folder cannot be looked through. */
tp_status tp_parts_remove(const tp_parts *parts, tp_error *error);

/* The same, where all that they hold is in a record: so the error says. */
tp_status tp_parts_done(const tp_parts *parts, tp_error *error);

#endif
