/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the verbs that make a record of a scenario have in common. */
#ifndef TP_CLI_LAUNCH_H
#define TP_CLI_LAUNCH_H

#include "verb.h"

typedef struct launch {
    tp_status (*run)(const tp_scenario *scenario, const char *record, const tp_observer *observer,
                     tp_error *error);
    const char *ending; /* of the default record: output/SCENARIO + ending + .h5 */
    /* With this option, something else is run instead; NULL where there is none. */
    const char *flag;
    const struct launch *instead;
    /* In place of `run`: with --from, --resume, --fresh and --commit-every. NULL: without them. */
    tp_status (*run_with)(const tp_scenario *scenario, const char *record,
                          const tp_run_options *options, const tp_observer *observer,
                          tp_error *error);
} launch;

/* Reads SCENARIO, -o, --set, -q and what the launch says; runs, and prints the summary. Returns the
 * exit status. */
int launch_verb(const verb *of, const launch *what, int argc, char **argv);

#endif
