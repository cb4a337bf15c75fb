/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the files that a scenario names. */
#ifndef TP_STIMULI_DATA_FILE_H
#define TP_STIMULI_DATA_FILE_H

#include "scenario/schema.h"

/* The place of a file named in the scenario at `path`: relative names start at the folder of the
 * scenario file, then at each folder of TRIPARTITE_DATA (separated by colons). The caller frees
 * *found. */
tp_status tp_data_file_find(const char *name, const tp_resolved *resolved, const char *path,
                            char **found, tp_error *error);

/* The file's name without folders and endings, with " index" behind it where index >= 0. The
 * caller frees it; NULL where there is no memory. */
char *tp_data_file_stem(const char *name, int64_t index);

#endif
