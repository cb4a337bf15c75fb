/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels for any x86-64; what is fused is left to portable.c. */
#include "integrators/kernels/kernel.h"
#include "models/models.h"

#ifdef __x86_64__
#include <emmintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define LANES 2
#define GROUP 4
#define PLAIN
#define TABLE tp_kernels_sse2
typedef double real;
typedef __m128d vec;
typedef unsigned lanes;

INLINE vec same(real value) {
    return _mm_set1_pd(value);
}

INLINE vec load(const double *from, size_t count) {
    return count == LANES ? _mm_loadu_pd(from) : _mm_load_sd(from);
}

INLINE void store(double *to, vec value, size_t count) {
    if (count == LANES)
        _mm_storeu_pd(to, value);
    else
        _mm_store_sd(to, value);
}

INLINE vec over_threshold(vec value, real threshold) {
    return _mm_cmpge_pd(value, same(threshold));
}

INLINE lanes at_or_over(vec value, real threshold) {
    return (lanes)_mm_movemask_pd(over_threshold(value, threshold));
}

INLINE vec either(vec watched, real threshold, vec where, vec elsewhere) {
    const vec over = over_threshold(watched, threshold);
    return _mm_or_pd(_mm_and_pd(over, where), _mm_andnot_pd(over, elsewhere));
}

INLINE vec larger(vec a, vec b) {
    return _mm_max_pd(a, b);
}

/* SSE2 compares 32 bits at a time: a lane is the same where both its halves are. */
INLINE lanes differ(vec a, vec b) {
    const __m128i halves = _mm_cmpeq_epi32(_mm_castpd_si128(a), _mm_castpd_si128(b));
    const lanes equal = (lanes)_mm_movemask_ps(_mm_castsi128_ps(halves));
    return ((equal & 3) != 3 ? 1u : 0u) | ((equal >> 2) != 3 ? 2u : 0u);
}

#include "integrators/kernels/cells.h"
#endif
