/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "launch.h"

static int run(int argc, char **argv) {
    return launch_verb(&verb_verify, &(launch){tp_verify, "-verify"}, argc, argv);
}

const verb verb_verify = {
    .name = "verify",
    .summary = "compare a scenario's integrators with a tight reference",
    .help = "Usage: tripartite verify SCENARIO [-o FILE.h5] [--set PATH=VALUE]... [-q]\n"
            "Runs the scenario with its own integrators and with CVODE at rtol 1e-10 over the\n"
            "same stimulus, and tells how far spikes, calcium and the recall differ, where the\n"
            "first difference comes from, and whether it matters.\n\n"
            "  -o, --output FILE.h5   both runs and the comparison; without it\n"
            "                         output/SCENARIO-verify.h5\n"
            "  -s, --set PATH=VALUE   a value in place of the scenario's, any number of times\n"
            "  -q, --quiet            neither progress nor summary\n\n"
            "Example:\n"
            "  tripartite verify experiments/memory/two-digits.yaml \\\n"
            "      --set network.neurons.integrator=rk4\n",
    .run = run,
};
