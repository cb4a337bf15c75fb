/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the trials of a sweep gave, as far as they are done. */
#ifndef TP_SWEEPS_TABLE_H
#define TP_SWEEPS_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "sweeps/levels.h"

typedef struct tp_trial_table {
    size_t scenarios, trials, measures;
    double *values; /* [scenario][trial][measure] */
    uint8_t *done;  /* [scenario][trial] */
} tp_trial_table;

/* Bytes of one trial of one scenario. */
size_t tp_trial_table_row(const tp_levels *levels);

tp_status tp_trial_table_create(const tp_levels *levels, tp_trial_table *table, tp_error *error);
void tp_trial_table_free(tp_trial_table *table);

/* values[measure] of one trial. */
double *tp_trial_values(const tp_trial_table *table, size_t scenario, size_t trial);
bool tp_trial_done(const tp_trial_table *table, size_t scenario, size_t trial);
void tp_trial_put(tp_trial_table *table, size_t scenario, size_t trial, const double *values);

/* Whether a trial of a level, and of its control where there is one, is done. */
bool tp_trial_whole(const tp_trial_table *table, const tp_levels *levels, size_t level,
                    size_t trial);

/* How many such trials there are. */
size_t tp_trials_whole(const tp_trial_table *table, const tp_levels *levels);

/* Whether none is missing. */
bool tp_trials_complete(const tp_trial_table *table, const tp_levels *levels);

#endif
