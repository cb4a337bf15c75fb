/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is linked to whom in a reservoir, and how strongly: a sparse matrix, row by row of the
 * sources. Neurons are the units 0 ... neurons - 1, astrocyte-like units come behind them. */
#ifndef TP_NETWORKS_WIRING_H
#define TP_NETWORKS_WIRING_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

typedef enum tp_wiring_kind { TP_WIRING_TRIPARTITE, TP_WIRING_MAASS } tp_wiring_kind;

typedef struct tp_wiring_description {
    int kind;            /* tp_wiring_kind */
    double inhibitory;   /* part of each subnetwork's neurons: its last ones */
    int64_t subnetworks; /* 0: one for each ten neurons */
    /* Probabilities of a tripartite wiring. */
    double within;           /* of a link from a neuron to another one of its subnetwork */
    double pre_to_astrocyte; /* for each such link, with one astrocyte drawn for it */
    double astrocyte_to_pre;
    double astrocyte_to_post;
    double between; /* of a link from a neuron to a neuron of another subnetwork */
    /* Of Maass, Natschlager & Markram (Neural Comput. 14:2531, 2002): a link over the distance D on
     * a grid of 3 x 3 x as many as it takes has the probability C exp(-(D / lambda)^2). */
    double lambda;
    double ee, ei, ie, ii; /* C, from excitatory (e) or inhibitory (i) to the same */
} tp_wiring_description;

typedef enum tp_unit_kind {
    TP_UNIT_EXCITATORY,
    TP_UNIT_INHIBITORY,
    TP_UNIT_ASTROCYTE,
    TP_UNIT_KINDS
} tp_unit_kind;

/* Counts, so that probabilities can be looked at. */
typedef struct tp_wiring_statistics {
    uint64_t pairs_within, linked_within;   /* ordered pairs of neurons */
    uint64_t pairs_between, linked_between; /* in different subnetworks */
    /* Linked pairs that had an astrocyte drawn, and how often each of its links came up; those that
     * came up for several pairs are one link. */
    uint64_t attended, pre_to_astrocyte, astrocyte_to_pre, astrocyte_to_post;
    uint64_t links[2][2];  /* [from an astrocyte][to an astrocyte] */
    uint64_t inhibitory;   /* neurons */
    double mean_fan_in[2]; /* of neurons, of astrocytes */
    uint64_t most_fan_in[2];
} tp_wiring_statistics;

typedef struct tp_wiring {
    size_t neurons, astrocytes, units, subnetworks;
    uint8_t *kind;        /* [unit] tp_unit_kind */
    uint32_t *subnetwork; /* [unit] */
    uint32_t *place;      /* [unit] on the grid of Maass: x + 3 y + 9 z */
    uint64_t *first;      /* [unit + 1] where the links from a unit begin */
    uint32_t *target;     /* [link], ascending for each source */
    double *weight;       /* [link] */
    tp_wiring_statistics statistics;
} tp_wiring;

/* TP_INVALID where it would have more than 10^9 links. */
tp_status tp_wiring_check(const tp_wiring_description *description, size_t neurons,
                          size_t astrocytes, tp_error *error);

/* Weights are uniform in [0, 1) over the square root of the target's fan-in, negative from
 * inhibitory neurons. Every draw is a pure function of seed, trial, source and target. The
 * wiring is checked first. */
tp_status tp_wiring_create(const tp_wiring_description *description, size_t neurons,
                           size_t astrocytes, uint64_t seed, uint32_t trial, tp_wiring *wiring,
                           tp_error *error);
void tp_wiring_free(tp_wiring *wiring);

#endif
