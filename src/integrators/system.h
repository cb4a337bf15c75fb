/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the adaptive solvers have in common: the equations of one cell, or of a whole smooth
 * population together, their events and their errors. All of it by the model's descriptor.
 *
 * What these solvers compute is the same for any number of threads, but not on any machine: the
 * libraries below them choose their steps by pow(), whose last bit is the C library's own. */
#ifndef TP_INTEGRATORS_SYSTEM_H
#define TP_INTEGRATORS_SYSTEM_H

#include "integrators/integrator.h"

/* A state vector is y[cell * states + state], cell by cell, so that the Jacobian is a band. */
typedef struct tp_system {
    const tp_integration *integration;
    tp_population *population;
    size_t first, count; /* its cells */
    size_t dimension;    /* count * states */
    bool fresh;          /* to be started from the population's state */
    double *held;        /* [input][cell] since it was started */
    double *gathered;    /* of more than one cell: states, then slopes, as [state][cell] */
} tp_system;

typedef struct tp_systems {
    tp_system *items;
    size_t count;
    double *memory;
} tp_systems;

/* One system for each cell, or one for all, as the method says. TP_INVALID where the method does
 * not fit the model or its tolerances are not positive. */
tp_status tp_systems_create(const tp_integration *integration, tp_systems *systems,
                            tp_error *error);
void tp_systems_free(tp_systems *systems);
void tp_systems_restart(tp_systems *systems);

/* Whether the solver has to start anew: after a restart, or because an input has changed. */
bool tp_system_starts(tp_system *system);

/* Between the population and a state vector. */
void tp_system_load(const tp_system *system, double *y);
void tp_system_store(const tp_system *system, const double *y);

/* False where a slope is not finite. */
bool tp_system_slope(const tp_system *system, const double *y, double *slope);

/* The partial derivatives of one of its cells, row-major. */
void tp_system_jacobian(const tp_system *system, size_t cell, const double *y, double *jacobian);

/* How far the watched state is over its threshold: an event where it is not negative. Negative for
 * a smooth model. */
double tp_system_over(const tp_system *system, const double *y);

/* A system on its way through one interval. */
typedef struct tp_passage {
    tp_system *system;
    double length; /* of the interval, in the model's time unit */
    size_t steps, events;
    tp_spikes *spikes;
    tp_error *error;
} tp_passage;

/* The event of the state `y`, `at` after the interval's start: resets it, once more where that
 * leaves it over the threshold though lower, and appends the spikes. */
tp_status tp_passage_event(tp_passage *passage, double at, double *y);

/* To be called after each step; an error where they are too many. */
tp_status tp_passage_stepped(tp_passage *passage, double at, const double *y);

/* Stores the state at the interval's end; an error where it is not finite. */
tp_status tp_passage_end(tp_passage *passage, const double *y);

/* The error of a solver that cannot go on from `y`, `at` after the interval's start. */
tp_status tp_passage_fail(const tp_passage *passage, double at, const double *y,
                          const char *reason);

#endif
