/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels, for the vectors of whoever includes this: once each by sse2.c, avx2.c and avx512.c,
 * which first define
 *   vec            a GCC vector of LANES doubles
 *   lanes          an unsigned number with a bit for each of them
 *   load, store    of the first `count` elements; the rest of a loaded vector is 0
 *   at_or_over     the lanes in which a vector is >= a number
 *   differ         the lanes in which the bits of two vectors differ
 * and TABLE, the name of the table at the end. */

/* The lowest `count` lanes; count is at least 1. */
INLINE lanes first_lanes(size_t count) {
    return (lanes)(~0u >> (32 - count));
}

/* Appends the cells i + lane. Apart from the rest and never inlined: it is seldom called. */
__attribute__((noinline)) static void list(tp_kernel_cells *cells, size_t i, lanes over) {
    for (; over; over &= (lanes)(over - 1))
        cells->over[cells->over_count++] = (uint32_t)(i + (size_t)__builtin_ctz(over));
}

#include "integrators/kernels/izhikevich.h"
#include "integrators/kernels/li_rinzel.h"

const tp_kernel TABLE[] = {
    {&tp_izhikevich, &tp_euler, izhikevich_by_euler, izhikevich_by_euler_compared,
     izhikevich_by_euler_each},
    {&tp_izhikevich, &tp_rk4, izhikevich_by_rk4, izhikevich_by_rk4_compared,
     izhikevich_by_rk4_each},
    {&tp_li_rinzel, &tp_euler, li_rinzel_by_euler, li_rinzel_by_euler_compared, NULL},
    {&tp_li_rinzel, &tp_rk4, li_rinzel_by_rk4, li_rinzel_by_rk4_compared, NULL},
    {0},
};
