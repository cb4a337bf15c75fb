/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks where the program is built without MPI. */
#include <stdlib.h>

#include "base/fail.h"
#include "sweeps/launched.h"
#include "sweeps/ranks.h"

tp_status tp_ranks_join(tp_ranks *ranks, tp_error *error) {
    *ranks = (tp_ranks){.count = 1};
    if (!tp_launched_by_mpi())
        return TP_OK;
    tp_fail(error, TP_INVALID, "", "started by mpirun, but this program was built without MPI");
    return tp_hint(error, "build it where MPI is installed (Debian: libopenmpi-dev), or split the "
                          "sweep by --shard and tripartite merge");
}

size_t tp_ranks_next(tp_ranks *ranks) {
    return ranks->next++;
}

void tp_ranks_serve(tp_ranks *ranks) {
    (void)ranks;
}

tp_status tp_ranks_agree(tp_ranks *ranks, tp_status status) {
    (void)ranks;
    return status;
}

void tp_ranks_leave(tp_ranks *ranks) {
    (void)ranks;
}
