/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time is counted in ticks; milliseconds are made from them without drift. */
#ifndef TP_BASE_CLOCK_H
#define TP_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct tp_clock {
    double tick_ms;
    double ticks_per_ms; /* 0 where it is no whole number */
} tp_clock;

tp_clock tp_clock_from(double tick_ms);

/* The time of a tick, or of a moment between ticks, in ms: the double nearest to it where 1 ms is
 * a whole number of ticks. */
double tp_clock_ms(const tp_clock *clock, double ticks);

/* How often `part_ms` goes into `whole_ms`; false where that is no whole number (to 1e-6). */
bool tp_whole_parts(double whole_ms, double part_ms, int64_t *count);

#endif
