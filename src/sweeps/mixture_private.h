/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What mixture.c works out and mixture_record.c writes. */
#ifndef TP_SWEEPS_MIXTURE_PRIVATE_H
#define TP_SWEEPS_MIXTURE_PRIVATE_H

#include "analysis/size_regression.h"
#include "sweeps/mixture.h"

enum { MOST_MEASURES = 8, NAME_ROOM = 120 };

/* Levels that differ in the two numbers alone. */
typedef struct size_set {
    size_t first_level, count;
    size_t trials; /* that all its levels have */
    bool *has;     /* [trial] */
    tp_network_size *sizes;
    double *values; /* [size][trial] of one measure */
    tp_ratio ratio[MOST_MEASURES];
    tp_size_fit fits[MOST_MEASURES][TP_SIZE_MODELS];
} size_set;

typedef struct mixture {
    const tp_levels *levels;
    const tp_trial_table *table;
    tp_writer *writer;
    tp_error *error;
    tp_arena arena;
    const tp_column *neurons, *astrocytes;
    size_t measures[MOST_MEASURES], measure_count;
    size_t *set_of; /* [level] */
    size_set *sets;
    size_t count;
    double *numbers; /* room for any array */
} mixture;

/* Whether a column is neither of the two numbers. */
bool tp_mixture_other(const mixture *m, const tp_column *column);

/* The distinct numbers of a column, in order; returns how many. */
size_t tp_mixture_distinct(const mixture *m, const tp_column *column, double *out);

tp_status tp_mixture_write_map(const mixture *m);
tp_status tp_mixture_write_ratios(const mixture *m);
tp_status tp_mixture_write_regressions(const mixture *m);

/* Those of a group. */
tp_status tp_mixture_put_attributes(const mixture *m, const char *group);

#endif
