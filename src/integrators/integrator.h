/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An integrator advances a population from one instant to another while its inputs are held.
 * It is generic: all that it knows of a model is its descriptor. */
#ifndef TP_INTEGRATORS_INTEGRATOR_H
#define TP_INTEGRATORS_INTEGRATOR_H

#include <tripartite/integrator.h>

#include "models/population.h"

/* An event of a cell: `when` is the part of the interval that had passed, in (0, 1]. */
typedef struct tp_spike {
    size_t cell;
    double when;
} tp_spike;

/* Which moment a fixed step gives to an event inside it. */
typedef enum tp_crossing {
    TP_CROSSING_STEP_END, /* reset and stamp at the step's end: an error in proportion to the step
                           */
    TP_CROSSING_LOCATED   /* at the crossing itself, found by steps of the same method; the rest of
                             the step goes on from the reset, so that the order is kept */
} tp_crossing;
extern const char *const tp_crossing_names[];

/* Spikes of one interval, in order of time, then of cell. */
typedef struct tp_spikes {
    tp_spike *items;
    size_t count;
    size_t room;
} tp_spikes;

tp_status tp_spikes_append(tp_spikes *spikes, size_t cell, double when, tp_error *error);
void tp_spikes_free(tp_spikes *spikes);

typedef struct tp_integration tp_integration;

struct tp_integrator {
    const char *name;
    const char *summary;
    int order;
    tp_crossing crossing; /* where the scenario does not say */
    /* Number of derivatives that a step keeps beside the state. */
    size_t stages;
    /* One step of length h, in the model's time unit, of all cells. */
    void (*step)(tp_integration *integration, double h);
};

/* An integrator at work on one population. */
struct tp_integration {
    const tp_integrator *integrator;
    tp_population *population;
    double step_ms;
    tp_crossing crossing;
    double *before[TP_MAX_STATES];   /* state at the step's start, where crossings are located */
    struct tp_integration *one_cell; /* for a cell that spikes inside a step */
    double *slope[4][TP_MAX_STATES]; /* [stage][state][cell], as many stages as it has */
    double *between[TP_MAX_STATES];  /* state at an intermediate stage */
    double *memory;
};

tp_status tp_integration_create(const tp_integrator *integrator, tp_population *population,
                                double step_ms, tp_crossing crossing, tp_integration **integration,
                                tp_error *error);
void tp_integration_destroy(tp_integration **integration);

/* Advances the population by `steps` whole steps and appends the spikes to `spikes` (which may be
 * NULL for a smooth model). */
tp_status tp_integration_advance(tp_integration *integration, size_t steps, tp_spikes *spikes,
                                 tp_error *error);

/* Takes the cells that crossed their threshold in the step that has just ended, `step` of `steps`,
 * back to the crossing, resets them there, and brings them to the step's end. */
tp_status tp_integration_locate(tp_integration *integration, size_t step, size_t steps,
                                tp_spikes *spikes, tp_error *error);

/* The derivative of the population at `state`, by its model. */
void tp_integration_slope(const tp_integration *integration, double *const *state,
                          double *const *slope);

extern const tp_integrator tp_euler;
extern const tp_integrator tp_rk4;

#endif
