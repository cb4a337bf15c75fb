/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario is the YAML file that says what is run; see docs/guide. */
#ifndef TRIPARTITE_SCENARIO_H
#define TRIPARTITE_SCENARIO_H

#include <stddef.h>
#include <stdio.h>
#include <tripartite/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tp_scenario tp_scenario;

/* Reads a scenario file, applies the overrides (each "path=value", as after --set; a value is any
 * YAML value), and resolves it: every key that the experiment knows has a checked value then.
 * *scenario is set on TP_OK alone; the caller destroys it. */
TP_PUBLIC tp_status tp_scenario_read(const char *path, const char *const *overrides,
                                     size_t override_count, tp_scenario **scenario,
                                     tp_error *error);

TP_PUBLIC void tp_scenario_destroy(tp_scenario **scenario);

/* The scenario's title; "" where it has none. Lives as long as the scenario. */
TP_PUBLIC const char *tp_scenario_title(const tp_scenario *scenario);

/* Writes the resolved scenario as YAML that can be run again; with_origin adds behind each value
 * where it came from (file and line, --set, or default). */
TP_PUBLIC tp_status tp_scenario_print(const tp_scenario *scenario, int with_origin, FILE *stream,
                                      tp_error *error);

/* Writes every key that an experiment's scenario may have, with unit, default, range, meaning. */
TP_PUBLIC tp_status tp_scenario_print_keys(const char *experiment, FILE *stream, tp_error *error);

#ifdef __cplusplus
}
#endif
#endif
