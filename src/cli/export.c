/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "progress.h"
#include "verb.h"

enum { MOST_FORMATS = 16, FIRST_FORMAT = 256 };

/* --csv and so on, as the formats are named, --group and --quiet. */
static void fill_options(struct option *options) {
    size_t count = 0;
    options[count++] = (struct option){"group", required_argument, NULL, 'g'};
    options[count++] = (struct option){"quiet", no_argument, NULL, 'q'};
    for (size_t i = 0; tp_export_format_at(i) && i < MOST_FORMATS; i++)
        options[count++] = (struct option){tp_export_format_at(i)->name, required_argument, NULL,
                                           FIRST_FORMAT + (int)i};
    options[count] = (struct option){NULL, 0, NULL, 0};
}

static bool stopped(void *context) {
    (void)context;
    return progress_interrupted();
}

static int run(int argc, char **argv) {
    struct option options[MOST_FORMATS + 3];
    fill_options(options);
    tp_export_options how = {.told = stdout, .stopped = stopped};
    const char *output = NULL, *format = NULL;
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, ":c:g:q", options, NULL)) != -1) {
        if (option == 'g') {
            how.group = optarg;
            continue;
        }
        if (option == 'q') {
            how.told = NULL;
            continue;
        }
        if (option != 'c' && option < FIRST_FORMAT)
            return tell_option(&verb_export, option, argv);
        if (format)
            return tell_usage(
                &verb_export, "expected one format, found --%s after another",
                option == 'c' ? "csv" : tp_export_format_at((size_t)option - FIRST_FORMAT)->name);
        format = option == 'c' ? "csv" : tp_export_format_at((size_t)option - FIRST_FORMAT)->name;
        output = optarg;
    }
    if (argc - optind != 1)
        return tell_usage(&verb_export, "expected one record, found %d", argc - optind);
    if (!format || !*output)
        return tell_usage(&verb_export, "expected --csv FOLDER, --npz FILE, --nwb FILE or "
                                        "--sonata FOLDER");
    progress_catch_interrupts();
    tp_error error;
    const tp_status status = tp_export(argv[optind], format, output, &how, &error);
    return status == TP_OK ? finish_output() : tell_error(&error);
}

const verb verb_export = {
    .name = "export",
    .summary = "write a record as CSV, NumPy, SONATA or NWB",
    .help = "Usage: tripartite export RECORD --csv FOLDER [--group PATH] [-q]\n"
            "       tripartite export RECORD --npz FILE.npz [--group PATH] [-q]\n"
            "       tripartite export RECORD --sonata FOLDER [-q]\n"
            "       tripartite export RECORD --nwb FILE.nwb [-q]\n"
            "Writes a record in a form that other programs open, and tells what was written and\n"
            "what was left out. Nothing appears before all of it is whole. Numbers read back to\n"
            "the bit. The same record gives the same bytes.\n\n"
            "  -c, --csv FOLDER     tables: arrays of a group along one axis as GROUP.csv, one\n"
            "                       with more axes as GROUP-ARRAY.csv; what is missing is empty\n"
            "      --npz FILE       every array, for numpy.load; PATH@NAME is an attribute\n"
            "      --sonata FOLDER  spikes and traces of cells, segment by segment, as SONATA's\n"
            "                       spike and report files; a new or an empty folder\n"
            "      --nwb FILE       spikes, traces of cells and stimuli as one NWB 2 file\n"
            "  -g, --group PATH     of one group alone, such as summary or recall/0/accuracy\n"
            "  -q, --quiet          not a word about what was written and left out\n\n"
            "Example:\n"
            "  tripartite export output/two-digits.h5 --csv two-digits\n"
            "  tripartite export output/noise-robustness-sweep.h5 --csv tables --group summary\n"
            "  tripartite export output/two-digits.h5 --nwb two-digits.nwb\n",
    .run = run,
};
