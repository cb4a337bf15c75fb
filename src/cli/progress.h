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

/* The parts of it that others have too: signals, times. */
void progress_catch_interrupts(void);
bool progress_interrupted(void);
double progress_since(const struct timespec *then);
/* 75.2 s as 1:15 */
void progress_clock(double seconds, char *out, size_t room);

double progress_seconds(const progress *state);

#endif
