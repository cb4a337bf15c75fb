/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every state of a run is checked at every exchange, so this is written for vectors too. */
#include "base/within.h"

#include <stdint.h>
#include <string.h>

#include "base/cpu.h"

static bool one_by_one(const double *values, size_t n, double low, double high) {
    bool all = true;
    for (size_t i = 0; i < n; i++)
        all &= values[i] >= low && values[i] <= high;
    return all;
}

#ifdef __x86_64__
/* A function by vectors of `bytes`. Not one function inlined into several: GCC takes vectors apart
 * before it inlines. */
#define BY_VECTORS(name, isa, bytes)                                                               \
    __attribute__((target(isa))) static bool name(const double *values, size_t n, double low,      \
                                                  double high) {                                   \
        typedef double vector __attribute__((vector_size(bytes)));                                 \
        typedef int64_t answers __attribute__((vector_size(bytes)));                               \
        const size_t lanes = bytes / sizeof(double), whole = n / lanes * lanes;                    \
        answers inside = ~(answers){0};                                                            \
        for (size_t i = 0; i < whole; i += lanes) {                                                \
            vector v;                                                                              \
            memcpy(&v, values + i, sizeof v);                                                      \
            inside &= (v >= low) & (v <= high);                                                    \
        }                                                                                          \
        bool all = true;                                                                           \
        for (size_t k = 0; k < lanes; k++)                                                         \
            all &= inside[k] != 0;                                                                 \
        return all && one_by_one(values + whole, n - whole, low, high);                            \
    }
BY_VECTORS(by_sse2, "sse2", 16)
BY_VECTORS(by_avx2, "avx2", 32)
BY_VECTORS(by_avx512, "avx512f,avx512dq,avx512vl", 64)
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
