/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "launch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "progress.h"

enum { MOST_JOBS = 256 };

char *launch_default_record(const char *scenario, const char *ending) {
    const char *slash = strrchr(scenario, '/');
    const char *name = slash ? slash + 1 : scenario;
    const char *dot = strrchr(name, '.');
    int length = (int)(dot && dot > name ? dot - name : (long)strlen(name));
    size_t room = strlen(name) + strlen(ending) + sizeof "output/.h5";
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "output/%.*s%s.h5", length, name, ending);
    return path;
}

int launch_summarise(const char *record, double seconds) {
    tp_error error;
    tp_record *opened;
    tp_status status = tp_record_open(record, &opened, &error);
    if (status != TP_OK)
        return tell_error(&error);
    status = tp_record_describe(opened, stdout, &error);
    tp_record_close(&opened);
    if (status != TP_OK)
        return tell_error(&error);
    printf("\nRecord: %s", record);
    if (seconds >= 0)
        printf(" (%.1f s)", seconds);
    putchar('\n');
    return finish_output();
}

int launch_make_output(void) {
    if (mkdir("output", 0777) == 0 || errno == EEXIST)
        return EXIT_OK;
    fprintf(stderr, "tripartite: output: the folder cannot be made: %s\n", strerror(errno));
    return EXIT_OURS;
}

/* What the command line says. */
typedef struct request {
    const char *record;
    bool quiet;
    overrides sets;
    tp_run_options options;
} request;

static tp_status launch_run(const launch *what, const tp_scenario *scenario, const char *record,
                            const request *asked, const tp_observer *observer, tp_error *error) {
    if (!what->run_with)
        return what->run(scenario, record, observer, error);
    if (asked->options.start == TP_RUN_RESUME && !tp_run_has_parts(record))
        fprintf(stderr, "tripartite: %s: there is nothing to resume: starting from the beginning\n",
                record);
    return what->run_with(scenario, record, &asked->options, observer, error);
}

static int launch_to(const launch *what, const char *scenario_path, const request *asked) {
    const char *record = asked->record;
    const overrides *sets = &asked->sets;
    const bool quiet = asked->quiet;
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
        record = chosen = launch_default_record(scenario_path, what->ending);
        if (!record || launch_make_output() != EXIT_OK) {
            free(chosen);
            tp_scenario_destroy(&scenario);
            return EXIT_OURS;
        }
    }
    progress state;
    tp_observer observer = progress_observer(&state, quiet);
    status = launch_run(what, scenario, record, asked, &observer, &error);
    progress_end(&state);
    tp_scenario_destroy(&scenario);
    int code = status == TP_OK ? EXIT_OK : tell_error(&error);
    if (status == TP_OK && !quiet)
        code = launch_summarise(record, progress_seconds(&state));
    free(chosen);
    return code;
}

static bool read_jobs(const char *value, unsigned *jobs) {
    char *end;
    const long number = strtol(value, &end, 10);
    if (end == value || *end || number < 1 || number > MOST_JOBS)
        return false;
    *jobs = (unsigned)number;
    return true;
}

/* False where it is no option of the launch, or its value makes no sense. */
static bool take_run_option(const launch *what, int option, const char *value,
                            tp_run_options *options) {
    char *end;
    if (!what->run_with)
        return false;
    switch (option) {
    case 'f':
        options->from = value;
        return true;
    case 'r':
        options->start = TP_RUN_RESUME;
        return true;
    case 'n':
        options->start = TP_RUN_FRESH;
        return true;
    case 'c':
        options->commit_seconds = strtod(value, &end);
        if (end == value || *end || !(options->commit_seconds >= 0))
            return false;
        /* 0 would stand for the default. */
        if (options->commit_seconds == 0)
            options->commit_seconds = -1;
        return true;
    case 'j':
        return read_jobs(value, &options->jobs);
    default:
        return false;
    }
}

/* Reads the options; EXIT_OK where nothing is wrong. */
static int read_options(const verb *of, const launch **what, int argc, char **argv,
                        request *asked) {
    const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"set", required_argument, NULL, 's'},
        {"quiet", no_argument, NULL, 'q'},
        {"from", required_argument, NULL, 'f'},
        {"resume", no_argument, NULL, 'r'},
        {"fresh", no_argument, NULL, 'n'},
        {"commit-every", required_argument, NULL, 'c'},
        {"jobs", required_argument, NULL, 'j'},
        {(*what)->flag, no_argument, NULL, 'i'},
        {NULL, 0, NULL, 0},
    };
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, ":o:s:qj:", options, NULL)) != -1) {
        if (option == 'o')
            asked->record = optarg;
        else if (option == 's')
            add_override(&asked->sets, optarg, argc);
        else if (option == 'q')
            asked->quiet = true;
        else if (option == 'i')
            *what = (*what)->instead;
        else if ((option == 'r' && asked->options.start == TP_RUN_FRESH) ||
                 (option == 'n' && asked->options.start == TP_RUN_RESUME))
            return tell_usage(of, "--resume and --fresh: expected one of the two");
        else if (!take_run_option(*what, option, optarg, &asked->options))
            return option == 'c' && (*what)->run_with
                       ? tell_usage(of, "--commit-every %s: expected seconds, 0 or more", optarg)
                   : option == 'j' && (*what)->run_with
                       ? tell_usage(of, "--jobs %s: expected 1 to %d threads", optarg, MOST_JOBS)
                       : tell_option(of, option, argv);
    }
    return EXIT_OK;
}

int launch_verb(const verb *of, const launch *what, int argc, char **argv) {
    request asked = {0};
    int code = read_options(of, &what, argc, argv, &asked);
    if (code == EXIT_OK && argc - optind != 1)
        code = tell_usage(of, "expected one scenario file, found %d", argc - optind);
    else if (code == EXIT_OK)
        code = launch_to(what, argv[optind], &asked);
    free(asked.sets.items);
    return code;
}
