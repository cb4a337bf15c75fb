/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of models/li_rinzel.c, euler.c and rk4.c on vectors of cells; part of cells.h.
 *
 * Fused, a step multiplies and adds in one rounding, and divides once in a slope instead of six or
 * seven times: by the product of all denominators, whose other factors then give each quotient.
 * Divisions are what the plain step waits for. */

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

enum { SIDE_BY_SIDE = 3 };

typedef struct li_rinzel {
    vec ca, h, ip3;
} li_rinzel;

INLINE li_rinzel li_rinzel_slope(const real *p, int equations, li_rinzel y, vec ip3_rate) {
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

#ifdef FUSED
/* Saturating terms are written as one less what is missing: (x + a) / (x + b) = 1 - (b - a) /
 * (x + b), so that they take a quotient of constants alone. */
INLINE li_rinzel li_rinzel_fused_slope(const real *p, int equations, li_rinzel y, vec rate) {
    const vec ca = y.ca, h = y.h, ip3 = y.ip3;
    const real k3_square = p[LR_K3] * p[LR_K3], v3 = p[LR_V3], v4 = p[LR_V4];
    const vec ip3_d1 = ip3 + p[LR_D1], ca_d5 = ca + p[LR_D5];
    const vec ip3_d3 = ip3 + p[LR_D3], ca_k4 = ca + p[LR_K4];
    const vec ca2_k3 = mul_add(ca, ca, same(k3_square));
    const vec opens = ip3_d1 * ca_d5, rates = ip3_d3 * ca_k4;
    const vec first = opens * ca2_k3;
    /* 1 / (first rates), and with I_in 1 / (first rates inflows) */
    vec both = first * rates, inflow = same(0), over_both;
    if (equations == LR_CORRECTED) {
        const vec inflows = mul_add(ip3, ip3, same(p[LR_K2] * p[LR_K2]));
        const vec over_all = 1 / (both * inflows);
        inflow = mul_add(p[LR_V6] * (ip3 * ip3), over_all * both, same(p[LR_V5]));
        over_both = over_all * inflows;
    } else {
        over_both = 1 / both;
    }
    const vec over_first = over_both * rates, over_rates = over_both * first;
    const vec open = ip3 * ca * h * (over_first * ca2_k3);
    const vec cubed = open * open * open;
    const vec pump = mul_add(same(v3 * k3_square), over_first * opens, same(-v3)); /* negative */
    const real a2_d2 = p[LR_A2] * p[LR_D2];
    const vec a2_q2 =
        mul_add(same(-a2_d2 * (p[LR_D3] - p[LR_D1])), over_rates * ca_k4, same(a2_d2));
    const vec gate = mul_add(-mul_add(same(p[LR_A2]), ca, a2_q2), h, a2_q2);
    const vec plc = mul_add(same(-v4 * p[LR_ALPHA] * p[LR_K4]), over_rates * ip3_d3, v4 + rate);
    if (equations == LR_AS_PRINTED) {
        const vec stored = p[LR_C0] - ca; /* times c1 */
        const vec gradient = mul_add(same(-p[LR_C1]), ca, stored);
        return (li_rinzel){
            mul_add(p[LR_V1] * cubed, gradient, mul_add(same(p[LR_V2]), stored, pump)),
            gate,
            mul_add(p[LR_IP3S] - ip3, same(p[LR_TAU_R]), plc),
        };
    }
    const vec gradient = mul_add(same(-(1 + p[LR_C1])), ca, same(p[LR_C0])); /* times c1 */
    li_rinzel slope = {
        mul_add(mul_add(same(p[LR_V1]), cubed, same(p[LR_V2])), gradient, pump),
        gate,
        mul_add(p[LR_IP3S] - ip3, same(1 / p[LR_TAU_R]), plc),
    };
    if (equations == LR_CORRECTED)
        slope.ca += mul_add(same(-p[LR_K1]), ca, inflow);
    return slope;
}
#endif

INLINE li_rinzel li_rinzel_slope_of(const real *p, int equations, bool fused, li_rinzel y,
                                    vec rate) {
#ifdef FUSED
    if (fused)
        return li_rinzel_fused_slope(p, equations, y, rate);
#endif
    (void)fused;
    return li_rinzel_slope(p, equations, y, rate);
}

/* y + h k */
INLINE li_rinzel li_rinzel_shift(bool fused, li_rinzel y, real h, li_rinzel k) {
#ifdef FUSED
    const vec length = same(h);
    if (fused)
        return (li_rinzel){mul_add(length, k.ca, y.ca), mul_add(length, k.h, y.h),
                           mul_add(length, k.ip3, y.ip3)};
#endif
    (void)fused;
    return (li_rinzel){y.ca + h * k.ca, y.h + h * k.h, y.ip3 + h * k.ip3};
}

/* k1 + 2 (k2 + k3) + k4; to double is exact, so that it does not matter how it is rounded. */
INLINE li_rinzel li_rinzel_weigh(li_rinzel k1, li_rinzel k2, li_rinzel k3, li_rinzel k4) {
    return (li_rinzel){k1.ca + 2 * (k2.ca + k3.ca) + k4.ca, k1.h + 2 * (k2.h + k3.h) + k4.h,
                       k1.ip3 + 2 * (k2.ip3 + k3.ip3) + k4.ip3};
}

/* A step of some vectors, side by side through the stages of RK4: each stage waits for the one
 * before it, and that of the other vectors fills the wait. */
INLINE void li_rinzel_step(const real *p, int equations, bool rk4, bool fused, real h,
                           size_t vectors, li_rinzel *y, const vec *rate) {
    li_rinzel k[4][SIDE_BY_SIDE];
    for (size_t z = 0; z < vectors; z++)
        k[0][z] = li_rinzel_slope_of(p, equations, fused, y[z], rate[z]);
    for (size_t stage = 1; rk4 && stage < 4; stage++)
        for (size_t z = 0; z < vectors; z++) {
            const li_rinzel at =
                li_rinzel_shift(fused, y[z], stage == 3 ? h : h / 2, k[stage - 1][z]);
            k[stage][z] = li_rinzel_slope_of(p, equations, fused, at, rate[z]);
        }
    for (size_t z = 0; z < vectors; z++)
        y[z] = rk4 ? li_rinzel_shift(fused, y[z], h / 6,
                                     li_rinzel_weigh(k[0][z], k[1][z], k[2][z], k[3][z]))
                   : li_rinzel_shift(fused, y[z], h, k[0][z]);
}

/* All that the cells share, copied to where no store to a state can change it. */
typedef struct li_rinzel_run {
    real p[LR_IP3S + 1];
    real h;
    double *state[3];
    const double *ip3_rate;
} li_rinzel_run;

/* One step of some vectors of cells from i on; of the last one, `count` cells. */
INLINE lanes li_rinzel_cells(const li_rinzel_run *r, int equations, bool rk4, bool fused,
                             size_t vectors, size_t i, size_t count) {
    double *ca = r->state[0] + i, *h = r->state[1] + i, *ip3 = r->state[2] + i;
    li_rinzel y[SIDE_BY_SIDE], next[SIDE_BY_SIDE];
    vec rate[SIDE_BY_SIDE];
    for (size_t z = 0; z < vectors; z++) {
        const size_t at = z * LANES, n = z + 1 < vectors ? LANES : count;
        next[z] = y[z] = (li_rinzel){load(ca + at, n), load(h + at, n), load(ip3 + at, n)};
        rate[z] = load(r->ip3_rate + i + at, n);
    }
    li_rinzel_step(r->p, equations, rk4, fused, r->h, vectors, next, rate);
    lanes moved = 0;
    for (size_t z = 0; z < vectors; z++) {
        const size_t at = z * LANES, n = z + 1 < vectors ? LANES : count;
        store(ca + at, next[z].ca, n);
        store(h + at, next[z].h, n);
        store(ip3 + at, next[z].ip3, n);
        moved |= (differ(y[z].ca, next[z].ca) | differ(y[z].h, next[z].h) |
                  differ(y[z].ip3, next[z].ip3)) &
                 first_lanes(n);
    }
    return moved;
}

INLINE bool li_rinzel_all(const tp_kernel_cells *cells, int equations, bool rk4, bool fused,
                          size_t first, size_t end) {
    li_rinzel_run r = {.h = (real)cells->h, .ip3_rate = cells->input[0]};
    for (int k = 0; k <= LR_IP3S; k++)
        r.p[k] = (real)cells->setting->parameter[k];
    for (int s = 0; s < 3; s++)
        r.state[s] = cells->state[s];
    lanes moved = 0;
    size_t i = first;
    for (; i + SIDE_BY_SIDE * LANES <= end; i += SIDE_BY_SIDE * LANES)
        moved |= li_rinzel_cells(&r, equations, rk4, fused, SIDE_BY_SIDE, i, LANES);
    const size_t rest = end - i;
    if (rest > 2 * LANES)
        moved |= li_rinzel_cells(&r, equations, rk4, fused, 3, i, rest - 2 * LANES);
    else if (rest > LANES)
        moved |= li_rinzel_cells(&r, equations, rk4, fused, 2, i, rest - LANES);
    else if (rest > 0)
        moved |= li_rinzel_cells(&r, equations, rk4, fused, 1, i, rest);
    return moved != 0;
}

/* The functions of one method and arithmetic. Beside the divisions of a step, comparing costs
 * nothing. */
#define LI_RINZEL(name, rk4, fused)                                                                \
    static bool name##_compared(tp_kernel_cells *cells, size_t first, size_t end) {                \
        switch (cells->setting->option[0]) {                                                       \
        case LR_CORRECTED:                                                                         \
            return li_rinzel_all(cells, LR_CORRECTED, rk4, fused, first, end);                     \
        case LR_AS_PRINTED:                                                                        \
            return li_rinzel_all(cells, LR_AS_PRINTED, rk4, fused, first, end);                    \
        default:                                                                                   \
            return li_rinzel_all(cells, LR_CLOSED_CELL, rk4, fused, first, end);                   \
        }                                                                                          \
    }                                                                                              \
    static void name(tp_kernel_cells *cells, size_t first, size_t end) {                           \
        name##_compared(cells, first, end);                                                        \
    }

#ifdef PLAIN
LI_RINZEL(li_rinzel_by_euler, false, false)
LI_RINZEL(li_rinzel_by_rk4, true, false)
#endif
#ifdef FUSED
LI_RINZEL(li_rinzel_by_fused_euler, false, true)
LI_RINZEL(li_rinzel_by_fused_rk4, true, true)
#endif
