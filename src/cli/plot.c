/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verb.h"

static int list_figures(void) {
    for (size_t i = 0; tp_figure_at(i); i++)
        printf("  %-15s %s\n", tp_figure_at(i)->name, tp_figure_at(i)->summary);
    return finish_output();
}

static int run(int argc, char **argv) {
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"list", no_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    const char *output = NULL;
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, ":o:l", options, NULL)) != -1) {
        if (option == 'o')
            output = optarg;
        else if (option == 'l')
            return list_figures();
        else
            return tell_option(&verb_plot, option, argv);
    }
    const int left = argc - optind;
    if (left < 1 || left > 2)
        return tell_usage(&verb_plot, "expected a record and the name of a figure");
    if (!output)
        return tell_usage(&verb_plot, "expected -o FILE.png, .svg, .pdf, or .gif for a movie");
    const char *figure = left == 2 ? argv[optind + 1] : NULL;
    tp_error error;
    if (tp_figure_draw(argv[optind], figure, output, &error) != TP_OK)
        return tell_error(&error);
    return EXIT_OK;
}

const verb verb_plot = {
    .name = "plot",
    .summary = "draw a figure from a record",
    .help = "Usage: tripartite plot RECORD [FIGURE] -o FILE.png|svg|pdf|gif\n"
            "       tripartite plot --list\n"
            "Draws a figure by gnuplot; where none is named, the one that shows what the record\n"
            "is of (recall for a memory experiment, robustness for a sweep).\n\n"
            "  -o, --output FILE   the picture; its ending says the format\n"
            "  -l, --list          the figures there are\n\n"
            "Example:\n"
            "  tripartite plot output/two-digits.h5 traces -o traces.png\n"
            "  tripartite plot output/two-digits.h5 movie -o movie.gif\n",
    .run = run,
};
