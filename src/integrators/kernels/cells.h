/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels, for the vectors of whoever includes this: once each by portable.c, sse2.c, avx2.c
 * and so on, which first define
 *   real           double or float, in which is computed
 *   vec            LANES of them, with the operators of C
 *   lanes          an unsigned number with a bit for each of them
 *   GROUP          vectors that a run has side by side, at most a block of cells
 *   load, store    of the first `count` elements, which lie in memory as doubles; the rest of a
 *                  loaded vector is 0
 *   same           a vector of equal elements
 *   at_or_over     the lanes in which a vector is >= a number
 *   either         where a vector is >= a number, one vector's lanes, else the other's
 *   larger         the larger of two, the second where the first is not a number
 *   differ         the lanes in which the bits of two vectors differ
 *   mul_add        a b + c, rounded once
 * and which of PLAIN and FUSED arithmetic and the MAP is wanted (mul_add is for the latter two),
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

/* In single precision all is fused. */
#define FUSED_ARITHMETIC                                                                           \
    (sizeof(real) == sizeof(double) ? TP_ARITHMETIC_FUSED : TP_ARITHMETIC_SINGLE)

const tp_kernel TABLE[] = {
#ifdef PLAIN
    {&tp_izhikevich, &tp_euler, TP_ARITHMETIC_PLAIN, izhikevich_by_euler,
     izhikevich_by_euler_compared, izhikevich_by_euler_each, izhikevich_run_by_euler, NULL, NULL},
    {&tp_izhikevich, &tp_rk4, TP_ARITHMETIC_PLAIN, izhikevich_by_rk4, izhikevich_by_rk4_compared,
     izhikevich_by_rk4_each, NULL, NULL, NULL},
    {&tp_li_rinzel, &tp_euler, TP_ARITHMETIC_PLAIN, li_rinzel_by_euler, li_rinzel_by_euler_compared,
     NULL, NULL, NULL, NULL},
    {&tp_li_rinzel, &tp_rk4, TP_ARITHMETIC_PLAIN, li_rinzel_by_rk4, li_rinzel_by_rk4_compared, NULL,
     NULL, NULL, NULL},
#endif
#ifdef FUSED
    {&tp_izhikevich, &tp_euler, FUSED_ARITHMETIC, izhikevich_by_fused_euler,
     izhikevich_by_fused_euler_compared, izhikevich_by_fused_euler_each,
     izhikevich_run_by_fused_euler, izhikevich_run_by_map, izhikevich_tell_map},
    {&tp_izhikevich, &tp_rk4, FUSED_ARITHMETIC, izhikevich_by_fused_rk4,
     izhikevich_by_fused_rk4_compared, izhikevich_by_fused_rk4_each, NULL, NULL, NULL},
    {&tp_li_rinzel, &tp_euler, FUSED_ARITHMETIC, li_rinzel_by_fused_euler,
     li_rinzel_by_fused_euler_compared, NULL, NULL, NULL, NULL},
    {&tp_li_rinzel, &tp_rk4, FUSED_ARITHMETIC, li_rinzel_by_fused_rk4,
     li_rinzel_by_fused_rk4_compared, NULL, NULL, NULL, NULL},
#endif
    {0},
};
