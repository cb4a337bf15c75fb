/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fused arithmetic on any processor, one cell at a time: what the other variants are held to. Where
 * the processor has no fused multiply-add, the C library works it out, slowly and to the same bits.
 */
#include <math.h>
#include <string.h>

#include "integrators/kernels/kernel.h"
#include "models/models.h"

#define INLINE static inline __attribute__((always_inline))
#define LANES 1
#define GROUP 1
#define FUSED
#define MAP
#define TABLE tp_kernels_portable
typedef double real, vec;
typedef unsigned lanes;

INLINE vec mul_add(vec a, vec b, vec c) {
    return fma(a, b, c);
}

#include "integrators/kernels/scalar.h"

#include "integrators/kernels/cells.h"
