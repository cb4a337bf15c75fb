/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kernel is one step of one method for one model, written out for the processor's vectors. It
 * does the operations of the generic path (the method's step over the model's derivative) in the
 * same order, each rounded by itself, so that both give the same bits;
 * tests/integrators/test_kernels.c holds it to that. */
#ifndef TP_INTEGRATORS_KERNELS_KERNEL_H
#define TP_INTEGRATORS_KERNELS_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cpu.h"
#include "integrators/integrator.h"

typedef struct tp_kernel_cells {
    const tp_model_setting *setting;
    double h;                           /* the step, in the model's time unit */
    double *state[TP_MAX_STATES];       /* [state][cell] */
    const double *input[TP_MAX_INPUTS]; /* [input][cell] */
    /* The state at the step's start of each cell that is over its threshold at the end; where
     * before[0] is NULL, nobody wants it. Other cells' are not to be relied on. */
    double *before[TP_MAX_STATES];
    uint32_t *over; /* the cells at or over their threshold at the end, ascending */
    size_t over_count;
} tp_kernel_cells;

/* One step of the cells first ... end - 1; appends to `over`, resets nothing. */
typedef void tp_kernel_step(tp_kernel_cells *cells, size_t first, size_t end);

/* The same, and says whether any state has other bits than before. */
typedef bool tp_kernel_step_and_compare(tp_kernel_cells *cells, size_t first, size_t end);

/* A step of each of the cells 0 ... n - 1 by a length of its own; lists nobody. */
typedef void tp_kernel_step_each(tp_kernel_cells *cells, const double *lengths, size_t n);

typedef struct tp_kernel {
    const tp_model *model;
    const tp_integrator *integrator;
    tp_kernel_step *step;
    tp_kernel_step_and_compare *step_and_compare;
    tp_kernel_step_each *step_each; /* NULL where no crossing is ever located */
} tp_kernel;

/* The kernel for n cells on the processor in use; NULL where there is none. */
const tp_kernel *tp_kernel_for(const tp_model *model, const tp_integrator *integrator, size_t n);

/* By kind of processor; each ends in one without a model. */
extern const tp_kernel tp_kernels_sse2[];
extern const tp_kernel tp_kernels_avx2[];
extern const tp_kernel tp_kernels_avx512[];
extern const tp_kernel tp_kernels_avx512_wide[];

#endif
