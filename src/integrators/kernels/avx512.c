/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels for x86-64-v4; the plain ones without fused multiply-add, as in avx2.c. */
#include "integrators/kernels/kernel.h"
#include "models/models.h"

#ifdef __x86_64__
#include <immintrin.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl"))),                 \
                             apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl")
#endif

#define INLINE static inline __attribute__((always_inline))
#define LANES 8
#define GROUP 8
#define PLAIN
#define FUSED
#define MAP
#define TABLE tp_kernels_avx512
typedef double real;
typedef __m512d vec;
typedef unsigned lanes;

INLINE __mmask8 some_lanes(size_t count) {
    return (__mmask8)((1u << count) - 1);
}

INLINE vec same(real value) {
    return _mm512_set1_pd(value);
}

INLINE vec load(const double *from, size_t count) {
    return count == LANES ? _mm512_loadu_pd(from) : _mm512_maskz_loadu_pd(some_lanes(count), from);
}

INLINE void store(double *to, vec value, size_t count) {
    if (count == LANES)
        _mm512_storeu_pd(to, value);
    else
        _mm512_mask_storeu_pd(to, some_lanes(count), value);
}

INLINE lanes at_or_over(vec value, real threshold) {
    return _mm512_cmp_pd_mask(value, same(threshold), _CMP_GE_OQ);
}

INLINE vec either(vec watched, real threshold, vec where, vec elsewhere) {
    return _mm512_mask_blend_pd(_mm512_cmp_pd_mask(watched, same(threshold), _CMP_GE_OQ), elsewhere,
                                where);
}

INLINE vec larger(vec a, vec b) {
    return _mm512_max_pd(a, b);
}

INLINE vec mul_add(vec a, vec b, vec c) {
    return _mm512_fmadd_pd(a, b, c);
}

INLINE lanes differ(vec a, vec b) {
    return _mm512_cmpneq_epi64_mask(_mm512_castpd_si512(a), _mm512_castpd_si512(b));
}

#include "integrators/kernels/cells.h"

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
