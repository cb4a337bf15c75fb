/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HDF5 files of other programs' layouts: written like records (no time of day, packed, read back
 * before they are given away), but with nothing in them that was not asked for. */
#ifndef TP_EXPORTS_FOREIGN_H
#define TP_EXPORTS_FOREIGN_H

#include <hdf5.h>

#include "exports/job.h"

typedef struct tp_foreign {
    hid_t file;
    const char *target; /* its name in messages */
    bool broken;        /* a write has failed: HDF5 is not to touch the file again */
    tp_export_job *job;
} tp_foreign;

tp_status tp_foreign_create(tp_export_job *job, const char *path, const char *target,
                            tp_foreign *file);
/* Closes the file; TP_FAILED where anything of it was not written. */
tp_status tp_foreign_finish(tp_foreign *file, const char *path);
/* Closes the file after a failure. */
void tp_foreign_abandon(tp_foreign *file);

/* Groups above an object are to be made first. */
tp_status tp_foreign_group(tp_foreign *file, const char *path);

/* An array of one of HDF5's types, written whole. */
tp_status tp_foreign_array(tp_foreign *file, const char *path, hid_t type, size_t rank,
                           const size_t *dims, const void *values);
/* The type in memory of an array of the record. */
hid_t tp_foreign_type(const tp_listed *array);
/* A copy of an array of the record as another type, and in another shape of as many values, of
 * which the first axis is the same. */
tp_status tp_foreign_copy(tp_foreign *file, const char *path, const tp_listed *array, hid_t type,
                          size_t rank, const size_t *dims);

/* An array that is written piece by piece along its one axis; the caller closes it, by
 * tp_foreign_close. */
tp_status tp_foreign_open(tp_foreign *file, const char *path, hid_t type, size_t count,
                          hid_t *dataset);
tp_status tp_foreign_put(tp_foreign *file, hid_t dataset, hid_t type, size_t first, size_t count,
                         const void *values);
tp_status tp_foreign_close(tp_foreign *file, hid_t dataset);

/* A text without an axis, or a list of them. */
tp_status tp_foreign_text(tp_foreign *file, const char *path, const char *text);
tp_status tp_foreign_texts(tp_foreign *file, const char *path, const char *const *texts,
                           size_t count);

/* Attributes of the object at `path`. */
tp_status tp_foreign_attribute(tp_foreign *file, const char *path, const char *name, hid_t type,
                               const void *value);
tp_status tp_foreign_attribute_text(tp_foreign *file, const char *path, const char *name,
                                    const char *text);
tp_status tp_foreign_attribute_texts(tp_foreign *file, const char *path, const char *name,
                                     const char *const *texts, size_t count);
/* A list of numbers of that type. */
tp_status tp_foreign_attribute_list(tp_foreign *file, const char *path, const char *name,
                                    hid_t type, size_t count, const void *values);
/* A reference to another object of the file. */
tp_status tp_foreign_attribute_object(tp_foreign *file, const char *path, const char *name,
                                      const char *object);

/* Another name for an object. */
tp_status tp_foreign_link(tp_foreign *file, const char *object, const char *name);

#endif
