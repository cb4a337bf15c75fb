/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/enough_memory.h"

#include "base/fail.h"
#include "base/memory.h"

tp_status tp_enough_memory(const tp_resolved *resolved, double bytes, const char *path,
                           tp_error *error) {
    char words[120];
    if (!tp_memory_lacks(bytes, words, sizeof words))
        return TP_OK;
    tp_resolved_fail(resolved, error, path, "%s", words);
    return tp_hint(error, "make %s smaller, or run it where there is more memory", path);
}
