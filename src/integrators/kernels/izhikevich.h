/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of models/izhikevich.c, euler.c and rk4.c on vectors of cells; part of cells.h.
 *
 * Fused, a step multiplies and adds in one rounding, and what the cells of a step have in common is
 * worked out once: Euler's V + h (q V^2 + l V + c - U + I) becomes ((h q) V + (1 + h l)) V +
 * (h (c + I) - h U), in three operations instead of eight. */

/* All that the cells share, copied to where no store to a state can change it: so it stays in
 * registers. */
typedef struct izhikevich_run {
    real a, b, c, d, threshold, quadratic, linear, constant;
    real h;
    real decay, pull; /* of a map */
    double *v, *u, *v_before, *u_before, *v_kept, *u_kept;
    const double *current;
} izhikevich_run;

INLINE izhikevich_run izhikevich_run_of(const tp_kernel_cells *cells) {
    const double *p = cells->setting->parameter;
    return (izhikevich_run){
        .a = (real)p[IZ_A],
        .b = (real)p[IZ_B],
        .c = (real)p[IZ_C],
        .d = (real)p[IZ_D],
        .threshold = (real)p[IZ_THRESHOLD],
        .quadratic = (real)p[IZ_QUADRATIC],
        .linear = (real)p[IZ_LINEAR],
        .constant = (real)p[IZ_CONSTANT],
        .h = (real)cells->h,
        .v = cells->state[0],
        .u = cells->state[1],
        .v_before = cells->before[0],
        .u_before = cells->before[1],
        .v_kept = cells->kept[0],
        .u_kept = cells->kept[1],
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

#ifdef FUSED
INLINE izhikevich izhikevich_fused_euler(const izhikevich_run *r, vec h, izhikevich y,
                                         vec current) {
    const vec square = h * r->quadratic, line = mul_add(h, same(r->linear), same(1));
    const vec held = h * (r->constant + current);
    return (izhikevich){
        mul_add(mul_add(square, y.v, line), y.v, mul_add(-h, y.u, held)),
        mul_add(h * r->a, mul_add(same(r->b), y.v, -y.u), y.u),
    };
}

/* dV/dt, and dU/dt without its factor a. */
INLINE izhikevich izhikevich_fused_slope(const izhikevich_run *r, izhikevich y, vec held) {
    return (izhikevich){
        mul_add(mul_add(same(r->quadratic), y.v, same(r->linear)), y.v, held - y.u),
        mul_add(same(r->b), y.v, -y.u),
    };
}

INLINE izhikevich izhikevich_fused_shift(izhikevich y, vec h, vec ha, izhikevich k) {
    return (izhikevich){mul_add(h, k.v, y.v), mul_add(ha, k.u, y.u)};
}

INLINE izhikevich izhikevich_fused_rk4(const izhikevich_run *r, vec h, izhikevich y, vec current) {
    const vec held = r->constant + current, half = h / 2;
    const vec ha = h * r->a, half_a = half * r->a;
    const izhikevich k1 = izhikevich_fused_slope(r, y, held);
    const izhikevich k2 =
        izhikevich_fused_slope(r, izhikevich_fused_shift(y, half, half_a, k1), held);
    const izhikevich k3 =
        izhikevich_fused_slope(r, izhikevich_fused_shift(y, half, half_a, k2), held);
    const vec two = same(2);
    const izhikevich sum = {mul_add(two, k2.v + k3.v, k1.v), mul_add(two, k2.u + k3.u, k1.u)};
    const izhikevich k4 = izhikevich_fused_slope(r, izhikevich_fused_shift(y, h, ha, k3), held);
    return izhikevich_fused_shift(y, h / 6, ha / 6, (izhikevich){sum.v + k4.v, sum.u + k4.u});
}

#endif

INLINE izhikevich izhikevich_next(const izhikevich_run *r, bool rk4, bool fused, vec h,
                                  izhikevich y, vec current) {
#ifdef FUSED
    if (fused)
        return rk4 ? izhikevich_fused_rk4(r, h, y, current)
                   : izhikevich_fused_euler(r, h, y, current);
#endif
    (void)fused;
    return rk4 ? izhikevich_rk4(r, h, y, current) : izhikevich_euler(r, h, y, current);
}

/* One step of `count` cells from i on, all LANES of them or the few at the end. */
INLINE lanes izhikevich_cells(tp_kernel_cells *cells, const izhikevich_run *r, bool rk4, bool fused,
                              bool compare, size_t i, size_t count) {
    const izhikevich y = {load(r->v + i, count), load(r->u + i, count)};
    const vec current = load(r->current + i, count);
    const izhikevich next = izhikevich_next(r, rk4, fused, same(r->h), y, current);
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

INLINE bool izhikevich_all(tp_kernel_cells *cells, bool rk4, bool fused, bool compare, size_t first,
                           size_t end) {
    const izhikevich_run r = izhikevich_run_of(cells);
    lanes moved = 0;
    size_t i = first;
    for (; i + LANES <= end; i += LANES)
        moved |= izhikevich_cells(cells, &r, rk4, fused, compare, i, LANES);
    if (i < end)
        moved |= izhikevich_cells(cells, &r, rk4, fused, compare, i, end - i);
    return moved != 0;
}

INLINE void izhikevich_each(const tp_kernel_cells *cells, const double *lengths, bool rk4,
                            bool fused, size_t n) {
    const izhikevich_run r = izhikevich_run_of(cells);
    for (size_t i = 0; i < n; i += LANES) {
        const size_t count = n - i < LANES ? n - i : LANES;
        const vec h = load(lengths + i, count), current = load(r.current + i, count);
        const izhikevich y = {load(r.v + i, count), load(r.u + i, count)};
        const izhikevich next = izhikevich_next(&r, rk4, fused, h, y, current);
        store(r.v + i, next.v, count);
        store(r.u + i, next.u, count);
    }
}

/* What a run goes by: the step as it is written, fused, or the map of izhikevich_map.h. */
typedef enum izhikevich_way { BY_STEP, BY_FUSED_STEP, BY_MAP } izhikevich_way;

/* Euler steps of some vectors of cells side by side, in registers from the first step to the last;
 * only the last vector may have fewer than LANES cells. By a map, y is its x and y, and held is its
 * k; else it is the current. */
typedef struct izhikevich_group {
    izhikevich y[GROUP];
    vec held[GROUP];
} izhikevich_group;

/* Resets and lists those over their threshold after step number `step`. Without branches, which
 * nobody could foretell. */
INLINE void izhikevich_reset(tp_kernel_cells *cells, const izhikevich_run *r, izhikevich_group *g,
                             size_t vectors, size_t i, size_t count, size_t step) {
    uint64_t bits = 0;
    for (size_t z = 0; z < vectors; z++) {
        const lanes over = at_or_over(g->y[z].v, r->threshold) & first_lanes(count);
        bits |= (uint64_t)over << z * LANES;
        g->y[z].u = either(g->y[z].v, r->threshold, g->y[z].u + r->d, g->y[z].u);
        g->y[z].v = either(g->y[z].v, r->threshold, same(r->c), g->y[z].v);
    }
    cells->spiked[cells->spiked_count] = (tp_kernel_spikes){bits, (uint32_t)i, (uint32_t)step};
    cells->spiked_count += bits != 0;
    cells->spiked_at[step] += (size_t)__builtin_popcountll(bits);
}

INLINE izhikevich izhikevich_next_by(const izhikevich_run *r, izhikevich_way way, vec h,
                                     izhikevich y, vec held) {
#ifdef MAP
    if (way == BY_MAP)
        return (izhikevich){mul_add(y.v, y.v, y.u),
                            mul_add(same(r->decay), y.u, mul_add(same(r->pull), y.v, held))};
#endif
    return izhikevich_next(r, false, way == BY_FUSED_STEP, h, y, held);
}

INLINE void izhikevich_steps(tp_kernel_cells *cells, const izhikevich_run *r, izhikevich_group *g,
                             izhikevich_way way, size_t vectors, size_t i, size_t count,
                             size_t first, size_t end) {
    const vec h = same(r->h);
    for (size_t s = first; s < end; s++) {
        vec most = same(r->threshold - 1);
        for (size_t z = 0; z < vectors; z++) {
            g->y[z] = izhikevich_next_by(r, way, h, g->y[z], g->held[z]);
            most = larger(g->y[z].v, most);
        }
        if (__builtin_expect(at_or_over(most, r->threshold) != 0, 0))
            izhikevich_reset(cells, r, g, vectors, i, count, s);
    }
}

INLINE void izhikevich_load(const tp_kernel_cells *cells, const izhikevich_run *r,
                            izhikevich_way way, izhikevich_group *g, size_t vectors, size_t i,
                            size_t count) {
    for (size_t z = 0; z < vectors; z++, i += LANES) {
        g->y[z] = (izhikevich){load(r->v + i, count), load(r->u + i, count)};
        g->held[z] = load(r->current + i, count);
#ifdef MAP
        if (way == BY_MAP && cells->changes) {
            const vec change = g->held[z] - load(cells->map_input + i, count);
            g->y[z].u = mul_add(same(cells->map->y_of_input), change, g->y[z].u);
            store(cells->map_input + i, g->held[z], count);
        }
        if (way == BY_MAP)
            g->held[z] =
                mul_add(same(cells->map->k_of_input), g->held[z], same(cells->map->k_at_0));
#endif
    }
    (void)cells;
    (void)way;
}

INLINE void izhikevich_store(const izhikevich_group *g, double *v, double *u, size_t vectors,
                             size_t i, size_t count) {
    for (size_t z = 0; z < vectors; z++, i += LANES) {
        store(v + i, g->y[z].v, count);
        store(u + i, g->y[z].u, count);
    }
}

#ifdef MAP
/* V and U out of x and y. */
static void izhikevich_tell_map(tp_kernel_cells *cells, size_t first, size_t end) {
    const tp_izhikevich_map *map = cells->map;
    for (size_t i = first; i < end; i += LANES) {
        const size_t count = end - i < LANES ? end - i : LANES;
        const vec x = load(cells->x + i, count), y = load(cells->y + i, count);
        const vec current = load(cells->map_input + i, count);
        store(cells->state[0] + i, (x - map->x_at_0) * map->v_of_x, count);
        store(cells->state[1] + i, mul_add(map->y_at_0 - y, same(map->u_of_y), current), count);
    }
}
#endif

/* Whether what a cell goes by may be farther from 0 than it can be, or is not a number. A sum of
 * the group's squares, so that it takes two operations a vector; too large a sum is looked into by
 * who asks. */
INLINE bool izhikevich_beyond(const tp_kernel_cells *cells, const izhikevich_group *g,
                              size_t vectors, size_t count) {
    vec sum = same(0);
    for (size_t z = 0; z < vectors; z++) {
#ifdef FUSED
        sum = mul_add(g->y[z].v, g->y[z].v, mul_add(g->y[z].u, g->y[z].u, sum));
#else
        sum = g->y[z].v * g->y[z].v + (g->y[z].u * g->y[z].u + sum);
#endif
    }
    const lanes within = at_or_over(-sum, (real)-cells->safe) & first_lanes(count);
    return within != first_lanes(count);
}

/* Whether any cell has other bits than in memory. Most often the first vector tells already. */
INLINE bool izhikevich_moved(const izhikevich_group *g, const izhikevich_run *r, size_t vectors,
                             size_t i, size_t count) {
    for (size_t z = 0; z < vectors; z++, i += LANES)
        if ((differ(load(r->v + i, count), g->y[z].v) | differ(load(r->u + i, count), g->y[z].u)) &
            first_lanes(count))
            return true;
    return false;
}

INLINE bool izhikevich_run_group(tp_kernel_cells *cells, const izhikevich_run *r,
                                 izhikevich_way way, bool look, size_t vectors, size_t i,
                                 size_t count, size_t steps) {
    izhikevich_group g;
    izhikevich_load(cells, r, way, &g, vectors, i, count);
    if (r->v_kept)
        izhikevich_store(&g, r->v_kept, r->u_kept, vectors, i, count);
    bool moved = false;
    izhikevich_steps(cells, r, &g, way, vectors, i, count, 0, steps - look);
    if (look) {
        /* The last step is compared by way of memory: in registers there is no room for both. */
        const size_t spiked = cells->spiked_count;
        izhikevich_store(&g, r->v, r->u, vectors, i, count);
        izhikevich_steps(cells, r, &g, way, vectors, i, count, steps - 1, steps);
        moved = cells->spiked_count != spiked || izhikevich_moved(&g, r, vectors, i, count);
    }
    izhikevich_store(&g, r->v, r->u, vectors, i, count);
    cells->beyond |= izhikevich_beyond(cells, &g, vectors, count);
    return moved;
}

INLINE void izhikevich_run_all(tp_kernel_cells *cells, izhikevich_way way, bool look, size_t first,
                               size_t end, size_t steps, uint8_t *moved) {
    enum { CELLS = GROUP * LANES };
    izhikevich_run r = izhikevich_run_of(cells);
#ifdef MAP
    if (way == BY_MAP) {
        r.v = cells->x;
        r.u = cells->y;
        r.decay = cells->map->decay;
        r.pull = cells->map->pull;
        r.threshold = cells->map->threshold;
        r.c = cells->map->reset;
        r.d = cells->map->jump;
    }
#endif
    size_t i = first;
    for (size_t b = 0; look && b * TP_BLOCK_CELLS < end - first; b++)
        moved[b] = 0;
    for (; i + CELLS <= end; i += CELLS) {
        const bool any = izhikevich_run_group(cells, &r, way, look, GROUP, i, LANES, steps);
        if (look)
            moved[(i - first) / TP_BLOCK_CELLS] |= any;
    }
    for (; i < end; i += LANES) {
        const size_t count = end - i < LANES ? end - i : LANES;
        const bool any = izhikevich_run_group(cells, &r, way, look, 1, i, count, steps);
        if (look)
            moved[(i - first) / TP_BLOCK_CELLS] |= any;
    }
}

/* The functions of one method and arithmetic. */
#define IZHIKEVICH(name, rk4, fused)                                                               \
    static void name(tp_kernel_cells *cells, size_t first, size_t end) {                           \
        izhikevich_all(cells, rk4, fused, false, first, end);                                      \
    }                                                                                              \
    static bool name##_compared(tp_kernel_cells *cells, size_t first, size_t end) {                \
        return izhikevich_all(cells, rk4, fused, true, first, end);                                \
    }                                                                                              \
    static void name##_each(tp_kernel_cells *cells, const double *lengths, size_t n) {             \
        izhikevich_each(cells, lengths, rk4, fused, n);                                            \
    }

#define IZHIKEVICH_RUN(name, way)                                                                  \
    static void name(tp_kernel_cells *cells, size_t first, size_t end, size_t steps,               \
                     uint8_t *moved) {                                                             \
        if (moved)                                                                                 \
            izhikevich_run_all(cells, way, true, first, end, steps, moved);                        \
        else                                                                                       \
            izhikevich_run_all(cells, way, false, first, end, steps, moved);                       \
    }

#ifdef PLAIN
IZHIKEVICH(izhikevich_by_euler, false, false)
IZHIKEVICH(izhikevich_by_rk4, true, false)
IZHIKEVICH_RUN(izhikevich_run_by_euler, BY_STEP)
#endif
#ifdef FUSED
IZHIKEVICH(izhikevich_by_fused_euler, false, true)
IZHIKEVICH(izhikevich_by_fused_rk4, true, true)
IZHIKEVICH_RUN(izhikevich_run_by_fused_euler, BY_FUSED_STEP)
#endif
#ifdef MAP
IZHIKEVICH_RUN(izhikevich_run_by_map, BY_MAP)
#else
#define izhikevich_run_by_map NULL
#define izhikevich_tell_map NULL
#endif
