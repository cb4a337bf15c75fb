/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "launch.h"

static int run(int argc, char **argv) {
    static const launch work_precision = {.run = tp_work_precision, .ending = "-work-precision"};
    static const launch verify = {.run = tp_verify,
                                  .ending = "-verify",
                                  .flag = "work-precision",
                                  .instead = &work_precision};
    return launch_verb(&verb_verify, &verify, argc, argv);
}

const verb verb_verify = {
    .name = "verify",
    .summary = "compare a scenario's integrators with a tight reference",
    .help = "Usage: tripartite verify SCENARIO [-o FILE.h5] [--set PATH=VALUE]... [-q]\n"
            "       tripartite verify SCENARIO --work-precision [-o FILE.h5]\n"
            "Runs the scenario with its own integrators and with CVODE at rtol 1e-10 over the\n"
            "same stimulus, and tells how far spikes, calcium and the recall differ, where the\n"
            "first difference comes from, and whether it matters.\n\n"
            "  -o, --output FILE.h5   both runs and the comparison; without it\n"
            "                         output/SCENARIO-verify.h5\n"
            "  -s, --set PATH=VALUE   a value in place of the scenario's, any number of times\n"
            "  -q, --quiet            neither progress nor summary\n"
            "      --work-precision   walks steps and tolerances of every integrator instead, and\n"
            "                         measures error against wall time: for a neuron, an\n"
            "                         astrocyte and the network (some minutes)\n\n"
            "Example:\n"
            "  tripartite verify experiments/memory/two-digits.yaml \\\n"
            "      --set network.neurons.integrator=rk4\n",
    .run = run,
};
