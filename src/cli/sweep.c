/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launch.h"
#include "sweep_progress.h"

typedef struct arguments {
    const char *record;
    bool quiet;
    overrides sets;
    tp_sweep_options options;
    char **owned; /* assignments made of --over and --trials */
    size_t owned_count;
} arguments;

/* --over PATH=LEVELS is --set sweep.over.[PATH]=LEVELS. */
static int add_assignment(arguments *a, const char *before, const char *path, size_t path_length,
                          const char *after, int argc) {
    const size_t room = strlen(before) + path_length + strlen(after) + 1;
    char *text = malloc(room);
    if (!a->owned)
        a->owned = calloc((size_t)argc, sizeof *a->owned);
    if (!text || !a->owned) {
        free(text);
        fputs("tripartite: out of memory\n", stderr);
        return EXIT_OURS;
    }
    snprintf(text, room, "%s%.*s%s", before, (int)path_length, path, after);
    a->owned[a->owned_count++] = text;
    add_override(&a->sets, text, argc);
    return EXIT_OK;
}

static int add_over(arguments *a, const char *text, int argc) {
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return tell_usage(&verb_sweep,
                          "--over %s: expected PATH=LEVELS, such as "
                          "recall.noise=0:0.6:0.1",
                          text);
    char *after = malloc(strlen(equals) + 2);
    if (!after)
        return EXIT_OURS;
    sprintf(after, "]%s", equals);
    int code = add_assignment(a, "sweep.over.[", text, (size_t)(equals - text), after, argc);
    free(after);
    return code;
}

static int read_count(const char *option, const char *text, size_t *count) {
    char *end;
    const unsigned long value = isdigit((unsigned char)text[0]) ? strtoul(text, &end, 10) : 0;
    if (value < 1 || value > 4096 || *end)
        return tell_usage(&verb_sweep, "%s %s: expected a whole number from 1 to 4096", option,
                          text);
    *count = value;
    return EXIT_OK;
}

static int read_shard(const char *text, tp_sweep_options *options) {
    char *slash = NULL, *end = NULL;
    const unsigned long shard = isdigit((unsigned char)text[0]) ? strtoul(text, &slash, 10) : 0;
    const unsigned long shards = slash && *slash == '/' && isdigit((unsigned char)slash[1])
                                     ? strtoul(slash + 1, &end, 10)
                                     : 0;
    if (!end || *end || shards == 0 || shard == 0 || shard > shards)
        return tell_usage(&verb_sweep, "--shard %s: expected K/N, such as 3/16, with K from 1 to N",
                          text);
    options->shard = shard;
    options->shards = shards;
    return EXIT_OK;
}

static int read_option(arguments *a, int option, int argc, char **argv) {
    switch (option) {
    case 'o':
        a->record = optarg;
        return EXIT_OK;
    case 's':
        add_override(&a->sets, optarg, argc);
        return EXIT_OK;
    case 'q':
        a->quiet = true;
        return EXIT_OK;
    case 'v':
        return add_over(a, optarg, argc);
    case 't':
        return add_assignment(a, "sweep.trials=", "", 0, optarg, argc);
    case 'j':
        return read_count("--jobs", optarg, &a->options.jobs);
    case 'd':
        return read_shard(optarg, &a->options);
    case 'r':
        if (a->options.leftover == TP_LEFTOVER_FRESH)
            return tell_usage(&verb_sweep, "--resume and --fresh: expected one of the two");
        a->options.leftover = TP_LEFTOVER_RESUME;
        return EXIT_OK;
    case 'f':
        if (a->options.leftover == TP_LEFTOVER_RESUME)
            return tell_usage(&verb_sweep, "--resume and --fresh: expected one of the two");
        a->options.leftover = TP_LEFTOVER_FRESH;
        return EXIT_OK;
    default:
        return tell_option(&verb_sweep, option, argv);
    }
}

static char *default_record(const arguments *a, const char *scenario) {
    char ending[64] = "-sweep";
    if (a->options.shards > 0)
        snprintf(ending, sizeof ending, "-sweep.shard-%zu-of-%zu", a->options.shard,
                 a->options.shards);
    return launch_default_record(scenario, ending);
}

static int sweep(const arguments *a, const char *scenario_path) {
    tp_error error;
    tp_scenario *scenario;
    tp_status status =
        tp_scenario_read(scenario_path, a->sets.items, a->sets.count, &scenario, &error);
    if (status != TP_OK)
        return tell_error(&error);
    char *chosen = a->record ? NULL : default_record(a, scenario_path);
    const char *record = a->record ? a->record : chosen;
    int code = record ? EXIT_OK : EXIT_OURS;
    if (code == EXIT_OK && chosen)
        code = launch_make_output();
    if (code == EXIT_OK) {
        sweep_progress state;
        bool told = true;
        const tp_sweep_observer observer = sweep_progress_observer(&state, a->quiet);
        status = tp_sweep(scenario, record, &a->options, &observer, &told, &error);
        const double seconds = sweep_progress_seconds(&state);
        sweep_progress_end(&state);
        if (status != TP_OK)
            code = tell_error(&error);
        else if (told && !a->quiet) {
            code = launch_summarise(record, seconds);
            printf("%zu trials run, %.1f per s", state.run, (double)state.run / seconds);
            if (state.done > state.run)
                printf("; %zu were there", state.done - state.run);
            fputc('\n', stdout);
            code = code == EXIT_OK ? finish_output() : code;
        }
    }
    free(chosen);
    tp_scenario_destroy(&scenario);
    return code;
}

static int run(int argc, char **argv) {
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'}, {"set", required_argument, NULL, 's'},
        {"quiet", no_argument, NULL, 'q'},        {"over", required_argument, NULL, 'v'},
        {"trials", required_argument, NULL, 't'}, {"jobs", required_argument, NULL, 'j'},
        {"shard", required_argument, NULL, 'd'},  {"resume", no_argument, NULL, 'r'},
        {"fresh", no_argument, NULL, 'f'},        {NULL, 0, NULL, 0},
    };
    arguments a = {0};
    opterr = 0;
    int option, code = EXIT_OK;
    while (code == EXIT_OK && (option = getopt_long(argc, argv, ":o:s:qj:", options, NULL)) != -1)
        code = read_option(&a, option, argc, argv);
    if (code == EXIT_OK && argc - optind != 1)
        code = tell_usage(&verb_sweep, "expected one scenario file, found %d", argc - optind);
    if (code == EXIT_OK)
        code = sweep(&a, argv[optind]);
    for (size_t i = 0; i < a.owned_count; i++)
        free(a.owned[i]);
    free(a.owned);
    free(a.sets.items);
    return code;
}

const verb verb_sweep = {
    .name = "sweep",
    .summary = "run a scenario at many levels, many times, with statistics",
    .help =
        "Usage: tripartite sweep SCENARIO [--over PATH=LEVELS]... [--trials N] [OPTIONS]\n"
        "Runs the scenario at each level of what is varied, in N trials with random numbers of\n"
        "their own, and writes and prints means with intervals.\n\n"
        "  --over PATH=LEVELS     vary this value: from:to:step, or a list such as [0.1, 0.4];\n"
        "                         several make a grid; in place of the scenario's own levels of\n"
        "                         PATH. A level that is a block, as in\n"
        "                         'network.astrocytes=[{tile: 4, stride: 3}, {tile: 7, stride: "
        "3}]',\n"
        "                         ties its values\n"
        "  --trials N             trials at each level\n"
        "  -o, --output FILE.h5   the record; without it output/SCENARIO-sweep.h5\n"
        "  -s, --set PATH=VALUE   a value in place of the scenario's, any number of times\n"
        "  -j, --jobs N           threads; without it one for each core\n"
        "  --shard K/N            only part K of N, for tripartite merge to put together\n"
        "  --resume               go on with what an interrupted sweep has done\n"
        "  --fresh                throw that away\n"
        "  -q, --quiet            neither progress nor summary\n\n"
        "The numbers depend neither on threads nor on shards. Finished trials are kept in\n"
        "FILE.h5.parts until all are done: after Ctrl-C, kill -9 or a full disk the same command\n"
        "with --resume does what is missing. mpirun -n 8 tripartite sweep ... shares the work\n"
        "between processes.\n\n"
        "Example:\n"
        "  tripartite sweep experiments/memory/noise-robustness.yaml\n"
        "  tripartite sweep experiments/memory/two-digits.yaml --over recall.noise=0:0.6:0.1 \\\n"
        "      --over 'patterns=[[zero], [one]]' --trials 20\n",
    .run = run,
};
