/* SPDX-License-Identifier: GPL-3.0-or-later */
/* .RECORD.lock: whoever writes a record, or the parts of one, holds it, so that two never do at
 * once. The lock is the system's and goes with the process, however that ends; a file that was left
 * behind is taken over by the next. */
#ifndef TP_RECORD_LOCK_H
#define TP_RECORD_LOCK_H

#include <stdbool.h>
#include <tripartite/error.h>

typedef struct tp_lock {
    char *path;
    int descriptor; /* -1: not held */
} tp_lock;

#define TP_LOCK_NONE ((tp_lock){.descriptor = -1})

/* Takes the lock of a record. TP_INVALID where another process holds it: the message names that and
 * the file. Where there can be no such file (the folder is missing or closed, or the file system
 * knows no locks) it is not held, and the answer is TP_OK: what is written next tells what is
 * wrong. Released by tp_lock_release, whatever comes back. */
tp_status tp_lock_take(const char *record, tp_lock *lock, tp_error *error);
bool tp_lock_held(const tp_lock *lock);
void tp_lock_release(tp_lock *lock);

#endif
