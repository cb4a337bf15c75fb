/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much memory there is to be had. */
#ifndef TP_BASE_MEMORY_H
#define TP_BASE_MEMORY_H

/* Bytes that this process can still take: what the machine has left, or its control group, or the
 * limits that it was started with, whichever is least. INFINITY where nothing tells. */
double tp_memory_available(void);

#endif
