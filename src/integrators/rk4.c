/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classical Runge-Kutta method of order 4 (Kutta 1901). */
#include "integrators/integrator.h"

/* between <- state + h * slope */
static void shift(tp_integration *integration, double h, double *const *slope) {
    const tp_population *population = integration->population;
    for (size_t s = 0; s < population->model->state_count; s++) {
        const double *restrict y = population->state[s], *restrict dy = slope[s];
        double *restrict to = integration->between[s];
        for (size_t i = 0; i < population->n; i++)
            to[i] = y[i] + h * dy[i];
    }
}

static void step(tp_integration *integration, double h) {
    tp_population *population = integration->population;
    double *(*slope)[TP_MAX_STATES] = integration->slope;
    tp_integration_slope(integration, population->state, slope[0]);
    for (int stage = 1; stage < 4; stage++) {
        shift(integration, stage == 3 ? h : h / 2, slope[stage - 1]);
        tp_integration_slope(integration, integration->between, slope[stage]);
    }
    for (size_t s = 0; s < population->model->state_count; s++) {
        double *restrict y = population->state[s];
        const double *restrict k1 = slope[0][s], *restrict k2 = slope[1][s];
        const double *restrict k3 = slope[2][s], *restrict k4 = slope[3][s];
        for (size_t i = 0; i < population->n; i++)
            y[i] += h / 6 * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i]);
    }
}

const tp_integrator tp_rk4 = {
    .name = "rk4",
    .summary = "classical Runge-Kutta, fixed step, order 4",
    .order = 4,
    .crossing = TP_CROSSING_LOCATED,
    .stages = 4,
    .step = step,
};
