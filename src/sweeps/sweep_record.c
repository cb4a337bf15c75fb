/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweeps/sweep_record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/fail.h"
#include "experiments/record_heading.h"
#include "record/arrays.h"
#include "sweeps/crossings.h"
#include "sweeps/mixture.h"
#include "sweeps/series.h"

/* Columns that are written one after another. */
typedef struct columns {
    const tp_levels *levels;
    const tp_trial_table *table;
    tp_writer *writer;
    const char *group, *axis;
    size_t count; /* rows */
    double *numbers;
    const char **texts;
    tp_error *error;
} columns;

static tp_status begin(columns *c) {
    c->numbers = malloc((c->count + 1) * sizeof *c->numbers);
    c->texts = malloc((c->count + 1) * sizeof *c->texts);
    return c->numbers && c->texts ? TP_OK : tp_fail_memory(c->error, "recording the sweep");
}

static void end(columns *c) {
    free(c->numbers);
    free(c->texts);
}

static tp_status put_numbers(columns *c, const char *name, const char *unit,
                             const char *long_name) {
    return tp_record_put(c->writer, c->group, name,
                         tp_layout_along(TP_FLOAT64, c->axis, c->count, unit, long_name),
                         c->numbers, c->error);
}

static tp_status put_whole(columns *c, const char *name, const char *long_name,
                           const uint64_t *values) {
    return tp_record_put(c->writer, c->group, name,
                         tp_layout_along(TP_UINT64, c->axis, c->count, "1", long_name), values,
                         c->error);
}

/* What is varied, for rows that are of levels[row]. */
static tp_status put_varied(columns *c, const tp_column *varied, const uint64_t *level_of) {
    char path[200];
    snprintf(path, sizeof path, "%s/%.120s", c->group, varied->name);
    for (size_t i = 0; i < c->count && varied->numbers; i++)
        c->numbers[i] = varied->numbers[level_of[i]];
    if (varied->numbers)
        return put_numbers(c, varied->name, varied->unit, varied->long_name);
    for (size_t i = 0; i < c->count; i++)
        c->texts[i] = varied->texts[level_of[i]];
    const tp_layout layout = tp_layout_along(TP_UINT8, c->axis, c->count, "1", varied->long_name);
    return tp_writer_strings(c->writer, path, &layout, c->texts, c->error);
}

static tp_status put_all_varied(columns *c, const uint64_t *level_of, size_t but_axis) {
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < c->levels->column_count; k++)
        if (c->levels->columns[k].axis != but_axis)
            status = put_varied(c, &c->levels->columns[k], level_of);
    return status;
}

uint64_t tp_sweep_sum_begin(const char *scenario) {
    return crc32_z(0, (const Bytef *)scenario, strlen(scenario));
}

uint64_t tp_sweep_sum_row(uint64_t sum, uint64_t scenario, uint64_t trial, const double *values,
                          size_t measures) {
    const uint64_t row[2] = {scenario, trial};
    return crc32_z(crc32_z((uLong)sum, (const Bytef *)row, sizeof row), (const Bytef *)values,
                   measures * sizeof *values);
}

static tp_status write_done_rows(columns *c, const uint64_t *scenario, const uint64_t *trial) {
    tp_status status = begin(c);
    if (status == TP_OK)
        status = tp_record_index(c->writer, c->group, c->axis, 0, c->count, c->error);
    if (status == TP_OK)
        status =
            put_whole(c, "scenario", "level, or number of levels + level of a control", scenario);
    if (status == TP_OK)
        status = put_whole(c, "trial", "number of the trial", trial);
    for (size_t m = 0; status == TP_OK && m < c->levels->measure_count; m++) {
        const tp_measure *measure = &c->levels->measures[m];
        for (size_t i = 0; i < c->count; i++)
            c->numbers[i] = tp_trial_values(c->table, scenario[i], trial[i])[m];
        status = put_numbers(c, measure->name, measure->unit, measure->long_name);
    }
    uint64_t sum = tp_sweep_sum_begin(c->levels->base->text);
    for (size_t i = 0; i < c->count; i++)
        sum = tp_sweep_sum_row(sum, scenario[i], trial[i],
                               tp_trial_values(c->table, scenario[i], trial[i]),
                               c->levels->measure_count);
    if (status == TP_OK)
        status = tp_writer_integer(c->writer, c->group, "checksum", sum, c->error);
    end(c);
    return status;
}

tp_status tp_sweep_write_done(const tp_levels *levels, const tp_trial_table *table,
                              const size_t *tasks, size_t count, tp_writer *writer,
                              tp_error *error) {
    const size_t most = tasks ? count * levels->scenario_count : table->scenarios * table->trials;
    uint64_t *scenario = calloc(most + 1, sizeof *scenario);
    uint64_t *trial = calloc(most + 1, sizeof *trial);
    columns c = {levels, table, writer, "done", "row", 0, NULL, NULL, error};
    tp_status status =
        scenario && trial ? TP_OK : tp_fail_memory(error, "recording finished trials");
    for (size_t k = 0; status == TP_OK && tasks && k < count; k++)
        for (size_t s = 0; s < table->scenarios; s++)
            if (levels->group[s] == tasks[k] / table->trials) {
                scenario[c.count] = s;
                trial[c.count++] = tasks[k] % table->trials;
            }
    for (size_t s = 0; status == TP_OK && !tasks && s < table->scenarios; s++)
        for (size_t t = 0; t < table->trials; t++)
            if (tp_trial_done(table, s, t)) {
                scenario[c.count] = s;
                trial[c.count++] = t;
            }
    if (status == TP_OK)
        status = write_done_rows(&c, scenario, trial);
    free(scenario);
    free(trial);
    return status;
}

static tp_status write_trial_rows(columns *c, const uint64_t *level, const uint64_t *trial,
                                  const tp_series *series, size_t series_count) {
    tp_status status = tp_record_index(c->writer, c->group, c->axis, 0, c->count, c->error);
    if (status == TP_OK)
        status = put_whole(c, "level", "row of /summary", level);
    if (status == TP_OK)
        status = put_whole(c, "trial", "number of the trial, from 0", trial);
    if (status == TP_OK)
        status = put_all_varied(c, level, SIZE_MAX);
    uint64_t *seed = calloc(c->count + 1, sizeof *seed);
    if (!seed)
        return tp_fail_memory(c->error, "recording trials");
    for (size_t i = 0; i < c->count; i++)
        seed[i] = (uint64_t)tp_scenario_heading(c->levels->scenarios[level[i]])->seed;
    if (status == TP_OK)
        status = put_whole(c, "seed", "seed of the random numbers", seed);
    free(seed);
    for (size_t k = 0; status == TP_OK && k < series_count; k++) {
        if (series[k].less_measure || series[k].less_control)
            continue;
        for (size_t i = 0; i < c->count; i++)
            c->numbers[i] = tp_series_value(&series[k], c->table, c->levels, level[i], trial[i]);
        status = put_numbers(c, series[k].name, series[k].unit, series[k].long_name);
    }
    return status;
}

static tp_status write_trials(columns *c, const tp_series *series, size_t series_count) {
    const size_t most = c->levels->count * c->table->trials;
    uint64_t *level = calloc(most + 1, sizeof *level), *trial = calloc(most + 1, sizeof *trial);
    tp_status status = level && trial ? TP_OK : tp_fail_memory(c->error, "recording trials");
    c->count = 0;
    for (size_t l = 0; status == TP_OK && l < c->levels->count; l++)
        for (size_t t = 0; t < c->table->trials; t++)
            if (tp_trial_whole(c->table, c->levels, l, t)) {
                level[c->count] = l;
                trial[c->count++] = t;
            }
    if (status == TP_OK)
        status = begin(c);
    if (status == TP_OK)
        status = write_trial_rows(c, level, trial, series, series_count);
    end(c);
    free(level);
    free(trial);
    return status;
}

static tp_status estimate(const columns *c, const tp_series *series, tp_estimate *estimates) {
    const tp_interval_method method = tp_interval_method_of(c->levels);
    double *values = malloc((c->table->trials + 1) * sizeof *values);
    tp_status status = values ? TP_OK : tp_fail_memory(c->error, "averaging trials");
    for (size_t level = 0; status == TP_OK && level < c->levels->count; level++) {
        size_t n = 0;
        for (size_t t = 0; t < c->table->trials; t++)
            if (tp_trial_whole(c->table, c->levels, level, t))
                values[n++] = tp_series_value(series, c->table, c->levels, level, t);
        status = tp_estimate_of(values, n, &method, &estimates[level], c->error);
    }
    free(values);
    return status;
}

static tp_status put_estimates(columns *c, const tp_series *series, const tp_estimate *estimates) {
    static const struct {
        const char *name, *what;
        size_t offset;
    } parts[] = {
        {"mean", "mean", offsetof(tp_estimate, mean)},
        {"standard_error", "standard error of the mean", offsetof(tp_estimate, standard_error)},
        {"lower", "lower end of the mean's interval", offsetof(tp_estimate, lower)},
        {"upper", "upper end of the mean's interval", offsetof(tp_estimate, upper)},
    };
    tp_status status = TP_OK;
    for (size_t p = 0; status == TP_OK && p < sizeof parts / sizeof *parts; p++) {
        char name[160], long_name[300];
        snprintf(name, sizeof name, "%s_%s", series->name, parts[p].name);
        snprintf(long_name, sizeof long_name, "%s: %s", series->long_name, parts[p].what);
        for (size_t i = 0; i < c->count; i++)
            memcpy(&c->numbers[i], (const char *)&estimates[i] + parts[p].offset,
                   sizeof *c->numbers);
        status = put_numbers(c, name, series->unit, long_name);
    }
    return status;
}

/* The names of the columns that are varied, one a line. */
static tp_status put_varied_names(const columns *c, const char *group, size_t but_axis) {
    const tp_levels *l = c->levels;
    size_t room = 1;
    for (size_t k = 0; k < l->column_count; k++)
        room += strlen(l->columns[k].name) + 1;
    char *names = calloc(room, 1), *to = names;
    if (!names)
        return tp_fail_memory(c->error, "recording the sweep");
    for (size_t k = 0; k < l->column_count; k++)
        if (l->columns[k].axis != but_axis)
            to += sprintf(to, "%s%s", to > names ? "\n" : "", l->columns[k].name);
    tp_status status = tp_writer_text(c->writer, group, "varied", names, c->error);
    free(names);
    return status;
}

static tp_status put_attributes(const columns *c, const char *group, size_t but_axis) {
    const tp_sweep_description *d = c->levels->sweep;
    tp_status status = put_varied_names(c, group, but_axis);
    if (status == TP_OK)
        status = tp_writer_number(c->writer, group, "confidence", d->confidence, c->error);
    if (status == TP_OK)
        status =
            tp_writer_text(c->writer, group, "interval", tp_interval_names[d->interval], c->error);
    if (status == TP_OK)
        status = tp_writer_text(c->writer, group, "measure", c->levels->measures[0].name, c->error);
    if (status == TP_OK && c->levels->measures[0].baseline)
        status =
            tp_writer_text(c->writer, group, "baseline", c->levels->measures[0].baseline, c->error);
    return status;
}

static tp_status write_summary(columns *c, const tp_series *series, size_t series_count) {
    const size_t levels = c->levels->count;
    tp_estimate *estimates = calloc(levels, sizeof *estimates);
    uint64_t *level = calloc(levels, sizeof *level), *trials = calloc(levels, sizeof *trials);
    c->count = levels;
    tp_status status =
        estimates && level && trials ? begin(c) : tp_fail_memory(c->error, "summing up");
    for (size_t l = 0; status == TP_OK && l < levels; l++) {
        level[l] = l;
        for (size_t t = 0; t < c->table->trials; t++)
            trials[l] += tp_trial_whole(c->table, c->levels, l, t);
    }
    if (status == TP_OK)
        status = tp_record_index(c->writer, c->group, "level", 0, levels, c->error);
    if (status == TP_OK)
        status = put_all_varied(c, level, SIZE_MAX);
    if (status == TP_OK)
        status = put_whole(c, "trials", "trials that the means are of", trials);
    for (size_t k = 0; status == TP_OK && k < series_count; k++) {
        status = estimate(c, &series[k], estimates);
        if (status == TP_OK)
            status = put_estimates(c, &series[k], estimates);
    }
    if (status == TP_OK)
        status = put_attributes(c, c->group, SIZE_MAX);
    end(c);
    free(estimates);
    free(level);
    free(trials);
    return status;
}

static tp_status put_points(columns *c, const tp_crossings *crossings, const char *name,
                            const char *long_name, size_t offset) {
    static const char *const ends[] = {"", "_lower", "_upper"};
    tp_status status = TP_OK;
    for (size_t e = 0; status == TP_OK && e < 3; e++) {
        char full[80];
        snprintf(full, sizeof full, "%s%s", name, ends[e]);
        for (size_t i = 0; i < c->count; i++) {
            const tp_crossing_point *point =
                (const tp_crossing_point *)(const void *)((const char *)&crossings->curves[i] +
                                                          offset);
            c->numbers[i] = e == 0 ? point->at : e == 1 ? point->lower : point->upper;
        }
        status = put_numbers(c, full, crossings->along->unit, long_name);
    }
    return status;
}

static tp_status write_curves(columns *c, const tp_crossings *crossings, const uint64_t *level,
                              const uint64_t *trials) {
    tp_status status = tp_record_index(c->writer, c->group, "curve", 0, c->count, c->error);
    if (status == TP_OK)
        status = put_all_varied(c, level, crossings->along->axis);
    if (status == TP_OK)
        status = put_whole(c, "trials", "trials that all levels of the curve have", trials);
    if (status == TP_OK && crossings->has_below)
        status = put_points(c, crossings, "falls_below",
                            "where the measure falls below the value `below`",
                            offsetof(tp_curve, falls_below));
    if (status == TP_OK && crossings->has_baseline)
        status =
            put_points(c, crossings, "overtakes_baseline",
                       "where the measure rises above its baseline", offsetof(tp_curve, overtakes));
    if (status == TP_OK && crossings->has_below)
        status = tp_writer_number(c->writer, c->group, "below", c->levels->sweep->below, c->error);
    if (status == TP_OK)
        status = tp_writer_text(c->writer, c->group, "along", crossings->along->name, c->error);
    return status == TP_OK ? put_attributes(c, c->group, crossings->along->axis) : status;
}

static tp_status write_crossings(columns *c) {
    tp_crossings crossings;
    tp_status status = tp_crossings_find(c->levels, c->table, &crossings, c->error);
    if (status != TP_OK || !crossings.along)
        return status;
    c->count = crossings.count;
    uint64_t *level = calloc(c->count + 1, sizeof *level);
    uint64_t *trials = calloc(c->count + 1, sizeof *trials);
    status = level && trials ? begin(c) : tp_fail_memory(c->error, "recording crossings");
    for (size_t i = 0; status == TP_OK && i < c->count; i++) {
        level[i] = crossings.curves[i].first_level;
        trials[i] = crossings.curves[i].trials;
    }
    if (status == TP_OK)
        status = write_curves(c, &crossings, level, trials);
    end(c);
    free(level);
    free(trials);
    tp_crossings_free(&crossings);
    return status;
}

tp_status tp_sweep_write_results(const tp_levels *levels, const tp_trial_table *table,
                                 tp_writer *writer, tp_error *error) {
    tp_arena arena = {0};
    const tp_series *series;
    size_t series_count;
    columns c = {levels, table, writer, "trials", "row", 0, NULL, NULL, error};
    tp_status status = tp_series_list(levels, &arena, &series, &series_count, error);
    if (status == TP_OK)
        status = write_trials(&c, series, series_count);
    c = (columns){levels, table, writer, "summary", "level", 0, NULL, NULL, error};
    if (status == TP_OK)
        status = write_summary(&c, series, series_count);
    c = (columns){levels, table, writer, "crossings", "curve", 0, NULL, NULL, error};
    if (status == TP_OK)
        status = write_crossings(&c);
    if (status == TP_OK)
        status = tp_mixture_write(levels, table, writer, error);
    tp_arena_free(&arena);
    return status;
}

tp_status tp_sweep_write_record(const tp_levels *levels, const tp_trial_table *table,
                                const char *record, const tp_run_log *log, tp_error *error) {
    tp_writer *writer = NULL;
    const bool complete = tp_trials_complete(table, levels);
    tp_status status = tp_record_open_run(levels->base, "sweep", record, &writer, error);
    if (status == TP_OK)
        status = tp_sweep_write_results(levels, table, writer, error);
    if (status == TP_OK && !complete)
        status = tp_sweep_write_done(levels, table, NULL, 0, writer, error);
    if (status == TP_OK)
        status = tp_record_close_as(&writer, log, record, complete, error);
    tp_writer_discard(&writer);
    return status;
}
