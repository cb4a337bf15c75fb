/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a sweep tells what it is at: on a terminal a bar and the means so far, level by level, else a
 * line now and then. */
#ifndef TP_CLI_SWEEP_PROGRESS_H
#define TP_CLI_SWEEP_PROGRESS_H

#include <time.h>
#include <tripartite/sweep.h>

typedef struct sweep_progress {
    bool terminal;
    struct timespec started, told;
    int drawn;  /* lines on the terminal */
    size_t run; /* trials that this process has run, or seen run */
    size_t done, total;
} sweep_progress;

/* An observer that tells on standard error and stops the sweep at SIGINT or SIGTERM. */
tp_sweep_observer sweep_progress_observer(sweep_progress *state, bool quiet);

/* Takes what was drawn off the terminal. */
void sweep_progress_end(sweep_progress *state);

double sweep_progress_seconds(const sweep_progress *state);

#endif
