/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "stimuli/image_set.h"

#define SOURCE(member) offsetof(tp_image_source, member)
#define TEXT(name, text)                                                                           \
    { .key = #name, .kind = TP_TEXT, .offset = SOURCE(name), .help = text }

static const char *const colours[] = {"grey", "rgb", NULL};

static const tp_field source_fields[] = {
    TEXT(npz, "a NumPy archive with arrays NAME_images (uint8) and NAME_labels (MedMNIST's form)"),
    {.key = "train",
     .kind = TP_TEXTS,
     .offset = SOURCE(train),
     .fallback = "[train, val]",
     .help = "the NAMEs in it that are learned from"},
    {.key = "test",
     .kind = TP_TEXTS,
     .offset = SOURCE(tests),
     .fallback = "[test]",
     .help = "the NAMEs in it that are tested on"},
    TEXT(images, "an IDX file (gzip-compressed or not) or .npy file of images"),
    TEXT(labels, "likewise, of their labels"),
    TEXT(test_images, "likewise, to test on"),
    TEXT(test_labels, "likewise, of their labels"),
    TEXT(folder, "a folder with a folder of PNGs for each class"),
    TEXT(test_folder, "likewise, to test on"),
    {.key = "colour",
     .kind = TP_CHOICE,
     .offset = SOURCE(colour),
     .fallback = "grey",
     .values = colours,
     .help = "of PNGs; arrays are what they are"},
    {.key = "classes",
     .kind = TP_TEXTS,
     .offset = SOURCE(classes),
     .fallback = "[]",
     .help = "the labels or folders that are looked at, in this order; []: all"},
    {.key = "set_apart",
     .kind = TP_REAL,
     .offset = SOURCE(test),
     .unit = "1",
     .fallback = "20 %",
     .lower = 0,
     .above = 1,
     .upper = 0.9,
     .help = "part of each class that is tested on, where no images are named for it"},
    {.key = "per_class",
     .kind = TP_INTEGER,
     .offset = SOURCE(per_class),
     .fallback = "0",
     .lower = 0,
     .upper = INFINITY,
     .help = "images of a class that are learned from, at most; 0: all"},
    {0},
};

const tp_block tp_image_source_block = {sizeof(tp_image_source), source_fields, NULL, NULL};
