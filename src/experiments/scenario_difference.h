/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between a scenario and one that was kept, value by value. */
#ifndef TP_EXPERIMENTS_SCENARIO_DIFFERENCE_H
#define TP_EXPERIMENTS_SCENARIO_DIFFERENCE_H

#include <stdbool.h>

#include "experiments/scenario.h"

/* Writes the values of `now` that differ from those of a resolved scenario's text, as far as there
 * is room: "recall.noise: 0.2, was 0.4; seed: 2, was 1"; "" where none does. Paths for which
 * `ignored` (it may be NULL) is true may differ. TP_INVALID where the text is no scenario;
 * `stored_in` is where that is told. */
tp_status tp_scenario_difference(const tp_scenario *now, const char *stored_text,
                                 const char *stored_in,
                                 bool (*ignored)(const char *path, const void *context),
                                 const void *context, char *out, size_t room, tp_error *error);

/* Whether a path is `block` or stands in it ("recall" holds "recall.noise"). */
bool tp_path_within(const char *path, const char *block);

#endif
