/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values that a sweep changes, as columns over its levels. */
#ifndef TP_SWEEPS_COLUMNS_H
#define TP_SWEEPS_COLUMNS_H

#include "sweeps/levels.h"

/* One column for each path that a level sets: for a level that is a block, one for each of its
 * values. In the levels' arena. */
tp_status tp_columns_find(tp_levels *levels, const tp_column **columns, size_t *count,
                          tp_error *error);

#endif
