/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder with one scenario file in it, and what is expected of reading that file. */
#ifndef TP_TESTS_SCENARIO_FILE_H
#define TP_TESTS_SCENARIO_FILE_H

#include <stdlib.h>
#include <string.h>
#include <tripartite/run.h>
#include <tripartite/scenario.h>
#include <unistd.h>

#include "../close.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char folder[64];
static char scenario_path[80];

static inline int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/tripartite-scenario-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(scenario_path, sizeof scenario_path, "%s/s.yaml", folder);
    return 0;
}

static inline int remove_folder(void **state) {
    (void)state;
    remove(scenario_path);
    return rmdir(folder);
}

static inline void write_bytes(const void *bytes, size_t count) {
    FILE *file = fopen(scenario_path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static inline void write_text(const char *text) {
    write_bytes(text, strlen(text));
}

/* Reads the file with at most one --set, and checks what a run would check. The scenario is the
 * caller's on TP_OK. */
static inline tp_status read_file(const char *path, const char *set, tp_scenario **scenario,
                                  tp_error *error) {
    memset(error, 0, sizeof *error);
    tp_status status = tp_scenario_read(path, &set, set ? 1 : 0, scenario, error);
    if (status == TP_OK)
        status = tp_run_check(*scenario, error);
    return status;
}

/* What is wrong with a scenario, and how that is to be told. */
typedef struct mistake {
    const char *text;    /* of the file; NULL leaves the file as it is */
    const char *set;     /* of --set, or NULL */
    const char *where;   /* ":line:column" of the file, "" for the file itself, else the --set */
    const char *message; /* a part of it */
    const char *hint;    /* a part of it, or NULL where any will do */
} mistake;

/* Fails with all that is needed to see which of many mistakes it was. */
static inline void expect_part(const mistake *m, const char *what, const char *found,
                               const char *part) {
    if (!strstr(found, part))
        fail_msg("%s%s%s: the %s is \"%s\" and lacks \"%s\"", m->text ? m->text : "",
                 m->set ? " --set " : "", m->set ? m->set : "", what, found, part);
}

static inline void expect_where(const mistake *m, const char *found) {
    char expected[600];
    if (m->where[0] == '\0' || m->where[0] == ':')
        snprintf(expected, sizeof expected, "%s%s", scenario_path, m->where);
    else
        snprintf(expected, sizeof expected, "%s", m->where);
    if (strcmp(found, expected) != 0)
        fail_msg("%s%s%s: told at \"%s\", not at \"%s\"", m->text ? m->text : "",
                 m->set ? " --set " : "", m->set ? m->set : "", found, expected);
}

static inline void expect_mistake(const mistake *m) {
    if (m->text)
        write_text(m->text);
    tp_scenario *scenario = NULL;
    tp_error error;
    const tp_status status = read_file(scenario_path, m->set, &scenario, &error);
    tp_scenario_destroy(&scenario);
    if (status == TP_OK)
        fail_msg("%s%s%s: is no error", m->text ? m->text : "", m->set ? " --set " : "",
                 m->set ? m->set : "");
    assert_int_equal(status, TP_INVALID);
    expect_part(m, "message", error.message, m->message);
    expect_where(m, error.where);
    if (m->hint)
        expect_part(m, "hint", error.hint, m->hint);
    assert_int_equal(error.status, TP_INVALID);
}

static inline void expect_mistakes(const mistake *mistakes, size_t count) {
    for (size_t i = 0; i < count; i++)
        expect_mistake(&mistakes[i]);
}

/* A mistake of many, in a test's own table. */
#define EXPECT_MISTAKES(...)                                                                       \
    do {                                                                                           \
        static const mistake mistakes[] = {__VA_ARGS__};                                           \
        expect_mistakes(mistakes, COUNT(mistakes));                                                \
    } while (0)

#endif
