/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a run tells what it is at: a bar on a terminal, a line now and then elsewhere. */
#ifndef TP_CLI_PROGRESS_H
#define TP_CLI_PROGRESS_H

#include <time.h>
#include <tripartite/run.h>

typedef struct progress {
    bool terminal;
    struct timespec started, told;
    bool drawn; /* there is a bar on the terminal's line */
} progress;

/* An observer that draws on standard error and stops the run at SIGINT or SIGTERM. */
tp_observer progress_observer(progress *state, bool quiet);

/* Takes the bar off the terminal. */
void progress_end(progress *state);

double progress_seconds(const progress *state);

#endif
