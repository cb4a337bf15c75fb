/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweeps/mixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "sweeps/crossings.h"
#include "sweeps/mixture_private.h"

static const tp_column *column_of(const tp_levels *levels, const char *name) {
    for (size_t c = 0; c < levels->column_count; c++)
        if (strcmp(levels->columns[c].name, name) == 0 && levels->columns[c].numbers)
            return &levels->columns[c];
    return NULL;
}

bool tp_mixture_other(const mixture *m, const tp_column *column) {
    return column != m->neurons && column != m->astrocytes;
}

static bool same_size(const mixture *m, size_t a, size_t b) {
    return m->neurons->numbers[a] == m->neurons->numbers[b] &&
           m->astrocytes->numbers[a] == m->astrocytes->numbers[b];
}

static bool same_others(const mixture *m, size_t a, size_t b) {
    for (size_t c = 0; c < m->levels->column_count; c++) {
        const tp_column *column = &m->levels->columns[c];
        if (tp_mixture_other(m, column) &&
            (column->numbers ? column->numbers[a] != column->numbers[b]
                             : strcmp(column->texts[a], column->texts[b]) != 0))
            return false;
    }
    return true;
}

/* Whether a level belongs to a set: a size stands in it once. */
static bool belongs(const mixture *m, size_t level, size_t set) {
    if (!same_others(m, m->sets[set].first_level, level))
        return false;
    for (size_t l = 0; l < level; l++)
        if (m->set_of[l] == set && same_size(m, l, level))
            return false;
    return true;
}

static void find_sets(mixture *m) {
    for (size_t level = 0; level < m->levels->count; level++) {
        size_t set = 0;
        while (set < m->count && !belongs(m, level, set))
            set++;
        if (set == m->count)
            m->sets[m->count++] = (size_set){.first_level = level};
        m->set_of[level] = set;
        m->sets[set].count++;
    }
}

/* Whether all levels of a set have the trial, with numbers for all measures. */
static bool has_trial(const mixture *m, size_t set, size_t trial) {
    for (size_t level = 0; level < m->levels->count; level++) {
        if (m->set_of[level] != set)
            continue;
        if (!tp_trial_whole(m->table, m->levels, level, trial))
            return false;
        for (size_t k = 0; k < m->measure_count; k++)
            if (!isfinite(tp_trial_values(m->table, level, trial)[m->measures[k]]))
                return false;
    }
    return true;
}

static tp_status gather_sizes(mixture *m, size_t set) {
    size_set *s = &m->sets[set];
    s->sizes = tp_arena_alloc(&m->arena, s->count * sizeof *s->sizes);
    s->values = tp_arena_alloc(&m->arena, s->count * m->table->trials * sizeof *s->values);
    s->has = tp_arena_alloc(&m->arena, m->table->trials * sizeof *s->has);
    if (!s->sizes || !s->values || !s->has)
        return tp_fail_memory(m->error, "comparing networks");
    for (size_t t = 0; t < m->table->trials; t++) {
        s->has[t] = has_trial(m, set, t);
        s->trials += s->has[t];
    }
    for (size_t level = 0, i = 0; level < m->levels->count; level++)
        if (m->set_of[level] == set) {
            s->sizes[i] =
                (tp_network_size){(size_t)m->neurons->numbers[level],
                                  (size_t)m->astrocytes->numbers[level], s->values + i * s->trials};
            i++;
        }
    return TP_OK;
}

static void gather_values(const mixture *m, size_t set, size_t measure) {
    double *to = m->sets[set].values;
    for (size_t level = 0; level < m->levels->count; level++)
        for (size_t t = 0; m->set_of[level] == set && t < m->table->trials; t++)
            if (m->sets[set].has[t])
                *to++ = tp_trial_values(m->table, level, t)[measure];
}

static tp_status analyse(mixture *m, size_t set) {
    const tp_interval_method method = tp_interval_method_of(m->levels);
    size_set *s = &m->sets[set];
    tp_status status = gather_sizes(m, set);
    for (size_t k = 0; status == TP_OK && k < m->measure_count; k++) {
        gather_values(m, set, m->measures[k]);
        status = tp_ratio_find(s->sizes, s->count, s->trials, &method, &s->ratio[k], m->error);
        for (int model = 0; status == TP_OK && model < TP_SIZE_MODELS; model++)
            status = tp_size_regression(s->sizes, s->count, s->trials, (tp_size_model)model,
                                        &method, &s->fits[k][model], m->error);
    }
    return status;
}

static tp_status work(mixture *m) {
    const size_t levels = m->levels->count;
    m->set_of = tp_arena_alloc(&m->arena, levels * sizeof *m->set_of);
    m->sets = tp_arena_alloc(&m->arena, levels * sizeof *m->sets);
    tp_status status =
        m->set_of && m->sets ? TP_OK : tp_fail_memory(m->error, "comparing networks");
    if (status != TP_OK)
        return status;
    find_sets(m);
    double *scratch = malloc((levels + 1) * sizeof *scratch);
    if (!scratch)
        return tp_fail_memory(m->error, "comparing networks");
    const size_t cells = tp_mixture_distinct(m, m->neurons, scratch) *
                         tp_mixture_distinct(m, m->astrocytes, scratch);
    free(scratch);
    m->numbers = tp_arena_alloc(&m->arena, (cells * m->count + levels * 9 + 9) * sizeof(double));
    if (!m->numbers)
        return tp_fail_memory(m->error, "comparing networks");
    for (size_t s = 0; status == TP_OK && s < m->count; s++)
        status = analyse(m, s);
    if (status == TP_OK)
        status = tp_mixture_write_map(m);
    if (status == TP_OK)
        status = tp_mixture_write_ratios(m);
    if (status == TP_OK)
        status = tp_mixture_write_regressions(m);
    static const char *const groups[] = {"map", "ratio", "best_ratio", "regression"};
    for (size_t i = 0; status == TP_OK && i < 4; i++)
        status = tp_mixture_put_attributes(m, groups[i]);
    return status;
}

tp_status tp_mixture_write(const tp_levels *levels, const tp_trial_table *table, tp_writer *writer,
                           tp_error *error) {
    const tp_mixture *of = levels->trials->mixture;
    if (!of)
        return TP_OK;
    mixture m = {.levels = levels,
                 .table = table,
                 .writer = writer,
                 .error = error,
                 .neurons = column_of(levels, of->neurons),
                 .astrocytes = column_of(levels, of->astrocytes)};
    if (!m.neurons || !m.astrocytes)
        return TP_OK;
    for (; of->lower_is_better[m.measure_count]; m.measure_count++) {
        size_t *measure = &m.measures[m.measure_count];
        while (strcmp(levels->measures[*measure].name, of->lower_is_better[m.measure_count]) != 0)
            ++*measure;
    }
    tp_status status = work(&m);
    for (size_t s = 0; s < m.count; s++)
        for (size_t k = 0; k < m.measure_count; k++)
            tp_ratio_free(&m.sets[s].ratio[k]);
    tp_arena_free(&m.arena);
    return status;
}
