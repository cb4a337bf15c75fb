/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/verify_read.h"

#include <math.h>
#include <string.h>

static const char *const runs[2] = {"scenario", "reference"};

/* So many values of calcium are in memory at a time, of each run. */
enum { BLOCK_VALUES = 1 << 16 };

tp_status tp_verified_count(tp_view *view, size_t *count, tp_error *error) {
    const double *unused = NULL;
    *count = TP_ANY_LENGTH;
    tp_status status = tp_view_array(view, "comparison/spikes", 1, count, &unused, error);
    if (status == TP_OK && *count == 0)
        status = tp_view_damaged(view, "comparison/spikes", "at least one segment", error);
    return status;
}

static tp_status read_column(tp_view *view, size_t number, const char *name, double *value,
                             tp_error *error) {
    char path[80];
    snprintf(path, sizeof path, "comparison/%s", name);
    const double *values = NULL;
    size_t count = TP_ANY_LENGTH;
    tp_status status = tp_view_array(view, path, 1, &count, &values, error);
    if (status != TP_OK)
        return status;
    if (number >= count || !isfinite(values[number]) || values[number] < 0)
        return tp_view_damaged(view, path, "a number of 0 and more for each segment", error);
    *value = values[number];
    return TP_OK;
}

static tp_status read_columns(tp_view *view, size_t number, tp_verified *s, tp_error *error) {
    double spikes = 0, others = 0;
    const struct {
        const char *name;
        double *value;
    } columns[] = {{"spikes", &spikes},
                   {"neurons_with_another_count", &others},
                   {"spike_shift_median", &s->median},
                   {"spike_shift_99", &s->percentile_99},
                   {"spike_shift_most", &s->most}};
    tp_status status = tp_view_string(view, "comparison/segment", number, &s->name, error);
    for (size_t i = 0; status == TP_OK && i < sizeof columns / sizeof *columns; i++)
        status = read_column(view, number, columns[i].name, columns[i].value, error);
    if (status == TP_OK && strlen(s->name) > 60)
        status = tp_view_damaged(view, "comparison/segment", "names of segments", error);
    if (status != TP_OK)
        return status;
    s->spikes = (size_t)fmin(spikes, 1e15);
    s->other_counts = (size_t)fmin(others, 1e15);
    char path[80];
    snprintf(path, sizeof path, "scenario/%s", s->name);
    status = tp_record_number(view->source->record, path, "start", &s->start, error);
    if (status == TP_OK)
        status = tp_record_number(view->source->record, path, "end", &s->end, error);
    if (status == TP_OK && !(s->start >= 0 && s->end > s->start && s->end < INFINITY))
        status = tp_view_damaged(view, path, "start before end", error);
    return status;
}

static tp_status read_shifts(tp_view *view, size_t number, tp_verified *s, tp_error *error) {
    char path[80];
    snprintf(path, sizeof path, "comparison/shifts/%zu/time", number);
    size_t times = TP_ANY_LENGTH;
    s->pair_count = TP_ANY_LENGTH;
    tp_status status = tp_view_array(view, path, 1, &times, &s->time, error);
    snprintf(path, sizeof path, "comparison/shifts/%zu/shift", number);
    if (status == TP_OK)
        status = tp_view_array(view, path, 1, &s->pair_count, &s->shift, error);
    if (status != TP_OK)
        return status;
    if (times != s->pair_count)
        return tp_view_damaged(view, path, "one shift for each time", error);
    for (size_t i = 0; i < times; i++)
        if (!isfinite(s->time[i]) || !isfinite(s->shift[i]))
            return tp_view_damaged(view, path, "finite numbers", error);
    return TP_OK;
}

/* The largest |difference| of each of the instants from `first` on. */
static tp_status read_block(tp_view *view, char paths[2][120], const size_t *cells, size_t first,
                            size_t instants, double *out, tp_error *error) {
    const size_t start[TP_MAX_RANK] = {first};
    const size_t count[TP_MAX_RANK] = {instants, cells[0], cells[1]};
    tp_array arrays[2] = {{0}, {0}};
    tp_status status = TP_OK;
    for (int run = 0; status == TP_OK && run < 2; run++) {
        status =
            tp_record_slice(view->source->record, paths[run], start, count, &arrays[run], error);
        if (status == TP_OK && arrays[run].rank != 3)
            status = tp_view_damaged(view, paths[run], "time, row, column", error);
    }
    const size_t each = cells[0] * cells[1];
    for (size_t i = 0; status == TP_OK && i < instants * each; i++)
        out[i / each] = fmax(out[i / each], fabs(arrays[0].values[i] - arrays[1].values[i]));
    for (int run = 0; run < 2; run++)
        tp_array_free(&arrays[run]);
    return status;
}

static tp_status read_calcium(tp_view *view, tp_verified *s, tp_error *error) {
    char paths[2][120], path[120];
    size_t cells[2] = {TP_ANY_LENGTH, TP_ANY_LENGTH};
    for (int run = 0; run < 2; run++) {
        snprintf(paths[run], sizeof paths[run], "%s/%s/astrocytes/Ca", runs[run], s->name);
        if (!tp_record_has(view->source->record, paths[run]))
            return TP_OK;
    }
    size_t instants = 0;
    snprintf(path, sizeof path, "scenario/%s/astrocytes/time", s->name);
    tp_status status = tp_view_times(view, path, &instants, &s->calcium_time, error);
    static const char *const axes[2] = {"row", "column"};
    for (int axis = 0; status == TP_OK && axis < 2; axis++) {
        const double *unused = NULL;
        snprintf(path, sizeof path, "scenario/%s/astrocytes/%s", s->name, axes[axis]);
        status = tp_view_array(view, path, 1, &cells[axis], &unused, error);
    }
    if (status != TP_OK)
        return status;
    if (cells[0] == 0 || cells[1] == 0)
        return tp_view_damaged(view, path, "at least one astrocyte", error);
    double *most = tp_view_alloc(view, instants, sizeof *most, error);
    if (!most)
        return TP_FAILED;
    const size_t block = BLOCK_VALUES / (cells[0] * cells[1]) + 1;
    for (size_t i = 0; status == TP_OK && i < instants; i += block)
        status = read_block(view, paths, cells, i, instants - i < block ? instants - i : block,
                            most + i, error);
    s->calcium = most;
    s->instants = status == TP_OK ? instants : 0;
    return status;
}

/* The first readout is that by the number of spikes. */
static tp_status read_recalled(tp_view *view, tp_verified *s, tp_error *error) {
    size_t dims[3] = {TP_ANY_LENGTH, TP_ANY_LENGTH, TP_ANY_LENGTH};
    tp_status status = TP_OK;
    for (int run = 0; status == TP_OK && run < 2; run++) {
        char path[120];
        snprintf(path, sizeof path, "%s/%s/readouts/response", runs[run], s->name);
        if (!tp_record_has(view->source->record, path))
            return TP_OK;
        status = tp_view_array(view, path, 3, dims, &s->recalled[run], error);
        if (status == TP_OK && (dims[0] == 0 || dims[1] == 0 || dims[2] == 0))
            status = tp_view_damaged(view, path, "at least one readout", error);
    }
    if (status != TP_OK)
        return status;
    s->rows = dims[1];
    s->columns = dims[2];
    for (size_t i = 0; i < s->rows * s->columns; i++)
        s->changed += (s->recalled[0][i] != 0) != (s->recalled[1][i] != 0);
    return TP_OK;
}

tp_status tp_verified_read(tp_view *view, size_t number, tp_verified *segment, tp_error *error) {
    *segment = (tp_verified){.name = ""};
    tp_status status = read_columns(view, number, segment, error);
    if (status == TP_OK)
        status = read_shifts(view, number, segment, error);
    if (status == TP_OK)
        status = read_calcium(view, segment, error);
    if (status == TP_OK)
        status = read_recalled(view, segment, error);
    return status;
}
