/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a writer was told to do since its last commit, in order, so that another writer can be told
 * the same. The rows of streams are not in it: a commit takes their chunks out of the file. A few
 * MiB are held in memory, the rest in a file without a name. */
#ifndef TP_RECORD_JOURNAL_H
#define TP_RECORD_JOURNAL_H

#include <stdio.h>
#include <tripartite/error.h>

#include "base/bytes.h"

typedef enum tp_step_kind {
    TP_STEP_GROUP = 1,
    TP_STEP_ARRAY,
    TP_STEP_STRINGS,
    TP_STEP_TEXT,
    TP_STEP_NUMBER,
    TP_STEP_INTEGER,
    TP_STEP_ENUMERATION,
    TP_STEP_OPEN,  /* a stream */
    TP_STEP_ROWS,  /* a stream's buffer has gone into the file */
    TP_STEP_CLOSE, /* a stream */
    TP_STEP_HELD   /* in a part alone: what a stream's buffer held at the commit */
} tp_step_kind;

typedef struct tp_journal {
    char *folder;    /* where the file may lie */
    tp_bytes recent; /* steps; each: kind, length, and that many bytes */
    FILE *older;     /* steps before those; NULL where there are none */
} tp_journal;

tp_status tp_journal_create(const char *folder, tp_journal **journal, tp_error *error);
void tp_journal_destroy(tp_journal **journal);

/* Forgets all steps: they have been committed. */
void tp_journal_clear(tp_journal *journal);

/* Adds a step of what the caller then puts into journal->recent, between these two. */
bool tp_journal_begin(tp_journal *journal, tp_step_kind kind, size_t *mark);
tp_status tp_journal_end(tp_journal *journal, size_t mark, tp_error *error);

/* Calls `visit` with each step, in order; the bytes are those of one step. */
tp_status tp_journal_walk(tp_journal *journal,
                          tp_status (*visit)(void *context, tp_step_kind kind, tp_bytes *step,
                                             tp_error *error),
                          void *context, tp_error *error);

#endif
