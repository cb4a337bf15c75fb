/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A population is n cells of one model, one array per state variable. */
#ifndef TP_MODELS_POPULATION_H
#define TP_MODELS_POPULATION_H

#include <stdbool.h>
#include <tripartite/model.h>

typedef struct tp_population {
    const tp_model *model;
    tp_model_setting setting;
    size_t n;
    double *state[TP_MAX_STATES]; /* [state][cell] */
    double *input[TP_MAX_INPUTS]; /* [input][cell], held while an integrator advances */
    double *memory;               /* all of the above in one block */
    bool inputs_held; /* the inputs are what they were when it was last advanced; whoever sets them
                         may say so, false is always right */
} tp_population;

typedef enum tp_initial { TP_INITIAL_PUBLISHED, TP_INITIAL_REST } tp_initial;

/* n cells in their initial state, inputs zero. */
tp_status tp_population_create(const tp_model *model, const tp_model_setting *setting,
                               tp_initial initial, size_t n, tp_population **population,
                               tp_error *error);
void tp_population_destroy(tp_population **population);

/* Copies states and inputs between populations of the same model and size. */
void tp_population_copy(tp_population *to, const tp_population *from);

/* What the state can be; a concentration that rounding has made a little less than nothing is no
 * error. */
void tp_state_bounds(const tp_state_variable *state, double *low, double *high);

/* TP_FAILED where a state is not finite or beyond what the model says it can be: the message names
 * cell, state and time. */
tp_status tp_population_check(const tp_population *population, double time_ms, tp_error *error);

/* The same of the cells first ... end - 1 alone. */
tp_status tp_population_check_cells(const tp_population *population, size_t first, size_t end,
                                    double time_ms, tp_error *error);

#endif
