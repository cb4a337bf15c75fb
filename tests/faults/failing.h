/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets one of the library's allocations fail. Linked with --wrap, which sees the calls of its own
 * objects alone: those of the libraries below it (HDF5, UDUNITS) do not survive all of theirs. What
 * the C library allocates for a call (a stream in memory, a folder's list, a thread) counts too. */
#ifndef TP_TESTS_FAILING_H
#define TP_TESTS_FAILING_H

#include <stdbool.h>

typedef enum failing_which {
    FAIL_NONE,
    FAIL_NUMBER, /* the n-th */
    FAIL_PLACE   /* the first from a place of the source that none has failed from yet, as the
                  * innermost callers tell it; whatever was called */
} failing_which;

/* Before all else. Counts are shared with the processes that are forked: records are read in one.
 */
bool failing_prepare(void);

void failing_begin(failing_which which, long number);
/* How many allocations there were since then; *failed: whether one of them did. */
long failing_end(bool *failed);

/* Whether since the last time a system of units was read that was not freed, or the other way
 * round. In truth it is read once: that would be most of the time, and UDUNITS keeps some of each.
 */
bool failing_lost_units(void);

/* Writes to standard error whose allocation has failed last, as addresses for addr2line. */
void failing_tell(void);

/* From now on each look at the clock finds it a second later than the last, and what is integrated
 * goes no further than a hundred intervals, so that what measures itself comes to an end. */
void failing_hurry(bool hurries);

/* From now on each step of a training takes a tenth of a second, so that a small one can be
 * interrupted. */
void failing_slow(bool slows);

#endif
