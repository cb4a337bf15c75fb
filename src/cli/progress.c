/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "progress.h"

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double SECONDS_BETWEEN_BARS = 0.1, SECONDS_BETWEEN_LINES = 5;
enum { BAR_WIDTH = 30 };

/* Written where the signal comes, read by all threads; without a lock, as a signal wants it. */
static atomic_int interrupted;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal must not wait for a lock");

static void interrupt(int number) {
    atomic_store_explicit(&interrupted, number, memory_order_relaxed);
}

bool progress_interrupted(void) {
    return atomic_load_explicit(&interrupted, memory_order_relaxed) != 0;
}

static bool stopped(void *context) {
    (void)context;
    return progress_interrupted();
}

double progress_since(const struct timespec *then) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + 1e-9 * (double)(now.tv_nsec - then->tv_nsec);
}

double progress_seconds(const progress *state) {
    return progress_since(&state->started);
}

void progress_clock(double seconds, char *out, size_t room) {
    long whole = lround(seconds);
    if (whole >= 3600)
        snprintf(out, room, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(out, room, "%ld:%02ld", whole / 60, whole % 60);
}

static void tell(void *context, const char *stage, double done, double total) {
    progress *state = context;
    const double wait = state->terminal ? SECONDS_BETWEEN_BARS : SECONDS_BETWEEN_LINES;
    if (progress_since(&state->told) < wait)
        return;
    clock_gettime(CLOCK_MONOTONIC, &state->told);
    const double elapsed = progress_since(&state->started);
    const double part = total > 0 ? done / total : 1;
    char passed[32], left[32];
    progress_clock(elapsed, passed, sizeof passed);
    progress_clock(part > 0 ? elapsed * (1 - part) / part : 0, left, sizeof left);
    if (!state->terminal) {
        fprintf(stderr, "%s: %.0f %%, elapsed %s, remaining %s\n", stage, 100 * part, passed, left);
        return;
    }
    char bar[BAR_WIDTH + 1];
    const int filled = (int)(part * BAR_WIDTH);
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r%-12.12s [%s] %3.0f %%  elapsed %s  remaining %s\033[K", stage, bar,
            100 * part, passed, left);
    fflush(stderr);
    state->drawn = true;
}

void progress_catch_interrupts(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = interrupt;
    /* A second signal ends the program at once. */
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

tp_observer progress_observer(progress *state, bool quiet) {
    progress_catch_interrupts();
    *state = (progress){.terminal = isatty(STDERR_FILENO) == 1};
    clock_gettime(CLOCK_MONOTONIC, &state->started);
    state->told = state->started;
    return (tp_observer){state, quiet ? NULL : tell, stopped};
}

void progress_end(progress *state) {
    if (state->drawn)
        fputs("\r\033[K", stderr);
    state->drawn = false;
}
