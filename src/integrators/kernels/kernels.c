/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/kernels/kernel.h"

#include <stddef.h>

const tp_kernel *tp_kernel_for(const tp_model *model, const tp_integrator *integrator) {
    static const tp_kernel *const kernels[] = {
#ifdef __x86_64__
        [TP_CPU_SSE2] = tp_kernels_sse2,
        [TP_CPU_AVX2] = tp_kernels_avx2,
        [TP_CPU_AVX512] = tp_kernels_avx512,
#else
        [TP_CPU_AVX512] = NULL,
#endif
    };
    const tp_kernel *kernel = kernels[tp_cpu_used()];
    for (; kernel && kernel->model; kernel++)
        if (kernel->model == model && kernel->integrator == integrator)
            return kernel;
    return NULL;
}
