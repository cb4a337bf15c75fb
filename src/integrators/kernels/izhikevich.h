/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of models/izhikevich.c, euler.c and rk4.c on vectors of cells; part of cells.h. */

/* In the order of the model's parameters. */
enum { IZ_A, IZ_B, IZ_C, IZ_D, IZ_THRESHOLD, IZ_QUADRATIC, IZ_LINEAR, IZ_CONSTANT };

typedef struct izhikevich {
    vec v, u;
} izhikevich;

INLINE izhikevich izhikevich_slope(const double *p, izhikevich y, vec current) {
    return (izhikevich){
        (p[IZ_QUADRATIC] * y.v + p[IZ_LINEAR]) * y.v + p[IZ_CONSTANT] - y.u + current,
        p[IZ_A] * (p[IZ_B] * y.v - y.u),
    };
}

/* y + h k */
INLINE izhikevich izhikevich_shift(izhikevich y, double h, izhikevich k) {
    return (izhikevich){y.v + h * k.v, y.u + h * k.u};
}

INLINE izhikevich izhikevich_euler(const double *p, double h, izhikevich y, vec current) {
    return izhikevich_shift(y, h, izhikevich_slope(p, y, current));
}

INLINE izhikevich izhikevich_rk4(const double *p, double h, izhikevich y, vec current) {
    const izhikevich k1 = izhikevich_slope(p, y, current);
    const izhikevich k2 = izhikevich_slope(p, izhikevich_shift(y, h / 2, k1), current);
    const izhikevich k3 = izhikevich_slope(p, izhikevich_shift(y, h / 2, k2), current);
    const izhikevich k4 = izhikevich_slope(p, izhikevich_shift(y, h, k3), current);
    return (izhikevich){
        y.v + h / 6 * (k1.v + 2 * (k2.v + k3.v) + k4.v),
        y.u + h / 6 * (k1.u + 2 * (k2.u + k3.u) + k4.u),
    };
}

/* One step of `count` cells from i on, all LANES of them or the few at the end. */
INLINE lanes izhikevich_cells(tp_kernel_cells *cells, bool rk4, bool compare, size_t i,
                              size_t count) {
    const double *p = cells->setting->parameter;
    double *v = cells->state[0] + i, *u = cells->state[1] + i;
    const izhikevich y = {load(v, count), load(u, count)};
    const vec current = load(cells->input[0] + i, count);
    const izhikevich next =
        rk4 ? izhikevich_rk4(p, cells->h, y, current) : izhikevich_euler(p, cells->h, y, current);
    store(v, next.v, count);
    store(u, next.u, count);
    const lanes over = at_or_over(next.v, p[IZ_THRESHOLD]) & first_lanes(count);
    if (__builtin_expect(over != 0, 0)) {
        if (cells->before[0]) {
            store(cells->before[0] + i, y.v, count);
            store(cells->before[1] + i, y.u, count);
        }
        list(cells, i, over);
    }
    return compare ? (differ(y.v, next.v) | differ(y.u, next.u)) & first_lanes(count) : 0;
}

INLINE bool izhikevich_all(tp_kernel_cells *cells, bool rk4, bool compare, size_t first,
                           size_t end) {
    lanes moved = 0;
    size_t i = first;
    for (; i + LANES <= end; i += LANES)
        moved |= izhikevich_cells(cells, rk4, compare, i, LANES);
    if (i < end)
        moved |= izhikevich_cells(cells, rk4, compare, i, end - i);
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
