/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "launch.h"

static int run(int argc, char **argv) {
    return launch_verb(&verb_run, &(launch){tp_run, "", NULL, NULL}, argc, argv);
}

const verb verb_run = {
    .name = "run",
    .summary = "run a scenario and write its record",
    .help = "Usage: tripartite run SCENARIO [-o FILE.h5] [--set PATH=VALUE]... [-q]\n"
            "Runs the scenario, writes its record, and prints a summary.\n\n"
            "  -o, --output FILE.h5   the record; without it output/SCENARIO.h5\n"
            "  -s, --set PATH=VALUE   a value in place of the scenario's, any number of times\n"
            "  -q, --quiet            neither progress nor summary\n\n"
            "Beside the record, FILE.h5.log.json tells when and where it was run. Ctrl-C ends\n"
            "the run at the next tick and leaves a record that is marked partial.\n\n"
            "Example:\n"
            "  tripartite run experiments/memory/two-digits.yaml --set recall.noise=0.6 \\\n"
            "      -o noisier.h5\n",
    .run = run,
};
