/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of models/li_rinzel.c, euler.c and rk4.c on vectors of cells; part of cells.h. */

/* In the order of the model's parameters, and the values of its option. */
enum {
    LR_C0,
    LR_C1,
    LR_V1,
    LR_V2,
    LR_V3,
    LR_V4,
    LR_V5,
    LR_V6,
    LR_K1,
    LR_K2,
    LR_K3,
    LR_K4,
    LR_A2,
    LR_D1,
    LR_D2,
    LR_D3,
    LR_D5,
    LR_ALPHA,
    LR_TAU_R,
    LR_IP3S
};
enum { LR_CORRECTED, LR_AS_PRINTED, LR_CLOSED_CELL };

typedef struct li_rinzel {
    vec ca, h, ip3;
} li_rinzel;

INLINE li_rinzel li_rinzel_slope(const double *p, int equations, li_rinzel y, vec ip3_rate) {
    const vec ca = y.ca, h = y.h, ip3 = y.ip3;
    const vec stored = (p[LR_C0] - ca) / p[LR_C1];
    const vec gradient = stored - ca;
    const vec open = ip3 / (ip3 + p[LR_D1]) * (ca / (ca + p[LR_D5])) * h;
    const vec q2 = p[LR_D2] * (ip3 + p[LR_D1]) / (ip3 + p[LR_D3]);
    const vec reticulum = p[LR_C1] * p[LR_V1] * (open * open * open) * gradient;
    const vec pump = p[LR_V3] * (ca * ca) / (ca * ca + p[LR_K3] * p[LR_K3]);
    const vec plc = p[LR_V4] * (ca + (1 - p[LR_ALPHA]) * p[LR_K4]) / (ca + p[LR_K4]);
    const vec gate = p[LR_A2] * (q2 - (q2 + ca) * h);
    if (equations == LR_AS_PRINTED)
        return (li_rinzel){
            reticulum - pump + p[LR_C1] * p[LR_V2] * stored,
            gate,
            (p[LR_IP3S] - ip3) * p[LR_TAU_R] + plc + ip3_rate,
        };
    li_rinzel slope = {
        reticulum - pump + p[LR_C1] * p[LR_V2] * gradient,
        gate,
        (p[LR_IP3S] - ip3) / p[LR_TAU_R] + plc + ip3_rate,
    };
    if (equations == LR_CORRECTED) {
        const vec in = p[LR_V5] + p[LR_V6] * (ip3 * ip3) / (p[LR_K2] * p[LR_K2] + ip3 * ip3);
        const vec out = p[LR_K1] * ca;
        slope.ca += in - out;
    }
    return slope;
}

/* y + h k */
INLINE li_rinzel li_rinzel_shift(li_rinzel y, double h, li_rinzel k) {
    return (li_rinzel){y.ca + h * k.ca, y.h + h * k.h, y.ip3 + h * k.ip3};
}

INLINE vec li_rinzel_weigh(vec y, double h, vec k1, vec k2, vec k3, vec k4) {
    return y + h / 6 * (k1 + 2 * (k2 + k3) + k4);
}

INLINE li_rinzel li_rinzel_rk4(const double *p, int equations, double h, li_rinzel y, vec rate) {
    const li_rinzel k1 = li_rinzel_slope(p, equations, y, rate);
    const li_rinzel k2 = li_rinzel_slope(p, equations, li_rinzel_shift(y, h / 2, k1), rate);
    const li_rinzel k3 = li_rinzel_slope(p, equations, li_rinzel_shift(y, h / 2, k2), rate);
    const li_rinzel k4 = li_rinzel_slope(p, equations, li_rinzel_shift(y, h, k3), rate);
    return (li_rinzel){
        li_rinzel_weigh(y.ca, h, k1.ca, k2.ca, k3.ca, k4.ca),
        li_rinzel_weigh(y.h, h, k1.h, k2.h, k3.h, k4.h),
        li_rinzel_weigh(y.ip3, h, k1.ip3, k2.ip3, k3.ip3, k4.ip3),
    };
}

/* All that the cells share, copied to where no store to a state can change it. */
typedef struct li_rinzel_run {
    double p[LR_IP3S + 1];
    double h;
    double *state[3];
    const double *ip3_rate;
} li_rinzel_run;

/* One step of `count` cells from i on, all LANES of them or the few at the end. */
INLINE lanes li_rinzel_cells(const li_rinzel_run *r, int equations, bool rk4, size_t i,
                             size_t count) {
    double *ca = r->state[0] + i, *h = r->state[1] + i, *ip3 = r->state[2] + i;
    const li_rinzel y = {load(ca, count), load(h, count), load(ip3, count)};
    const vec rate = load(r->ip3_rate + i, count);
    const li_rinzel next =
        rk4 ? li_rinzel_rk4(r->p, equations, r->h, y, rate)
            : li_rinzel_shift(y, r->h, li_rinzel_slope(r->p, equations, y, rate));
    store(ca, next.ca, count);
    store(h, next.h, count);
    store(ip3, next.ip3, count);
    return (differ(y.ca, next.ca) | differ(y.h, next.h) | differ(y.ip3, next.ip3)) &
           first_lanes(count);
}

INLINE bool li_rinzel_all(const tp_kernel_cells *cells, int equations, bool rk4, size_t first,
                          size_t end) {
    li_rinzel_run r = {.h = cells->h, .ip3_rate = cells->input[0]};
    for (int k = 0; k <= LR_IP3S; k++)
        r.p[k] = cells->setting->parameter[k];
    for (int s = 0; s < 3; s++)
        r.state[s] = cells->state[s];
    lanes moved = 0;
    size_t i = first;
    for (; i + LANES <= end; i += LANES)
        moved |= li_rinzel_cells(&r, equations, rk4, i, LANES);
    if (i < end)
        moved |= li_rinzel_cells(&r, equations, rk4, i, end - i);
    return moved != 0;
}

/* Beside the divisions of a step, comparing costs nothing. */
static bool li_rinzel_by_euler_compared(tp_kernel_cells *cells, size_t first, size_t end) {
    switch (cells->setting->option[0]) {
    case LR_CORRECTED:
        return li_rinzel_all(cells, LR_CORRECTED, false, first, end);
    case LR_AS_PRINTED:
        return li_rinzel_all(cells, LR_AS_PRINTED, false, first, end);
    default:
        return li_rinzel_all(cells, LR_CLOSED_CELL, false, first, end);
    }
}

static bool li_rinzel_by_rk4_compared(tp_kernel_cells *cells, size_t first, size_t end) {
    switch (cells->setting->option[0]) {
    case LR_CORRECTED:
        return li_rinzel_all(cells, LR_CORRECTED, true, first, end);
    case LR_AS_PRINTED:
        return li_rinzel_all(cells, LR_AS_PRINTED, true, first, end);
    default:
        return li_rinzel_all(cells, LR_CLOSED_CELL, true, first, end);
    }
}

static void li_rinzel_by_euler(tp_kernel_cells *cells, size_t first, size_t end) {
    li_rinzel_by_euler_compared(cells, first, end);
}

static void li_rinzel_by_rk4(tp_kernel_cells *cells, size_t first, size_t end) {
    li_rinzel_by_rk4_compared(cells, first, end);
}
