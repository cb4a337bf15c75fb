/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/forecast_read.h"

#include <math.h>
#include <stdio.h>

static tp_status read_names(tp_forecast_view *f, const char *path, size_t count,
                            const char ***names, tp_error *error) {
    *names = tp_view_alloc(&f->view, count + 1, sizeof **names, error);
    tp_status status = *names ? TP_OK : TP_FAILED;
    for (size_t i = 0; status == TP_OK && i < count; i++)
        status = tp_view_string(&f->view, path, i, &(*names)[i], error);
    return status;
}

static tp_status read_segment(tp_forecast_view *f, const char *segment, const char *truth,
                              size_t *samples, const double **time, const double **series,
                              const double **forecast, tp_error *error) {
    char path[80];
    snprintf(path, sizeof path, "%s/time", segment);
    tp_status status = tp_view_times(&f->view, path, samples, time, error);
    const char *const names[] = {truth, "forecast"};
    const double **const arrays[] = {series, forecast};
    for (int i = 0; status == TP_OK && i < 2; i++) {
        size_t dims[2] = {*samples, f->coordinates};
        snprintf(path, sizeof path, "%s/%s", segment, names[i]);
        status = tp_view_array(&f->view, path, 2, dims, arrays[i], error);
        f->coordinates = dims[1];
    }
    if (status == TP_OK && (*samples < 2 || f->coordinates == 0))
        status = tp_view_damaged(&f->view, path, "at least two samples", error);
    for (size_t i = 0; status == TP_OK && i < *samples * f->coordinates; i++)
        if (!isfinite((*series)[i]))
            status = tp_view_damaged(&f->view, path, "finite samples of the series", error);
    return status;
}

static tp_status read_numbers(tp_forecast_view *f, tp_error *error) {
    const struct {
        const char *name;
        double *value;
    } numbers[] = {{"threshold", &f->threshold},
                   {"lyapunov_exponent", &f->exponent},
                   {"valid_time", &f->valid_time}};
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < sizeof numbers / sizeof *numbers; i++) {
        status = tp_record_number(f->view.source->record, "free_run", numbers[i].name,
                                  numbers[i].value, error);
        if (status == TP_OK && !(*numbers[i].value >= 0 && *numbers[i].value < INFINITY))
            status = tp_view_damaged(&f->view, "free_run", "numbers of 0 and more", error);
    }
    return status;
}

static tp_status read_summary(tp_forecast_view *f, tp_error *error) {
    const struct {
        const char *path;
        const double **values;
    } columns[] = {{"summary/test_error", &f->test_error},
                   {"summary/valid_time", &f->valid_times},
                   {"summary/learning_rate", &f->learning_rate}};
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < sizeof columns / sizeof *columns; i++)
        status = tp_view_array(&f->view, columns[i].path, 1, &f->forecaster_count,
                               columns[i].values, error);
    if (status == TP_OK && (f->forecaster_count == 0 || f->forecaster_count > TP_MOST_FORECASTERS))
        status = tp_view_damaged(&f->view, "summary", "from one to seven forecasters", error);
    size_t losses[2] = {f->forecaster_count, TP_ANY_LENGTH},
           errors[2] = {f->forecaster_count, f->freed};
    if (status == TP_OK)
        status = tp_view_array(&f->view, "summary/loss", 2, losses, &f->losses, error);
    if (status == TP_OK)
        status = tp_view_array(&f->view, "summary/free_run_error", 2, errors, &f->errors, error);
    f->epochs = losses[1];
    f->steps = errors[1];
    return status == TP_OK
               ? read_names(f, "summary/name", f->forecaster_count, &f->forecasters, error)
               : status;
}

tp_status tp_forecast_view_open(const tp_figure_source *source, tp_forecast_view *f,
                                tp_error *error) {
    f->coordinates = f->forecaster_count = TP_ANY_LENGTH;
    tp_status status = tp_view_open(source, &f->view, error);
    if (status == TP_OK)
        status = read_segment(f, "drive", "input", &f->driven, &f->drive_time, &f->input, &f->next,
                              error);
    if (status == TP_OK)
        status = read_segment(f, "free_run", "target", &f->freed, &f->free_time, &f->target,
                              &f->free, error);
    if (status == TP_OK)
        status = read_names(f, "free_run/coordinate_name", f->coordinates, &f->names, error);
    if (status == TP_OK)
        status = read_numbers(f, error);
    return status == TP_OK ? read_summary(f, error) : status;
}
