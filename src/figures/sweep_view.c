/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/sweep_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "figures/sweep_labels.h"

enum { MOST_LEVELS = 100000, PATH_ROOM = 600 };

static tp_status read_part(tp_sweep_view *s, const char *name, const char *part,
                           const double **values, tp_error *error) {
    char path[PATH_ROOM];
    size_t count = s->levels;
    snprintf(path, sizeof path, "summary/%.500s_%s", name, part);
    return tp_view_array(&s->view, path, 1, &count, values, error);
}

/* A series that the record does not hold stays NULL. */
static tp_status read_series(tp_sweep_view *s, const char *name, tp_sweep_series *series,
                             tp_error *error) {
    char path[PATH_ROOM];
    *series = (tp_sweep_series){NULL, NULL, NULL};
    snprintf(path, sizeof path, "summary/%.500s_mean", name);
    if (!tp_record_has(s->view.source->record, path))
        return TP_OK;
    tp_status status = read_part(s, name, "mean", &series->mean, error);
    if (status == TP_OK)
        status = read_part(s, name, "lower", &series->lower, error);
    return status == TP_OK ? read_part(s, name, "upper", &series->upper, error) : status;
}

tp_status tp_sweep_view_measure(tp_sweep_view *s, const char *name, const char *baseline,
                                tp_sweep_measure *measure, tp_error *error) {
    char text[PATH_ROOM];
    *measure = (tp_sweep_measure){.name = name, .baseline = baseline};
    tp_status status = read_series(s, name, &measure->own, error);
    if (status == TP_OK && !measure->own.mean) {
        snprintf(text, sizeof text, "summary/%.500s_mean", name);
        status = tp_view_lacks(&s->view, text, error);
    }
    if (status == TP_OK && *baseline)
        status = read_series(s, baseline, &measure->input, error);
    snprintf(text, sizeof text, "%.250s_minus_%.250s", name, baseline);
    if (status == TP_OK && *baseline)
        status = read_series(s, text, &measure->less_input, error);
    snprintf(text, sizeof text, "control_%.250s", name);
    if (status == TP_OK)
        status = read_series(s, text, &measure->control, error);
    snprintf(text, sizeof text, "%.250s_minus_control", name);
    return status == TP_OK ? read_series(s, text, &measure->less_control, error) : status;
}

static tp_status read_summary(tp_sweep_view *s, tp_error *error) {
    tp_view *view = &s->view;
    s->levels = TP_ANY_LENGTH;
    tp_status status = tp_view_array(view, "summary/trials", 1, &s->levels, &s->trials, error);
    if (status == TP_OK && (s->levels == 0 || s->levels > MOST_LEVELS))
        status = tp_view_damaged(view, "summary/trials", "1 to 100000 levels", error);
    if (status == TP_OK)
        status = tp_view_text(view, "summary", "measure", &s->measure, error);
    if (status == TP_OK)
        status = tp_view_text(view, "summary", "interval", &s->interval, error);
    if (status == TP_OK)
        status =
            tp_record_number(view->source->record, "summary", "confidence", &s->confidence, error);
    return status;
}

/* --- along a numeric axis ------------------------------------------------------------------- */

static tp_status read_axis(tp_sweep_view *s, tp_error *error) {
    enum { SHORT_NAME = 40 };
    const char *along = NULL, *units = NULL, *name = NULL;
    char path[PATH_ROOM];
    size_t count = s->levels;
    double most = 0;
    tp_status status = tp_view_text(&s->view, "crossings", "along", &along, error);
    if (status != TP_OK)
        return status;
    snprintf(path, sizeof path, "summary/%.500s", along);
    status = tp_view_array(&s->view, path, 1, &count, &s->x, error);
    if (status == TP_OK)
        status = tp_view_text(&s->view, path, "units", &units, error);
    if (status == TP_OK)
        status = tp_view_text(&s->view, path, "long_name", &name, error);
    for (size_t level = 0; status == TP_OK && level < s->levels; level++) {
        if (!isfinite(s->x[level]))
            return tp_view_damaged(&s->view, path, "finite numbers", error);
        most = fmax(most, fabs(s->x[level]));
    }
    if (status != TP_OK)
        return status;
    const bool seconds = strcmp(units, "ms") == 0 && most >= 2000;
    s->unit = seconds ? 1000 : 1;
    const tp_short_text unit = tp_view_unit(seconds ? "s" : units);
    /* In the field's words where there is a name for it, and not a sentence. */
    if (strlen(name) > SHORT_NAME)
        name = along;
    snprintf(s->axis.text, sizeof s->axis.text, "%.200s%s%.100s%s", name, *unit.text ? " (" : "",
             unit.text, *unit.text ? ")" : "");
    return TP_OK;
}

/* Whether the curve has a level of that x already: then another curve is of the same values. */
static bool taken(const tp_sweep_view *s, const tp_sweep_curve *curve, double x) {
    for (size_t i = 0; i < curve->count; i++)
        if (s->x[curve->levels[i]] == x)
            return true;
    return false;
}

static void add_level(const tp_sweep_view *s, tp_sweep_curve *curve, size_t level) {
    size_t at = curve->count++;
    for (; at > 0 && s->x[curve->levels[at - 1]] > s->x[level]; at--)
        curve->levels[at] = curve->levels[at - 1];
    curve->levels[at] = level;
}

static tp_status fill_curves(tp_sweep_view *s, tp_error *error) {
    tp_sweep_labels own, of;
    tp_status status = tp_sweep_keys_read(&s->view, "summary", "crossings", s->levels, &own, error);
    if (status == TP_OK)
        status = tp_sweep_keys_read(&s->view, "crossings", "crossings", s->curve_count, &of, error);
    if (status != TP_OK)
        return status;
    const size_t most = s->levels / s->curve_count + 1;
    for (size_t c = 0; c < s->curve_count; c++) {
        s->curves[c].levels = tp_view_alloc(&s->view, most, sizeof *s->curves[c].levels, error);
        if (!s->curves[c].levels)
            return TP_FAILED;
    }
    for (size_t level = 0; level < s->levels; level++)
        for (size_t c = 0; c < s->curve_count; c++)
            if (s->curves[c].count < most && strcmp(of.labels[c], own.labels[level]) == 0 &&
                !taken(s, &s->curves[c], s->x[level])) {
                add_level(s, &s->curves[c], level);
                break;
            }
    return TP_OK;
}

static tp_status read_points(tp_sweep_view *s, const char *name, bool falls, tp_error *error) {
    static const char *const ends[] = {"", "_lower", "_upper"};
    for (int e = 0; e < 3; e++) {
        char path[PATH_ROOM];
        const double *values;
        size_t count = s->curve_count;
        snprintf(path, sizeof path, "crossings/%s%s", name, ends[e]);
        tp_status status = tp_view_array(&s->view, path, 1, &count, &values, error);
        if (status != TP_OK)
            return status;
        for (size_t c = 0; c < s->curve_count; c++) {
            tp_sweep_point *point = falls ? &s->curves[c].falls : &s->curves[c].overtakes;
            *(e == 0 ? &point->at : e == 1 ? &point->lower : &point->upper) = values[c];
        }
    }
    return TP_OK;
}

static tp_status read_curves(tp_sweep_view *s, tp_error *error) {
    const double *index;
    tp_sweep_labels labels;
    tp_status status = read_axis(s, error);
    s->curve_count = TP_ANY_LENGTH;
    if (status == TP_OK)
        status = tp_view_array(&s->view, "crossings/curve", 1, &s->curve_count, &index, error);
    if (status == TP_OK && (s->curve_count == 0 || s->curve_count > s->levels))
        status = tp_view_damaged(&s->view, "crossings/curve", "1 to as many as levels", error);
    const bool sought = tp_record_has(s->view.source->record, "crossings/falls_below");
    s->below = NAN;
    if (status == TP_OK && sought)
        status = tp_record_number(s->view.source->record, "crossings", "below", &s->below, error);
    if (status == TP_OK)
        status = tp_sweep_labels_read(&s->view, "crossings", s->curve_count, &labels, error);
    if (status != TP_OK)
        return status;
    s->others = labels.heading;
    s->curves = tp_view_alloc(&s->view, s->curve_count, sizeof *s->curves, error);
    if (!s->curves)
        return TP_FAILED;
    const tp_sweep_point unknown = {NAN, NAN, NAN};
    for (size_t c = 0; c < s->curve_count; c++)
        s->curves[c] =
            (tp_sweep_curve){.label = labels.labels[c], .falls = unknown, .overtakes = unknown};
    status = fill_curves(s, error);
    if (status == TP_OK && sought)
        status = read_points(s, "falls_below", true, error);
    if (status == TP_OK && tp_record_has(s->view.source->record, "crossings/overtakes_baseline"))
        status = read_points(s, "overtakes_baseline", false, error);
    return status;
}

/* --- by categories -------------------------------------------------------------------------- */

static tp_status read_categories(tp_sweep_view *s, tp_error *error) {
    const tp_sweep_point unknown = {NAN, NAN, NAN};
    tp_sweep_labels labels;
    tp_status status = tp_sweep_labels_read(&s->view, "summary", s->levels, &labels, error);
    if (status != TP_OK)
        return status;
    snprintf(s->axis.text, sizeof s->axis.text, "%.300s", labels.heading);
    s->labels = labels.labels;
    s->others = "";
    s->unit = 1;
    s->below = NAN;
    s->curve_count = 1;
    s->curves = tp_view_alloc(&s->view, 1, sizeof *s->curves, error);
    size_t *levels = tp_view_alloc(&s->view, s->levels, sizeof *levels, error);
    if (!s->curves || !levels)
        return TP_FAILED;
    for (size_t level = 0; level < s->levels; level++)
        levels[level] = level;
    s->curves[0] = (tp_sweep_curve){"", levels, s->levels, unknown, unknown};
    return TP_OK;
}

tp_status tp_sweep_view_open(const tp_figure_source *source, tp_sweep_view *s, tp_error *error) {
    *s = (tp_sweep_view){0};
    tp_status status = tp_view_open(source, &s->view, error);
    if (status == TP_OK)
        status = read_summary(s, error);
    if (status != TP_OK)
        return status;
    return tp_record_has(source->record, "crossings") ? read_curves(s, error)
                                                      : read_categories(s, error);
}

void tp_sweep_view_close(tp_sweep_view *s) {
    tp_view_close(&s->view);
}
