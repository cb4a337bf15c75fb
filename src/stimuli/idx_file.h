/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of IDX files share. */
#ifndef TP_STIMULI_IDX_FILE_H
#define TP_STIMULI_IDX_FILE_H

#include <stdint.h>
#include <zlib.h>

#include "stimuli/image.h"

typedef struct tp_idx_header {
    uint32_t images;
    uint32_t rows;
    uint32_t columns;
} tp_idx_header;

/* Opens a regular file, gzip or not. */
tp_status tp_idx_open(const char *path, gzFile *file, tp_error *error);

/* Reads up to `count` bytes; fewer are no error here. So too with gzip: gzread hands out what a cut
 * file has up to the cut. */
tp_status tp_idx_take(gzFile file, const char *path, unsigned char *bytes, size_t count,
                      size_t *taken, tp_error *error);

/* The header of a file of images. */
tp_status tp_idx_read_header(gzFile file, const char *path, tp_idx_header *header, tp_error *error);

/* Four bytes, the highest first. */
uint32_t tp_idx_number(const unsigned char *bytes);

#endif
