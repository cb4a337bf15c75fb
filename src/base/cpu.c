/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cpu.h"

#include <stdlib.h>
#include <string.h>

const char *const tp_cpu_names[] = {"generic", "sse2", "avx2", "avx512", NULL};

tp_cpu tp_cpu_found(void) {
#ifdef __x86_64__
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return TP_CPU_AVX512;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? TP_CPU_AVX2
                                                                           : TP_CPU_SSE2;
#else
    return TP_CPU_GENERIC;
#endif
}

/* One more than the kind in use; 0: not yet decided. Two threads that decide at once decide alike.
 */
static int decided;

static tp_cpu decide(void) {
    const char *most = getenv("TRIPARTITE_KERNELS");
    const tp_cpu found = tp_cpu_found();
    for (int k = 0; most && k < (int)found; k++)
        if (strcmp(most, tp_cpu_names[k]) == 0)
            return (tp_cpu)k;
    return found;
}

tp_cpu tp_cpu_used(void) {
    int known = __atomic_load_n(&decided, __ATOMIC_RELAXED);
    if (known == 0) {
        known = (int)decide() + 1;
        __atomic_store_n(&decided, known, __ATOMIC_RELAXED);
    }
    return (tp_cpu)(known - 1);
}

void tp_cpu_limit(tp_cpu most) {
    const tp_cpu found = tp_cpu_found();
    __atomic_store_n(&decided, (int)(most < found ? most : found) + 1, __ATOMIC_RELAXED);
}
