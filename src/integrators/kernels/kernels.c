/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/kernels/kernel.h"

#include <stddef.h>

#ifdef __x86_64__
/* Fewer cells than these fill no wide vectors. */
enum { WIDE_CELLS = 64 };

static const tp_kernel *table(const tp_integrator *integrator, size_t n) {
    switch (tp_cpu_used()) {
    case TP_CPU_AVX512:
        /* Euler's single stage has too little to wait for. */
        if (n >= WIDE_CELLS && integrator == &tp_rk4)
            return tp_kernels_avx512_wide;
        return tp_kernels_avx512;
    case TP_CPU_AVX2:
        return tp_kernels_avx2;
    case TP_CPU_SSE2:
        return tp_kernels_sse2;
    case TP_CPU_GENERIC:
        break;
    }
    return NULL;
}
#else
static const tp_kernel *table(const tp_integrator *integrator, size_t n) {
    (void)integrator, (void)n;
    return NULL;
}
#endif

const tp_kernel *tp_kernel_for(const tp_model *model, const tp_integrator *integrator, size_t n) {
    const tp_kernel *kernel = table(integrator, n);
    for (; kernel && kernel->model; kernel++)
        if (kernel->model == model && kernel->integrator == integrator)
            return kernel;
    return NULL;
}
