/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/lorenz.h"

#include "integrators/integrator.h"

enum { X, Y, Z, STATES };
enum { SIGMA, RHO, BETA };

static void derivative(const tp_model_setting *setting, size_t n, const double *const *state,
                       const double *const *input, double *const *slope) {
    const double sigma = setting->parameter[SIGMA], rho = setting->parameter[RHO];
    const double beta = setting->parameter[BETA];
    (void)input;
    for (size_t i = 0; i < n; i++) {
        const double x = state[X][i], y = state[Y][i], z = state[Z][i];
        slope[X][i] = sigma * (y - x);
        slope[Y][i] = x * (rho - z) - y;
        slope[Z][i] = x * y - beta * z;
    }
}

static void jacobian(const tp_model_setting *setting, const double *state, const double *input,
                     double *partial) {
    const double *p = setting->parameter;
    const double rows[STATES][STATES] = {{-p[SIGMA], p[SIGMA], 0},
                                         {p[RHO] - state[Z], -1, -state[X]},
                                         {state[Y], state[X], -p[BETA]}};
    (void)input;
    for (int i = 0; i < STATES * STATES; i++)
        partial[i] = rows[i / STATES][i % STATES];
}

static const tp_state_variable states[] = {
    {"x", "1", "x", 1, 0, 0}, {"y", "1", "y", 0, 0, 0}, {"z", "1", "z", 0, 0, 0}};
static const tp_parameter parameters[] = {{"sigma", "1", "Prandtl number", 10, 0, 0},
                                          {"rho", "1", "Rayleigh number", 28, 0, 0},
                                          {"beta", "1", "geometry", 8.0 / 3, 0, 0}};
const tp_model tp_lorenz_model = {
    .name = "lorenz",
    .summary = "the attractor of Lorenz",
    .source = "Lorenz 1963",
    .equations = "dx/dt = sigma (y - x)\ndy/dt = x (rho - z) - y\ndz/dt = x y - beta z",
    .time_unit = "1",
    .time_unit_ms = 1,
    .initial = "published",
    .states = states,
    .state_count = STATES,
    .parameters = parameters,
    .parameter_count = 3,
    .derivative = derivative,
    .jacobian = jacobian,
};

tp_status tp_lorenz_series(const tp_lorenz *lorenz, size_t count, double *values, tp_error *error) {
    const tp_model_setting setting = {.parameter = {lorenz->sigma, lorenz->rho, lorenz->beta}};
    const tp_method method = {
        .integrator = lorenz->integrator, .rtol = lorenz->rtol, .atol = lorenz->rtol};
    tp_population *population = NULL;
    tp_integration *integration = NULL;
    tp_status status = tp_population_create(&tp_lorenz_model, &setting, TP_INITIAL_PUBLISHED, 1,
                                            &population, error);
    for (int s = 0; status == TP_OK && s < STATES; s++)
        population->state[s][0] = lorenz->start[s];
    if (status == TP_OK)
        status = tp_integration_create(&method, population, &integration, error);
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        if (i > 0)
            status = tp_integration_advance(integration, lorenz->interval, NULL, error);
        for (int s = 0; s < STATES; s++)
            values[i * STATES + (size_t)s] = population->state[s][0];
    }
    tp_integration_destroy(&integration);
    tp_population_destroy(&population);
    return status;
}
