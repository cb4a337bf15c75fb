/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep_progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "progress.h"

static const double SECONDS_BETWEEN_DRAWINGS = 0.2, SECONDS_BETWEEN_LINES = 5;
static const double SLOW = 10; /* trials per s that are told with decimals below */
enum { BAR_WIDTH = 30, LINES_BESIDE = 3, FEWEST_LINES = 8, LEVELS_IN_A_LINE = 6 };

static bool stopped(void *context) {
    (void)context;
    return progress_interrupted();
}

double sweep_progress_seconds(const sweep_progress *state) {
    return progress_since(&state->started);
}

static size_t terminal_lines(void) {
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row < FEWEST_LINES)
        return FEWEST_LINES;
    return size.ws_row;
}

/* The level that the next line tells of, where not all have one: those under way, and their
 * neighbours. */
static size_t first_shown(const tp_sweep_progress *p, size_t lines) {
    size_t under_way = 0;
    for (size_t i = 0; i < p->level_count; i++)
        if (p->levels[i].trials > 0)
            under_way = i;
    if (under_way + 1 <= lines)
        return 0;
    return under_way + 1 - lines;
}

static void draw_levels(sweep_progress *state, const tp_sweep_progress *p) {
    const size_t room = terminal_lines() - LINES_BESIDE;
    const size_t lines = p->level_count < room ? p->level_count : room;
    const size_t first = first_shown(p, lines);
    for (size_t i = first; i < first + lines; i++) {
        const tp_level_progress *level = &p->levels[i];
        fprintf(stderr, "  %-44.44s %6zu trials", level->label, level->trials);
        if (!isnan(level->mean))
            fprintf(stderr, "  %s %.3f", p->measure, level->mean);
        fputs("\033[K\n", stderr);
    }
    state->drawn = (int)lines;
}

static void draw(sweep_progress *state, const tp_sweep_progress *p, double rate, double left) {
    const double part = p->total ? (double)p->done / (double)p->total : 1;
    char bar[BAR_WIDTH + 1], remaining[32];
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < (int)(part * BAR_WIDTH) ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    progress_clock(left, remaining, sizeof remaining);
    if (state->drawn > 0)
        fprintf(stderr, "\r\033[%dA", state->drawn);
    draw_levels(state, p);
    fprintf(stderr, "\r[%s] %3.0f %%  %zu of %zu trials, %.*f per s, remaining %s\033[K", bar,
            100 * part, p->done, p->total, rate < SLOW ? 2 : 0, rate, remaining);
    fflush(stderr);
}

static void print(const tp_sweep_progress *p, double rate, double left) {
    char remaining[32];
    progress_clock(left, remaining, sizeof remaining);
    fprintf(stderr, "sweep: %zu of %zu trials, %.*f per s, remaining %s; %s", p->done, p->total,
            rate < SLOW ? 2 : 0, rate, remaining, p->measure);
    size_t shown = 0;
    for (size_t i = first_shown(p, LEVELS_IN_A_LINE);
         i < p->level_count && shown < LEVELS_IN_A_LINE; i++)
        if (p->levels[i].trials > 0)
            fprintf(stderr, "%s %.3f at %s", shown++ ? "," : "", p->levels[i].mean,
                    p->levels[i].label);
    fputc('\n', stderr);
}

static void note(void *context, const tp_sweep_progress *p) {
    sweep_progress *state = context;
    state->done = p->done;
    state->total = p->total;
    state->run = p->done - p->found;
}

static void tell(void *context, const tp_sweep_progress *p) {
    sweep_progress *state = context;
    note(context, p);
    const double wait = state->terminal ? SECONDS_BETWEEN_DRAWINGS : SECONDS_BETWEEN_LINES;
    if (progress_since(&state->told) < wait)
        return;
    clock_gettime(CLOCK_MONOTONIC, &state->told);
    const double rate = (double)state->run / fmax(sweep_progress_seconds(state), 1e-3);
    const double left = rate > 0 ? (double)(p->total - p->done) / rate : 0;
    if (state->terminal)
        draw(state, p, rate, left);
    else
        print(p, rate, left);
}

tp_sweep_observer sweep_progress_observer(sweep_progress *state, bool quiet) {
    progress_catch_interrupts();
    *state = (sweep_progress){.terminal = isatty(STDERR_FILENO) == 1};
    clock_gettime(CLOCK_MONOTONIC, &state->started);
    state->told = state->started;
    return (tp_sweep_observer){state, quiet ? note : tell, stopped};
}

void sweep_progress_end(sweep_progress *state) {
    if (state->drawn > 0)
        fprintf(stderr, "\r\033[%dA\033[J", state->drawn);
    state->drawn = 0;
}
