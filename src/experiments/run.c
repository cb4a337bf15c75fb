/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a resolved scenario to a record. */
#include <tripartite/tripartite.h>

#include "base/fail.h"
#include "experiments/record_heading.h"
#include "experiments/run_course.h"

const char *tp_version(void) {
    return TP_VERSION;
}

static tp_status take_trained(const tp_scenario *scenario, void *plan, const char *from,
                              tp_error *error) {
    const tp_experiment *experiment = scenario->experiment;
    if (!from)
        return TP_OK;
    if (experiment->take_trained)
        return experiment->take_trained(plan, scenario, from, error);
    return tp_fail(error, TP_INVALID, from, "the %s experiment has no training to start from",
                   experiment->name);
}

/* Makes the record, with the heading or all that was committed: without, it would be none. */
static tp_status open_record(const tp_scenario *scenario, const char *record, tp_run_course *course,
                             tp_writer **writer, tp_error *error) {
    tp_status status = tp_record_create(record, writer, error);
    if (status == TP_OK && scenario->experiment->run_in_parts)
        status = tp_run_course_begin(course, *writer, error);
    if (status == TP_OK && !tp_run_course_goes_on(course))
        status = tp_record_write_heading(scenario, scenario->experiment->name, *writer, error);
    if (status != TP_OK)
        tp_writer_discard(writer);
    return status;
}

static tp_status run_plan(const tp_scenario *scenario, void *plan, const char *record,
                          const tp_run_options *options, const tp_observer *observer,
                          tp_error *error) {
    const tp_experiment *experiment = scenario->experiment;
    tp_run_log log;
    tp_run_course course = {0};
    tp_lock lock;
    tp_writer *writer = NULL;
    tp_run_log_start(&log);
    tp_status status = tp_record_claim(record, &lock, error);
    if (status == TP_OK)
        status = tp_run_course_open(scenario, record, options, &course, error);
    if (status == TP_OK)
        status = open_record(scenario, record, &course, &writer, error);
    if (status == TP_OK)
        status = experiment->run_in_parts
                     ? experiment->run_in_parts(plan, writer, &course, observer, error)
                     : experiment->run(plan, writer, observer, error);
    status = tp_record_close_run(&writer, &log, record, status, error);
    const tp_status closed = tp_run_course_close(&course, status == TP_OK, error);
    tp_lock_release(&lock);
    return status == TP_OK ? closed : status;
}

tp_status tp_run_with(const tp_scenario *scenario, const char *record,
                      const tp_run_options *options, const tp_observer *observer, tp_error *error) {
    void *plan = NULL;
    tp_status status =
        scenario->experiment->prepare(scenario->description, &scenario->resolved, &plan, error);
    if (status != TP_OK)
        return status;
    status = take_trained(scenario, plan, options->from, error);
    if (status == TP_OK)
        status = run_plan(scenario, plan, record, options, observer, error);
    scenario->experiment->discard(&plan);
    return status;
}

tp_status tp_run(const tp_scenario *scenario, const char *record, const tp_observer *observer,
                 tp_error *error) {
    const tp_run_options none = {TP_RUN_NEW, NULL, 0, 0};
    return tp_run_with(scenario, record, &none, observer, error);
}

int tp_run_has_parts(const char *record) {
    tp_parts parts;
    if (tp_parts_find(record, &parts, NULL) != TP_OK)
        return 0;
    const int has = parts.count > 0;
    tp_parts_free(&parts);
    return has;
}

tp_status tp_run_check(const tp_scenario *scenario, tp_error *error) {
    void *plan = NULL;
    tp_status status =
        scenario->experiment->prepare(scenario->description, &scenario->resolved, &plan, error);
    if (status == TP_OK)
        scenario->experiment->discard(&plan);
    return status;
}
