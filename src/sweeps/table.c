/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweeps/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

size_t tp_trial_table_row(const tp_levels *levels) {
    return levels->measure_count * sizeof(double) + sizeof(uint8_t);
}

tp_status tp_trial_table_create(const tp_levels *levels, tp_trial_table *table, tp_error *error) {
    tp_trial_table t = {levels->scenario_count, (size_t)levels->sweep->trials,
                        levels->measure_count, NULL, NULL};
    t.values = calloc(t.scenarios * t.trials, t.measures * sizeof *t.values);
    t.done = calloc(t.scenarios, t.trials);
    if (!t.values || !t.done) {
        tp_trial_table_free(&t);
        return tp_fail_memory(error, "planning the sweep");
    }
    *table = t;
    return TP_OK;
}

void tp_trial_table_free(tp_trial_table *table) {
    free(table->values);
    free(table->done);
    *table = (tp_trial_table){0};
}

double *tp_trial_values(const tp_trial_table *table, size_t scenario, size_t trial) {
    return table->values + (scenario * table->trials + trial) * table->measures;
}

bool tp_trial_done(const tp_trial_table *table, size_t scenario, size_t trial) {
    return table->done[scenario * table->trials + trial] != 0;
}

void tp_trial_put(tp_trial_table *table, size_t scenario, size_t trial, const double *values) {
    memcpy(tp_trial_values(table, scenario, trial), values, table->measures * sizeof *values);
    table->done[scenario * table->trials + trial] = 1;
}

bool tp_trial_whole(const tp_trial_table *table, const tp_levels *levels, size_t level,
                    size_t trial) {
    return tp_trial_done(table, level, trial) &&
           (!tp_levels_have_control(levels) || tp_trial_done(table, level + levels->count, trial));
}

size_t tp_trials_whole(const tp_trial_table *table, const tp_levels *levels) {
    size_t whole = 0;
    for (size_t level = 0; level < levels->count; level++)
        for (size_t t = 0; t < table->trials; t++)
            whole += tp_trial_whole(table, levels, level, t);
    return whole;
}

bool tp_trials_complete(const tp_trial_table *table, const tp_levels *levels) {
    return tp_trials_whole(table, levels) == levels->count * table->trials;
}
