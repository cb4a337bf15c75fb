/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of /map, /ratio, /best_ratio and /regression. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/arrays.h"
#include "sweeps/mixture_private.h"

static const tp_measure *measure_at(const mixture *m, size_t k) {
    return &m->levels->measures[m->measures[k]];
}

/* GROUP/NAME from the room for numbers. */
static tp_status put(const mixture *m, const char *group, const char *name, tp_layout layout) {
    return tp_record_put(m->writer, group, name, layout, m->numbers, m->error);
}

static tp_layout along(const char *axis, size_t count, const char *long_name) {
    return tp_layout_along(TP_FLOAT64, axis, count, "1", long_name);
}

/* What else the sweep varies, of each set. */
static tp_status put_others(const mixture *m) {
    tp_status status = tp_record_index(m->writer, "map", "set", 0, m->count, m->error);
    for (size_t c = 0; status == TP_OK && c < m->levels->column_count; c++) {
        const tp_column *column = &m->levels->columns[c];
        if (!tp_mixture_other(m, column))
            continue;
        tp_layout layout =
            tp_layout_along(TP_FLOAT64, "set", m->count, column->unit, column->long_name);
        if (column->numbers) {
            for (size_t s = 0; s < m->count; s++)
                m->numbers[s] = column->numbers[m->sets[s].first_level];
            status = put(m, "map", column->name, layout);
            continue;
        }
        const char **texts = calloc(m->count + 1, sizeof *texts);
        char path[2 * NAME_ROOM];
        snprintf(path, sizeof path, "map/%.190s", column->name);
        layout.units = "1";
        for (size_t s = 0; texts && s < m->count; s++)
            texts[s] = column->texts[m->sets[s].first_level];
        status = texts ? tp_writer_strings(m->writer, path, &layout, texts, m->error)
                       : tp_fail_memory(m->error, "recording the sweep");
        free(texts);
    }
    return status;
}

/* The different numbers of a column, in order. */
size_t tp_mixture_distinct(const mixture *m, const tp_column *column, double *out) {
    size_t count = 0;
    for (size_t level = 0; level < m->levels->count; level++) {
        const double number = column->numbers[level];
        size_t at = 0;
        while (at < count && out[at] < number)
            at++;
        if (at < count && out[at] == number)
            continue;
        memmove(out + at + 1, out + at, (count - at) * sizeof *out);
        out[at] = number;
        count++;
    }
    return count;
}

static size_t place(const double *list, double number) {
    size_t at = 0;
    while (list[at] != number)
        at++;
    return at;
}

static double mean_of(const mixture *m, size_t level, size_t measure, size_t *trials) {
    double sum = 0;
    *trials = 0;
    for (size_t t = 0; t < m->table->trials; t++) {
        if (!tp_trial_whole(m->table, m->levels, level, t))
            continue;
        const double value = tp_trial_values(m->table, level, t)[measure];
        sum += isfinite(value) ? value : 0;
        *trials += isfinite(value) ? 1 : 0;
    }
    return *trials > 0 ? sum / (double)*trials : NAN;
}

static tp_status put_map(const mixture *m, const tp_measure *measure, size_t number,
                         const double *neurons, size_t rows, const double *astrocytes,
                         size_t columns) {
    char long_name[2 * NAME_ROOM];
    snprintf(long_name, sizeof long_name, "%.180s: mean over networks", measure->long_name);
    const tp_layout layout = {.type = TP_FLOAT64,
                              .rank = 3,
                              .dims = {m->count, rows, columns},
                              .axes = {"set", "neurons", "astrocytes"},
                              .units = measure->unit,
                              .long_name = long_name};
    for (size_t i = 0; i < m->count * rows * columns; i++)
        m->numbers[i] = NAN;
    for (size_t level = 0; level < m->levels->count; level++) {
        const size_t row = place(neurons, m->neurons->numbers[level]);
        const size_t column = place(astrocytes, m->astrocytes->numbers[level]);
        size_t trials;
        m->numbers[(m->set_of[level] * rows + row) * columns + column] =
            mean_of(m, level, number, &trials);
    }
    return put(m, "map", measure->name, layout);
}

static tp_status put_scale(const mixture *m, const char *name, const tp_column *column,
                           const double *values, size_t count) {
    return tp_record_put(m->writer, "map", name, along(name, count, column->long_name), values,
                         m->error);
}

tp_status tp_mixture_write_map(const mixture *m) {
    double *neurons = malloc((m->levels->count + 1) * sizeof *neurons);
    double *astrocytes = malloc((m->levels->count + 1) * sizeof *astrocytes);
    tp_status status =
        neurons && astrocytes ? TP_OK : tp_fail_memory(m->error, "recording the map");
    if (status == TP_OK) {
        const size_t rows = tp_mixture_distinct(m, m->neurons, neurons);
        const size_t columns = tp_mixture_distinct(m, m->astrocytes, astrocytes);
        status = put_others(m);
        if (status == TP_OK)
            status = put_scale(m, "neurons", m->neurons, neurons, rows);
        if (status == TP_OK)
            status = put_scale(m, "astrocytes", m->astrocytes, astrocytes, columns);
        for (size_t k = 0; status == TP_OK && k < m->levels->measure_count; k++)
            status = put_map(m, &m->levels->measures[k], k, neurons, rows, astrocytes, columns);
    }
    free(neurons);
    free(astrocytes);
    return status;
}

/* A row of a table: which set, and which of its points or curves. */
typedef struct row {
    size_t set, at;
} row;

static const tp_ratio_point *point_of(const mixture *m, const row *r, size_t k) {
    return &m->sets[r->set].ratio[k].points[r->at];
}

/* Each end of an interval in an array of its own. */
static tp_status put_estimates(const mixture *m, const char *group, const char *name,
                               tp_layout layout, const tp_interval_estimate *estimates) {
    static const char *const ends[] = {"", "_lower", "_upper"};
    const size_t count = layout.dims[0];
    tp_status status = TP_OK;
    for (int e = 0; status == TP_OK && e < 3; e++) {
        char full[NAME_ROOM];
        snprintf(full, sizeof full, "%s%s", name, ends[e]);
        for (size_t i = 0; i < count; i++)
            m->numbers[i] = e == 0   ? estimates[i].value
                            : e == 1 ? estimates[i].lower
                                     : estimates[i].upper;
        status = put(m, group, full, layout);
    }
    return status;
}

static tp_status write_points(const mixture *m, const row *rows, size_t count,
                              tp_interval_estimate *estimates) {
    static const char *const names[] = {"set", "total", "neurons", "astrocytes", "share"};
    static const char *const meanings[] = {"row of /map", "neurons and astrocytes", "neurons",
                                           "astrocytes", "astrocytes / total"};
    tp_status status = tp_record_index(m->writer, "ratio", "point", 0, count, m->error);
    for (size_t c = 0; status == TP_OK && c < 5; c++) {
        for (size_t i = 0; i < count; i++) {
            const tp_ratio_point *p = point_of(m, &rows[i], 0);
            const double cells[] = {(double)rows[i].set, (double)(p->neurons + p->astrocytes),
                                    (double)p->neurons, (double)p->astrocytes, p->share};
            m->numbers[i] = cells[c];
        }
        status = put(m, "ratio", names[c], along("point", count, meanings[c]));
    }
    for (size_t k = 0; status == TP_OK && k < m->measure_count; k++) {
        char name[NAME_ROOM], long_name[2 * NAME_ROOM];
        snprintf(name, sizeof name, "%.80s", measure_at(m, k)->name);
        snprintf(long_name, sizeof long_name, "%.160s: mean over networks, with its interval",
                 measure_at(m, k)->long_name);
        for (size_t i = 0; i < count; i++)
            estimates[i] = point_of(m, &rows[i], k)->mean;
        status = put_estimates(m, "ratio", name, along("point", count, long_name), estimates);
    }
    return status;
}

/* The rows of curves; at == SIZE_MAX is the mean over them. */
static tp_interval_estimate best_of(const mixture *m, const row *r, size_t k, bool gain) {
    const tp_ratio *ratio = &m->sets[r->set].ratio[k];
    if (r->at == SIZE_MAX)
        return gain ? (tp_interval_estimate){NAN, NAN, NAN} : ratio->best;
    return gain ? ratio->curves[r->at].gain : ratio->curves[r->at].best;
}

static tp_status write_curves(const mixture *m, const row *rows, size_t count,
                              tp_interval_estimate *estimates) {
    static const char *const names[] = {"set", "total", "trials"};
    static const char *const meanings[] = {
        "row of /map",
        ("neurons and astrocytes; 0: the mean over all totals that have a mixture and both pure "
         "networks"),
        "networks of each size"};
    tp_status status = tp_record_index(m->writer, "best_ratio", "curve", 0, count, m->error);
    for (size_t c = 0; status == TP_OK && c < 3; c++) {
        for (size_t i = 0; i < count; i++) {
            const size_set *s = &m->sets[rows[i].set];
            const double cells[] = {
                (double)rows[i].set,
                rows[i].at == SIZE_MAX ? 0 : (double)s->ratio[0].curves[rows[i].at].total,
                (double)s->trials};
            m->numbers[i] = cells[c];
        }
        status = put(m, "best_ratio", names[c], along("curve", count, meanings[c]));
    }
    for (size_t k = 0; status == TP_OK && k < m->measure_count; k++)
        for (int gain = 0; status == TP_OK && gain < 2; gain++) {
            char name[NAME_ROOM];
            snprintf(name, sizeof name, "%.80s_%s", measure_at(m, k)->name,
                     gain ? "gain" : "best_share");
            for (size_t i = 0; i < count; i++)
                estimates[i] = best_of(m, &rows[i], k, gain);
            status = put_estimates(
                m, "best_ratio", name,
                along("curve", count,
                      gain ? "lowest mean of a mixture less the lowest of the pure networks"
                           : "share of astrocytes with the lowest mean"),
                estimates);
        }
    return status;
}

tp_status tp_mixture_write_ratios(const mixture *m) {
    size_t points = 0, curves = 0, i = 0, j = 0;
    for (size_t s = 0; s < m->count; s++) {
        points += m->sets[s].ratio[0].count;
        curves += m->sets[s].ratio[0].curve_count + 1;
    }
    row *rows = calloc(points + curves + 1, sizeof *rows), *of_curves = rows + points;
    tp_interval_estimate *estimates = calloc(points + curves + 1, sizeof *estimates);
    tp_status status = rows && estimates ? TP_OK : tp_fail_memory(m->error, "recording the sweep");
    for (size_t s = 0; status == TP_OK && s < m->count; s++) {
        for (size_t k = 0; k < m->sets[s].ratio[0].count; k++)
            rows[i++] = (row){s, k};
        for (size_t k = 0; k < m->sets[s].ratio[0].curve_count; k++)
            of_curves[j++] = (row){s, k};
        of_curves[j++] = (row){s, SIZE_MAX};
    }
    if (status == TP_OK)
        status = write_points(m, rows, points, estimates);
    if (status == TP_OK)
        status = write_curves(m, of_curves, curves, estimates);
    free(rows);
    free(estimates);
    return status;
}

/* One coefficient of one fit of a set. */
typedef struct fit_row {
    size_t set, model, regressor;
} fit_row;

static const tp_size_fit *fit_of(const mixture *m, const fit_row *r, size_t k) {
    return &m->sets[r->set].fits[k][r->model];
}

static tp_status put_fits(const mixture *m, size_t k, const fit_row *rows, size_t count,
                          tp_interval_estimate *estimates) {
    const char *measure = measure_at(m, k)->name;
    char name[NAME_ROOM];
    for (size_t i = 0; i < count; i++)
        estimates[i] = fit_of(m, &rows[i], k)->coefficients[rows[i].regressor];
    tp_status status = put_estimates(
        m, "regression", measure,
        along("coefficient", count, "change of the measure per standard deviation"), estimates);
    static const struct {
        const char *name, *long_name;
    } more[] = {{"kept", "part of the resamples where the coefficient is not 0"},
                {"explained", "part of the variance that the fit explains"},
                {"rank", "how many regressors are independent; of LASSO, are kept"},
                {"penalty", "of LASSO, by ten-fold cross-validation"}};
    for (int c = 0; status == TP_OK && c < 4; c++) {
        for (size_t i = 0; i < count; i++) {
            const tp_size_fit *fit = fit_of(m, &rows[i], k);
            const double cells[] = {fit->kept[rows[i].regressor], fit->explained, (double)fit->rank,
                                    fit->penalty};
            m->numbers[i] = cells[c];
        }
        snprintf(name, sizeof name, "%.80s_%s", measure, more[c].name);
        status = put(m, "regression", name, along("coefficient", count, more[c].long_name));
    }
    return status;
}

static tp_status put_fit_names(const mixture *m, const fit_row *rows, size_t count) {
    static const char *const models[] = {"least_squares", "lasso", "trend"};
    const char **names = calloc(count + 1, sizeof *names);
    if (!names)
        return tp_fail_memory(m->error, "recording the sweep");
    tp_layout layout = tp_layout_along(TP_UINT8, "coefficient", count, "1",
                                       "least_squares: of the smallest norm, for one regressor is "
                                       "the sum of the others; lasso; trend: least squares");
    for (size_t i = 0; i < count; i++)
        names[i] = models[rows[i].model];
    tp_status status = tp_writer_strings(m->writer, "regression/model", &layout, names, m->error);
    layout.long_name = "neurons, astrocytes, their sum (units), or their share";
    for (size_t i = 0; i < count; i++)
        names[i] = tp_size_regressors[rows[i].model][rows[i].regressor];
    if (status == TP_OK)
        status = tp_writer_strings(m->writer, "regression/regressor", &layout, names, m->error);
    free(names);
    return status;
}

tp_status tp_mixture_write_regressions(const mixture *m) {
    const size_t most = m->count * TP_SIZE_MODELS * TP_SIZE_REGRESSORS;
    tp_interval_estimate *estimates = calloc(most + 1, sizeof *estimates);
    fit_row *rows = calloc(most + 1, sizeof *rows);
    size_t count = 0;
    tp_status status = estimates && rows ? TP_OK : tp_fail_memory(m->error, "recording the sweep");
    for (size_t s = 0; status == TP_OK && s < m->count; s++)
        for (size_t model = 0; model < TP_SIZE_MODELS; model++)
            for (size_t j = 0; tp_size_regressors[model][j]; j++)
                rows[count++] = (fit_row){s, model, j};
    for (size_t i = 0; i < count; i++)
        m->numbers[i] = (double)rows[i].set;
    if (status == TP_OK)
        status = tp_record_index(m->writer, "regression", "coefficient", 0, count, m->error);
    if (status == TP_OK)
        status = put(m, "regression", "set", along("coefficient", count, "row of /map"));
    if (status == TP_OK)
        status = put_fit_names(m, rows, count);
    for (size_t k = 0; status == TP_OK && k < m->measure_count; k++)
        status = put_fits(m, k, rows, count, estimates);
    free(estimates);
    free(rows);
    return status;
}

/* The names of what else is varied and of the measures, one a line each. */
tp_status tp_mixture_put_attributes(const mixture *m, const char *group) {
    char varied[1000] = "", measures[1000] = "";
    for (size_t c = 0; c < m->levels->column_count; c++)
        if (tp_mixture_other(m, &m->levels->columns[c])) {
            const size_t used = strlen(varied);
            snprintf(varied + used, sizeof varied - used, "%s%s", used ? "\n" : "",
                     m->levels->columns[c].name);
        }
    for (size_t k = 0; k < m->measure_count; k++) {
        const size_t used = strlen(measures);
        snprintf(measures + used, sizeof measures - used, "%s%s", used ? "\n" : "",
                 measure_at(m, k)->name);
    }
    tp_status status = tp_writer_text(m->writer, group, "varied", varied, m->error);
    if (status == TP_OK)
        status = tp_writer_text(m->writer, group, "measures", measures, m->error);
    return status == TP_OK ? tp_writer_number(m->writer, group, "confidence",
                                              m->levels->sweep->confidence, m->error)
                           : status;
}
