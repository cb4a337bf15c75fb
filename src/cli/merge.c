/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "launch.h"

static int run(int argc, char **argv) {
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"quiet", no_argument, NULL, 'q'},
        {NULL, 0, NULL, 0},
    };
    const char *record = NULL;
    bool quiet = false;
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, ":o:q", options, NULL)) != -1) {
        if (option == 'o')
            record = optarg;
        else if (option == 'q')
            quiet = true;
        else
            return tell_option(&verb_merge, option, argv);
    }
    if (argc == optind)
        return tell_usage(&verb_merge, "expected the shards or parts of a sweep");
    if (!record)
        return tell_usage(&verb_merge, "expected -o FILE.h5, the record to make");
    tp_error error;
    const size_t count = (size_t)(argc - optind);
    if (tp_merge((const char *const *)(argv + optind), count, record, &error) != TP_OK)
        return tell_error(&error);
    if (quiet)
        return EXIT_OK;
    return launch_summarise(record, -1);
}

const verb verb_merge = {
    .name = "merge",
    .summary = "put the shards of a sweep together",
    .help =
        "Usage: tripartite merge RECORD... -o FILE.h5 [-q]\n"
        "Puts the shards of one sweep (or the parts of one that was interrupted) together.\n"
        "With all shards the record is the one of the whole sweep, byte for byte; where\n"
        "trials are missing it is marked partial.\n\n"
        "  -o, --output FILE.h5   the record to make\n"
        "  -q, --quiet            no summary\n\n"
        "Example:\n"
        "  tripartite merge shard-1.h5 shard-2.h5 -o both.h5\n"
        "where the shards are of\n"
        "  tripartite sweep experiments/memory/noise-robustness.yaml --shard 1/2 -o shard-1.h5\n"
        "  tripartite sweep experiments/memory/noise-robustness.yaml --shard 2/2 -o shard-2.h5\n",
    .run = run,
};
