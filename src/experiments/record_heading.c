/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/record_heading.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "record/parts.h"
#include "record/temporary.h"

enum { FORMAT_VERSION = 1 };

/* A scenario, an image, other data in HDF5 are no records. */
static tp_status may_replace(const char *record, tp_error *error) {
    struct stat about;
    tp_record *there;
    tp_error reason;
    if (stat(record, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size == 0)
        return TP_OK;
    if (tp_record_open(record, &there, &reason) == TP_OK) {
        tp_record_close(&there);
        return TP_OK;
    }
    tp_fail(error, TP_INVALID, record, "there is a file of this name that is no record: %s",
            reason.message);
    return tp_hint(error, "it is left alone; choose another name for the record");
}

/* Whether there is a finished record of that name, which a partial one must not replace; one that
 * cannot be looked at now may be one. */
static bool is_complete(const char *record) {
    tp_record *there;
    char *text;
    tp_status status = tp_record_open(record, &there, NULL);
    if (status != TP_OK)
        return status == TP_FAILED;
    status = tp_record_text(there, "/", "status", &text, NULL);
    bool complete = status == TP_FAILED;
    if (status == TP_OK) {
        complete = strcmp(text, "complete") == 0;
        free(text);
    }
    tp_record_close(&there);
    return complete;
}

tp_status tp_record_may_replace(const char *record, bool complete, tp_error *error) {
    tp_status status = may_replace(record, error);
    if (status != TP_OK || complete || !is_complete(record))
        return status;
    tp_fail(error, TP_INVALID, record, "there is a complete record of this name");
    return tp_hint(error, "one that is not complete does not replace it; choose another name");
}

/* The record's own attributes, but for `status`, which is known at the end. */
tp_status tp_record_write_heading(const tp_scenario *scenario, const char *experiment,
                                  tp_writer *writer, tp_error *error) {
    char *resolved = NULL;
    tp_status status = tp_scenario_resolved_text(scenario, &resolved, error);
    if (status != TP_OK)
        return status;
    const char *const texts[][2] = {
        {"title", tp_scenario_title(scenario)},
        {"source", "tripartite " TP_VERSION},
        {"experiment", experiment},
        {"scenario", scenario->text},
        {"resolved_scenario", resolved},
    };
    for (size_t i = 0; status == TP_OK && i < sizeof texts / sizeof *texts; i++)
        status = tp_writer_text(writer, "/", texts[i][0], texts[i][1], error);
    if (status == TP_OK)
        status = tp_writer_integer(writer, "/", "format_version", FORMAT_VERSION, error);
    if (status == TP_OK)
        status = tp_writer_integer(writer, "/", "seed",
                                   (uint64_t)tp_scenario_heading(scenario)->seed, error);
    if (status == TP_OK)
        status = tp_writer_integer(writer, "/", "trial",
                                   (uint64_t)tp_scenario_heading(scenario)->trial, error);
    free(resolved);
    return status;
}

tp_status tp_record_claim(const char *record, tp_lock *lock, tp_error *error) {
    tp_status status = tp_lock_take(record, lock, error);
    if (status != TP_OK || !tp_lock_held(lock))
        return status;
    tp_parts parts;
    tp_temporary_clear(record);
    tp_run_log_clear(record);
    if (tp_parts_find(record, &parts, NULL) == TP_OK) {
        tp_parts_clear(&parts);
        tp_parts_free(&parts);
    }
    return TP_OK;
}

tp_status tp_record_create(const char *record, tp_writer **writer, tp_error *error) {
    tp_status status = may_replace(record, error);
    return status == TP_OK ? tp_writer_create(record, writer, error) : status;
}

tp_status tp_record_open_run(const tp_scenario *scenario, const char *experiment,
                             const char *record, tp_writer **writer, tp_error *error) {
    tp_status status = tp_record_create(record, writer, error);
    return status == TP_OK ? tp_record_write_heading(scenario, experiment, *writer, error) : status;
}

/* Puts an interrupted run's message back after the record has been finished. */
static tp_status finish(tp_writer **writer, tp_status ran, tp_error *error) {
    tp_error trouble;
    tp_status status =
        tp_writer_text(*writer, "/", "status", ran == TP_OK ? "complete" : "partial", &trouble);
    if (status == TP_OK)
        status = tp_writer_finish(writer, &trouble);
    if (status == TP_OK)
        return ran;
    tp_writer_discard(writer);
    if (error)
        *error = trouble;
    return status;
}

/* RUN.partial.h5 for RUN.h5 */
static void partial_name(const char *record, char *out, size_t room) {
    const char *dot = strrchr(record, '.'), *slash = strrchr(record, '/');
    const size_t stem =
        dot && dot > (slash ? slash + 1 : record) ? (size_t)(dot - record) : strlen(record);
    snprintf(out, room, "%.*s.partial%s", (int)stem, record, record + stem);
}

/* The record of a run that was interrupted or could not be computed: what there is, marked partial.
 * Adds to the error where it is. */
static void keep_what_there_is(tp_writer **writer, const tp_run_log *log, const char *record,
                               tp_error *error) {
    char name[4096], hint[sizeof error->hint];
    snprintf(name, sizeof name, "%s", record);
    if (is_complete(record)) {
        partial_name(record, name, sizeof name);
        if (tp_writer_retarget(*writer, name, NULL) != TP_OK)
            return;
    }
    if (finish(writer, TP_INTERRUPTED, NULL) != TP_INTERRUPTED)
        return;
    tp_run_log_write(log, name, TP_INTERRUPTED, NULL);
    if (!error)
        return;
    snprintf(hint, sizeof hint, "%.180s%sthe record until then is %.200s", error->hint,
             *error->hint ? "; " : "", name);
    tp_hint(error, "%s", hint);
}

tp_status tp_record_close_as(tp_writer **writer, const tp_run_log *log, const char *record,
                             bool complete, tp_error *error) {
    tp_status status =
        tp_writer_text(*writer, "/", "status", complete ? "complete" : "partial", error);
    if (status == TP_OK)
        status = tp_writer_finish(writer, error);
    if (status == TP_OK && log)
        status = tp_run_log_write(log, record, complete ? TP_OK : TP_INTERRUPTED, error);
    return status;
}

tp_status tp_record_close_run(tp_writer **writer, const tp_run_log *log, const char *record,
                              tp_status ran, tp_error *error) {
    if (!*writer)
        return ran;
    if (ran == TP_INTERRUPTED || ran == TP_FAILED)
        keep_what_there_is(writer, log, record, error);
    if (ran != TP_OK) {
        tp_writer_discard(writer);
        return ran;
    }
    tp_status status = finish(writer, TP_OK, error);
    return status == TP_OK ? tp_run_log_write(log, record, TP_OK, error) : status;
}
