/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_EXPERIMENTS_ENOUGH_MEMORY_H
#define TP_EXPERIMENTS_ENOUGH_MEMORY_H

#include "scenario/schema.h"

/* TP_INVALID where `bytes`, which a run is sure to take, are more than there is to be had; the
 * message gives both, at the key of the scenario that makes it so much. */
tp_status tp_enough_memory(const tp_resolved *resolved, double bytes, const char *path,
                           tp_error *error);

#endif
