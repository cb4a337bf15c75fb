/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a scenario that describes a population: model, integrator, and the model's own
 * parameters and options, whose keys come from its descriptor. */
#ifndef TP_NETWORKS_POPULATION_BLOCK_H
#define TP_NETWORKS_POPULATION_BLOCK_H

#include <stdint.h>

#include "integrators/integrator.h"
#include "models/population.h"
#include "scenario/schema.h"

typedef struct tp_population_description {
    int model;      /* as tp_model_at counts */
    int integrator; /* as tp_integrator_at counts */
    double exchange_ms;
    double step_ms;
    int crossing;   /* tp_crossing */
    int arithmetic; /* tp_arithmetic */
    double rtol, atol;
    int solve;   /* tp_solve */
    int initial; /* tp_initial */
    tp_model_setting setting;
} tp_population_description;

const char *const *tp_model_names(void);
const char *const *tp_integrator_names(void);

/* The keys every population has; `member` is the tp_population_description in the struct. */
#define TP_POPULATION_FIELDS(structure, member, default_model, default_integrator,                 \
                             default_exchange)                                                     \
    {.key = "model",                                                                               \
     .kind = TP_CHOICE,                                                                            \
     .offset = offsetof(structure, member.model),                                                  \
     .fallback = default_model,                                                                    \
     .names = tp_model_names,                                                                      \
     .help = "model of the cells"},                                                                \
        {.key = "integrator",                                                                      \
         .kind = TP_CHOICE,                                                                        \
         .offset = offsetof(structure, member.integrator),                                         \
         .fallback = default_integrator,                                                           \
         .names = tp_integrator_names,                                                             \
         .help = "method that advances the cells"},                                                \
    {                                                                                              \
        .key = "exchange", .kind = TP_REAL, .offset = offsetof(structure, member.exchange_ms),     \
        .unit = "ms", .fallback = default_exchange, .lower = 0, .above = 1, .upper = INFINITY,     \
        .help = "how long inputs are held; a whole number of ticks"                                \
    }

/* The keys of the chosen integrator (step and crossing, or tolerances) and of the chosen model
 * (initial, options, parameters). `offset` is that of the description in the block's struct. */
tp_status tp_population_extend(const tp_population_description *description, size_t offset,
                               tp_arena *arena, const tp_field **fields, tp_error *error);

/* The exchange interval in ticks, and whether the step divides it. `block` is the path of the
 * population's block in the scenario, where errors are told. */
tp_status tp_population_timing(const tp_population_description *description, const char *block,
                               double tick_ms, const tp_resolved *resolved, int64_t *exchange,
                               tp_error *error);

/* A population of n cells as described. */
tp_status tp_population_from(const tp_population_description *description, size_t n,
                             tp_population **population, tp_error *error);

/* The method as described. */
tp_method tp_method_from(const tp_population_description *description);

#endif
