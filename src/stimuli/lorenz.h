/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attractor of Lorenz (J. Atmos. Sci. 20:130, 1963), as a series to be forecast. */
#ifndef TP_STIMULI_LORENZ_H
#define TP_STIMULI_LORENZ_H

#include <tripartite/error.h>
#include <tripartite/integrator.h>
#include <tripartite/model.h>

typedef struct tp_lorenz {
    double sigma, rho, beta;
    double start[3];
    double interval;                 /* between samples, in the system's own unit of time */
    const tp_integrator *integrator; /* an adaptive one */
    double rtol;
} tp_lorenz;

/* Samples 0 ... count - 1, at the times 0, interval, ...: values[count][3]. The solver is not
 * restarted between them. */
tp_status tp_lorenz_series(const tp_lorenz *lorenz, size_t count, double *values, tp_error *error);

/* The equations, for the integrators' sake; this is no cell, so that it is in no list of models. */
extern const tp_model tp_lorenz_model;

#endif
