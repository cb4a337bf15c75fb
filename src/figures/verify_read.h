/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of verify: two runs of one scenario, and what they differ by. */
#ifndef TP_FIGURES_VERIFY_READ_H
#define TP_FIGURES_VERIFY_READ_H

#include "figures/view.h"

/* A training or a recall, in both runs. */
typedef struct tp_verified {
    const char *name; /* "recall/0" */
    double start, end;
    size_t spikes, other_counts; /* of the scenario; neurons with another number of them */
    double median, percentile_99, most;
    size_t pair_count;
    const double *time, *shift; /* ms since the start of the run; scenario - reference */
    size_t instants;            /* 0 where calcium was not recorded */
    const double *calcium_time; /* ms since the start of the run */
    const double *calcium;      /* the largest |difference| over astrocytes */
    size_t rows, columns;       /* 0 where it has no readouts */
    const double *recalled[2];  /* images by the count readout: the scenario's, the reference's */
    size_t changed;             /* pixels that differ */
} tp_verified;

/* `number` is that of the segment in /comparison. */
tp_status tp_verified_read(tp_view *view, size_t number, tp_verified *segment, tp_error *error);

/* How many segments there are; their names are of an array without values of their own. */
tp_status tp_verified_count(tp_view *view, size_t *count, tp_error *error);

#endif
