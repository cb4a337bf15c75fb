/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels in single precision for x86-64-v3. In memory a number is double, and one of those
 * that are single too, so that to load and to store it changes nothing. */
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
#define LANES 8
#define GROUP 4
#define FUSED
#define TABLE tp_kernels_avx2_single
typedef float real;
typedef __m256 vec;
typedef unsigned lanes;

/* Of the lanes from `passed` on, the first that are below `count`. */
INLINE __m256i some_lanes(size_t count, long long passed) {
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)count - passed),
                              _mm256_set_epi64x(3, 2, 1, 0));
}

INLINE vec same(real value) {
    return _mm256_set1_ps(value);
}

INLINE vec load(const double *from, size_t count) {
    const __m256d low =
        count == LANES ? _mm256_loadu_pd(from) : _mm256_maskload_pd(from, some_lanes(count, 0));
    const __m256d high = count == LANES ? _mm256_loadu_pd(from + 4)
                                        : _mm256_maskload_pd(from + 4, some_lanes(count, 4));
    return _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low));
}

INLINE void store(double *to, vec value, size_t count) {
    const __m256d low = _mm256_cvtps_pd(_mm256_castps256_ps128(value)),
                  high = _mm256_cvtps_pd(_mm256_extractf128_ps(value, 1));
    if (count == LANES) {
        _mm256_storeu_pd(to, low);
        _mm256_storeu_pd(to + 4, high);
        return;
    }
    _mm256_maskstore_pd(to, some_lanes(count, 0), low);
    _mm256_maskstore_pd(to + 4, some_lanes(count, 4), high);
}

INLINE vec over_threshold(vec value, real threshold) {
    return _mm256_cmp_ps(value, same(threshold), _CMP_GE_OQ);
}

INLINE lanes at_or_over(vec value, real threshold) {
    return (lanes)_mm256_movemask_ps(over_threshold(value, threshold));
}

INLINE vec either(vec watched, real threshold, vec where, vec elsewhere) {
    return _mm256_blendv_ps(elsewhere, where, over_threshold(watched, threshold));
}

INLINE vec larger(vec a, vec b) {
    return _mm256_max_ps(a, b);
}

INLINE vec mul_add(vec a, vec b, vec c) {
    return _mm256_fmadd_ps(a, b, c);
}

INLINE lanes differ(vec a, vec b) {
    const __m256i equal = _mm256_cmpeq_epi32(_mm256_castps_si256(a), _mm256_castps_si256(b));
    return 255u & ~(lanes)_mm256_movemask_ps(_mm256_castsi256_ps(equal));
}

#include "integrators/kernels/cells.h"

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
