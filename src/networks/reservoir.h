/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reservoir (liquid state machine) of spiking neurons and astrocyte-like units with fixed
 * weights, after Yang et al. (arXiv 2503.06798), as reconstructed from its abstract: one step for
 * each sample of a series. What a unit receives at a step is the series' new sample by its input
 * weights, and the spikes of the step before by its links. */
#ifndef TP_NETWORKS_RESERVOIR_H
#define TP_NETWORKS_RESERVOIR_H

#include "networks/reservoir_block.h"

/* Neurons, then astrocytes, each a population with an integrator of its own. */
enum { TP_RESERVOIR_POPULATIONS = 2 };

typedef struct tp_reservoir {
    tp_wiring wiring;
    size_t inputs;
    double *input_weight; /* [unit][input], gain included */
    double spike_gain[TP_RESERVOIR_POPULATIONS];
    double tick_ms;
    double low_pass;
    tp_population *populations[TP_RESERVOIR_POPULATIONS];
    tp_integration *integrations[TP_RESERVOIR_POPULATIONS];
    tp_spikes spikes;   /* of the population at work */
    double *arriving;   /* [unit] the spikes of the last step, by their weights */
    double *trace;      /* [unit] spikes, low-passed: what is read out */
    uint8_t *spiked;    /* [unit] in the last step */
    size_t spike_count; /* units that spiked in it */
    uint64_t step_count;
} tp_reservoir;

/* All that can be wrong with a description, told at its place below "network". */
tp_status tp_reservoir_check(const tp_reservoir_description *description, double tick_ms,
                             const tp_resolved *resolved, tp_error *error);

/* A checked description's reservoir for a series of `inputs` numbers a sample, at rest. */
tp_status tp_reservoir_create(const tp_reservoir_description *description, double tick_ms,
                              size_t inputs, uint64_t seed, uint32_t trial,
                              tp_reservoir **reservoir, tp_error *error);
void tp_reservoir_destroy(tp_reservoir **reservoir);

/* Gives `to` the state of `from`; both from one description and seed. Where no integrator has a
 * past (tp_integration_has_past), both then do the same to the bit. Where one has, `to` begins
 * without, as after a restart, and `from` goes on with its own: they do the same within the
 * tolerances of the solver, or the rounding of fused Euler steps. */
void tp_reservoir_copy(tp_reservoir *to, const tp_reservoir *from);

/* One step under sample[input]. TP_FAILED where a state is not finite. */
tp_status tp_reservoir_step(tp_reservoir *reservoir, const double *sample, tp_error *error);

#endif
