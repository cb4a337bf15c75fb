/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "progress.h"
#include "verb.h"

/* output/NAME.h5 for experiments/memory/NAME.yaml */
static char *default_record(const char *scenario) {
    const char *slash = strrchr(scenario, '/');
    const char *name = slash ? slash + 1 : scenario;
    const char *dot = strrchr(name, '.');
    int length = (int)(dot && dot > name ? dot - name : (long)strlen(name));
    size_t room = strlen(name) + sizeof "output/.h5";
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "output/%.*s.h5", length, name);
    return path;
}

static int summarise(const char *record, double seconds) {
    tp_error error;
    tp_record *opened;
    tp_status status = tp_record_open(record, &opened, &error);
    if (status != TP_OK)
        return tell_error(&error);
    status = tp_record_describe(opened, stdout, &error);
    tp_record_close(&opened);
    if (status != TP_OK)
        return tell_error(&error);
    printf("\nRecord: %s (%.1f s)\n", record, seconds);
    return finish_output();
}

static int run_to(const char *scenario_path, const overrides *sets, const char *record,
                  bool quiet) {
    tp_error error;
    tp_scenario *scenario;
    tp_status status = tp_scenario_read(scenario_path, sets->items, sets->count, &scenario, &error);
    if (status != TP_OK)
        return tell_error(&error);
    char *chosen = NULL;
    if (!record) {
        /* All that is wrong with the scenario is told before a folder is made for its record. */
        status = tp_run_check(scenario, &error);
        if (status != TP_OK) {
            tp_scenario_destroy(&scenario);
            return tell_error(&error);
        }
        record = chosen = default_record(scenario_path);
        if (!record || (mkdir("output", 0777) != 0 && errno != EEXIST)) {
            fprintf(stderr, "tripartite: output: the folder cannot be made: %s\n", strerror(errno));
            free(chosen);
            tp_scenario_destroy(&scenario);
            return EXIT_OURS;
        }
    }
    progress state;
    tp_observer observer = progress_observer(&state, quiet);
    status = tp_run(scenario, record, &observer, &error);
    progress_end(&state);
    tp_scenario_destroy(&scenario);
    int code = status == TP_OK ? EXIT_OK : tell_error(&error);
    if (status == TP_INTERRUPTED)
        fprintf(stderr, "  the record is partial: %s\n", record);
    if (status == TP_OK && !quiet)
        code = summarise(record, progress_seconds(&state));
    free(chosen);
    return code;
}

static int run(int argc, char **argv) {
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"set", required_argument, NULL, 's'},
        {"quiet", no_argument, NULL, 'q'},
        {NULL, 0, NULL, 0},
    };
    const char *record = NULL;
    bool quiet = false;
    overrides sets = {NULL, 0};
    opterr = 0;
    int option, code = EXIT_OK;
    while ((option = getopt_long(argc, argv, ":o:s:q", options, NULL)) != -1) {
        if (option == 'o')
            record = optarg;
        else if (option == 's')
            add_override(&sets, optarg, argc);
        else if (option == 'q')
            quiet = true;
        else {
            code = tell_usage(&verb_run, "'%s' is no option here, or lacks its value",
                              argv[optind - 1]);
            goto end;
        }
    }
    if (argc - optind != 1)
        code = tell_usage(&verb_run, "expected one scenario file, found %d", argc - optind);
    else
        code = run_to(argv[optind], &sets, record, quiet);
end:
    free(sets.items);
    return code;
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
