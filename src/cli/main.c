/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verb.h"

static const verb *const verbs[] = {
    &verb_check,  &verb_export, &verb_info,  &verb_merge,  &verb_models, &verb_plot,
    &verb_report, &verb_run,    &verb_sweep, &verb_verify, &verb_view,
};

enum { VERB_COUNT = sizeof verbs / sizeof *verbs };

int tell_error(const tp_error *error) {
    fflush(stdout);
    fprintf(stderr, "tripartite: %s%s%s\n", error->where, *error->where ? ": " : "",
            error->message);
    if (*error->hint)
        fprintf(stderr, "  %s\n", error->hint);
    switch (error->status) {
    case TP_OK:
        return EXIT_OK;
    case TP_INVALID:
        return EXIT_USERS;
    case TP_INTERRUPTED:
        return EXIT_INTERRUPTED;
    case TP_FAILED:
        break;
    }
    return EXIT_OURS;
}

int tell_usage(const verb *of, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("tripartite: ", stderr);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\n  see: tripartite %s%s--help\n", of ? of->name : "", of ? " " : "");
    return EXIT_USERS;
}

int tell_option(const verb *of, int option, char **argv) {
    char name[3] = {'-', (char)optopt, '\0'};
    /* A long option leaves optopt at 0, or at its short form where it lacks its value. */
    const char *shown = optopt && argv[optind - 1][1] != '-' ? name : argv[optind - 1];
    if (option == ':')
        return tell_usage(of, "the option '%s' lacks its value", shown);
    return tell_usage(of, "'%s' is no option here", shown);
}

void add_override(overrides *list, const char *text, int argc) {
    if (!list->items)
        list->items = calloc((size_t)argc, sizeof *list->items);
    if (list->items)
        list->items[list->count++] = text;
}

int finish_output(void) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_OK;
    fprintf(stderr, "tripartite: standard output: %s\n", strerror(errno));
    return EXIT_OURS;
}

static void print_help(FILE *stream) {
    fputs("Usage: tripartite VERB [ARGUMENTS]\n"
          "Simulates networks of neurons and astrocytes from a scenario file.\n\n",
          stream);
    for (size_t i = 0; i < VERB_COUNT; i++)
        fprintf(stream, "  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
    fputs("\n  tripartite VERB --help    tells more, with an example\n"
          "  tripartite --version\n\n"
          "Start with: tripartite run experiments/memory/two-digits.yaml\n"
          "Exit status: 0 done, 1 the system failed, 2 the input is wrong, 130 interrupted.\n",
          stream);
}

static const verb *find(const char *name) {
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i]->name, name) == 0)
            return verbs[i];
    return NULL;
}

static bool wants_help(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

/* Where standard input, output or error is closed, the next file to be opened would take its place
 * and be written over by messages. Opened for reading, so that writing to it fails as it should. */
static void keep_standard_streams(void) {
    int descriptor;
    do
        descriptor = open("/dev/null", O_RDONLY);
    while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor > STDERR_FILENO)
        close(descriptor);
}

int main(int argc, char **argv) {
    keep_standard_streams();
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USERS;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return finish_output();
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("tripartite %s\n", tp_version());
        return finish_output();
    }
    const verb *chosen = find(argv[1]);
    if (!chosen)
        return tell_usage(NULL, "there is no verb '%s'", argv[1]);
    if (wants_help(argc - 1, argv + 1)) {
        fputs(chosen->help, stdout);
        return finish_output();
    }
    return chosen->run(argc - 1, argv + 1);
}
