/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels for x86-64-v4, several vectors side by side: where each operation waits for the one
 * before it, through the four stages of RK4, those of the other vectors fill the wait. */
#include "integrators/kernels/kernel.h"
#include "models/models.h"

#ifdef __x86_64__
#pragma GCC target("avx512f,avx512dq,avx512vl")
#include <immintrin.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define PARTS 4
#define LANES (8 * PARTS)
#define TABLE tp_kernels_avx512_wide
typedef double vec __attribute__((vector_size(64 * PARTS)));
typedef unsigned lanes;

INLINE __m512d part_of(const vec *value, size_t part) {
    __m512d out;
    memcpy(&out, (const char *)value + sizeof out * part, sizeof out);
    return out;
}

/* Of the first `count` lanes, those in a part. */
INLINE __mmask8 some_lanes(size_t count, size_t part) {
    const size_t passed = 8 * part;
    const size_t here = count >= passed + 8 ? 8 : count <= passed ? 0 : count - passed;
    return (__mmask8)((1u << here) - 1);
}

INLINE vec load(const double *from, size_t count) {
    vec out;
    if (count == LANES) {
        memcpy(&out, from, sizeof out);
        return out;
    }
    for (size_t k = 0; k < PARTS; k++) {
        const __m512d part = _mm512_maskz_loadu_pd(some_lanes(count, k), from + 8 * k);
        memcpy((char *)&out + sizeof part * k, &part, sizeof part);
    }
    return out;
}

INLINE void store(double *to, vec value, size_t count) {
    if (count == LANES)
        memcpy(to, &value, sizeof value);
    else
        for (size_t k = 0; k < PARTS; k++)
            _mm512_mask_storeu_pd(to + 8 * k, some_lanes(count, k), part_of(&value, k));
}

INLINE lanes at_or_over(vec value, double threshold) {
    lanes out = 0;
    for (size_t k = 0; k < PARTS; k++)
        out |= (lanes)_mm512_cmp_pd_mask(part_of(&value, k), _mm512_set1_pd(threshold), _CMP_GE_OQ)
               << (8 * k);
    return out;
}

INLINE lanes differ(vec a, vec b) {
    lanes out = 0;
    for (size_t k = 0; k < PARTS; k++)
        out |= (lanes)_mm512_cmpneq_epi64_mask(_mm512_castpd_si512(part_of(&a, k)),
                                               _mm512_castpd_si512(part_of(&b, k)))
               << (8 * k);
    return out;
}

#include "integrators/kernels/cells.h"
#endif
