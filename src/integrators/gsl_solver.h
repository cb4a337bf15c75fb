/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL's odeiv2 set up for systems of cells. */
#ifndef TP_INTEGRATORS_GSL_SOLVER_H
#define TP_INTEGRATORS_GSL_SOLVER_H

#include <gsl/gsl_odeiv2.h>

#include "integrators/system.h"

/* One of GSL's methods. */
typedef struct tp_gsl_choice {
    const gsl_odeiv2_step_type *const *type;
    bool jacobian;    /* it wants one, and keeps it as a dense matrix */
    bool passes_ends; /* its steps go past the ends of intervals */
} tp_gsl_choice;

/* One system in the hands of GSL. Its time starts from 0 whenever it is started anew, so that what
 * it computes does not depend on when that is. */
typedef struct tp_gsl_system {
    tp_system *system;
    gsl_odeiv2_system equations;
    gsl_odeiv2_driver *driver;
    double step;       /* the next */
    double now;        /* the end of the last interval, in the solver's time */
    double from_time;  /* of the last step's start */
    double known;      /* up to where the solution is known */
    bool crossing;     /* the watched state reaches its threshold there */
    double *from, *to; /* states at from_time and known */
} tp_gsl_system;

typedef struct tp_gsl {
    tp_systems systems;
    tp_gsl_system *items; /* as many */
    tp_gsl_system inner;  /* looks into a step, by a one-step method of high order */
    double *scratch;
    double *low, *high; /* of one system's dimension each */
} tp_gsl;

tp_status tp_gsl_create(const tp_integration *integration, const tp_gsl_choice *choice,
                        tp_gsl **solver, tp_error *error);
void tp_gsl_destroy(tp_gsl **solver);

/* The state between the last step's start and its end: solver->high. */
tp_status tp_gsl_between(tp_gsl *solver, const tp_passage *passage, const tp_gsl_system *item,
                         double time);

/* Finds the crossing between the last step's start, below the threshold, and its end, not below
 * it; makes it the step's end. */
tp_status tp_gsl_locate(tp_gsl *solver, const tp_passage *passage, tp_gsl_system *item);

#endif
