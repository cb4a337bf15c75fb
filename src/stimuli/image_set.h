/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images with a class each, to learn from and to test on: from NumPy's archives, IDX files, or
 * folders of PNGs. */
#ifndef TP_STIMULI_IMAGE_SET_H
#define TP_STIMULI_IMAGE_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/schema.h"
#include "stimuli/numpy_file.h"

enum { TP_SET_LONGEST_SIDE = 224, TP_SET_MOST_CLASSES = 256 };

typedef struct tp_image_set {
    size_t count, channels, rows, columns;
    unsigned char *pixels; /* [image][channel][row][column], 0 black to 255 white */
    uint8_t *labels;       /* [image] from 0 */
} tp_image_set;

void tp_image_set_free(tp_image_set *set);

/* The block `data` of a scenario. */
typedef struct tp_image_source {
    const char *npz;
    tp_text_list train, tests; /* beginnings of the names of its arrays */
    const char *images, *labels, *test_images, *test_labels;
    const char *folder, *test_folder;
    int colour;
    tp_text_list classes;
    double test; /* part of each class that is set apart where the source has no test part */
    int64_t per_class;
} tp_image_source;
extern const tp_block tp_image_source_block;

typedef struct tp_image_sets {
    tp_image_set train, test;
    size_t classes;
    char **class_names;
} tp_image_sets;

/* What the block at `path` names. What is set apart is drawn for the seed and trial. TP_INVALID:
 * images of unequal size, a class without images, and what the readers refuse. */
tp_status tp_image_sets_load(const tp_image_source *source, const tp_resolved *resolved,
                             const char *path, uint64_t seed, uint32_t trial, tp_image_sets *sets,
                             tp_error *error);
void tp_image_sets_free(tp_image_sets *sets);

/* An IDX file of images (three axes) or labels (one), gzip-compressed or not. */
tp_status tp_idx_read_all(const char *path, tp_byte_array *array, tp_error *error);

/* All PNGs of the folder's folders, each of which is a class by its name; `names` and the classes
 * are in the order of the alphabet. */
tp_status tp_png_folder_read(const char *folder, bool colour, tp_image_set *set, char ***names,
                             size_t *classes, tp_error *error);

#endif
