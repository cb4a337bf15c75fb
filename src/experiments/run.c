/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a resolved scenario to a record. */
#include <tripartite/tripartite.h>

#include "base/fail.h"
#include "experiments/record_heading.h"

const char *tp_version(void) {
    return TP_VERSION;
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
    status = tp_record_open_run(scenario, scenario->experiment->name, record, &writer, error);
    if (status == TP_OK)
        status = scenario->experiment->run(plan, writer, observer, error);
    scenario->experiment->discard(&plan);
    return tp_record_close_run(&writer, &log, record, status, error);
}

tp_status tp_run_check(const tp_scenario *scenario, tp_error *error) {
    void *plan = NULL;
    tp_status status =
        scenario->experiment->prepare(scenario->description, &scenario->resolved, &plan, error);
    if (status == TP_OK)
        scenario->experiment->discard(&plan);
    return status;
}
