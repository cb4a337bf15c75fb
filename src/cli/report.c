/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "verb.h"
#include "viewer.h"

enum { MEGABYTE = 1000000, LARGEST_LIMIT = 500 };

static int run(int argc, char **argv) {
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"limit", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    const char *output = NULL;
    tp_report_options chosen = {0};
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, ":o:l:", options, NULL)) != -1) {
        char *end;
        if (option == 'o') {
            output = optarg;
        } else if (option == 'l') {
            const double limit = strtod(optarg, &end);
            if (end == optarg || *end || !(limit > 0 && limit <= LARGEST_LIMIT))
                return tell_usage(&verb_report, "--limit %s: expected megabytes, at most %d",
                                  optarg, LARGEST_LIMIT);
            chosen.limit = (size_t)(limit * MEGABYTE) + 1;
        } else {
            return tell_option(&verb_report, option, argv);
        }
    }
    if (argc - optind != 1)
        return tell_usage(&verb_report, "expected one record, found %d", argc - optind);
    if (!output || !*output)
        return tell_usage(&verb_report, "expected -o FILE.html");
    char *viewer = viewer_page("report.html");
    if (!viewer)
        return EXIT_OURS;
    tp_error error;
    const tp_status status = tp_report_write(argv[optind], viewer, output, &chosen, &error);
    free(viewer);
    return status == TP_OK ? EXIT_OK : tell_error(&error);
}

const verb verb_report = {
    .name = "report",
    .summary = "make a page of a record, to share",
    .help = "Usage: tripartite report RECORD -o FILE.html\n"
            "Writes one page that needs nothing else: what was run, its tables and figures, and\n"
            "the record itself, to play, to click through and to zoom.\n\n"
            "  -o, --output FILE   the page\n"
            "  -l, --limit MB      about how large it may be (5): of a larger record, fewer\n"
            "                      instants go in, then fewer arrays; the page says so\n\n"
            "Example:\n"
            "  tripartite report output/two-digits.h5 -o report.html\n",
    .run = run,
};
