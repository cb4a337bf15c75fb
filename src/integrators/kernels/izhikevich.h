/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of models/izhikevich.c, euler.c and rk4.c on vectors of cells; part of cells.h. */

/* In the order of the model's parameters. */
enum { IZ_A, IZ_B, IZ_C, IZ_D, IZ_THRESHOLD, IZ_QUADRATIC, IZ_LINEAR, IZ_CONSTANT };

/* All that the cells share, copied to where no store to a state can change it: so it stays in
 * registers. */
typedef struct izhikevich_run {
    double a, b, threshold, quadratic, linear, constant;
    double h;
    double *v, *u, *v_before, *u_before;
    const double *current;
} izhikevich_run;

INLINE izhikevich_run izhikevich_run_of(const tp_kernel_cells *cells) {
    const double *p = cells->setting->parameter;
    return (izhikevich_run){
        .a = p[IZ_A],
        .b = p[IZ_B],
        .threshold = p[IZ_THRESHOLD],
        .quadratic = p[IZ_QUADRATIC],
        .linear = p[IZ_LINEAR],
        .constant = p[IZ_CONSTANT],
        .h = cells->h,
        .v = cells->state[0],
        .u = cells->state[1],
        .v_before = cells->before[0],
        .u_before = cells->before[1],
        .current = cells->input[0],
    };
}

typedef struct izhikevich {
    vec v, u;
} izhikevich;

INLINE izhikevich izhikevich_slope(const izhikevich_run *r, izhikevich y, vec current) {
    return (izhikevich){
        (r->quadratic * y.v + r->linear) * y.v + r->constant - y.u + current,
        r->a * (r->b * y.v - y.u),
    };
}

/* y + h k */
INLINE izhikevich izhikevich_shift(izhikevich y, vec h, izhikevich k) {
    return (izhikevich){y.v + h * k.v, y.u + h * k.u};
}

INLINE izhikevich izhikevich_euler(const izhikevich_run *r, vec h, izhikevich y, vec current) {
    return izhikevich_shift(y, h, izhikevich_slope(r, y, current));
}

INLINE izhikevich izhikevich_rk4(const izhikevich_run *r, vec h, izhikevich y, vec current) {
    const izhikevich k1 = izhikevich_slope(r, y, current);
    const izhikevich k2 = izhikevich_slope(r, izhikevich_shift(y, h / 2, k1), current);
    const izhikevich k3 = izhikevich_slope(r, izhikevich_shift(y, h / 2, k2), current);
    /* As early as can be: then k1, k2 and k3 are wanted no more. */
    const vec sum_v = k1.v + 2 * (k2.v + k3.v), sum_u = k1.u + 2 * (k2.u + k3.u);
    const izhikevich k4 = izhikevich_slope(r, izhikevich_shift(y, h, k3), current);
    return (izhikevich){y.v + h / 6 * (sum_v + k4.v), y.u + h / 6 * (sum_u + k4.u)};
}

/* One step of `count` cells from i on, all LANES of them or the few at the end. */
INLINE lanes izhikevich_cells(tp_kernel_cells *cells, const izhikevich_run *r, bool rk4,
                              bool compare, size_t i, size_t count) {
    const izhikevich y = {load(r->v + i, count), load(r->u + i, count)};
    const vec current = load(r->current + i, count);
    const vec h = r->h - (vec){0};
    const izhikevich next =
        rk4 ? izhikevich_rk4(r, h, y, current) : izhikevich_euler(r, h, y, current);
    store(r->v + i, next.v, count);
    store(r->u + i, next.u, count);
    const lanes over = at_or_over(next.v, r->threshold) & first_lanes(count);
    if (__builtin_expect(over != 0, 0)) {
        if (r->v_before) {
            store(r->v_before + i, y.v, count);
            store(r->u_before + i, y.u, count);
        }
        list(cells, i, over);
    }
    return compare ? (differ(y.v, next.v) | differ(y.u, next.u)) & first_lanes(count) : 0;
}

INLINE bool izhikevich_all(tp_kernel_cells *cells, bool rk4, bool compare, size_t first,
                           size_t end) {
    const izhikevich_run r = izhikevich_run_of(cells);
    lanes moved = 0;
    size_t i = first;
    for (; i + LANES <= end; i += LANES)
        moved |= izhikevich_cells(cells, &r, rk4, compare, i, LANES);
    if (i < end)
        moved |= izhikevich_cells(cells, &r, rk4, compare, i, end - i);
    return moved != 0;
}

static void izhikevich_by_euler(tp_kernel_cells *cells, size_t first, size_t end) {
    izhikevich_all(cells, false, false, first, end);
}

static bool izhikevich_by_euler_compared(tp_kernel_cells *cells, size_t first, size_t end) {
    return izhikevich_all(cells, false, true, first, end);
}

static void izhikevich_by_rk4(tp_kernel_cells *cells, size_t first, size_t end) {
    izhikevich_all(cells, true, false, first, end);
}

static bool izhikevich_by_rk4_compared(tp_kernel_cells *cells, size_t first, size_t end) {
    return izhikevich_all(cells, true, true, first, end);
}

INLINE void izhikevich_each(const tp_kernel_cells *cells, const double *lengths, bool rk4,
                            size_t n) {
    const izhikevich_run r = izhikevich_run_of(cells);
    for (size_t i = 0; i < n; i += LANES) {
        const size_t count = n - i < LANES ? n - i : LANES;
        const vec h = load(lengths + i, count), current = load(r.current + i, count);
        const izhikevich y = {load(r.v + i, count), load(r.u + i, count)};
        const izhikevich next =
            rk4 ? izhikevich_rk4(&r, h, y, current) : izhikevich_euler(&r, h, y, current);
        store(r.v + i, next.v, count);
        store(r.u + i, next.u, count);
    }
}

static void izhikevich_by_euler_each(tp_kernel_cells *cells, const double *lengths, size_t n) {
    izhikevich_each(cells, lengths, false, n);
}

static void izhikevich_by_rk4_each(tp_kernel_cells *cells, const double *lengths, size_t n) {
    izhikevich_each(cells, lengths, true, n);
}
