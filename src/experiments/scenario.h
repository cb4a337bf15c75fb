/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_EXPERIMENTS_SCENARIO_H
#define TP_EXPERIMENTS_SCENARIO_H

#include <tripartite/scenario.h>

#include "experiments/experiment.h"

struct tp_scenario {
    tp_resolved resolved;
    const char *text; /* the file as read */
    const tp_experiment *experiment;
    void *description; /* the struct of the experiment's block */
};

/* Resolves a scenario that is not in a file, such as one that a record holds; `name` is where
 * errors say that it stands. The caller destroys it. */
tp_status tp_scenario_parse(const char *text, const char *name, tp_scenario **scenario,
                            tp_error *error);

/* The heading, which every description begins with. */
const tp_experiment_heading *tp_scenario_heading(const tp_scenario *scenario);

/* The resolved scenario as YAML; the caller frees it. */
tp_status tp_scenario_resolved_text(const tp_scenario *scenario, char **text, tp_error *error);

#endif
