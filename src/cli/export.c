/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "verb.h"

static int run(int argc, char **argv) {
    static const struct option options[] = {
        {"csv", required_argument, NULL, 'c'},
        {"group", required_argument, NULL, 'g'},
        {NULL, 0, NULL, 0},
    };
    const char *directory = NULL, *group = NULL;
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, ":c:g:", options, NULL)) != -1) {
        if (option == 'c')
            directory = optarg;
        else if (option == 'g')
            group = optarg;
        else
            return tell_option(&verb_export, option, argv);
    }
    if (argc - optind != 1)
        return tell_usage(&verb_export, "expected one record, found %d", argc - optind);
    if (!directory || !*directory)
        return tell_usage(&verb_export, "expected --csv FOLDER, where the tables go");
    tp_error error;
    tp_record *record;
    if (tp_record_open(argv[optind], &record, &error) != TP_OK)
        return tell_error(&error);
    const tp_status status = tp_record_export_csv(record, directory, group, stdout, &error);
    tp_record_close(&record);
    return status == TP_OK ? finish_output() : tell_error(&error);
}

const verb verb_export = {
    .name = "export",
    .summary = "write the tables of a record as CSV",
    .help = "Usage: tripartite export RECORD --csv FOLDER [--group PATH]\n"
            "Writes each table of the record (arrays of a group along one axis) as\n"
            "FOLDER/GROUP.csv, and tells which arrays are no tables. Numbers read back to the\n"
            "bit; what is missing is empty.\n\n"
            "  -c, --csv FOLDER   where the files go; made where there is none\n"
            "  -g, --group PATH   of one group alone, such as summary or recall/0/accuracy\n\n"
            "Example:\n"
            "  tripartite export output/two-digits.h5 --csv two-digits\n"
            "  tripartite export output/noise-robustness-sweep.h5 --csv tables --group summary\n",
    .run = run,
};
