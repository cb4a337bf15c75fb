/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_EXPERIMENTS_MEMORY_H
#define TP_EXPERIMENTS_MEMORY_H

#include "experiments/memory_segment.h"

/* Runs a plan, once, into the record. `watcher` and `observer` may be NULL. */
tp_status tp_memory_run(tp_memory_plan *plan, tp_writer *writer, const tp_memory_watcher *watcher,
                        const tp_observer *observer, tp_error *error);

#endif
