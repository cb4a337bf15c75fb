/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/enough_memory.h"

#include "base/fail.h"
#include "base/memory.h"

/* Less is not looked into: an allocation that fails says so early enough. */
static const double WORTH_A_LOOK = 64 << 20, GIB = 1 << 30;

tp_status tp_enough_memory(const tp_resolved *resolved, double bytes, const char *path,
                           tp_error *error) {
    if (bytes < WORTH_A_LOOK)
        return TP_OK;
    const double available = tp_memory_available();
    if (bytes <= available)
        return TP_OK;
    tp_resolved_fail(resolved, error, path,
                     "this takes at least %.3g GiB of memory, and there are %.3g GiB to be had",
                     bytes / GIB, available / GIB);
    return tp_hint(error, "make %s smaller, or run it where there is more memory", path);
}
