/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The explicit Euler method: every derivative from the old state. */
#include "integrators/integrator.h"

static void step(tp_integration *integration, double h) {
    tp_population *population = integration->population;
    double *const *slope = integration->slope[0];
    tp_integration_slope(integration, population->state, slope);
    for (size_t s = 0; s < population->model->state_count; s++) {
        double *restrict y = population->state[s];
        const double *restrict dy = slope[s];
        for (size_t i = 0; i < population->n; i++)
            y[i] += h * dy[i];
    }
}

const tp_integrator tp_euler = {
    .name = "euler",
    .summary = "explicit Euler, fixed step, order 1",
    .order = 1,
    .crossing = TP_CROSSING_STEP_END,
    .stages = 1,
    .step = step,
};
