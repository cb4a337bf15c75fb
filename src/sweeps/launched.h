/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a launcher of MPI programs has started several of us. */
#ifndef TP_SWEEPS_LAUNCHED_H
#define TP_SWEEPS_LAUNCHED_H

#include <stdbool.h>
#include <stdlib.h>

/* Open MPI; MPICH and Intel MPI; Slurm's srun by PMIx. MPI itself is asked only then: starting it
 * takes longer than a short run. */
static inline bool tp_launched_by_mpi(void) {
    static const char *const variables[] = {"OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMIX_RANK"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (getenv(variables[i]))
            return true;
    return false;
}

#endif
