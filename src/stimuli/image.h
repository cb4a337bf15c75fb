/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grey images as they come out of a file, before they become patterns. */
#ifndef TP_STIMULI_IMAGE_H
#define TP_STIMULI_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <tripartite/error.h>

/* Sides longer than this are refused before any memory is asked for. */
enum { TP_IMAGE_LONGEST_SIDE = 8192 };

typedef struct tp_image {
    size_t rows;
    size_t columns;
    double *brightness; /* [row][column], 0 (black) to 1 (white) */
} tp_image;

/* Sets image to rows x columns pixels, all black. */
tp_status tp_image_create(size_t rows, size_t columns, tp_image *image, tp_error *error);
void tp_image_free(tp_image *image);

/* Reads a PNG or a PBM/PGM (plain or raw), told apart by content, not by name. Colour becomes
 * grey, transparency becomes white. *image is set on TP_OK alone. */
tp_status tp_image_read(const char *path, tp_image *image, tp_error *error);

/* The formats, called by tp_image_read. */
tp_status tp_png_read(const char *path, tp_image *image, tp_error *error);
tp_status tp_pnm_read(const char *path, tp_image *image, tp_error *error);

/* Whether a file that begins with these two bytes is a PBM or PGM. */
bool tp_pnm_begins(int first, int second);

/* Reads image number `index` (from 0) of an IDX file of unsigned bytes with three axes (MNIST's
 * form: image, row, column), gzip-compressed or not. */
tp_status tp_idx_read(const char *path, size_t index, tp_image *image, tp_error *error);

/* Resampling to rows x columns: by area-weighted mean (exact, also for enlargement), or by the
 * pixel that holds the new pixel's centre. */
tp_status tp_image_rescale_area(const tp_image *image, size_t rows, size_t columns, tp_image *out,
                                tp_error *error);
tp_status tp_image_rescale_nearest(const tp_image *image, size_t rows, size_t columns,
                                   tp_image *out, tp_error *error);

/* The built-in digit 0 to 9 as a 40 x 40 image: 1 on the digit, 0 elsewhere. */
tp_status tp_image_digit(int digit, tp_image *image, tp_error *error);

#endif
