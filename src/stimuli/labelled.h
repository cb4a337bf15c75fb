/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images with their classes, out of a pair of IDX files (MNIST, Fashion-MNIST, one's own), divided
 * into a training and a test part by index. */
#ifndef TP_STIMULI_LABELLED_H
#define TP_STIMULI_LABELLED_H

#include <stdbool.h>

#include "scenario/schema.h"

typedef struct tp_labelled {
    size_t count, rows, columns;
    uint8_t *pixels; /* [count][row][column], 0 (black) to 255 */
    uint8_t *labels; /* [count] */
} tp_labelled;

/* Reads images first ... first + count - 1 and their labels, no more of the files than that takes.
 * TP_INVALID where the files are not a pair, cut or no IDX files. */
tp_status tp_labelled_read(const char *images, const char *labels, size_t first, size_t count,
                           tp_labelled *set, tp_error *error);
void tp_labelled_free(tp_labelled *set);

typedef struct tp_labelled_description {
    const char *images, *labels;
    const char *test_images, *test_labels; /* NULL: the test part is of the same files */
    int64_t first, train, test, classes;
} tp_labelled_description;

/* Keys of a block that fills a tp_labelled_description. */
#define TP_LABELLED_FIELDS(structure, member)                                                      \
    TP_LABELLED_TEXT(structure, member, images, "an IDX file of images, gzip or not"),             \
        TP_LABELLED_TEXT(structure, member, labels, "the IDX file of their labels"),               \
        TP_LABELLED_TEXT(structure, member, test_images,                                           \
                         "where the test's images are in a file of their own"),                    \
        TP_LABELLED_TEXT(structure, member, test_labels, "and their labels"),                      \
        TP_LABELLED_COUNT(structure, member, first, "0", 0, "image to begin with"),                \
        TP_LABELLED_COUNT(structure, member, train, "8000", 1, "images to learn from"),            \
        TP_LABELLED_COUNT(structure, member, test, "2000", 1,                                      \
                          "images to test on, behind them or from the file of their own"),         \
    {                                                                                              \
        .key = "classes", .kind = TP_INTEGER, .offset = offsetof(structure, member.classes),       \
        .fallback = "10", .lower = 2, .upper = 256, .help = "labels are 0 to classes - 1"          \
    }
#define TP_LABELLED_TEXT(structure, member, name, text)                                            \
    { .key = #name, .kind = TP_TEXT, .offset = offsetof(structure, member.name), .help = text }
#define TP_LABELLED_COUNT(structure, member, name, value, least, text)                             \
    {                                                                                              \
        .key = #name, .kind = TP_INTEGER, .offset = offsetof(structure, member.name),              \
        .fallback = value, .lower = least, .upper = 1e7, .help = text                              \
    }

/* Reads both parts; `path` is that of the block in the scenario. The caller frees both, whatever
 * comes back. */
tp_status tp_labelled_load(const tp_labelled_description *description, const tp_resolved *resolved,
                           const char *path, tp_labelled *train, tp_labelled *test,
                           tp_error *error);

#endif
