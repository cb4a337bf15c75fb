/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kernel is one step of one method for one model, written out for the processor's vectors. In
 * plain arithmetic it does the operations of the generic path (the method's step over the model's
 * derivative) in the same order, each rounded by itself, so that both give the same bits. Fused
 * arithmetic and single precision round otherwise, and alike on every processor: their reference is
 * portable.c. tests/integrators/test_kernels.c holds each kernel to its reference, to the bit. */
#ifndef TP_INTEGRATORS_KERNELS_KERNEL_H
#define TP_INTEGRATORS_KERNELS_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cpu.h"
#include "integrators/integrator.h"
#include "integrators/kernels/izhikevich_map.h"

/* Cells among which a run says whether any has moved, and its steps at the most. */
enum { TP_BLOCK_CELLS = 64, TP_RUN_STEPS = 40 };

/* The cells first + bit, for each bit that is set, were at or over their threshold at the end of a
 * step, counted from 0. */
typedef struct tp_kernel_spikes {
    uint64_t bits;
    uint32_t first, step;
} tp_kernel_spikes;

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
    tp_kernel_spikes *spiked; /* of a run */
    size_t spiked_count;
    size_t spiked_at[TP_RUN_STEPS]; /* how many cells after each step; a run adds to it */
    double *kept[TP_MAX_STATES]; /* where a run leaves the state before its first step; or NULL */
    /* Of a run by a map, which goes by x and y and keeps these: */
    const tp_izhikevich_map *map;
    double *x, *y;
    double *map_input; /* the input under which y is */
    bool changes;      /* the input may be another one by now: y first has to be taken to it */
    /* A run says whether the squares of what any cell goes by (its states, or x and y) may come to
     * more than `safe` after the last step, and never that they do not. */
    double safe;
    bool beyond;
} tp_kernel_cells;

/* One step of the cells first ... end - 1; appends to `over`, resets nothing. */
typedef void tp_kernel_step(tp_kernel_cells *cells, size_t first, size_t end);

/* The same, and says whether any state has other bits than before. */
typedef bool tp_kernel_step_and_compare(tp_kernel_cells *cells, size_t first, size_t end);

/* A step of each of the cells 0 ... n - 1 by a length of its own; lists nobody. */
typedef void tp_kernel_step_each(tp_kernel_cells *cells, const double *lengths, size_t n);

/* Up to TP_RUN_STEPS steps of the cells first ... end - 1, some of them held in registers all the
 * while, where `first` begins a block. A cell that is over its threshold at a step's end is reset
 * there, and appended to `spiked`, which has room for all cells in all steps; those of one step are
 * in ascending order, the order of steps is not said. Of each block, moved[0] for that of `first`,
 * it says whether the last step has left other bits or a reset; NULL where nobody wants to know. */
typedef void tp_kernel_run(tp_kernel_cells *cells, size_t first, size_t end, size_t steps,
                           uint8_t *moved);

/* Makes the states of the cells first ... end - 1 out of their x and y. */
typedef void tp_kernel_tell(tp_kernel_cells *cells, size_t first, size_t end);

typedef struct tp_kernel {
    const tp_model *model;
    const tp_integrator *integrator;
    tp_arithmetic arithmetic;
    tp_kernel_step *step;
    tp_kernel_step_and_compare *step_and_compare;
    tp_kernel_step_each *step_each; /* NULL where no crossing is ever located */
    tp_kernel_run *run;             /* NULL where there is none */
    tp_kernel_run *run_map;         /* likewise */
    tp_kernel_tell *tell_map;       /* what such a run leaves */
} tp_kernel;

/* The kernel for the processor in use; NULL where there is none. */
const tp_kernel *tp_kernel_for(const tp_model *model, const tp_method *method);

/* By kind of processor; each ends in one without a model. */
extern const tp_kernel tp_kernels_portable[];
extern const tp_kernel tp_kernels_portable_single[];
extern const tp_kernel tp_kernels_sse2[];
extern const tp_kernel tp_kernels_avx2[];
extern const tp_kernel tp_kernels_avx2_single[];
extern const tp_kernel tp_kernels_avx512[];
extern const tp_kernel tp_kernels_avx512_single[];

#endif
