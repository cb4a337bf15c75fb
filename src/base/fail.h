/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filling a tp_error. Each function allows error == NULL. */
#ifndef TP_BASE_FAIL_H
#define TP_BASE_FAIL_H

#include <stdbool.h>
#include <tripartite/error.h>

/* Fills the error and returns `status`, so that a caller can say `return tp_fail(...)`.
 * `where` is "file:line:column", a path, or "". */
__attribute__((format(printf, 4, 5))) tp_status tp_fail(tp_error *error, tp_status status,
                                                        const char *where, const char *format, ...);

/* Adds how to mend it to an error already filled; returns its status. */
__attribute__((format(printf, 2, 3))) tp_status tp_hint(tp_error *error, const char *format, ...);

/* TP_FAILED with "out of memory while WHAT". */
tp_status tp_fail_memory(tp_error *error, const char *what);

/* Whether that is what the error says: for who goes on after other failures. */
bool tp_failed_for_memory(const tp_error *error);

#ifdef __clang_analyzer__
/* Clang's analyzer looks at one file at a time: that what has failed is never TP_OK it is told. */
#define tp_fail(error, status, ...) ((tp_fail)(error, status, __VA_ARGS__), (status))
#define tp_hint(error, ...) ((tp_hint)(error, __VA_ARGS__), TP_INVALID)
#define tp_fail_memory(error, what) ((tp_fail_memory)(error, what), TP_FAILED)
#endif

#endif
