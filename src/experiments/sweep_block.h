/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The block `sweep`, which every experiment's scenario may have: what is varied, how often each
 * level is tried, and how that is told. */
#ifndef TP_EXPERIMENTS_SWEEP_BLOCK_H
#define TP_EXPERIMENTS_SWEEP_BLOCK_H

#include "scenario/schema.h"

typedef enum tp_interval { TP_INTERVAL_STUDENT, TP_INTERVAL_BOOTSTRAP } tp_interval;

typedef struct tp_sweep_description {
    const tp_node *over;      /* path: levels; NULL where nothing is varied */
    const tp_node *leave_out; /* maps of paths and levels; NULL where the grid is whole */
    const tp_node *control;   /* path: value; NULL where there is no control */
    int64_t trials;
    int interval; /* tp_interval */
    double confidence;
    int64_t resamples;
    double below; /* looked at where the scenario gives it */
} tp_sweep_description;

extern const tp_block tp_sweep_block;
extern const char *const tp_interval_names[];

#endif
