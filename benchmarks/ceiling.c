/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How close the bare kernels come to what the machine's arithmetic can do.
 * Usage: ceiling [CELLS]; prints lines of NAME VALUE UNIT.
 *
 * The peak is that of additions and multiplications that wait for nothing, as many of one as of the
 * other, in registers; that of fused multiply-adds alone is told too, since a processor can have
 * fewer places for these. A kernel's operations are the additions, multiplications
 * and divisions of its formulas; loads, stores, comparisons and the list of spikes are not counted,
 * but cost time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "integrators/kernels/work.h"
#include "models/models.h"

enum { TURNS = 40 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* What others do on the machine can only make it longer. */
static double best(const double *seconds) {
    double least = seconds[0];
    for (int k = 1; k < TURNS; k++)
        least = seconds[k] < least ? seconds[k] : least;
    return least;
}

/* Seconds of `count` rounds of 7 or 10 additions and as many multiplications, or of twice as many
 * fused ones. */
#define PLAIN(k)                                                                                   \
    sum##k = sum##k + zero;                                                                        \
    product##k = product##k * zero;                                                                \
    __asm__ volatile("" : "+v"(sum##k), "+v"(product##k))
#define FUSED(k)                                                                                   \
    __asm__ volatile("vfmadd231pd %2, %2, %0\n\tvfmadd231pd %2, %2, %1"                            \
                     : "+v"(sum##k), "+v"(product##k)                                              \
                     : "v"(zero))
/* `more`: further chains, where there are registers for them. */
#define PEAK(name, isa, bytes, STEP, more)                                                         \
    __attribute__((target(isa))) static double name(long count) {                                  \
        typedef double vector __attribute__((vector_size(bytes)));                                 \
        const vector zero = {0};                                                                   \
        vector sum0 = zero, sum1 = zero, sum2 = zero, sum3 = zero, sum4 = zero, sum5 = zero,       \
               sum6 = zero, sum7 = zero, sum8 = zero, sum9 = zero;                                 \
        vector product0 = zero, product1 = zero, product2 = zero, product3 = zero,                 \
               product4 = zero, product5 = zero, product6 = zero, product7 = zero,                 \
               product8 = zero, product9 = zero;                                                   \
        (void)sum7, (void)sum8, (void)sum9, (void)product7, (void)product8, (void)product9;        \
        const double start = now();                                                                \
        for (long i = 0; i < count; i++) {                                                         \
            STEP(0);                                                                               \
            STEP(1);                                                                               \
            STEP(2);                                                                               \
            STEP(3);                                                                               \
            STEP(4);                                                                               \
            STEP(5);                                                                               \
            STEP(6);                                                                               \
            more                                                                                   \
        }                                                                                          \
        return now() - start;                                                                      \
    }
PEAK(plain_sse2, "sse2", 16, PLAIN, )
PEAK(plain_avx2, "avx2", 32, PLAIN, )
PEAK(plain_avx512, "avx512f", 64, PLAIN, PLAIN(7); PLAIN(8); PLAIN(9);)
PEAK(fused_avx2, "avx2,fma", 32, FUSED, )
PEAK(fused_avx512, "avx512f", 64, FUSED, FUSED(7); FUSED(8); FUSED(9);)

/* Operations per second. SSE2 has no fused ones. */
static double peak(tp_cpu cpu, bool fused) {
    const long count = 500000;
    double seconds[TURNS];
    for (int k = 0; k < TURNS; k++)
        seconds[k] = cpu == TP_CPU_AVX512 ? (fused ? fused_avx512 : plain_avx512)(count)
                     : cpu == TP_CPU_AVX2 ? (fused ? fused_avx2 : plain_avx2)(count)
                                          : plain_sse2(count);
    const double lanes = cpu == TP_CPU_AVX512 ? 8 : cpu == TP_CPU_AVX2 ? 4 : 2;
    const double chains = cpu == TP_CPU_AVX512 ? 20 : 14;
    return chains * lanes * (double)count / best(seconds);
}

/* Wall seconds of `steps` steps, by runs where there are any. */
static double steps_seconds(const tp_kernel *kernel, tp_kernel_run *run, tp_kernel_cells *cells,
                            size_t n, long steps) {
    const double start = now();
    if (run)
        for (long i = 0; i < steps; i += TP_RUN_STEPS)
            run(cells, 0, n, TP_RUN_STEPS, NULL);
    else
        for (long i = 0; i < steps; i++)
            kernel->step(cells, 0, n);
    return now() - start;
}

/* Seconds per cell and step. Without an event: neurons at rest, astrocytes on their way. */
static double kernel_seconds(const tp_kernel *kernel, bool by_map, size_t n) {
    tp_model_setting setting;
    tp_population *population;
    tp_model_defaults(kernel->model, &setting);
    if (tp_population_create(kernel->model, &setting, TP_INITIAL_PUBLISHED, n, &population, NULL) !=
        TP_OK)
        return 0;
    tp_kernel_cells cells = {.setting = &setting,
                             .h = kernel->model->event ? 0.1 : 0.001,
                             .over = calloc(n, sizeof(uint32_t)),
                             .spiked = calloc(n * TP_RUN_STEPS, sizeof(tp_kernel_spikes))};
    for (size_t s = 0; s < kernel->model->state_count; s++)
        cells.state[s] = population->state[s];
    cells.input[0] = population->input[0];
    tp_izhikevich_map map;
    if (by_map) {
        cells.x = calloc(2 * n, sizeof *cells.x);
        cells.y = cells.x + n;
        cells.map = &map;
        (void)tp_izhikevich_map_make(&setting, cells.h, &map);
        tp_izhikevich_map_enter(&map, n, cells.state[0], cells.state[1], cells.input[0], cells.x,
                                cells.y);
    }
    const long steps = (long)(1 + 1000000 / n / TP_RUN_STEPS) * TP_RUN_STEPS;
    double seconds[TURNS];
    for (int k = 0; k < TURNS; k++)
        seconds[k] =
            steps_seconds(kernel, by_map ? kernel->run_map : kernel->run, &cells, n, steps);
    free(cells.x);
    free(cells.over);
    free(cells.spiked);
    tp_population_destroy(&population);
    return best(seconds) / (double)steps / (double)n;
}

static void tell(tp_cpu cpu, const char *name, const char *how, double seconds, double part) {
    printf("%s.%s.%s %.4g ns\n", tp_cpu_names[cpu], name, how, 1e9 * seconds);
    printf("%s.%s.%s.of_peak %.3g 1\n", tp_cpu_names[cpu], name, how, part);
}

int main(int argc, char **argv) {
    const size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1600;
    const struct {
        const char *name;
        const tp_model *model;
        const tp_integrator *integrator;
        double operations, fused; /* of a step; a fused one counts once */
    } kernels[] = {{"izhikevich_euler", &tp_izhikevich, &tp_euler, 13, 5},
                   {"izhikevich_rk4", &tp_izhikevich, &tp_rk4, 60, 35},
                   {"li_rinzel_euler", &tp_li_rinzel, &tp_euler, 49, 44},
                   {"li_rinzel_rk4", &tp_li_rinzel, &tp_rk4, 208, 188}};
    for (tp_cpu cpu = TP_CPU_SSE2; cpu <= tp_cpu_found(); cpu++) {
        const double most = peak(cpu, false), most_fused = peak(cpu, true);
        printf("%s.peak %.4g operations/s\n", tp_cpu_names[cpu], most);
        printf("%s.fused_peak %.4g operations/s\n", tp_cpu_names[cpu], most_fused);
        tp_cpu_limit(cpu);
        for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++)
            for (int a = 0; tp_arithmetic_names[a]; a++) {
                const tp_method method = {.integrator = kernels[k].integrator,
                                          .arithmetic = (tp_arithmetic)a};
                const tp_kernel *kernel = tp_kernel_for(kernels[k].model, &method);
                const double seconds = kernel_seconds(kernel, false, n);
                const double operations = a ? kernels[k].fused : kernels[k].operations;
                const double times = a == TP_ARITHMETIC_SINGLE ? 2 : 1;
                tell(cpu, kernels[k].name, tp_arithmetic_names[a], seconds,
                     operations / seconds / most / times);
                if (!kernel || !kernel->run_map)
                    continue;
                const double mapped = kernel_seconds(kernel, true, n);
                tell(cpu, kernels[k].name, "map", mapped, 3 / mapped / most);
            }
    }
    return 0;
}
