/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file, or a folder of files, that appears under its name when all of it is whole. */
#ifndef TP_EXPORTS_OUTPUT_H
#define TP_EXPORTS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "record/temporary.h"

typedef enum tp_output_kind {
    TP_OUTPUT_FILE,
    TP_OUTPUT_FOLDER,       /* one that there is may hold other files already */
    TP_OUTPUT_FOLDER_ALONE, /* a new one, or an empty one */
} tp_output_kind;

typedef struct tp_output {
    tp_output_kind kind;
    const char *target;
    bool existed;                 /* the folder, or the file, was there before */
    bool staged;                  /* there is a folder under the name `stage` */
    const char *stage;            /* of a folder: its name until it is whole */
    tp_temporary temporary;       /* of a file */
    struct tp_output_item *items; /* of a folder: in the order that they were asked for */
    struct tp_output_item *last;
    tp_arena arena;
} tp_output;

/* Makes the file or folder under a temporary name. */
tp_status tp_output_begin(tp_output *output, tp_output_kind kind, const char *target,
                          tp_error *error);

/* Where the file is to be written meanwhile. */
const char *tp_output_file(const tp_output *output);

/* Where a file of the folder is to be written meanwhile, and whether it is to take the place of
 * another; `name` may have folders in it, "a/b.csv". TP_FAILED where it cannot be written later. */
tp_status tp_output_add(tp_output *output, const char *name, const char **path, bool *replaces,
                        tp_error *error);

/* That file's final name, for messages; `name` alone where memory is out. */
const char *tp_output_name(tp_output *output, const char *name);

/* Gives everything its final name: a file or a new folder at once, the files of a folder that there
 * was one by one. Where that fails, tp_output_drop is still to be called. */
tp_status tp_output_finish(tp_output *output, tp_error *error);

/* Removes what has not been given its final name, and frees the rest. */
void tp_output_drop(tp_output *output);

#endif
