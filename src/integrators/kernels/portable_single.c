/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As portable.c, in single precision. */
#include <math.h>
#include <string.h>

#include "integrators/kernels/kernel.h"
#include "models/models.h"

#define INLINE static inline __attribute__((always_inline))
#define LANES 1
#define GROUP 1
#define FUSED
#define TABLE tp_kernels_portable_single
typedef float real, vec;
typedef unsigned lanes;

INLINE vec mul_add(vec a, vec b, vec c) {
    return fmaf(a, b, c);
}

#include "integrators/kernels/scalar.h"

#include "integrators/kernels/cells.h"
