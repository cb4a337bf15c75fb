/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An integrator advances a population from one instant to another while its inputs are held.
 * It is generic: all that it knows of a model is its descriptor. */
#ifndef TP_INTEGRATORS_INTEGRATOR_H
#define TP_INTEGRATORS_INTEGRATOR_H

#include <stdbool.h>
#include <stdint.h>
#include <tripartite/integrator.h>

#include "base/crew.h"
#include "models/population.h"

/* An event of a cell: `when` is the part of the interval that had passed, in (0, 1]; 0 for the
 * spike of a cell that jumps at the exchange which the interval begins with. */
typedef struct tp_spike {
    uint32_t cell;
    uint32_t interval; /* counted from 0, where several are advanced by at once */
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

/* Spikes in order of interval, then of time, then of cell. */
typedef struct tp_spikes {
    tp_spike *items;
    size_t count;
    size_t room;
} tp_spikes;

tp_status tp_spikes_append(tp_spikes *spikes, size_t cell, double when, tp_error *error);

/* Room for `more` of them. */
tp_status tp_spikes_reserve(tp_spikes *spikes, size_t more, tp_error *error);
void tp_spikes_free(tp_spikes *spikes);

typedef struct tp_integration tp_integration;

struct tp_integrator {
    const char *name;
    const char *summary;
    int order; /* 0: it chooses its order itself */
    bool adaptive;

    /* Of a fixed step. */
    tp_crossing crossing; /* where the scenario does not say */
    size_t stages;        /* derivatives that a step keeps beside the state */
    /* One step of length h, in the model's time unit, of all cells. */
    void (*step)(tp_integration *integration, double h);

    /* Of an adaptive one: integration->solver is its own. */
    const void *choice; /* which of a library's methods it is */
    tp_status (*begin)(tp_integration *integration, tp_error *error);
    void (*end)(tp_integration *integration);
    /* Advances by `length`, in the model's time unit, and appends the events. */
    tp_status (*advance)(tp_integration *integration, double length, tp_spikes *spikes,
                         tp_error *error);
    /* Forgets what it remembers of the past: the states have been changed from outside. */
    void (*restart)(tp_integration *integration);
};

/* Whether a smooth population is one system of equations for an adaptive solver, or many. */
typedef enum tp_solve { TP_SOLVE_EACH, TP_SOLVE_TOGETHER } tp_solve;
extern const char *const tp_solve_names[];

/* How a fixed step is rounded: as it is written, each operation by itself; multiplied and added in
 * one rounding, rearranged to take fewer operations; the same in single precision. Each gives the
 * same bits on every processor. */
typedef enum tp_arithmetic {
    TP_ARITHMETIC_PLAIN,
    TP_ARITHMETIC_FUSED,
    TP_ARITHMETIC_SINGLE
} tp_arithmetic;
extern const char *const tp_arithmetic_names[];

/* An integrator and how it is set. */
typedef struct tp_method {
    const tp_integrator *integrator;
    double step_ms;           /* fixed step */
    tp_crossing crossing;     /* fixed step */
    tp_arithmetic arithmetic; /* fixed step */
    double rtol, atol;        /* adaptive; atol in each state's own unit */
    tp_solve solve;           /* adaptive */
} tp_method;

/* TP_INVALID where the method's arithmetic is not there for the model; plain always is. */
tp_status tp_method_check(const tp_method *method, const tp_model *model, tp_error *error);

/* A method at work on one population. */
struct tp_integration {
    tp_method method;
    tp_population *population;
    /* Of a fixed step. */
    double *before[TP_MAX_STATES];   /* state at the step's start, where crossings are located */
    double *kept[TP_MAX_STATES];     /* state before the last advance that kept it; where the kernel
                                      * goes by a map, its x and y */
    struct tp_integration *one_cell; /* for a cell that spikes inside a step, or a few of them */
    double *slope[4][TP_MAX_STATES]; /* [stage][state][cell], as many stages as it has */
    double *between[TP_MAX_STATES];  /* state at an intermediate stage */
    uint32_t *over;                  /* cells at or over their threshold at the step's end */
    size_t over_count;
    struct tp_kernel_work *fast; /* takes the steps instead of the integrator; or NULL */
    double *memory, *kept_memory;
    bool keeps;               /* in the next advance */
    bool looks;               /* at the end of an advance, while the cells are in the cache, ... */
    bool beyond;              /* ... whether any is where its model says that none can be; and where
                               * it does, the states wait for tp_integration_tell */
    struct tp_shares *shares; /* of a large population, which has them instead of all the above */
    tp_crew *crew;            /* who advances the shares; NULL: the caller alone */
    /* Of an adaptive one. */
    void *solver;
};

/* The population must outlive the integration. */
tp_status tp_integration_create(const tp_method *method, tp_population *population,
                                tp_integration **integration, tp_error *error);
void tp_integration_destroy(tp_integration **integration);

/* Advances the population by `interval_ms` (of a fixed step, a whole number of steps) and appends
 * the spikes to `spikes` (which may be NULL for a smooth model). */
tp_status tp_integration_advance(tp_integration *integration, double interval_ms, tp_spikes *spikes,
                                 tp_error *error);

/* The same by several intervals on end, all with the inputs of the first; an adaptive solver goes
 * by one. */
tp_status tp_integration_advance_by(tp_integration *integration, double interval_ms,
                                    size_t intervals, tp_spikes *spikes, tp_error *error);

/* The state before the next advance is to be kept, and the cells can then be taken back to it; of a
 * fixed step. */
tp_status tp_integration_keep(tp_integration *integration, tp_error *error);
void tp_integration_go_back(tp_integration *integration);

/* Brings the states up to the last advance, where it has left that to be done. */
void tp_integration_tell(tp_integration *integration);

/* The exchange at the start of an interval, to be called when the inputs are set: lets the cells
 * jump where their model says so, and appends those that spike by it. */
tp_status tp_integration_exchange(tp_integration *integration, tp_spikes *spikes, tp_error *error);

/* To be called when the states have been set from outside, and at every snapshot, so that going on
 * from one is to the bit what going on without it is. */
void tp_integration_restart(tp_integration *integration);

/* Whether going on depends on more than the states: a run can then be taken up at a restart alone.
 */
bool tp_integration_has_past(const tp_integration *integration);

/* The same as create, but that the population, of whatever size, is not shared out. */
tp_status tp_integration_create_whole(const tp_method *method, tp_population *population,
                                      tp_integration **integration, tp_error *error);

/* The fixed-step half of create, and of advance by intervals of `steps` steps each. */
tp_status tp_fixed_step_begin(tp_integration *integration, tp_error *error);
tp_status tp_fixed_step_advance(tp_integration *integration, size_t steps, size_t intervals,
                                tp_spikes *spikes, tp_error *error);
void tp_fixed_step_go_back(tp_integration *integration);

/* One step of length h, in the model's time unit, of all cells: by the kernel, where there is one.
 * Those that are at or over their threshold at its end are listed in integration->over. */
void tp_fixed_step_take(tp_integration *integration, double h);

/* Takes the cells that crossed their threshold in the step that has just ended, `step` of `steps`,
 * back to the crossing, resets them there, and brings them to the step's end. */
tp_status tp_integration_locate(tp_integration *integration, size_t step, size_t steps,
                                tp_spikes *spikes, tp_error *error);

/* The same for several cells at a time, unsorted; where there is a kernel for that. */
tp_status tp_integration_locate_together(tp_integration *integration, size_t step, size_t steps,
                                         tp_spikes *spikes, tp_error *error);

/* Of locating: a cell whose state grows through many resets in one step is stopped; how many cells
 * go together. */
enum { TP_MOST_EVENTS_IN_STEP = 1000, TP_MOST_ITERATIONS = 60, TP_LOCATED_TOGETHER = 8 };

/* Sorts `count` spikes of one interval by time, then by cell. */
void tp_spikes_sort(tp_spike *spikes, size_t count);

/* The derivative of the population at `state`, by its model. */
void tp_integration_slope(const tp_integration *integration, double *const *state,
                          double *const *slope);

extern const tp_integrator tp_cvode_adams;
extern const tp_integrator tp_cvode_bdf;
extern const tp_integrator tp_euler;
extern const tp_integrator tp_exponential;
extern const tp_integrator tp_gsl_bsimp;
extern const tp_integrator tp_gsl_msadams;
extern const tp_integrator tp_gsl_msbdf;
extern const tp_integrator tp_gsl_rk8pd;
extern const tp_integrator tp_gsl_rkck;
extern const tp_integrator tp_gsl_rkf45;
extern const tp_integrator tp_rk4;

#endif
