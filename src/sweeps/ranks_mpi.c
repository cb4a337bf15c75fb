/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks by MPI: numbers are handed out by a counter in the memory of rank 0 that all reach
 * (one-sided fetch and add), so that no rank is lost to handing out work. */
#include <mpi.h>
#include <stdlib.h>

#include "base/fail.h"
#include "sweeps/launched.h"
#include "sweeps/ranks.h"

typedef struct collective {
    MPI_Win window;
    long long *counter; /* of rank 0 */
} collective;

static tp_status make_counter(tp_ranks *ranks, tp_error *error) {
    collective *c = calloc(1, sizeof *c);
    if (!c)
        return tp_fail_memory(error, "joining the ranks");
    const MPI_Aint size = ranks->rank == 0 ? (MPI_Aint)sizeof(long long) : 0;
    if (MPI_Win_allocate(size, (int)sizeof(long long), MPI_INFO_NULL, MPI_COMM_WORLD, &c->counter,
                         &c->window) != MPI_SUCCESS) {
        free(c);
        return tp_fail(error, TP_FAILED, "", "MPI cannot make a window");
    }
    if (ranks->rank == 0) {
        MPI_Win_lock(MPI_LOCK_EXCLUSIVE, 0, 0, c->window);
        *c->counter = 0;
        MPI_Win_unlock(0, c->window);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Win_lock_all(0, c->window);
    ranks->collective = c;
    return TP_OK;
}

tp_status tp_ranks_join(tp_ranks *ranks, tp_error *error) {
    *ranks = (tp_ranks){.count = 1};
    if (!tp_launched_by_mpi())
        return TP_OK;
    int provided, rank, count, started = 0;
    MPI_Initialized(&started);
    if (!started && MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS)
        return tp_fail(error, TP_FAILED, "", "MPI cannot be started");
    if (!started && provided < MPI_THREAD_SERIALIZED)
        return tp_fail(error, TP_FAILED, "", "this MPI does not allow threads");
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    ranks->rank = (size_t)rank;
    ranks->count = (size_t)count;
    return count > 1 ? make_counter(ranks, error) : TP_OK;
}

size_t tp_ranks_next(tp_ranks *ranks) {
    collective *c = ranks->collective;
    if (!c)
        return ranks->next++;
    const long long one = 1;
    long long mine = 0;
    MPI_Fetch_and_op(&one, &mine, MPI_LONG_LONG, 0, 0, MPI_SUM, c->window);
    MPI_Win_flush(0, c->window);
    return (size_t)mine;
}

void tp_ranks_serve(tp_ranks *ranks) {
    int flag;
    if (ranks->collective)
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
}

tp_status tp_ranks_agree(tp_ranks *ranks, tp_status status) {
    int mine = (int)status, worst = mine;
    if (ranks->collective)
        MPI_Allreduce(&mine, &worst, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return (tp_status)worst;
}

void tp_ranks_leave(tp_ranks *ranks) {
    collective *c = ranks->collective;
    if (c) {
        MPI_Win_unlock_all(c->window);
        MPI_Win_free(&c->window);
        free(c);
    }
    int started = 0, over = 0;
    MPI_Initialized(&started);
    MPI_Finalized(&over);
    if (started && !over)
        MPI_Finalize();
    *ranks = (tp_ranks){.count = 1};
}
