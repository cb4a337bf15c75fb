/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a set of neurons or pixels agrees with a pattern. */
#ifndef TP_EXPERIMENTS_READOUT_H
#define TP_EXPERIMENTS_READOUT_H

#include <stddef.h>
#include <stdint.h>

#include "stimuli/pattern.h"

typedef struct tp_agreement {
    double hit;               /* part of the pattern's pixels that are in the set */
    double correct_rejection; /* part of the other pixels that are not */
    double accuracy;          /* mean of the two: 1 perfect, 0.5 chance (Gordleeva et al. 2021) */
    double pixel_accuracy;    /* part of all pixels that are right */
} tp_agreement;

/* set[i] is not 0 where pixel i of the n is in the set. */
tp_agreement tp_agreement_of(const tp_pattern *pattern, const uint8_t *set, size_t n);

/* Follows the spikes of one test. Times are in ticks. */
typedef struct tp_test_response {
    size_t n;
    double onset, input_end;
    double *last;    /* [neuron] its last spike; -INFINITY before */
    uint32_t *count; /* [neuron] spikes in (onset, input_end] */
} tp_test_response;

tp_status tp_test_response_create(size_t n, tp_test_response *response, tp_error *error);
void tp_test_response_free(tp_test_response *response);
void tp_test_response_begin(tp_test_response *response, double onset, double input_end);
void tp_test_response_spike(tp_test_response *response, size_t neuron, double when);

/* The neurons that spiked in (now - window, now], or at least `count` times. */
void tp_test_response_frame(const tp_test_response *response, double now, double window,
                            uint8_t *set);
void tp_test_response_count(const tp_test_response *response, uint32_t count, uint8_t *set);

#endif
