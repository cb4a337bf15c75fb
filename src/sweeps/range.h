/* SPDX-License-Identifier: GPL-3.0-or-later */
/* from:to:step, as the levels of a sweep. */
#ifndef TP_SWEEPS_RANGE_H
#define TP_SWEEPS_RANGE_H

#include "scenario/node.h"

enum { TP_MOST_LEVELS = 100000 };

/* Expands a scalar such as 0:1:0.05, 0.2:8:0.2 s or 0 %:100 %:5 % into levels[count], scalars that
 * stand where it stood. Levels are the decimal numbers from + k step, `to` included where a step
 * meets it. */
tp_status tp_range_expand(const tp_node *node, tp_arena *arena, const tp_node *const **levels,
                          size_t *count, tp_error *error);

#endif
