/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exact solution of models that know theirs: linear ones, a product of exponentials. */
#include "integrators/integrator.h"

static void step(tp_integration *integration, double h) {
    tp_population *population = integration->population;
    population->model->flow(&population->setting, population->n, population->state,
                            (const double *const *)population->input, h);
}

const tp_integrator tp_exponential = {
    .name = "exponential",
    .summary = "exact solution of linear models, fixed step",
    .crossing = TP_CROSSING_LOCATED,
    .step = step,
};
