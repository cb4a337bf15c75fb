/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "verb.h"

static int check(const char *path, const overrides *sets) {
    tp_error error;
    tp_scenario *scenario;
    tp_status status = tp_scenario_read(path, sets->items, sets->count, &scenario, &error);
    if (status == TP_OK) {
        status = tp_run_check(scenario, &error);
        if (status == TP_OK)
            status = tp_scenario_print(scenario, 1, stdout, &error);
        tp_scenario_destroy(&scenario);
    }
    return status == TP_OK ? finish_output() : tell_error(&error);
}

static int print_keys(const char *experiment) {
    tp_error error;
    tp_status status = tp_scenario_print_keys(experiment, stdout, &error);
    return status == TP_OK ? finish_output() : tell_error(&error);
}

static int run(int argc, char **argv) {
    static const struct option options[] = {
        {"keys", required_argument, NULL, 'k'},
        {"set", required_argument, NULL, 's'},
        {NULL, 0, NULL, 0},
    };
    const char *keys = NULL;
    overrides sets = {NULL, 0};
    opterr = 0;
    int option, code = EXIT_OK;
    while ((option = getopt_long(argc, argv, ":k:s:", options, NULL)) != -1) {
        if (option == 'k')
            keys = optarg;
        else if (option == 's')
            add_override(&sets, optarg, argc);
        else {
            code = tell_option(&verb_check, option, argv);
            goto end;
        }
    }
    if (keys && argc == optind)
        code = print_keys(keys);
    else if (!keys && argc - optind == 1)
        code = check(argv[optind], &sets);
    else
        code = tell_usage(&verb_check, "expected one scenario file, or --keys EXPERIMENT");
end:
    free(sets.items);
    return code;
}

const verb verb_check = {
    .name = "check",
    .summary = "check a scenario and print it with every value",
    .help = "Usage: tripartite check SCENARIO [--set PATH=VALUE]...\n"
            "       tripartite check --keys EXPERIMENT\n"
            "Checks all that `run` checks, and prints the resolved scenario: every value with\n"
            "its unit and where it came from. The output is itself a scenario.\n\n"
            "  -s, --set PATH=VALUE   a value in place of the scenario's, any number of times\n"
            "  -k, --keys EXPERIMENT  every key of that experiment, with default and meaning\n\n"
            "Example:\n"
            "  tripartite check experiments/memory/two-digits.yaml\n"
            "  tripartite check --keys memory\n",
    .run = run,
};
