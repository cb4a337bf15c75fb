/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors are values: a function that can fail returns a tp_status and, where it is not TP_OK,
 * fills the tp_error that it was given (NULL is allowed: then only the status comes back).
 * The library never prints, exits or aborts. */
#ifndef TRIPARTITE_ERROR_H
#define TRIPARTITE_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TP_PUBLIC __attribute__((visibility("default")))
#else
#define TP_PUBLIC
#endif

typedef enum tp_status {
    TP_OK = 0,
    TP_INVALID,    /* the input is wrong; its author can mend it */
    TP_FAILED,     /* the system failed: disk, memory, another program */
    TP_INTERRUPTED /* asked to stop; what was done until then is kept */
} tp_status;

typedef struct tp_error {
    tp_status status;
    char where[512];    /* "scenario.yaml:7:5", "--set recall.noise", a path, or "" */
    char message[1024]; /* what was found and what was expected */
    char hint[512];     /* how to mend it, or "" */
} tp_error;

#ifdef __cplusplus
}
#endif
#endif
