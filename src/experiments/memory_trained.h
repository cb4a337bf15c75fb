/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /trained of a record: the state of the network at the end of the pause, which tests start from,
 * in the same run or in another one. */
#ifndef TP_EXPERIMENTS_MEMORY_TRAINED_H
#define TP_EXPERIMENTS_MEMORY_TRAINED_H

#include "experiments/memory_plan.h"
#include "experiments/scenario.h"

/* `state` is what tp_tiled_grid_visit keeps of the plan's network. */
tp_status tp_trained_write(const tp_memory_plan *plan, const tp_bytes *state, tp_writer *writer,
                           tp_error *error);

/* Brings the plan's network to the state that a record holds. TP_INVALID where the record has none,
 * or one that this scenario would not have come to. */
tp_status tp_trained_take(tp_memory_plan *plan, const tp_scenario *scenario, const char *record,
                          tp_error *error);

#endif
