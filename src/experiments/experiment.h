/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An experiment is a protocol on a network: one descriptor, listed in experiments.c. */
#ifndef TP_EXPERIMENTS_EXPERIMENT_H
#define TP_EXPERIMENTS_EXPERIMENT_H

#include <tripartite/run.h>

#include "record/writer.h"
#include "scenario/schema.h"

/* Every experiment's block begins with this struct and these keys. */
typedef struct tp_experiment_heading {
    const char *title;
    int experiment; /* as tp_experiment_at counts */
    int64_t seed;
    int64_t trial;
} tp_experiment_heading;

#define TP_HEADING_FIELDS(structure, member)                                                       \
    {.key = "title",                                                                               \
     .kind = TP_TEXT,                                                                              \
     .offset = offsetof(structure, member.title),                                                  \
     .help = "what the run is called"},                                                            \
        {.key = "experiment",                                                                      \
         .kind = TP_CHOICE,                                                                        \
         .offset = offsetof(structure, member.experiment),                                         \
         .names = tp_experiment_names,                                                             \
         .fallback = "memory",                                                                     \
         .help = "the protocol"},                                                                  \
        {.key = "seed",                                                                            \
         .kind = TP_INTEGER,                                                                       \
         .offset = offsetof(structure, member.seed),                                               \
         .fallback = "1",                                                                          \
         .lower = 0,                                                                               \
         .upper = INFINITY,                                                                        \
         .help = "of all random numbers; the same seed gives the same record"},                    \
    {                                                                                              \
        .key = "trial", .kind = TP_INTEGER, .offset = offsetof(structure, member.trial),           \
        .fallback = "0", .lower = 0, .upper = UINT32_MAX,                                          \
        .help = "which draw of the random numbers of that seed; a sweep counts them from 0"        \
    }

typedef struct tp_experiment {
    const char *name;
    const char *summary;
    const tp_block *block;
    /* Makes all that a run needs and checks all that can be wrong; writes nothing. */
    tp_status (*prepare)(const void *description, const tp_resolved *resolved, void **plan,
                         tp_error *error);
    /* Runs the plan into the record. TP_INTERRUPTED leaves a record that can be finished. */
    tp_status (*run)(void *plan, tp_writer *writer, const tp_observer *observer, tp_error *error);
    void (*discard)(void **plan);
} tp_experiment;

const tp_experiment *tp_experiment_at(size_t index);
const char *const *tp_experiment_names(void);

extern const tp_experiment tp_cell_experiment;
extern const tp_experiment tp_forecast_experiment;
extern const tp_experiment tp_memory_experiment;

#endif
