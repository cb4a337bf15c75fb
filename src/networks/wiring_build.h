/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A wiring under way: both kinds add their links source by source. */
#ifndef TP_NETWORKS_WIRING_BUILD_H
#define TP_NETWORKS_WIRING_BUILD_H

#include "base/random.h"
#include "networks/wiring.h"

typedef struct tp_links {
    uint32_t *target;
    uint64_t count, room;
} tp_links;

typedef struct tp_wiring_build {
    const tp_wiring_description *description;
    tp_wiring *wiring;
    uint64_t seed;
    uint32_t trial;
    tp_links links;       /* of all sources until now */
    uint64_t *astrocytic; /* links from astrocytes: source << 32 | target, in any order */
    uint64_t astrocytic_count, astrocytic_room;
    tp_error *error;
} tp_wiring_build;

/* The random words of a source and a target (or a count) for a purpose. */
void tp_wiring_words(const tp_wiring_build *build, tp_purpose purpose, size_t source,
                     uint64_t index, uint32_t words[4]);

/* Adds a link from the source whose turn it is. */
tp_status tp_wiring_add(tp_wiring_build *build, uint64_t target);

/* Ends a source's turn: sorts its links and drops those that came twice. */
void tp_wiring_end_source(tp_wiring_build *build, size_t source);

/* All links of a wiring of one kind. */
tp_status tp_wiring_tripartite(tp_wiring_build *build);
tp_status tp_wiring_maass(tp_wiring_build *build);

#endif
