/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a resolved scenario to a record. */
#include <stdlib.h>
#include <string.h>
#include <tripartite/tripartite.h>

#include "base/fail.h"
#include "experiments/run_log.h"
#include "experiments/scenario.h"

enum { FORMAT_VERSION = 1 };

const char *tp_version(void) {
    return TP_VERSION;
}

/* The record's own attributes; `status` comes last, when it is known. */
static tp_status write_heading(const tp_scenario *scenario, tp_writer *writer, tp_error *error) {
    char *resolved = NULL;
    tp_status status = tp_scenario_resolved_text(scenario, &resolved, error);
    if (status != TP_OK)
        return status;
    const char *const texts[][2] = {
        {"title", tp_scenario_title(scenario)},
        {"source", "tripartite " TP_VERSION},
        {"experiment", scenario->experiment->name},
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
    free(resolved);
    return status;
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

tp_status tp_run(const tp_scenario *scenario, const char *record, const tp_observer *observer,
                 tp_error *error) {
    tp_run_log log;
    tp_run_log_start(&log);
    void *plan = NULL;
    tp_writer *writer = NULL;
    tp_status status =
        scenario->experiment->prepare(scenario->description, &scenario->resolved, &plan, error);
    if (status != TP_OK)
        return status;
    status = tp_writer_create(record, &writer, error);
    if (status == TP_OK)
        status = write_heading(scenario, writer, error);
    if (status == TP_OK)
        status = scenario->experiment->run(plan, writer, observer, error);
    scenario->experiment->discard(&plan);
    if (status != TP_OK && status != TP_INTERRUPTED) {
        tp_writer_discard(&writer);
        return status;
    }
    status = finish(&writer, status, error);
    if (status == TP_OK || status == TP_INTERRUPTED) {
        tp_error trouble;
        tp_status logged = tp_run_log_write(&log, record, status, &trouble);
        if (logged != TP_OK) {
            if (error)
                *error = trouble;
            return logged;
        }
    }
    return status;
}

tp_status tp_run_check(const tp_scenario *scenario, tp_error *error) {
    void *plan = NULL;
    tp_status status =
        scenario->experiment->prepare(scenario->description, &scenario->resolved, &plan, error);
    if (status == TP_OK)
        scenario->experiment->discard(&plan);
    return status;
}
