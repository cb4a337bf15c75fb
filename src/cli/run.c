/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "launch.h"

static int run(int argc, char **argv) {
    return launch_verb(&verb_run, &(launch){.ending = "", .run_with = tp_run_with}, argc, argv);
}

const verb verb_run = {
    .name = "run",
    .summary = "run a scenario and write its record",
    .help =
        "Usage: tripartite run SCENARIO [-o FILE.h5] [--set PATH=VALUE]... [-q]\n"
        "                      [--from RECORD] [--resume | --fresh] [--commit-every SECONDS]\n"
        "                      [-j THREADS]\n"
        "Runs the scenario, writes its record, and prints a summary.\n\n"
        "  -o, --output FILE.h5   the record; without it output/SCENARIO.h5\n"
        "  -s, --set PATH=VALUE   a value in place of the scenario's, any number of times\n"
        "  -q, --quiet            neither progress nor summary\n"
        "      --from RECORD      start from the trained state that another record holds:\n"
        "                         its scenario may differ in recall, record and title\n"
        "                         (of anan: in astrocytes, robustness, record, title)\n"
        "      --resume           go on with a run that did not come to its end\n"
        "      --fresh            throw away what such a run has left, and begin anew\n"
        "      --commit-every S   at most so many seconds from one commit to the next (60);\n"
        "                         0: as often as possible\n"
        "  -j, --jobs N           threads for a large network; without it one for each processor.\n"
        "                         The record does not depend on it\n\n"
        "Beside the record, FILE.h5.log.json tells when and where it was run. Ctrl-C ends\n"
        "the run at the next tick and leaves a record that is marked partial. What has been\n"
        "done is committed to the folder FILE.h5.parts (of what is trained, each network that\n"
        "is finished), so that the same command with --resume goes on from there, whatever\n"
        "ended it, and makes the same record to the byte.\n\n"
        "Example:\n"
        "  tripartite run experiments/memory/two-digits.yaml --set recall.noise=0.6 \\\n"
        "      -o noisier.h5\n",
    .run = run,
};
