/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts and shards of one sweep, put together. */
#include <stdlib.h>
#include <string.h>
#include <tripartite/tripartite.h>

#include "base/fail.h"
#include "experiments/record_heading.h"
#include "sweeps/sweep_record.h"

/* The scenario as the record keeps it. Its images are not needed, nor looked for. */
static tp_status scenario_of(const char *path, tp_scenario **scenario, char **text,
                             tp_error *error) {
    tp_record *record;
    char *resolved = NULL;
    tp_status status = tp_record_open(path, &record, error);
    if (status != TP_OK)
        return status;
    status = tp_sweep_check_kind(record, path, error);
    if (status == TP_OK)
        status = tp_record_text(record, "/", "scenario", text, error);
    if (status == TP_OK)
        status = tp_record_text(record, "/", "resolved_scenario", &resolved, error);
    if (status == TP_OK)
        status = tp_scenario_parse(resolved, path, scenario, error);
    if (status == TP_OK)
        (*scenario)->text = *text;
    free(resolved);
    tp_record_close(&record);
    return status;
}

tp_status tp_merge(const char *const *records, size_t count, const char *record, tp_error *error) {
    tp_run_log log;
    tp_lock lock = TP_LOCK_NONE;
    tp_scenario *scenario = NULL;
    tp_levels *levels = NULL;
    tp_trial_table table = {0};
    char *text = NULL;
    tp_run_log_start(&log);
    tp_status status = count > 0 ? scenario_of(records[0], &scenario, &text, error)
                                 : tp_fail(error, TP_INVALID, "", "there is nothing to merge");
    if (status == TP_OK)
        status = tp_levels_describe(scenario, &levels, error);
    if (status == TP_OK)
        status = tp_trial_table_create(levels, &table, error);
    for (size_t i = 0; status == TP_OK && i < count; i++)
        status = tp_sweep_read_done(levels, records[i], &table, error);
    if (status == TP_OK)
        status = tp_record_claim(record, &lock, error);
    if (status == TP_OK)
        status = tp_record_may_replace(record, tp_trials_complete(&table, levels), error);
    if (status == TP_OK)
        status = tp_sweep_write_record(levels, &table, record, &log, error);
    tp_lock_release(&lock);
    tp_trial_table_free(&table);
    tp_levels_destroy(&levels);
    tp_scenario_destroy(&scenario);
    free(text);
    return status;
}
