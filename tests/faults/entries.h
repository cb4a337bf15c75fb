/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every function of the public headers, called with something small (test_entries.sh looks whether
 * each is). */
#ifndef TP_TESTS_ENTRIES_H
#define TP_TESTS_ENTRIES_H

#include <stddef.h>
#include <tripartite/tripartite.h>

typedef struct entry {
    const char *name;
    const char *input; /* the scenario or record that it reads */
    tp_status (*call)(const struct entry *e, tp_error *error);
    const char *what;                  /* a figure, a format */
    void (*before)(const char *input); /* what it needs in out/ */
    tp_status expected;                /* where nothing fails */
    bool measures;                     /* times, so that what it makes is never the same */
    bool late; /* takes a second until it comes to what no other does: long form alone */
} entry;

extern const entry run_entries[], record_entries[]; /* end in one without a name */

/* Calls what takes no memory. */
void call_without_memory(void);

#endif
