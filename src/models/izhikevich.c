/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Izhikevich's simple spiking neuron (IEEE Trans. Neural Netw. 14:1569, 2003), with the parameters
 * of Gordleeva et al. 2019, Eq. 1. */
#include <math.h>

#include "models/models.h"

enum { V, U };
enum { A, B, C, D, THRESHOLD, QUADRATIC, LINEAR, CONSTANT };

static const tp_state_variable states[] = {
    [V] = {"membrane_potential", "mV", "membrane potential V", -64.413907, -1e6, INFINITY},
    [U] = {"recovery", "1", "recovery variable U", -16.103477, -1e6, 1e6},
};

static const tp_parameter parameters[] = {
    [A] = {"a", "1", "rate of recovery", 0.1, 0, INFINITY},
    [B] = {"b", "1", "sensitivity of recovery to the membrane potential", 0.25, -INFINITY,
           INFINITY},
    [C] = {"c", "mV", "membrane potential after a spike", -65, -INFINITY, INFINITY},
    [D] = {"d", "1", "step of recovery at a spike", 2, -INFINITY, INFINITY},
    [THRESHOLD] = {"threshold", "mV", "membrane potential at which a spike ends", 30, -INFINITY,
                   INFINITY},
    [QUADRATIC] = {"quadratic", "1", "coefficient of V^2", 0.04, 0, INFINITY},
    [LINEAR] = {"linear", "1", "coefficient of V", 5, -INFINITY, INFINITY},
    [CONSTANT] = {"constant", "1", "constant drive", 140, -INFINITY, INFINITY},
};

static const tp_input inputs[] = {
    {"current", "1", "sum of the currents into the cell"},
};

static void derivative(const tp_model_setting *setting, size_t n, const double *const *state,
                       const double *const *input, double *const *slope) {
    const double *p = setting->parameter;
    const double a = p[A], b = p[B];
    const double quadratic = p[QUADRATIC], linear = p[LINEAR], constant = p[CONSTANT];
    const double *restrict v = state[V], *restrict u = state[U], *restrict current = input[0];
    double *restrict dv = slope[V], *restrict du = slope[U];
    for (size_t i = 0; i < n; i++) {
        dv[i] = (quadratic * v[i] + linear) * v[i] + constant - u[i] + current[i];
        du[i] = a * (b * v[i] - u[i]);
    }
}

static void jacobian(const tp_model_setting *setting, const double *state, const double *input,
                     double *partial) {
    const double *p = setting->parameter;
    (void)input;
    partial[0] = 2 * p[QUADRATIC] * state[V] + p[LINEAR];
    partial[1] = -1;
    partial[2] = p[A] * p[B];
    partial[3] = -p[A];
}

static void reset(const tp_model_setting *setting, double *const *state, size_t cell) {
    state[V][cell] = setting->parameter[C];
    state[U][cell] += setting->parameter[D];
}

static const tp_event spike = {"spike", V, THRESHOLD, reset};

const tp_model tp_izhikevich = {
    .name = "izhikevich",
    .summary = "Izhikevich's simple spiking neuron",
    .source = "Izhikevich 2003; parameters of Gordleeva et al. 2019, Eq. 1",
    .equations = "dV/dt = quadratic V^2 + linear V + constant - U + current\n"
                 "dU/dt = a (b V - U)\n"
                 "if V >= threshold: V <- c, U <- U + d",
    .time_unit = "ms",
    .time_unit_ms = 1,
    .initial = "rest",
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof *parameters,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .derivative = derivative,
    .event = &spike,
    .jacobian = jacobian,
};
