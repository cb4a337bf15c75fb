/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/kernels/kernel.h"

#include <stddef.h>

static const tp_kernel *portable_table(tp_arithmetic arithmetic) {
    return arithmetic == TP_ARITHMETIC_PLAIN    ? NULL
           : arithmetic == TP_ARITHMETIC_SINGLE ? tp_kernels_portable_single
                                                : tp_kernels_portable;
}

#ifdef __x86_64__
static const tp_kernel *table(tp_arithmetic arithmetic) {
    const bool single = arithmetic == TP_ARITHMETIC_SINGLE;
    switch (tp_cpu_used()) {
    case TP_CPU_AVX512:
        return single ? tp_kernels_avx512_single : tp_kernels_avx512;
    case TP_CPU_AVX2:
        return single ? tp_kernels_avx2_single : tp_kernels_avx2;
    case TP_CPU_SSE2:
        if (arithmetic == TP_ARITHMETIC_PLAIN)
            return tp_kernels_sse2;
        break;
    case TP_CPU_GENERIC:
        break;
    }
    return portable_table(arithmetic);
}
#else
static const tp_kernel *table(tp_arithmetic arithmetic) {
    return portable_table(arithmetic);
}
#endif

const tp_kernel *tp_kernel_for(const tp_model *model, const tp_method *method) {
    const tp_kernel *kernel = table(method->arithmetic);
    for (; kernel && kernel->model; kernel++)
        if (kernel->model == model && kernel->integrator == method->integrator &&
            kernel->arithmetic == method->arithmetic)
            return kernel;
    return NULL;
}
