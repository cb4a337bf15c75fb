/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder with small records to draw from, and with stand-ins for gnuplot. */
#ifndef TP_TESTS_FIGURES_FOLDER_H
#define TP_TESTS_FIGURES_FOLDER_H

#include "../folder.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tripartite/tripartite.h>
#include <unistd.h>

static char search_path[4096];

/* Asks a run to end after so many ticks. */
static inline bool stops(void *context) {
    int *left = context;
    return (*left)-- <= 0;
}

/* Runs the small scenario into folder/NAME; overrides end in NULL. */
static inline void run_small(const char *name, const char *const *overrides, int ticks) {
    static const char scenario[] = "title: Two small digits\n"
                                   "patterns: [zero, one]\n"
                                   "network: {neurons: {rows: 22, columns: 22}}\n"
                                   "pause: 600 ms\n"
                                   "recall: {after: 10 ms}\n";
    spill(in_folder("small.yaml"), scenario, strlen(scenario));
    size_t count = 0;
    while (overrides && overrides[count])
        count++;
    tp_error error = {0};
    tp_scenario *read = NULL;
    if (tp_scenario_read(in_folder("small.yaml"), overrides, count, &read, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    const bool interrupted = ticks > 0;
    const tp_observer observer = {.context = &ticks, .stopped = stops};
    const tp_status status = tp_run(read, in_folder(name), interrupted ? &observer : NULL, &error);
    tp_scenario_destroy(&read);
    if (status != (interrupted ? TP_INTERRUPTED : TP_OK))
        fail_msg("%s: %s", error.where, error.message);
    char log[300];
    snprintf(log, sizeof log, "%.*s.log.json", (int)(strlen(name) - 3), name);
    unlink(in_folder(log));
    unlink(in_folder("small.yaml"));
}

static inline int make_folder(void **state) {
    (void)state;
    const char *parent = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/test_figures.XXXXXX", parent ? parent : "/tmp");
    snprintf(search_path, sizeof search_path, "%s", getenv("PATH"));
    if (!mkdtemp(folder) || mkdir(in_folder("drawn"), 0777) != 0 ||
        mkdir(in_folder("programs"), 0777) != 0)
        return -1;
    run_small("small.h5", NULL, 0);
    return 0;
}

static inline int remove_folder(void **state) {
    (void)state;
    empty_folder(in_folder("drawn"), true);
    empty_folder(in_folder("programs"), true);
    empty_folder(folder, true);
    return rmdir(folder);
}

/* Each test begins with nothing drawn, and the real gnuplot. */
static inline int clear_drawn(void **state) {
    (void)state;
    empty_folder(in_folder("drawn"), true);
    empty_folder(in_folder("programs"), true);
    return setenv("PATH", search_path, 1);
}

/* Makes a shell script the only program called gnuplot; NULL: there is none. */
static inline void replace_gnuplot(const char *script) {
    const char *path = in_folder("programs/gnuplot");
    if (script) {
        spill(path, script, strlen(script));
        assert_int_equal(chmod(path, 0755), 0);
    }
    assert_int_equal(setenv("PATH", in_folder("programs"), 1), 0);
}

static inline tp_status draw(const char *record, const char *figure, const char *output,
                             tp_error *error) {
    *error = (tp_error){0};
    return tp_figure_draw(in_folder(record), figure, in_folder(output), error);
}

static inline void expect_drawn(const char *record, const char *figure, const char *output) {
    tp_error error;
    if (draw(record, figure, output, &error) != TP_OK)
        fail_msg("%s, %s: %s: %s", record, figure ? figure : "its own", error.where, error.message);
}

/* That the figure has each format's signature, and the same bytes when it is drawn again, then as
 * `again`. */
static inline void expect_each_format(const char *record, const char *figure, const char *again) {
    static const char *const formats[][3] = {{"drawn/a.png", "drawn/b.png", "\x89PNG\r\n\x1a\n"},
                                             {"drawn/a.svg", "drawn/b.svg", "<?xml"},
                                             {"drawn/a.pdf", "drawn/b.pdf", "%PDF"}};
    for (size_t k = 0; k < 3; k++) {
        size_t sizes[2];
        char *bytes[2];
        for (size_t turn = 0; turn < 2; turn++) {
            expect_drawn(record, turn ? again : figure, formats[k][turn]);
            bytes[turn] = slurp(in_folder(formats[k][turn]), &sizes[turn]);
        }
        assert_true(sizes[0] > 2000);
        assert_memory_equal(bytes[0], formats[k][2], strlen(formats[k][2]));
        assert_int_equal(sizes[0], sizes[1]);
        assert_memory_equal(bytes[0], bytes[1], sizes[0]);
        free(bytes[0]);
        free(bytes[1]);
    }
}

/* A stand-in for gnuplot, which gives the script back. */
static const char echo[] = "#!/bin/sh\nexec /bin/cat\n";

/* What gnuplot would be told; the caller frees it. */
static inline char *script_of(const char *record, const char *figure) {
    replace_gnuplot(echo);
    expect_drawn(record, figure, "drawn/script.svg");
    size_t size;
    return slurp(in_folder("drawn/script.svg"), &size);
}

/* That drawing fails so, that the message and the hint say so, and that nothing is left behind. */
static inline void expect_failure(const char *record, const char *figure, const char *output,
                                  tp_status status, const char *message, const char *hint) {
    const int before = count_files(in_folder("drawn"));
    tp_error error;
    if (draw(record, figure, output, &error) != status || error.status != status ||
        !strstr(error.message, message) || !strstr(error.hint, hint))
        fail_msg("%s of %s: status %d, %s: %s (%s)", figure ? figure : "its own", record,
                 error.status, error.where, error.message, error.hint);
    assert_int_equal(count_files(in_folder("drawn")), before);
}

#endif
