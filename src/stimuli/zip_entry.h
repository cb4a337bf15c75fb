/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file out of a ZIP archive, stored or deflated, as NumPy writes them. */
#ifndef TP_STIMULI_ZIP_ENTRY_H
#define TP_STIMULI_ZIP_ENTRY_H

#include <stddef.h>
#include <stdio.h>
#include <tripartite/error.h>

/* Reads the entry `name` whole; its checksum is right. The caller frees *bytes. A name that is not
 * there is TP_INVALID; the message lists those that are. */
tp_status tp_zip_entry_read(FILE *file, const char *path, const char *name, unsigned char **bytes,
                            size_t *length, tp_error *error);

#endif
