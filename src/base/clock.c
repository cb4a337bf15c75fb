/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <math.h>

tp_clock tp_clock_from(double tick_ms) {
    double per_ms = nearbyint(1 / tick_ms);
    bool whole = per_ms >= 1 && fabs(1 / tick_ms - per_ms) < 1e-9 * per_ms;
    return (tp_clock){tick_ms, whole ? per_ms : 0};
}

double tp_clock_ms(const tp_clock *clock, double ticks) {
    return clock->ticks_per_ms > 0 ? ticks / clock->ticks_per_ms : ticks * clock->tick_ms;
}

bool tp_whole_parts(double whole_ms, double part_ms, int64_t *count) {
    double parts = whole_ms / part_ms;
    double nearest = nearbyint(parts);
    if (!(fabs(parts - nearest) <= 1e-6) || fabs(nearest) > 9e15)
        return false;
    *count = (int64_t)nearest;
    return true;
}
