/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"
#include "verb.h"
#include "viewer.h"

extern char **environ;

enum { LARGEST_PORT = 65535 };

/* Signals that end the server write into it. Libraries have threads of their own that could take a
 * signal, so that it can only be handled, not waited for. */
static int ends[2];

static void note_end(int number) {
    (void)number;
    const int kept = errno;
    (void)!write(ends[1], "", 1);
    errno = kept;
}

static bool catch_ends(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = note_end, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    if (pipe(ends) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    return true;
}

static void wait_for_end(void) {
    char byte;
    while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
        ;
}

static void open_browser(const char *address) {
    char program[] = "xdg-open", *copy = strdup(address);
    char *arguments[] = {program, copy, NULL};
    pid_t child;
    const int reason =
        copy ? posix_spawnp(&child, program, NULL, NULL, arguments, environ) : ENOMEM;
    if (reason != 0)
        fprintf(stderr, "tripartite: xdg-open cannot be started: %s\n  open the address yourself\n",
                strerror(reason));
    free(copy);
}

static int serve(const char *record, const char *page, size_t length, unsigned short port,
                 bool opens) {
    server *started = catch_ends() ? server_start(port, page, length, record) : NULL;
    if (!started) {
        fprintf(stderr, "tripartite: cannot serve on 127.0.0.1: %s\n",
                errno ? strerror(errno) : "the server cannot be started");
        if (port != 0)
            fprintf(stderr, "  choose another --port, or leave it out\n");
        return EXIT_OURS;
    }
    printf("%s\n", server_address(started));
    const int code = finish_output();
    if (code == EXIT_OK) {
        fprintf(stderr, "Open this address in a browser on this machine. Ctrl-C ends it.\n");
        if (opens)
            open_browser(server_address(started));
        wait_for_end();
    }
    server_stop(&started);
    return code;
}

static int view(const char *record, unsigned short port, bool opens) {
    tp_error error;
    tp_record *opened;
    if (tp_record_open(record, &opened, &error) != TP_OK)
        return tell_error(&error);
    tp_record_close(&opened);
    char *viewer = viewer_page("index.html"), *page = NULL;
    size_t length = 0;
    if (!viewer)
        return EXIT_OURS;
    FILE *stream = open_memstream(&page, &length);
    int code = EXIT_OURS;
    if (stream && tp_report_viewer(record, viewer, stream, &error) != TP_OK)
        code = tell_error(&error);
    else if (stream)
        code = EXIT_OK;
    free(viewer);
    if (stream && fclose(stream) != 0 && code == EXIT_OK)
        code = EXIT_OURS;
    if (code == EXIT_OK)
        code = serve(record, page, length, port, opens);
    free(page);
    return code;
}

static int run(int argc, char **argv) {
    static const struct option options[] = {
        {"open", no_argument, NULL, 'b'},
        {"port", required_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    unsigned short port = 0;
    bool opens = false;
    opterr = 0;
    int option;
    while ((option = getopt_long(argc, argv, ":p:", options, NULL)) != -1) {
        char *end;
        if (option == 'b') {
            opens = true;
        } else if (option == 'p') {
            const long number = strtol(optarg, &end, 10);
            if (end == optarg || *end || number < 1 || number > LARGEST_PORT)
                return tell_usage(&verb_view, "--port %s: expected 1 to %d", optarg, LARGEST_PORT);
            port = (unsigned short)number;
        } else {
            return tell_option(&verb_view, option, argv);
        }
    }
    if (argc - optind != 1)
        return tell_usage(&verb_view, "expected one record, found %d", argc - optind);
    return view(argv[optind], port, opens);
}

const verb verb_view = {
    .name = "view",
    .summary = "look at a record in a browser",
    .help = "Usage: tripartite view RECORD [--open] [--port PORT]\n"
            "Prints an address at which a browser on this machine shows the record, of any size:\n"
            "to play, to click through and to zoom. Nothing is written, and no other machine can\n"
            "reach it; the address has a key in it that nobody guesses. Ctrl-C ends it.\n\n"
            "      --open        opens the address in a browser, by xdg-open\n"
            "  -p, --port PORT   on that port of 127.0.0.1, not on any that is free\n\n"
            "Example:\n"
            "  tripartite view output/two-digits.h5 --open\n",
    .run = run,
};
