/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The leaky integrate-and-fire neuron of snnTorch (Eshraghian et al., Proc. IEEE 111:1016, 2023),
 * its class Leaky with reset by subtraction:
 *
 *     U[t+1] = beta U[t] + I[t+1] - R[t] threshold,  R[t] = 1 if U[t] > threshold,
 *
 * as a decay between exchanges and a jump at them. One step of snnTorch is one `interval`. */
#include <math.h>

#include "models/models.h"

enum { U, SPIKE };
enum { BETA, THRESHOLD, INTERVAL };

static const tp_state_variable states[] = {
    [U] = {"membrane_potential", "1", "membrane potential U", 0, 0, 0},
    [SPIKE] = {"spike", "1", "1 where the last exchange made a spike, whose reset is due", 0, 0, 0},
};

static const tp_parameter parameters[] = {
    [BETA] = {"beta", "1", "what is left of the membrane potential after an interval", 0.5, 0, 1},
    [THRESHOLD] = {"threshold", "1", "membrane potential above which it spikes", 1, -INFINITY,
                   INFINITY},
    [INTERVAL] = {"interval", "ms", "time in which it decays by beta; an exchange interval", 1,
                  1e-9, INFINITY},
};

static const tp_input inputs[] = {
    {"current", "1", "sum of the impulses that arrive at an exchange"},
};

static void derivative(const tp_model_setting *setting, size_t n, const double *const *state,
                       const double *const *input, double *const *slope) {
    const double rate = log(setting->parameter[BETA]) / setting->parameter[INTERVAL];
    (void)input;
    for (size_t i = 0; i < n; i++) {
        slope[U][i] = rate * state[U][i];
        slope[SPIKE][i] = 0;
    }
}

static void jacobian(const tp_model_setting *setting, const double *state, const double *input,
                     double *partial) {
    (void)state;
    (void)input;
    partial[0] = log(setting->parameter[BETA]) / setting->parameter[INTERVAL];
    partial[1] = partial[2] = partial[3] = 0;
}

static void flow(const tp_model_setting *setting, size_t n, double *const *state,
                 const double *const *input, double time) {
    /* After a whole interval, beta itself. */
    const double left = pow(setting->parameter[BETA], time / setting->parameter[INTERVAL]);
    (void)input;
    for (size_t i = 0; i < n; i++)
        state[U][i] *= left;
}

/* In snnTorch's order of operations. */
static void apply(const tp_model_setting *setting, size_t n, double *const *state,
                  const double *const *input) {
    const double threshold = setting->parameter[THRESHOLD];
    for (size_t i = 0; i < n; i++) {
        const double u = state[U][i] + input[0][i] - state[SPIKE][i] * threshold;
        state[U][i] = u;
        state[SPIKE][i] = u > threshold;
    }
}

static const tp_jump jump = {
    .name = "impulses, and the reset of the last spike",
    .rule = "U <- U + current - spike threshold\n"
            "spike <- 1 if U > threshold, else 0",
    .apply = apply,
    .spike = SPIKE,
};

const tp_model tp_leaky_integrate_and_fire = {
    .name = "leaky_integrate_and_fire",
    .summary = "Leaky integrate-and-fire neuron of snnTorch, reset by subtraction",
    .source = "Eshraghian et al. 2023 (snnTorch, Leaky); used by Yang et al. 2025, whose text was "
              "not at hand: parameters of the reconstruction",
    .equations = "dU/dt = U ln(beta) / interval",
    .time_unit = "ms",
    .time_unit_ms = 1,
    .initial = "published",
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof *parameters,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .derivative = derivative,
    .jacobian = jacobian,
    .flow = flow,
    .jump = &jump,
};
