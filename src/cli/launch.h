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
    /* In place of `run`: with --from, --resume, --fresh, --commit-every and --jobs. NULL: without
     * them. */
    tp_status (*run_with)(const tp_scenario *scenario, const char *record,
                          const tp_run_options *options, const tp_observer *observer,
                          tp_error *error);
} launch;

/* output/NAME.h5 for DIR/NAME.yaml, with `ending` behind the name; the caller frees it. */
char *launch_default_record(const char *scenario, const char *ending);

/* Makes the folder output/, where it is missing; returns the exit status. */
int launch_make_output(void);

/* Prints what the record holds, where it is, and how long it took (below 0: not). Returns the exit
 * status. */
int launch_summarise(const char *record, double seconds);

/* Reads SCENARIO, -o, --set, -q and what the launch says; runs, and prints the summary. Returns the
 * exit status. */
int launch_verb(const verb *of, const launch *what, int argc, char **argv);

#endif
