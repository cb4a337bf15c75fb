/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Li-Rinzel model of calcium (J. Theor. Biol. 166:461, 1994) with the IP3 dynamics and the
 * membrane fluxes of Ullah, Jung & Cornell-Bell (Cell Calcium 39:197, 2006), as Gordleeva et al.
 * 2019 use it for an astrocyte (Eq. 2). */
#include <math.h>

#include "models/models.h"

enum { CA, H, IP3 };
enum { C0, C1, V1, V2, V3, V4, V5, V6, K1, K2, K3, K4, A2, D1, D2, D3, D5, ALPHA, TAU_R, IP3S };
enum { EQUATIONS };
enum { CORRECTED, AS_PRINTED, CLOSED_CELL };

static const tp_state_variable states[] = {
    [CA] = {"Ca", "uM", "cytosolic calcium concentration", 0.072495, 0, INFINITY},
    [H] = {"h", "1", "fraction of IP3 receptors not inactivated by calcium", 0.886314, 0, 1},
    [IP3] = {"IP3", "uM", "inositol trisphosphate concentration", 0.820204, 0, INFINITY},
};

/* Concentrations and maximal fluxes may be zero (a flux left out); what is divided by may not. */
#define TINY 1e-12
static const tp_parameter parameters[] = {
    [C0] = {"c0", "uM", "total calcium, in cytosolic volume", 2.0, 0, INFINITY},
    [C1] = {"c1", "1", "volume of the endoplasmic reticulum over that of the cytosol", 0.185, TINY,
            INFINITY},
    [V1] = {"v1", "s-1", "maximal flux through IP3 receptors", 6, 0, INFINITY},
    [V2] = {"v2", "s-1", "leak from the endoplasmic reticulum", 0.11, 0, INFINITY},
    [V3] = {"v3", "uM/s", "maximal uptake by the SERCA pump", 2.2, 0, INFINITY},
    [V4] = {"v4", "uM/s", "maximal production of IP3 by phospholipase C", 0.3, 0, INFINITY},
    [V5] = {"v5", "uM/s", "calcium leak across the plasma membrane", 0.025, 0, INFINITY},
    [V6] = {"v6", "uM/s", "maximal IP3-dependent calcium influx", 0.2, 0, INFINITY},
    [K1] = {"k1", "s-1", "calcium extrusion", 0.5, 0, INFINITY},
    [K2] = {"k2", "uM", "half-saturation of the IP3-dependent influx", 1.0, TINY, INFINITY},
    [K3] = {"k3", "uM", "half-saturation of the SERCA pump", 0.1, TINY, INFINITY},
    [K4] = {"k4", "uM", "half-saturation of phospholipase C by calcium", 1.1, TINY, INFINITY},
    [A2] = {"a2", "uM-1 s-1", "binding of calcium to the inhibitory site", 0.14, 0, INFINITY},
    [D1] = {"d1", "uM", "dissociation constant of IP3", 0.13, TINY, INFINITY},
    [D2] = {"d2", "uM", "dissociation constant of inhibitory calcium", 1.049, TINY, INFINITY},
    [D3] = {"d3", "uM", "dissociation constant of IP3, receptor inhibited", 0.9434, TINY, INFINITY},
    [D5] = {"d5", "uM", "dissociation constant of activating calcium", 0.082, TINY, INFINITY},
    [ALPHA] = {"alpha", "1", "calcium dependence of phospholipase C", 0.8, 0, 1},
    [TAU_R] = {"tau_r", "s", "time constant of IP3", 7.143, TINY, INFINITY},
    [IP3S] = {"IP3s", "uM", "steady state of IP3 without production", 0.16, 0, INFINITY},
};

static const char *const equations_values[] = {"corrected", "as_printed", "closed_cell", NULL};
static const tp_option options[] = {
    [EQUATIONS] = {"equations",
                   "corrected: the four misprints of Gordleeva et al. 2019 mended; as_printed: "
                   "with them; closed_cell: corrected, without I_in and I_out",
                   equations_values},
};

static const tp_input inputs[] = {
    {"ip3_rate", "uM/s", "production of IP3 driven by neurons, I_neuro"},
};

typedef struct fluxes {
    double reticulum; /* I_er */
    double pump;
    double gate; /* dh/dt */
    double plc;
} fluxes;

static inline double cube(double x) {
    return x * x * x;
}

/* What the three variants share. `gradient` is (c0 - Ca)/c1 - Ca. */
static inline fluxes flux(const double *p, double ca, double h, double ip3, double gradient) {
    const double open = ip3 / (ip3 + p[D1]) * (ca / (ca + p[D5])) * h;
    const double q2 = p[D2] * (ip3 + p[D1]) / (ip3 + p[D3]);
    return (fluxes){
        .reticulum = p[C1] * p[V1] * cube(open) * gradient,
        .pump = p[V3] * (ca * ca) / (ca * ca + p[K3] * p[K3]),
        /* (H - h)/tau_n with H = Q2/(Q2 + Ca), tau_n = 1/(a2 (Q2 + Ca)) */
        .gate = p[A2] * (q2 - (q2 + ca) * h),
        .plc = p[V4] * (ca + (1 - p[ALPHA]) * p[K4]) / (ca + p[K4]),
    };
}

static void derivative(const tp_model_setting *setting, size_t n, const double *const *state,
                       const double *const *input, double *const *slope) {
    const double *p = setting->parameter;
    const int equations = setting->option[EQUATIONS];
    const double *restrict ca = state[CA], *restrict h = state[H], *restrict ip3 = state[IP3];
    const double *restrict ip3_rate = input[0];
    double *restrict dca = slope[CA], *restrict dh = slope[H], *restrict dip3 = slope[IP3];
    if (equations == AS_PRINTED) {
        for (size_t i = 0; i < n; i++) {
            const double store = (p[C0] - ca[i]) / p[C1];
            const fluxes f = flux(p, ca[i], h[i], ip3[i], store - ca[i]);
            dca[i] = f.reticulum - f.pump + p[C1] * p[V2] * store;
            dh[i] = f.gate;
            dip3[i] = (p[IP3S] - ip3[i]) * p[TAU_R] + f.plc + ip3_rate[i];
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const double gradient = (p[C0] - ca[i]) / p[C1] - ca[i];
        const fluxes f = flux(p, ca[i], h[i], ip3[i], gradient);
        dca[i] = f.reticulum - f.pump + p[C1] * p[V2] * gradient;
        dh[i] = f.gate;
        dip3[i] = (p[IP3S] - ip3[i]) / p[TAU_R] + f.plc + ip3_rate[i];
    }
    for (size_t i = 0; i < n && equations == CORRECTED; i++) {
        const double in = p[V5] + p[V6] * (ip3[i] * ip3[i]) / (p[K2] * p[K2] + ip3[i] * ip3[i]);
        const double out = p[K1] * ca[i];
        dca[i] += in - out;
    }
}

/* d I_er by Ca, h and IP3; `gradient` and its slope by Ca are those of flux(). */
static void reticulum_partials(const double *p, const double *state, double gradient,
                               double gradient_slope, double *by) {
    const double ca = state[CA], h = state[H], ip3 = state[IP3];
    const double m = ip3 / (ip3 + p[D1]), n = ca / (ca + p[D5]);
    const double m_slope = p[D1] / ((ip3 + p[D1]) * (ip3 + p[D1]));
    const double n_slope = p[D5] / ((ca + p[D5]) * (ca + p[D5]));
    const double open = m * n * h, scale = p[C1] * p[V1];
    const double cube_slope = 3 * open * open * gradient;
    by[CA] = scale * (cube_slope * (m * n_slope * h) + cube(open) * gradient_slope);
    by[H] = scale * cube_slope * (m * n);
    by[IP3] = scale * cube_slope * (m_slope * n * h);
}

static void jacobian(const tp_model_setting *setting, const double *state, const double *input,
                     double *partial) {
    const double *p = setting->parameter;
    const int equations = setting->option[EQUATIONS];
    const double ca = state[CA], h = state[H], ip3 = state[IP3];
    const double gradient = (p[C0] - ca) / p[C1] - ca, gradient_slope = -1 / p[C1] - 1;
    const double pump = ca * ca + p[K3] * p[K3], plc = ca + p[K4],
                 influx = p[K2] * p[K2] + ip3 * ip3;
    const double q2 = p[D2] * (ip3 + p[D1]) / (ip3 + p[D3]);
    const double q2_slope = p[D2] * (p[D3] - p[D1]) / ((ip3 + p[D3]) * (ip3 + p[D3]));
    double *dca = partial, *dh = partial + 3, *dip3 = partial + 6;
    (void)input;
    reticulum_partials(p, state, gradient, gradient_slope, dca);
    dca[CA] -= 2 * p[V3] * ca * (p[K3] * p[K3]) / (pump * pump);
    dca[CA] += p[C1] * p[V2] * (equations == AS_PRINTED ? -1 / p[C1] : gradient_slope);
    if (equations == CORRECTED) {
        dca[CA] -= p[K1];
        dca[IP3] += 2 * p[V6] * ip3 * (p[K2] * p[K2]) / (influx * influx);
    }
    dh[CA] = -p[A2] * h;
    dh[H] = -p[A2] * (q2 + ca);
    dh[IP3] = p[A2] * q2_slope * (1 - h);
    dip3[CA] = p[V4] * p[ALPHA] * p[K4] / (plc * plc);
    dip3[H] = 0;
    dip3[IP3] = equations == AS_PRINTED ? -p[TAU_R] : -1 / p[TAU_R];
}

const tp_model tp_li_rinzel = {
    .name = "li_rinzel",
    .summary = "Li-Rinzel calcium dynamics of an astrocyte with IP3",
    .source = "Li & Rinzel 1994; Ullah, Jung & Cornell-Bell 2006; parameters of Gordleeva et al. "
              "2019, Eq. 2",
    .equations = "dCa/dt  = I_er - I_pump + I_leak + I_in - I_out\n"
                 "dh/dt   = (H - h) / tau_n\n"
                 "dIP3/dt = (IP3s - IP3) / tau_r + I_plc + ip3_rate\n"
                 "I_er   = c1 v1 (IP3/(IP3+d1))^3 (Ca/(Ca+d5))^3 h^3 ((c0-Ca)/c1 - Ca)\n"
                 "I_leak = c1 v2 ((c0-Ca)/c1 - Ca)\n"
                 "I_pump = v3 Ca^2 / (Ca^2 + k3^2)\n"
                 "I_in   = v5 + v6 IP3^2 / (k2^2 + IP3^2)\n"
                 "I_out  = k1 Ca\n"
                 "Q2 = d2 (IP3+d1)/(IP3+d3);  H = Q2/(Q2+Ca);  tau_n = 1/(a2 (Q2+Ca))\n"
                 "I_plc  = v4 (Ca + (1-alpha) k4) / (Ca + k4)\n"
                 "equations: closed_cell leaves out I_in and I_out; as_printed does too, and has\n"
                 "I_leak = c1 v2 (c0-Ca)/c1 and (IP3s - IP3) tau_r instead.",
    .time_unit = "s",
    .time_unit_ms = 1000,
    .initial = "published",
    .states = states,
    .state_count = sizeof states / sizeof *states,
    .parameters = parameters,
    .parameter_count = sizeof parameters / sizeof *parameters,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .derivative = derivative,
    .jacobian = jacobian,
};
