/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers as a pure function of what they are for: no state, no order of calls.
 * Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011), by Random123. */
#ifndef TP_BASE_RANDOM_H
#define TP_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a number is drawn for; each purpose is a stream of its own. Never reuse a value. */
typedef enum tp_purpose {
    TP_PURPOSE_TRAINING_NOISE = 1,
    TP_PURPOSE_RECALL_NOISE = 2,
    /* Of a reservoir; `sample` is the source of a link, `index` its target or a count. */
    TP_PURPOSE_WIRING = 16,           /* whether a pair of neurons is linked */
    TP_PURPOSE_WIRING_BETWEEN = 17,   /* gaps between links to other subnetworks */
    TP_PURPOSE_WIRING_ASTROCYTE = 18, /* the astrocyte of a linked pair and its links */
    TP_PURPOSE_WIRING_PLACE = 19,
    TP_PURPOSE_LINK_WEIGHT = 20,
    TP_PURPOSE_INPUT_WEIGHT = 21,
    /* Of what is trained. */
    TP_PURPOSE_LAYER_PARAMETER = 32, /* `sample` is the layer */
    TP_PURPOSE_EPOCH_ORDER = 33,     /* `sample` is the epoch */
    /* Of statistics. */
    TP_PURPOSE_BOOTSTRAP = 48, /* `sample` is the resample */
    TP_PURPOSE_FOLDS = 49,
    /* Of networks that classify; `sample` is the layer, of signals with the epoch above it. */
    TP_PURPOSE_TRANSMITTER_NOISE = 64,
    TP_PURPOSE_TRANSMITTER_TEST_NOISE = 65,
    TP_PURPOSE_TRANSMITTER_DROP = 66,
    TP_PURPOSE_WEIGHT_NOISE = 67,
    TP_PURPOSE_WEIGHT_LOSS = 68,
    TP_PURPOSE_PROJECTION = 69,
    TP_PURPOSE_LATENT = 70,      /* of an autoencoder; `sample` is the epoch */
    TP_PURPOSE_LATENT_TEST = 71, /* the same of tests */
    TP_PURPOSE_ENCODER = 72,     /* initial weights, told apart from those of the classifier */
    /* Of sets of images; `sample` is the class or the image. */
    TP_PURPOSE_IMAGES_APART = 96, /* which images are tested on, and which left out */
    TP_PURPOSE_IMAGE_FOLDS = 97,
    TP_PURPOSE_IMAGE_NOISE = 98
} tp_purpose;

typedef struct tp_stream_key {
    uint64_t seed;
    tp_purpose purpose;
    uint32_t trial;
    uint32_t sample;
} tp_stream_key;

/* Four independent 32-bit words for entity `index` of the stream. */
void tp_random_words(const tp_stream_key *key, uint32_t index, uint32_t words[4]);

/* Two of such words as a number in [0, 1), a multiple of 2^-53. */
double tp_random_unit(uint32_t high, uint32_t low);

/* The stream's entity `index` as a number of the standard normal distribution, by Box and Muller;
 * entities 2 i and 2 i + 1 come of the same words. */
double tp_random_normal(const tp_stream_key *key, uint32_t index);
/* Those of entities first ... first + count - 1, in half the time. */
void tp_random_normals(const tp_stream_key *key, uint32_t first, size_t count, double *out);

#endif
