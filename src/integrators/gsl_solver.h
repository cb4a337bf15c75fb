/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL's odeiv2 set up for systems of cells. */
#ifndef TP_INTEGRATORS_GSL_SOLVER_H
#define TP_INTEGRATORS_GSL_SOLVER_H

#include <gsl/gsl_odeiv2.h>

#include "integrators/system.h"

/* One of GSL's methods. */
typedef struct tp_gsl_choice {
    const gsl_odeiv2_step_type *const *type;
    bool jacobian; /* it wants one, and keeps it as a dense matrix */
} tp_gsl_choice;

typedef struct tp_gsl_system {
    tp_system *system;
    gsl_odeiv2_system equations;
    gsl_odeiv2_driver *driver;
    double step; /* the next */
} tp_gsl_system;

typedef struct tp_gsl {
    tp_systems systems;
    tp_gsl_system *items;  /* as many */
    tp_gsl_system locator; /* of one cell, by a one-step method */
    double *scratch;
    double *y, *from, *low, *high; /* of one system's dimension each */
} tp_gsl;

tp_status tp_gsl_create(const tp_integration *integration, const tp_gsl_choice *choice,
                        tp_gsl **solver, tp_error *error);
void tp_gsl_destroy(tp_gsl **solver);

/* Finds the crossing between solver->from, `start` after the interval's start and below the
 * threshold, and solver->y, at `*end` and not below it. Moves both `*end` and solver->y to it. */
tp_status tp_gsl_locate(tp_gsl *solver, const tp_passage *passage, double start, double *end);

#endif
