/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes that mpirun has started to share one sweep. Without MPI, or without mpirun, there
 * is one rank. Calls are made by one thread at a time. */
#ifndef TP_SWEEPS_RANKS_H
#define TP_SWEEPS_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <tripartite/error.h>

typedef struct tp_ranks {
    size_t rank, count;
    size_t next;      /* of one rank: the next number */
    void *collective; /* of several: what MPI needs */
} tp_ranks;

/* Joins the others. TP_INVALID where the program was started by mpirun and built without MPI. */
tp_status tp_ranks_join(tp_ranks *ranks, tp_error *error);

/* The next of the numbers 0, 1, ... that no rank has had yet. */
size_t tp_ranks_next(tp_ranks *ranks);

/* Lets the others come to their numbers; to be called now and then. */
void tp_ranks_serve(tp_ranks *ranks);

/* Waits for all ranks, and gives the worst status of any. */
tp_status tp_ranks_agree(tp_ranks *ranks, tp_status status);

/* After the last call of the process. */
void tp_ranks_leave(tp_ranks *ranks);

#endif
