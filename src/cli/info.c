/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "verb.h"

static int print_scenario(const tp_record *record, const char *attribute) {
    tp_error error;
    char *text;
    if (tp_record_text(record, "/", attribute, &text, &error) != TP_OK)
        return tell_error(&error);
    fputs(text, stdout);
    free(text);
    return finish_output();
}

static int run(int argc, char **argv) {
    static const struct option options[] = {
        {"resolved", no_argument, NULL, 'r'},
        {"scenario", no_argument, NULL, 's'},
        {NULL, 0, NULL, 0},
    };
    const char *attribute = NULL;
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, ":rs", options, NULL)) != -1) {
        if (option == 'r')
            attribute = "resolved_scenario";
        else if (option == 's')
            attribute = "scenario";
        else
            return tell_option(&verb_info, option, argv);
    }
    if (argc - optind != 1)
        return tell_usage(&verb_info, "expected one record, found %d", argc - optind);
    tp_error error;
    tp_record *record;
    if (tp_record_open(argv[optind], &record, &error) != TP_OK)
        return tell_error(&error);
    int code;
    if (attribute)
        code = print_scenario(record, attribute);
    else if (tp_record_describe(record, stdout, &error) != TP_OK)
        code = tell_error(&error);
    else
        code = finish_output();
    tp_record_close(&record);
    return code;
}

const verb verb_info = {
    .name = "info",
    .summary = "tell what a record holds",
    .help = "Usage: tripartite info RECORD [--scenario | --resolved]\n"
            "Prints what was run and its summary table.\n\n"
            "  -s, --scenario   prints the scenario as it was read, instead\n"
            "  -r, --resolved   prints the scenario with every value, instead\n\n"
            "Example:\n"
            "  tripartite info output/two-digits.h5\n"
            "  tripartite info output/two-digits.h5 --resolved > again.yaml\n",
    .run = run,
};
