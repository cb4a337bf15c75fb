/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer and the reader both need of HDF5: its start, its reasons, its paths. */
#ifndef TP_RECORD_HDF5_LIBRARY_H
#define TP_RECORD_HDF5_LIBRARY_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "record/reader_private.h"

/* To be called before anything else of HDF5; may be called again. */
void tp_hdf5_start(void);

/* Why the HDF5 call that was made last has failed. Any further call may forget it. */
void tp_hdf5_reason(char *text, size_t size);

/* `path` as "/a/b": one slash before each name, none at the end; "/" where it names nothing.
 * NULL where memory is out. The caller frees it. */
char *tp_hdf5_path(const char *path);

/* Whether every link of a path made by tp_hdf5_path exists; negative where that cannot be told. */
htri_t tp_hdf5_exists(hid_t file, const char *path);

/* Makes an empty file, in the place of one that is there; negative on failure. It holds nothing of
 * the time of day. */
hid_t tp_hdf5_create(const char *path);

/* The type in memory of such numbers. */
hid_t tp_hdf5_native_type(tp_read_as as);

/* The type of a text of any length in UTF-8; the caller closes it. Negative on failure. */
hid_t tp_hdf5_text_type(void);

#endif
