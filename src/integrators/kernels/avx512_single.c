/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels in single precision for x86-64-v4; of numbers in memory, see avx2_single.c. */
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
#define LANES 16
#define GROUP 4
#define FUSED
#define TABLE tp_kernels_avx512_single
typedef float real;
typedef __m512 vec;
typedef unsigned lanes;

/* Of the 8 lanes from `passed` on, the first that are below `count`. */
INLINE __mmask8 some_lanes(size_t count, size_t passed) {
    const size_t here = count >= passed + 8 ? 8 : count <= passed ? 0 : count - passed;
    return (__mmask8)((1u << here) - 1);
}

INLINE vec same(real value) {
    return _mm512_set1_ps(value);
}

INLINE vec load(const double *from, size_t count) {
    const __m512d low =
        count == LANES ? _mm512_loadu_pd(from) : _mm512_maskz_loadu_pd(some_lanes(count, 0), from);
    const __m512d high = count == LANES ? _mm512_loadu_pd(from + 8)
                                        : _mm512_maskz_loadu_pd(some_lanes(count, 8), from + 8);
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(low)), _mm512_cvtpd_ps(high),
                              1);
}

INLINE void store(double *to, vec value, size_t count) {
    const __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(value)),
                  high = _mm512_cvtps_pd(_mm512_extractf32x8_ps(value, 1));
    if (count == LANES) {
        _mm512_storeu_pd(to, low);
        _mm512_storeu_pd(to + 8, high);
        return;
    }
    _mm512_mask_storeu_pd(to, some_lanes(count, 0), low);
    _mm512_mask_storeu_pd(to + 8, some_lanes(count, 8), high);
}

INLINE lanes at_or_over(vec value, real threshold) {
    return _mm512_cmp_ps_mask(value, same(threshold), _CMP_GE_OQ);
}

INLINE vec either(vec watched, real threshold, vec where, vec elsewhere) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(watched, same(threshold), _CMP_GE_OQ), elsewhere,
                                where);
}

INLINE vec larger(vec a, vec b) {
    return _mm512_max_ps(a, b);
}

INLINE vec mul_add(vec a, vec b, vec c) {
    return _mm512_fmadd_ps(a, b, c);
}

INLINE lanes differ(vec a, vec b) {
    return _mm512_cmpneq_epi32_mask(_mm512_castps_si512(a), _mm512_castps_si512(b));
}

#include "integrators/kernels/cells.h"

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
