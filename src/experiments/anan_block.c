/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Defaults are the paper's, with a network for images of 28 x 28 pixels. */
#include "experiments/anan_block.h"

#include <math.h>

const char *const tp_anan_layer_names[] = {"conv",  "relu",    "max_pool", "flatten",
                                           "dense", "sigmoid", "softmax",  NULL};
static const char *const paddings[] = {"valid", "same", NULL};
static const char *const otherwise_names[] = {"none", "literal", NULL};
static const char *const a_names[] = {"factor", "increment", NULL};
static const char *const predict_names[] = {"after", "last_pass", NULL};

#define WHOLE(name, structure, value, low, high, text)                                             \
    {                                                                                              \
        .key = #name, .kind = TP_INTEGER, .offset = offsetof(structure, name), .fallback = value,  \
        .lower = low, .upper = high, .help = text                                                  \
    }
#define NUMBER(name, structure, value, low, open, high, text)                                      \
    {                                                                                              \
        .key = #name, .kind = TP_REAL, .offset = offsetof(structure, name), .unit = "1",           \
        .fallback = value, .lower = low, .above = open, .upper = high, .help = text                \
    }
#define NUMBERS(name, structure, value, low, high, text)                                           \
    {                                                                                              \
        .key = #name, .kind = TP_REALS, .offset = offsetof(structure, name), .unit = "1",          \
        .fallback = value, .lower = low, .upper = high, .help = text                               \
    }
#define CHOICE(name, structure, member, value, list, text)                                         \
    {                                                                                              \
        .key = name, .kind = TP_CHOICE, .offset = offsetof(structure, member), .fallback = value,  \
        .values = list, .help = text                                                               \
    }

static const tp_field layer_fields[] = {
    CHOICE("kind", tp_anan_layer, kind, "relu", tp_anan_layer_names, "what the layer does"),
    {.key = "name",
     .kind = TP_TEXT,
     .offset = offsetof(tp_anan_layer, name),
     .help = "without it its kind and number: conv1, conv2, dense1"},
    WHOLE(units, tp_anan_layer, "0", 0, 65536, "kernels of a conv, outputs of a dense layer"),
    WHOLE(size, tp_anan_layer, "0", 0, 64,
          "rows and columns of a kernel (0: 3) or of a square that is pooled (0: 2)"),
    CHOICE("padding", tp_anan_layer, same, "valid", paddings,
           "of a conv: none, or so much that the image keeps its size"),
    {0},
};

static const tp_field fold_fields[] = {
    WHOLE(count, struct tp_anan_folds, "10", 2, 100,
          "parts that the images are divided into, class by class"),
    WHOLE(run, struct tp_anan_folds, "0", 0, 100,
          "how many of them are run, from the first; 0: "
          "all"),
    {0},
};

static const tp_field training_fields[] = {
    WHOLE(epochs, struct tp_anan_training, "100", 1, 100000, "at most"),
    WHOLE(batch, struct tp_anan_training, "64", 1, 65536, "images of a mini-batch"),
    NUMBER(rate, struct tp_anan_training, "1e-3", 0, 1, INFINITY, "step size of Adam"),
    WHOLE(window, struct tp_anan_training, "30", 2, 100000,
          "epochs over which the loss is looked at"),
    NUMBER(range, struct tp_anan_training, "0.01", 0, 0, INFINITY,
           "training ends where the largest and smallest loss of the window differ by less"),
    {0},
};

#define ASTROCYTES struct tp_anan_astrocytes
static const tp_field astrocyte_fields[] = {
    {.key = "layer",
     .kind = TP_TEXT,
     .offset = offsetof(ASTROCYTES, layer),
     .fallback = "conv1",
     .help = "the conv that they are on, by its name"},
    {.key = "activity",
     .kind = TP_TEXTS,
     .offset = offsetof(ASTROCYTES, activities),
     .fallback = "[pre_mean, post_mean]",
     .help = "how a map becomes a number, each in its turn: pre_mean, post_mean (of all places, "
             "before or after the ReLU), fraction_active"},
    NUMBER(threshold, ASTROCYTES, "0", -INFINITY, 0, INFINITY,
           "a kernel is active where that number is above it"),
    CHOICE("otherwise", ASTROCYTES, literal, "none", otherwise_names,
           "what Eq. 3 does to a weight while r is neither mu nor -mu: nothing, or w += |w|"),
    CHOICE("a_is", ASTROCYTES, increment, "factor", a_names,
           "w += |w| (a - 1), or w += |w| a as in the parent papers"),
    CHOICE("predict", ASTROCYTES, last_pass, "after", predict_names,
           "by one more pass after the k-th change, or by the k-th pass"),
    NUMBERS(k, ASTROCYTES, "[4, 5, 6, 7, 8]", 1, 1000, "steps for each image"),
    NUMBERS(mu, ASTROCYTES, "[2, 3, 4]", 1, 1000, "where r stops, above and below 0"),
    NUMBERS(a, ASTROCYTES, "[1.05, 1.20, 1.35, 1.50]", 0, INFINITY, "strengthens active kernels"),
    NUMBERS(b, ASTROCYTES, "[0.05, 0.20, 0.35, 0.50]", 0, INFINITY, "weakens inactive ones"),
    {0},
};

static const tp_field robustness_fields[] = {
    NUMBERS(noise, struct tp_anan_robustness, "[]", 0, 1,
            "parts of the pixels of the test's images that become black or white, each in its "
            "turn"),
    {0},
};

static const tp_field record_fields[] = {
    WHOLE(images, struct tp_anan_recording, "2", 0, 1000,
          "of the test, of each class, whose modulation is recorded (of the first fold)"),
    {.key = "grid",
     .kind = TP_BOOLEAN,
     .offset = offsetof(struct tp_anan_recording, grid),
     .fallback = "true",
     .help = "the scores of all settings on the validation part"},
    {0},
};

static const tp_block layer_block = {sizeof(tp_anan_layer), layer_fields, "kind", NULL};
static const tp_block fold_block = {sizeof(struct tp_anan_folds), fold_fields, "count", NULL};
static const tp_block training_block = {sizeof(struct tp_anan_training), training_fields, NULL,
                                        NULL};
static const tp_block astrocyte_block = {sizeof(ASTROCYTES), astrocyte_fields, NULL, NULL};
static const tp_block robustness_block = {sizeof(struct tp_anan_robustness), robustness_fields,
                                          NULL, NULL};
static const tp_block record_block = {sizeof(struct tp_anan_recording), record_fields, NULL, NULL};

#define BLOCK(name, description, text)                                                             \
    {                                                                                              \
        .key = #name, .kind = TP_BLOCK, .offset = offsetof(tp_anan_description, name),             \
        .block = &description, .help = text                                                        \
    }

static const tp_field anan_fields[] = {
    TP_HEADING_FIELDS(tp_anan_description, heading),
    BLOCK(data, tp_image_source_block, "images and their classes"),
    BLOCK(folds, fold_block,
          "each in its turn is what settings are chosen by, the others what "
          "is learned from"),
    {.key = "layers",
     .kind = TP_BLOCKS,
     .offset = offsetof(tp_anan_description, layers),
     .block = &layer_block,
     .fallback = "[{kind: conv, units: 8}, relu, max_pool, {kind: conv, units: 16}, relu, "
                 "max_pool, flatten, {kind: dense, units: 32}, relu, {kind: dense, units: 1}, "
                 "sigmoid]",
     .help = "the network, from the image on; sigmoid ends one of two classes, softmax any"},
    BLOCK(training, training_block, "of the network, without astrocytes"),
    BLOCK(astrocytes, astrocyte_block,
          "one for each kernel; lists are the grid whose best setting is tested"),
    BLOCK(robustness, robustness_block, "noise on the test's images"),
    BLOCK(record, record_block, "what is recorded"),
    {0},
};

const tp_block tp_anan_block = {sizeof(tp_anan_description), anan_fields, NULL, NULL};
