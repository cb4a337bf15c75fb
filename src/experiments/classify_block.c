/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Defaults are those of Peterson's artificial astrocyte networks (2019). */
#include "experiments/classify_block.h"

#include <math.h>

#define COUNT(name, structure, value, low, high, text)                                             \
    {                                                                                              \
        .key = #name, .kind = TP_INTEGER, .offset = offsetof(struct structure, name),              \
        .fallback = value, .lower = low, .upper = high, .help = text                               \
    }
#define REAL(name, structure, member, value, high, text)                                           \
    {                                                                                              \
        .key = #name, .kind = TP_REAL, .offset = offsetof(struct structure, member), .unit = "1",  \
        .fallback = value, .lower = 0, .upper = high, .help = text                                 \
    }
#define RATE(name, structure, value, text)                                                         \
    {                                                                                              \
        .key = #name, .kind = TP_REAL, .offset = offsetof(struct structure, name), .unit = "1",    \
        .fallback = value, .lower = 0, .above = 1, .upper = INFINITY, .help = text                 \
    }
#define CHOICE(name, structure, list, value, text)                                                 \
    {                                                                                              \
        .key = #name, .kind = TP_CHOICE, .offset = offsetof(struct structure, name),               \
        .values = list, .fallback = value, .help = text                                            \
    }

static const char *const data_names[] = {"idx", "xor", NULL};
static const char *const encoder_names[] = {"sparse", "gaussian", "vae", "none", NULL};
static const char *const trained_names[] = {"before", "joint", NULL};

static const tp_field data_fields[] = {
    CHOICE(kind, tp_classify_data, data_names, "idx",
           "images with labels, or the four cases of exclusive or"),
    TP_LABELLED_FIELDS(struct tp_classify_data, set),
    {0},
};

static const tp_field encoder_fields[] = {
    CHOICE(kind, tp_classify_encoder, encoder_names, "sparse",
           "what a network reads of an image: a sparse or Gaussian random projection, drawn for "
           "each trial; the latent numbers of a variational autoencoder; or all pixels"),
    COUNT(size, tp_classify_encoder, "20", 1, 10000, "numbers that it makes of an image"),
    COUNT(hidden, tp_classify_encoder, "400", 1, 100000, "of the VAE: units of its hidden layers"),
    CHOICE(trained, tp_classify_encoder, trained_names, "before",
           "of the VAE: once before all networks, or jointly with each"),
    COUNT(epochs, tp_classify_encoder, "50", 1, 100000, "of the VAE trained before"),
    RATE(rate, tp_classify_encoder, "1e-3", "step size of Adam for the VAE trained before"),
    RATE(joint_rate, tp_classify_encoder, "1e-2", "the same for the VAE trained jointly"),
    {.key = "file",
     .kind = TP_TEXT,
     .offset = offsetof(struct tp_classify_encoder, file),
     .help = "a record whose VAE, trained before, is taken instead of training one"},
    {0},
};

static const tp_field training_fields[] = {
    COUNT(epochs, tp_classify_training, "150", 1, 1000000, "of training"),
    COUNT(batch, tp_classify_training, "128", 1, 1000000, "samples of a mini-batch"),
    RATE(rate, tp_classify_training, "4e-3", "step size of Adam"),
    {0},
};

static const tp_field perturbation_fields[] = {
    REAL(leak, tp_classify_perturbation, signals.leak, "0", INFINITY,
         "sigma of the transmitter that reaches a unit's neighbours, behind each slide and gather"),
    REAL(noise, tp_classify_perturbation, signals.noise, "0", INFINITY,
         "standard deviation of noise there, in tests too"),
    REAL(drop, tp_classify_perturbation, signals.drop, "0", 0.999,
         "probability that a signal is dropped there, in training alone"),
    REAL(weight_noise, tp_classify_perturbation, weight_noise, "0", INFINITY,
         "standard deviation of noise on the weights of a trained copy, which is tested"),
    REAL(weight_loss, tp_classify_perturbation, weight_loss, "0", 1,
         "probability that a weight of that copy is lost"),
    {0},
};

static const tp_field record_fields[] = {
    {.key = "networks",
     .kind = TP_BOOLEAN,
     .offset = offsetof(struct tp_classify_recording, networks),
     .fallback = "true",
     .help = "all trained parameters, for run --from"},
    COUNT(reconstructions, tp_classify_recording, "10", 0, 10000,
          "test images that go through the VAE and are recorded"),
    {0},
};

#define BLOCK_OF(structure, fields)                                                                \
    { sizeof(struct structure), fields, NULL, NULL }
static const tp_block data_block = {sizeof(struct tp_classify_data), data_fields, "kind", NULL};
static const tp_block encoder_block = {sizeof(struct tp_classify_encoder), encoder_fields, "kind",
                                       NULL};
static const tp_block training_block = BLOCK_OF(tp_classify_training, training_fields);
static const tp_block perturbation_block = BLOCK_OF(tp_classify_perturbation, perturbation_fields);
static const tp_block record_block = BLOCK_OF(tp_classify_recording, record_fields);

#define BLOCK(name, description, text)                                                             \
    {                                                                                              \
        .key = #name, .kind = TP_BLOCK, .offset = offsetof(tp_classify_description, name),         \
        .block = &description, .help = text                                                        \
    }

static const tp_field classify_fields[] = {
    TP_HEADING_FIELDS(tp_classify_description, heading),
    BLOCK(data, data_block, "what is classified, and how it is divided"),
    BLOCK(encoder, encoder_block, "what the networks are shown of an image"),
    {.key = "networks",
     .kind = TP_BLOCKS,
     .offset = offsetof(tp_classify_description, networks),
     .fallback = "[{name: glia, layers: [gather, slide, softmax, gather, slide, softmax, gather, "
                 "slide, softmax, gather, slide, softmax, gather, slide]}, {name: neurons, layers: "
                 "[{kind: dense, outputs: 20}, softmax, {kind: dense, outputs: 10}]}]",
     .block = &tp_layered_block,
     .help = "trained side by side on the same inputs; a sweep tells of the first, against the "
             "second"},
    BLOCK(training, training_block, "by Adam"),
    {.key = "trials",
     .kind = TP_INTEGER,
     .offset = offsetof(tp_classify_description, trials),
     .fallback = "20",
     .lower = 1,
     .upper = 100000,
     .help = "of run: how often each network is drawn and trained; a sweep counts its own"},
    BLOCK(perturbation, perturbation_block, "what disturbs the networks"),
    BLOCK(record, record_block, "what is recorded"),
    {0},
};

const tp_block tp_classify_block = {sizeof(tp_classify_description), classify_fields, NULL, NULL};
