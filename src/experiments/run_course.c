/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/run_course.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "experiments/scenario_difference.h"

static const double COMMIT_SECONDS = 60;
/* Of an interval, what is left for a commit that takes longer than the last one did. */
static const double SPARE = 0.1;
static const char STATE[] = "state", KIND[] = "run", SOURCE[] = "tripartite " TP_VERSION;

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static tp_status begin_anew(tp_error *error) {
    return tp_hint(error, "--fresh throws the parts away and begins anew");
}

static tp_status open_part(const tp_run_course *course, size_t i, tp_record **part,
                           tp_error *error) {
    char *expected = tp_parts_path(&course->parts, i);
    if (!expected)
        return tp_fail_memory(error, "looking for parts");
    const bool there = strcmp(expected, course->parts.paths[i]) == 0;
    if (!there)
        tp_fail(error, TP_INVALID, expected, "this part of the run is missing");
    free(expected);
    const tp_status status =
        there ? tp_record_open(course->parts.paths[i], part, error) : TP_INVALID;
    if (status == TP_INVALID)
        begin_anew(error);
    return status;
}

/* TP_INVALID where an attribute of the part is another one. */
static tp_status check_text(const tp_record *part, const char *path, const char *name,
                            const char *expected, tp_error *error) {
    char *text;
    tp_status status = tp_record_text(part, "/", name, &text, error);
    if (status != TP_OK)
        return status;
    if (strcmp(text, expected) != 0)
        status =
            tp_fail(error, TP_INVALID, path, "this part is of '%s', expected '%s'", text, expected);
    free(text);
    return status;
}

static tp_status check_scenario(const tp_run_course *course, const tp_record *part,
                                const char *path, tp_error *error) {
    char difference[700];
    tp_status status = tp_scenario_difference_from(course->scenario, part, path, NULL, NULL,
                                                   difference, sizeof difference, error);
    if (status == TP_OK && *difference) {
        tp_fail(error, TP_INVALID, path, "the run that was begun had another scenario: %s",
                difference);
        tp_hint(error, "give the scenario that it was begun with; or --fresh, which throws the "
                       "parts away and begins anew");
        return TP_INVALID;
    }
    return status;
}

/* The first part speaks for all: they are of one run. */
static tp_status check_part(const tp_run_course *course, tp_error *error) {
    tp_record *part;
    double from;
    const char *path = course->parts.paths[0];
    tp_status status = open_part(course, 0, &part, error);
    if (status != TP_OK)
        return status;
    status = check_text(part, path, "part_of", KIND, error);
    if (status == TP_OK)
        status = check_text(part, path, "source", SOURCE, error);
    if (status == TP_OK)
        status = tp_record_number(part, "/", "from", &from, error);
    if (status == TP_OK && (from != 0) != (course->options.from != NULL))
        status = tp_fail(error, TP_INVALID, path, "the run that was begun was %s --from a record",
                         from != 0 ? "one" : "none");
    if (status != TP_OK)
        begin_anew(error);
    else
        status = check_scenario(course, part, path, error);
    tp_record_close(&part);
    return status;
}

tp_status tp_run_course_open(const tp_scenario *scenario, const char *record,
                             const tp_run_options *options, tp_run_course *course,
                             tp_error *error) {
    *course = (tp_run_course){.scenario = scenario, .options = *options};
    tp_status status = tp_parts_find(record, &course->parts, error);
    if (status != TP_OK || course->parts.count == 0)
        return status;
    if (options->start == TP_RUN_NEW) {
        tp_fail(error, TP_INVALID, course->parts.folder,
                "an earlier run into this record has not been finished");
        return tp_hint(error, "--resume goes on with it; --fresh throws it away and begins anew");
    }
    if (options->start == TP_RUN_FRESH)
        return TP_OK;
    status = check_part(course, error);
    if (status == TP_OK)
        course->count = course->parts.count;
    return status;
}

bool tp_run_course_goes_on(const tp_run_course *course) {
    return course->options.start == TP_RUN_RESUME && course->parts.count > 0;
}

tp_status tp_run_course_begin(tp_run_course *course, tp_writer *writer, tp_error *error) {
    tp_status status = TP_OK;
    course->writer = writer;
    course->committed_s = course->asked_s = now_s();
    if (course->options.start == TP_RUN_FRESH)
        status = tp_parts_remove(&course->parts, error);
    for (size_t i = 0; status == TP_OK && i < course->count; i++) {
        tp_record *part;
        status = open_part(course, i, &part, error);
        if (status != TP_OK)
            return status;
        status = tp_part_replay(part, writer, error);
        tp_record_close(&part);
    }
    return status == TP_OK ? tp_writer_keep_journal(writer, error) : status;
}

static tp_status refuse(const tp_run_course *course, size_t i, tp_error *error) {
    if (!error)
        return TP_INVALID;
    const tp_error reason = *error;
    tp_fail(error, TP_INVALID, course->parts.paths[i], "this part cannot be gone on from: %.800s",
            reason.message);
    return begin_anew(error);
}

tp_status tp_run_course_take_up(const tp_run_course *course, tp_run_visit *visit, void *run,
                                tp_error *error) {
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < course->count; i++) {
        tp_record *part;
        tp_bytes state;
        status = open_part(course, i, &part, error);
        if (status != TP_OK)
            return status;
        status = tp_part_bytes(part, STATE, &state, error);
        tp_record_close(&part);
        if (status != TP_OK)
            return status;
        const tp_visitor setter = tp_state_setter(&state);
        status = visit(run, &setter, error);
        tp_bytes_free(&state);
        if (status == TP_INVALID)
            return refuse(course, i, error);
    }
    return status;
}

bool tp_run_course_due(tp_run_course *course) {
    const double now = now_s(), chosen = course->options.commit_seconds;
    const double every = (1 - SPARE) * (chosen != 0 ? chosen : COMMIT_SECONDS);
    const double asked_again = now + (now - course->asked_s);
    course->asked_s = now;
    return asked_again + course->writing_s - course->committed_s >= every;
}

static tp_status write_label(const tp_run_course *course, tp_writer *part, tp_error *error) {
    char *resolved;
    tp_status status = tp_scenario_resolved_text(course->scenario, &resolved, error);
    if (status != TP_OK)
        return status;
    const char *const texts[][2] = {
        {"part_of", KIND},
        {"source", SOURCE},
        {"resolved_scenario", resolved},
    };
    for (size_t i = 0; status == TP_OK && i < sizeof texts / sizeof *texts; i++)
        status = tp_writer_text(part, "/", texts[i][0], texts[i][1], error);
    if (status == TP_OK)
        status = tp_writer_integer(part, "/", "format_version", 1, error);
    if (status == TP_OK)
        status = tp_writer_integer(part, "/", "from", course->options.from != NULL, error);
    free(resolved);
    return status;
}

static tp_status write_part(tp_run_course *course, const char *path, const tp_bytes *state,
                            tp_error *error) {
    tp_writer *part;
    tp_status status = tp_writer_create(path, &part, error);
    if (status != TP_OK)
        return status;
    status = write_label(course, part, error);
    if (status == TP_OK)
        status = tp_part_put_journal(part, course->writer, error);
    if (status == TP_OK)
        status = tp_part_put_bytes(part, STATE, state, error);
    if (status == TP_OK)
        return tp_writer_finish(&part, error);
    tp_writer_discard(&part);
    return status;
}

static tp_status commit_state(tp_run_course *course, const tp_bytes *state, tp_error *error) {
    char *path = tp_parts_path(&course->parts, course->count);
    tp_status status =
        path ? tp_parts_make_folder(&course->parts, error) : tp_fail_memory(error, "committing");
    /* Where the file system knows no locks. */
    if (status == TP_OK && access(path, F_OK) == 0)
        status = tp_fail(error, TP_FAILED, path, "another run into this record has written this");
    if (status == TP_OK)
        status = write_part(course, path, state, error);
    free(path);
    if (status != TP_OK)
        return status;
    course->count++;
    tp_writer_forget_journal(course->writer);
    return TP_OK;
}

tp_status tp_run_course_commit(tp_run_course *course, tp_run_visit *visit, void *run,
                               tp_error *error) {
    tp_bytes state = {0};
    const tp_visitor keeper = tp_state_keeper(&state);
    const double began = now_s();
    tp_status status = visit(run, &keeper, error);
    if (status == TP_OK)
        status = commit_state(course, &state, error);
    tp_bytes_free(&state);
    course->committed_s = course->asked_s = now_s();
    course->writing_s = course->committed_s - began;
    return status;
}

void tp_run_course_leave(tp_run_course *course, tp_run_visit *visit, void *run, tp_error *error) {
    if (visit)
        (void)tp_run_course_commit(course, visit, run, NULL);
    if (course->count > 0)
        tp_hint(error, "--resume goes on with it");
}

tp_status tp_run_course_close(tp_run_course *course, bool done, tp_error *error) {
    const tp_status status =
        done && course->parts.folder ? tp_parts_done(&course->parts, error) : TP_OK;
    tp_parts_free(&course->parts);
    *course = (tp_run_course){0};
    return status;
}
