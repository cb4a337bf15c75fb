/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials of the memory experiment for sweeps: trained once, recalled at every level. */
#ifndef TP_EXPERIMENTS_MEMORY_TRIAL_H
#define TP_EXPERIMENTS_MEMORY_TRIAL_H

#include "experiments/experiment.h"

extern const tp_trials tp_memory_trials;

#endif
