/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between a scenario and one that was kept, value by value. */
#ifndef TP_EXPERIMENTS_SCENARIO_DIFFERENCE_H
#define TP_EXPERIMENTS_SCENARIO_DIFFERENCE_H

#include <stdbool.h>
#include <tripartite/record.h>

#include "experiments/scenario.h"

/* Writes the values of `now` that differ from those of a resolved scenario's text, as far as there
 * is room: "recall.noise: 0.2, was 0.4; seed: 2, was 1"; "" where none does. Paths for which
 * `ignored` (it may be NULL) is true may differ. TP_INVALID where the text is no scenario;
 * `stored_in` is where that is told. */
tp_status tp_scenario_difference(const tp_scenario *now, const char *stored_text,
                                 const char *stored_in,
                                 bool (*ignored)(const char *path, const void *context),
                                 const void *context, char *out, size_t room, tp_error *error);

/* The same, of the resolved scenario that a record keeps. */
tp_status tp_scenario_difference_from(const tp_scenario *now, const tp_record *record,
                                      const char *stored_in,
                                      bool (*ignored)(const char *path, const void *context),
                                      const void *context, char *out, size_t room, tp_error *error);

/* Whether two scenarios have the same values, in the same order, but for paths that are ignored. */
bool tp_scenarios_alike(const tp_scenario *a, const tp_scenario *b,
                        bool (*ignored)(const char *path, const void *context),
                        const void *context);

/* Whether a path is `block` or stands in it ("recall" holds "recall.noise"). */
bool tp_path_within(const char *path, const char *block);

/* The same of any of the blocks, a list that ends in NULL. */
bool tp_path_within_any(const char *path, const char *const *blocks);

#endif
