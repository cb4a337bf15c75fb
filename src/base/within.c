/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every state of a run is checked at every exchange, so this is written for vectors too. */
#include "base/within.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "base/cpu.h"

static bool one_by_one(const double *values, size_t n, double low, double high) {
    bool all = true;
    for (size_t i = 0; i < n; i++)
        all &= values[i] >= low && values[i] <= high;
    return all;
}

#ifdef __x86_64__
/* Not less-or-equal, rather than greater: it is so of what is not a number. */

static bool by_sse2(const double *values, size_t n, double low, double high) {
    const __m128d least = _mm_set1_pd(low), most = _mm_set1_pd(high);
    __m128d outside = _mm_setzero_pd();
    size_t i = 0;
    for (; i + 2 <= n; i += 2) {
        const __m128d v = _mm_loadu_pd(values + i);
        outside = _mm_or_pd(outside, _mm_or_pd(_mm_cmpnge_pd(v, least), _mm_cmpnle_pd(v, most)));
    }
    return !_mm_movemask_pd(outside) && one_by_one(values + i, n - i, low, high);
}

__attribute__((target("avx2"))) static bool by_avx2(const double *values, size_t n, double low,
                                                    double high) {
    const __m256d least = _mm256_set1_pd(low), most = _mm256_set1_pd(high);
    __m256d outside = _mm256_setzero_pd();
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const __m256d v = _mm256_loadu_pd(values + i);
        outside = _mm256_or_pd(outside, _mm256_or_pd(_mm256_cmp_pd(v, least, _CMP_NGE_UQ),
                                                     _mm256_cmp_pd(v, most, _CMP_NLE_UQ)));
    }
    return !_mm256_movemask_pd(outside) && one_by_one(values + i, n - i, low, high);
}

__attribute__((target("avx512f,avx512dq"))) static bool by_avx512(const double *values, size_t n,
                                                                  double low, double high) {
    const __m512d least = _mm512_set1_pd(low), most = _mm512_set1_pd(high);
    __mmask8 outside = 0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m512d v = _mm512_loadu_pd(values + i);
        outside |= _mm512_cmp_pd_mask(v, least, _CMP_NGE_UQ);
        outside |= _mm512_cmp_pd_mask(v, most, _CMP_NLE_UQ);
    }
    return !outside && one_by_one(values + i, n - i, low, high);
}
#endif

bool tp_all_within(const double *values, size_t n, double low, double high) {
#ifdef __x86_64__
    switch (tp_cpu_used()) {
    case TP_CPU_AVX512:
        return by_avx512(values, n, low, high);
    case TP_CPU_AVX2:
        return by_avx2(values, n, low, high);
    case TP_CPU_SSE2:
        return by_sse2(values, n, low, high);
    case TP_CPU_GENERIC:
        break;
    }
#endif
    return one_by_one(values, n, low, high);
}
