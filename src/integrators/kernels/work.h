/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A kernel at work on a population. Blocks of cells that stand still cost nothing: where a step has
 * left every bit of a block's states as it was, the next one does too, for as long as the inputs of
 * the block stay what they are. */
#ifndef TP_INTEGRATORS_KERNELS_WORK_H
#define TP_INTEGRATORS_KERNELS_WORK_H

#include "integrators/kernels/kernel.h"

typedef struct tp_kernel_work {
    const tp_kernel *kernel;
    tp_kernel_cells cells;
    size_t n;
    size_t blocks, still_count;  /* blocks 0: too few cells, nobody asks */
    uint8_t *still;              /* [block] */
    double *held[TP_MAX_INPUTS]; /* [input][cell] the inputs under which a block stands still */
    double *memory;
    size_t steps; /* since it was last asked who stands still */
    size_t spiked_room;
    tp_izhikevich_map map; /* cells.map, where runs go by one */
    bool entered;          /* x and y are made out of V and U */
    bool untold;           /* V and U are not those of x and y */
    double *map_memory;
    double safe_input;   /* up to which x and y tell whether V and U can be */
    bool large_input;    /* there is a larger one */
    bool inputs_changed; /* perhaps, since the last run */
} tp_kernel_work;

/* Ready for the integration's steps; *work is NULL where there is no kernel for them. */
tp_status tp_kernel_work_create(const tp_integration *integration, tp_kernel_work **work,
                                tp_error *error);
void tp_kernel_work_destroy(tp_kernel_work **work);

/* The states may have been set from outside: nobody is taken to stand still, and a map is entered
 * anew. */
void tp_kernel_work_restart(tp_kernel_work *work);

/* Where runs go by a map, makes the population's states what they are by now. */
void tp_kernel_work_tell(tp_kernel_work *work);

/* Takes the cells back to where a run has kept them. */
void tp_kernel_work_go_back(tp_kernel_work *work, double *const *kept);

/* The inputs may have been set since the last step. */
void tp_kernel_work_wake(tp_kernel_work *work);

/* One step, of the same length each time where the population has TP_BLOCK_CELLS; lists the cells
 * that are over their threshold at its end in the integration's `over`, and returns their number.
 */
size_t tp_kernel_work_step(tp_kernel_work *work, double h);

/* Whether there is a kernel for runs, which resets at the end of steps. */
bool tp_kernel_work_runs(const tp_kernel_work *work);

/* All of some intervals of `steps` steps each of the integration's population; where `kept` is
 * given, [state][cell], it leaves there what tp_kernel_work_go_back takes. Appends the spikes. The
 * states are not those of its end before tp_kernel_work_tell. */
tp_status tp_kernel_work_run(tp_kernel_work *work, const tp_population *population, double h,
                             size_t steps, size_t intervals, double *const *kept, tp_spikes *spikes,
                             tp_error *error);

/* Whether any state may have been, at the end of a run, where its model says that none can be;
 * until all cells have been set anew. */
bool tp_kernel_work_beyond(const tp_kernel_work *work);

/* Whether what is to come depends on more than the population's states: until the next restart. */
bool tp_kernel_work_has_past(const tp_kernel_work *work);

#endif
