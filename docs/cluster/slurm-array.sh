#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A sweep as a Slurm job array: 16 jobs, none of which waits for another; no MPI is needed.
#   sbatch docs/cluster/slurm-array.sh
# When all have ended:
#   tripartite merge output/noise-*.h5 -o output/noise-robustness.h5
# A job that was killed is submitted again as it is (sbatch --array=7 ...): --resume does what is
# missing of its shard, and starts from the beginning where there is nothing yet.
#SBATCH --job-name=tripartite
#SBATCH --array=1-16
#SBATCH --cpus-per-task=4
#SBATCH --time=01:00:00
set -eu
mkdir -p output
tripartite sweep experiments/memory/noise-robustness.yaml --trials 10000 \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --jobs "$SLURM_CPUS_PER_TASK" \
    --resume -o "output/noise-$SLURM_ARRAY_TASK_ID.h5"
