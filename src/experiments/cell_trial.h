/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials of the cell experiment for sweeps: f-I curves, thresholds, responses to a pulse. */
#ifndef TP_EXPERIMENTS_CELL_TRIAL_H
#define TP_EXPERIMENTS_CELL_TRIAL_H

#include "experiments/experiment.h"

extern const tp_trials tp_cell_trials;

#endif
