/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "launch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "progress.h"

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

static int launch_to(const launch *what, const char *scenario_path, const overrides *sets,
                     const char *record, bool quiet) {
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
    status = what->run(scenario, record, &observer, &error);
    progress_end(&state);
    tp_scenario_destroy(&scenario);
    int code = status == TP_OK ? EXIT_OK : tell_error(&error);
    if (status == TP_OK && !quiet)
        code = launch_summarise(record, progress_seconds(&state));
    free(chosen);
    return code;
}

int launch_verb(const verb *of, const launch *what, int argc, char **argv) {
    const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"set", required_argument, NULL, 's'},
        {"quiet", no_argument, NULL, 'q'},
        {what->flag, no_argument, NULL, 'i'},
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
        else if (option == 'i')
            what = what->instead;
        else {
            code = tell_option(of, option, argv);
            goto end;
        }
    }
    if (argc - optind != 1)
        code = tell_usage(of, "expected one scenario file, found %d", argc - optind);
    else
        code = launch_to(what, argv[optind], &sets, record, quiet);
end:
    free(sets.items);
    return code;
}
