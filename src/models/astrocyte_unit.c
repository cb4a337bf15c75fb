/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The astrocyte-like unit of Yang et al. (arXiv 2503.06798), as reconstructed from its abstract:
 * the second-order neuron of snnTorch (Eshraghian et al., Proc. IEEE 111:1016, 2023), its class
 * Synaptic with reset by subtraction,
 *
 *     J[t+1] = alpha J[t] + I[t+1]
 *     U[t+1] = beta U[t] + J[t+1] - R[t] threshold,  R[t] = 1 if U[t] > threshold,
 *
 * as two decays between exchanges and a jump at them. With alpha and beta near 1 it keeps what
 * arrived for much longer than a neuron does. */
#include <math.h>

#include "models/models.h"

enum { J, U, SPIKE, STATES };
enum { ALPHA, BETA, THRESHOLD, INTERVAL };

static const tp_state_variable states[] = {
    [J] = {"synaptic_current", "1", "synaptic current J", 0, 0, 0},
    [U] = {"membrane_potential", "1", "potential U", 0, 0, 0},
    [SPIKE] = {"spike", "1", "1 where the last exchange made a spike, whose reset is due", 0, 0, 0},
};

static const tp_parameter parameters[] = {
    [ALPHA] = {"alpha", "1", "what is left of the synaptic current after an interval", 0.95, 0, 1},
    [BETA] = {"beta", "1", "what is left of the potential after an interval", 0.95, 0, 1},
    [THRESHOLD] = {"threshold", "1", "potential above which it spikes", 1, -INFINITY, INFINITY},
    [INTERVAL] = {"interval", "ms",
                  "time in which they decay by alpha and beta; an exchange "
                  "interval",
                  1, 1e-9, INFINITY},
};

static const tp_input inputs[] = {
    {"current", "1", "sum of the impulses that arrive at an exchange"},
};

static void derivative(const tp_model_setting *setting, size_t n, const double *const *state,
                       const double *const *input, double *const *slope) {
    const double j_rate = log(setting->parameter[ALPHA]) / setting->parameter[INTERVAL];
    const double u_rate = log(setting->parameter[BETA]) / setting->parameter[INTERVAL];
    (void)input;
    for (size_t i = 0; i < n; i++) {
        slope[J][i] = j_rate * state[J][i];
        slope[U][i] = u_rate * state[U][i];
        slope[SPIKE][i] = 0;
    }
}

static void jacobian(const tp_model_setting *setting, const double *state, const double *input,
                     double *partial) {
    (void)state;
    (void)input;
    for (int i = 0; i < STATES * STATES; i++)
        partial[i] = 0;
    partial[J * STATES + J] = log(setting->parameter[ALPHA]) / setting->parameter[INTERVAL];
    partial[U * STATES + U] = log(setting->parameter[BETA]) / setting->parameter[INTERVAL];
}

static void flow(const tp_model_setting *setting, size_t n, double *const *state,
                 const double *const *input, double time) {
    /* After a whole interval, alpha and beta themselves. */
    const double intervals = time / setting->parameter[INTERVAL];
    const double j_left = pow(setting->parameter[ALPHA], intervals);
    const double u_left = pow(setting->parameter[BETA], intervals);
    (void)input;
    for (size_t i = 0; i < n; i++) {
        state[J][i] *= j_left;
        state[U][i] *= u_left;
    }
}

/* In snnTorch's order of operations. */
static void apply(const tp_model_setting *setting, size_t n, double *const *state,
                  const double *const *input) {
    const double threshold = setting->parameter[THRESHOLD];
    for (size_t i = 0; i < n; i++) {
        const double j = state[J][i] + input[0][i];
        const double u = state[U][i] + j - state[SPIKE][i] * threshold;
        state[J][i] = j;
        state[U][i] = u;
        state[SPIKE][i] = u > threshold;
    }
}

static const tp_jump jump = {
    .name = "impulses, and the reset of the last spike",
    .rule = "J <- J + current\n"
            "U <- U + J - spike threshold\n"
            "spike <- 1 if U > threshold, else 0",
    .apply = apply,
    .spike = SPIKE,
};

const tp_model tp_astrocyte_unit = {
    .name = "astrocyte_unit",
    .summary = "Astrocyte-like spiking unit of second order",
    .source = "Yang et al. 2025 (arXiv 2503.06798), a reconstruction from its abstract; "
              "Eshraghian et al. 2023 (snnTorch, Synaptic)",
    .equations = "dJ/dt = J ln(alpha) / interval\n"
                 "dU/dt = U ln(beta) / interval",
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
