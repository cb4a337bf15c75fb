/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An experiment is a protocol on a network: one descriptor, listed in experiments.c. */
#ifndef TP_EXPERIMENTS_EXPERIMENT_H
#define TP_EXPERIMENTS_EXPERIMENT_H

#include <tripartite/run.h>

#include "experiments/sweep_block.h"
#include "record/writer.h"
#include "scenario/schema.h"

/* Every experiment's block begins with this struct and these keys. */
typedef struct tp_experiment_heading {
    const char *title;
    int experiment; /* as tp_experiment_at counts */
    int64_t seed;
    int64_t trial;
    tp_sweep_description sweep;
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
        {.key = "trial",                                                                           \
         .kind = TP_INTEGER,                                                                       \
         .offset = offsetof(structure, member.trial),                                              \
         .fallback = "0",                                                                          \
         .lower = 0,                                                                               \
         .upper = UINT32_MAX,                                                                      \
         .help = "which draw of the random numbers of that seed; a sweep counts them from 0"},     \
    {                                                                                              \
        .key = "sweep", .kind = TP_BLOCK, .offset = offsetof(structure, member.sweep),             \
        .block = &tp_sweep_block, .help = "what the verb sweep varies; run does not look at it"    \
    }

/* A number that comes out of a trial. */
typedef struct tp_measure {
    const char *name, *unit, *long_name;
    const char *baseline; /* the measure of the same trial that it is compared with, or NULL */
} tp_measure;

/* Two counts of units that a sweep may vary together, and what is told of their ratio. */
typedef struct tp_mixture {
    const char *neurons, *astrocytes;   /* paths in the scenario */
    const char *const *lower_is_better; /* names of measures; ended by NULL */
} tp_mixture;

/* How an experiment is swept. A group is scenarios whose runs begin alike: what they share of a
 * trial is computed once. Groups are used by one thread each. */
typedef struct tp_trials {
    /* The numbers of a trial of this scenario, the one that matters most first; in the arena. */
    tp_status (*measures)(const tp_scenario *scenario, tp_arena *arena, const tp_measure **measures,
                          size_t *count, tp_error *error);
    /* Whether two scenarios can be in one group. */
    bool (*alike)(const tp_scenario *a, const tp_scenario *b);
    tp_status (*create)(const tp_scenario *const *scenarios, size_t count, const void *shared,
                        void **group, tp_error *error);
    /* Runs a trial of all scenarios into values[scenario][measure]. `observer` is asked now and
     * then whether to stop. */
    tp_status (*run)(void *group, uint32_t trial, const tp_observer *observer, double *values,
                     tp_error *error);
    void (*destroy)(void **group);
    /* What all groups of a sweep read and none changes, made before there are any; both NULL where
     * there is nothing of the kind. */
    tp_status (*share)(const tp_scenario *const *scenarios, size_t count, void **shared,
                       tp_error *error);
    void (*unshare)(void **shared);
    const tp_mixture *mixture; /* what is told of a sweep over it; NULL: nothing */
} tp_trials;

struct tp_run_course;

typedef struct tp_experiment {
    const char *name;
    const char *summary;
    const tp_block *block;
    /* Makes all that a run needs and checks all that can be wrong; writes nothing. */
    tp_status (*prepare)(const void *description, const tp_resolved *resolved, void **plan,
                         tp_error *error);
    /* Runs the plan into the record in one go; NULL where there is run_in_parts. TP_INTERRUPTED
     * leaves a record that can be finished. */
    tp_status (*run)(void *plan, tp_writer *writer, const tp_observer *observer, tp_error *error);
    void (*discard)(void **plan);
    /* The same, but commits parts and goes on from them. */
    tp_status (*run_in_parts)(void *plan, tp_writer *writer, struct tp_run_course *course,
                              const tp_observer *observer, tp_error *error);
    /* Takes over the state that a record's run had after its training; NULL where none has one. */
    tp_status (*take_trained)(void *plan, const tp_scenario *scenario, const char *record,
                              tp_error *error);
    const tp_trials *trials; /* NULL where it cannot be swept */
} tp_experiment;

const tp_experiment *tp_experiment_at(size_t index);
const char *const *tp_experiment_names(void);

extern const tp_experiment tp_anan_experiment;
extern const tp_experiment tp_cell_experiment;
extern const tp_experiment tp_classification_experiment;
extern const tp_experiment tp_forecast_experiment;
extern const tp_experiment tp_memory_experiment;

#endif
