/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each integrator reaches for its time: on a neuron, on an astrocyte, on the whole network. */
#ifndef TP_EXPERIMENTS_WORK_PRECISION_H
#define TP_EXPERIMENTS_WORK_PRECISION_H

#include "experiments/memory_block.h"
#include "integrators/integrator.h"

/* One measurement: a method on a subject. */
typedef struct tp_measurement {
    const char *subject; /* "neuron", "astrocyte", "network" */
    tp_method method;
    double seconds;
    double error; /* ms of spikes (largest; network: 99 %), or uM of calcium (largest) */
    size_t changed_pixels;
} tp_measurement;

/* A single cell of a population's description by a method, against the same by the reference: a
 * neuron for 100 ms under a current of 5 (error: largest shift of a spike, in ms; INFINITY where
 * their number differs), an astrocyte for 4 s after 60 ms of 5 uM/s (error: largest difference of
 * calcium, in uM). */
tp_status tp_measure_cell(const tp_population_description *cells, const tp_method *reference,
                          tp_measurement *measurement, tp_error *error);

#endif
