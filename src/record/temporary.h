/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that appears under its name when it is whole. Knows files, not HDF5. */
#ifndef TP_RECORD_TEMPORARY_H
#define TP_RECORD_TEMPORARY_H

#include <stddef.h>
#include <tripartite/error.h>

typedef struct tp_temporary {
    char *target;    /* the final name */
    char *directory; /* where that lies */
    char *path;      /* the name until then; in the same directory, so that renaming is atomic */
} tp_temporary;

/* Makes an empty file beside `target`. On failure nothing is left behind. */
tp_status tp_temporary_create(tp_temporary *temporary, const char *target, tp_error *error);

/* Whether a file of that name may be written: TP_FAILED where it is a folder, a device, or a file
 * that is protected. */
tp_status tp_temporary_check(const char *target, tp_error *error);

/* Makes sure that the file at `path`, which is to be `target`, is on the disk. */
tp_status tp_temporary_sync(const char *path, const char *target, tp_error *error);

/* Makes sure that the file is on the disk, and gives it its final name. On failure the file is
 * still under its temporary name. */
tp_status tp_temporary_publish(const tp_temporary *temporary, tp_error *error);

/* Removes the file, where it still has its temporary name, and frees the names. */
void tp_temporary_drop(tp_temporary *temporary);

/* Frees the names only. */
void tp_temporary_free(tp_temporary *temporary);

/* Removes what processes that were killed have left of files of that final name. To be called where
 * no other process can be writing one. */
void tp_temporary_clear(const char *target);

/* Writes a whole file so, at once. On failure, one that was there before is still whole. */
tp_status tp_temporary_write(const char *target, const char *bytes, size_t length, tp_error *error);

/* Gives the file another final name, in the same directory. */
tp_status tp_temporary_retarget(tp_temporary *temporary, const char *target, tp_error *error);

#endif
