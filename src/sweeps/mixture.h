/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep over numbers of neurons and astrocytes says of their ratio. */
#ifndef TP_SWEEPS_MIXTURE_H
#define TP_SWEEPS_MIXTURE_H

#include "record/writer.h"
#include "sweeps/table.h"

/* /map, /ratio, /best_ratio and /regression of a sweep that varies both numbers of the experiment's
 * mixture; of another, nothing. */
tp_status tp_mixture_write(const tp_levels *levels, const tp_trial_table *table, tp_writer *writer,
                           tp_error *error);

#endif
