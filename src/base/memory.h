/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much memory there is to be had. */
#ifndef TP_BASE_MEMORY_H
#define TP_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that this process can still take: what the machine has left, or its control group, or the
 * limits that it was started with, whichever is least. INFINITY where nothing tells. The system
 * says so below /proc and /sys, with `root` before them: "", but for a test. */
double tp_memory_available(const char *root);

/* Whether that is less than `bytes`, which are sure to be taken; `words` then say so, with both
 * figures. A few are not looked into: an allocation that fails says so early enough. */
bool tp_memory_lacks(double bytes, char *words, size_t room);

#endif
