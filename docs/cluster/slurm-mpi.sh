#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A sweep as one MPI job on 4 nodes of 32 cores: each rank takes the next trial as it comes free,
# and rank 0 writes the record at the end. output/ must be on a file system that all nodes see.
#   sbatch docs/cluster/slurm-mpi.sh
# Submitted again after a time limit or a crash, it goes on where it was.
#SBATCH --job-name=tripartite
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=32
#SBATCH --time=01:00:00
set -eu
mkdir -p output
mpirun tripartite sweep experiments/memory/noise-robustness.yaml --trials 10000 --resume \
    -o output/noise-robustness.h5
