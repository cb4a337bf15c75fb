/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far two runs over the same stimulus differ. */
#ifndef TP_EXPERIMENTS_RUN_DIFFERENCE_H
#define TP_EXPERIMENTS_RUN_DIFFERENCE_H

#include "experiments/run_trace.h"

/* One segment of a run against the same one of the reference. Shifts are run - reference; the k-th
 * spike of a neuron is compared with its k-th spike there. */
typedef struct tp_segment_difference {
    size_t spikes, reference_spikes;
    size_t other_counts; /* neurons whose numbers of spikes differ */
    size_t lone_spikes;  /* spikes of a neuron that the other run has no partner for */
    size_t pair_count;
    double *pair_ms;                     /* [pair] time in the reference, ascending by neuron */
    double *pair_shift;                  /* [pair] ms */
    double median, percentile_99, most;  /* of |shift|, ms; 0 without pairs */
    double calcium;                      /* largest |difference|, uM */
    size_t crossings, lone_crossings;    /* of the feedback's threshold; those in one run alone */
    double crossing_most;                /* largest |shift| of a crossing, ms */
    size_t pixels;                       /* of the count readout, that differ; 0 in the training */
    double accuracy, reference_accuracy; /* NaN in the training */
} tp_segment_difference;

tp_status tp_segment_difference_of(const tp_segment_trace *run, const tp_segment_trace *reference,
                                   const tp_tiled_grid *grid, tp_segment_difference *difference,
                                   tp_error *error);
void tp_segment_difference_free(tp_segment_difference *difference);

/* In words: the first spike that moves by more than `tolerance_ms` or is in one run alone, and the
 * first astrocyte that switches at another tick. */
tp_status tp_first_difference(const tp_run_trace *run, const tp_run_trace *reference,
                              double tolerance_ms, char *out, size_t room, tp_error *error);

#endif
