/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels for x86-64-v3; the plain ones without its fused multiply-add, which rounds once where
 * the generic path rounds twice. */
#include "integrators/kernels/kernel.h"
#include "models/models.h"

#ifdef __x86_64__
#include <immintrin.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif

#define INLINE static inline __attribute__((always_inline))
#define LANES 4
#define GROUP 4
#define PLAIN
#define FUSED
#define MAP
#define TABLE tp_kernels_avx2
typedef double real;
typedef __m256d vec;
typedef unsigned lanes;

INLINE __m256i some_lanes(size_t count) {
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)count), _mm256_set_epi64x(3, 2, 1, 0));
}

INLINE vec same(real value) {
    return _mm256_set1_pd(value);
}

INLINE vec load(const double *from, size_t count) {
    return count == LANES ? _mm256_loadu_pd(from) : _mm256_maskload_pd(from, some_lanes(count));
}

INLINE void store(double *to, vec value, size_t count) {
    if (count == LANES)
        _mm256_storeu_pd(to, value);
    else
        _mm256_maskstore_pd(to, some_lanes(count), value);
}

INLINE vec over_threshold(vec value, real threshold) {
    return _mm256_cmp_pd(value, same(threshold), _CMP_GE_OQ);
}

INLINE lanes at_or_over(vec value, real threshold) {
    return (lanes)_mm256_movemask_pd(over_threshold(value, threshold));
}

INLINE vec either(vec watched, real threshold, vec where, vec elsewhere) {
    return _mm256_blendv_pd(elsewhere, where, over_threshold(watched, threshold));
}

INLINE vec larger(vec a, vec b) {
    return _mm256_max_pd(a, b);
}

INLINE vec mul_add(vec a, vec b, vec c) {
    return _mm256_fmadd_pd(a, b, c);
}

INLINE lanes differ(vec a, vec b) {
    const __m256i equal = _mm256_cmpeq_epi64(_mm256_castpd_si256(a), _mm256_castpd_si256(b));
    return 15u & ~(lanes)_mm256_movemask_pd(_mm256_castsi256_pd(equal));
}

#include "integrators/kernels/cells.h"

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
