/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/cell_view.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"

/* A step or a pulse has two values; a sweep of an input has at least so many. */
enum { LEAST_OF_A_SWEEP = 5 };

static tp_status find_model(tp_cell_view *cell, tp_error *error) {
    const char *name = NULL;
    tp_status status = tp_view_text(&cell->view, "response/cell", "model", &name, error);
    if (status != TP_OK)
        return status;
    cell->model = tp_model_named(name);
    if (cell->model)
        return TP_OK;
    tp_fail(error, TP_INVALID, cell->view.source->path,
            "is of a cell of the model '%.60s', which this program does not know", name);
    return tp_hint(error, "`tripartite models` lists those it knows");
}

static tp_status read_series(tp_cell_view *cell, const char *name, tp_cell_series *series,
                             tp_error *error) {
    tp_view *view = &cell->view;
    char path[160];
    size_t count = TP_ANY_LENGTH;
    snprintf(path, sizeof path, "response/cell/%s", name);
    tp_status status = tp_view_array(view, path, 1, &count, &series->values, error);
    if (status == TP_OK)
        status = tp_view_text(view, path, "long_name", &series->long_name, error);
    if (status == TP_OK)
        status = tp_view_text(view, path, "units", &series->unit, error);
    if (status != TP_OK)
        return status;
    if (count < cell->instants)
        return tp_view_damaged(view, path, "one number for each time", error);
    series->low = INFINITY;
    series->high = -INFINITY;
    for (size_t i = 0; i < cell->instants; i++) {
        if (!isfinite(series->values[i]))
            return tp_view_damaged(view, path, "finite numbers", error);
        series->low = fmin(series->low, series->values[i]);
        series->high = fmax(series->high, series->values[i]);
    }
    return TP_OK;
}

static tp_status read_states(tp_cell_view *cell, tp_error *error) {
    const tp_model *model = cell->model;
    tp_status status = TP_OK;
    for (size_t s = 0; status == TP_OK && s < model->state_count; s++) {
        tp_cell_series *series = &cell->states[s];
        status = read_series(cell, model->states[s].name, series, error);
        char path[120];
        snprintf(path, sizeof path, "levels.%s", model->states[s].name);
        series->level = tp_view_number_or(&cell->view, path, NAN);
        series->has_level = isfinite(series->level);
    }
    for (size_t k = 0; status == TP_OK && k < model->input_count; k++)
        status = read_series(cell, model->inputs[k].name, &cell->inputs[k], error);
    return status;
}

static tp_status read_spikes(tp_cell_view *cell, tp_error *error) {
    static const char times[] = "response/spikes/cells/timestamps";
    const tp_event *event = cell->model->event;
    if (!event || !tp_record_has(cell->view.source->record, times))
        return TP_OK;
    char path[120];
    snprintf(path, sizeof path, "cell.%s", cell->model->parameters[event->threshold].name);
    cell->spike_top = tp_view_number_or(&cell->view, path, NAN);
    cell->spike_top_known = isfinite(cell->spike_top);
    return tp_view_times(&cell->view, times, &cell->spike_count, &cell->spikes, error);
}

static tp_status read_crossings(tp_cell_view *cell, tp_error *error) {
    tp_view *view = &cell->view;
    /* A run that failed has none. */
    if (!tp_record_has(view->source->record, "response/crossings/time"))
        return TP_OK;
    size_t states = TP_ANY_LENGTH, directions = TP_ANY_LENGTH;
    tp_status status = tp_view_times(view, "response/crossings/time", &cell->crossing_count,
                                     &cell->crossing_time, error);
    if (status == TP_OK)
        status = tp_view_array(view, "response/crossings/state", 1, &states, &cell->crossing_state,
                               error);
    if (status == TP_OK)
        status = tp_view_array(view, "response/crossings/direction", 1, &directions,
                               &cell->crossing_direction, error);
    if (status == TP_OK && (states != cell->crossing_count || directions != cell->crossing_count))
        status = tp_view_damaged(view, "response/crossings/state", "one for each time", error);
    return status;
}

tp_status tp_cell_view_open(const tp_figure_source *source, tp_cell_view *cell, tp_error *error) {
    static const char times[] = "response/cell/time";
    *cell = (tp_cell_view){.model = NULL};
    tp_view *view = &cell->view;
    tp_status status = tp_view_open(source, view, error);
    if (status == TP_OK)
        status = tp_view_scenario(view, error);
    if (status == TP_OK)
        status = find_model(cell, error);
    if (status == TP_OK)
        status = tp_view_times(view, times, &cell->instants, &cell->time, error);
    if (status == TP_OK && cell->instants == 0)
        status = tp_view_damaged(view, times, "at least one instant", error);
    if (status == TP_OK)
        status = read_states(cell, error);
    if (status == TP_OK)
        status = read_spikes(cell, error);
    if (status == TP_OK)
        status = read_crossings(cell, error);
    if (status != TP_OK)
        return status;
    cell->end = cell->time[cell->instants - 1] + tp_view_number_or(view, "every", 0);
    if (cell->spike_count > 0)
        cell->end = fmax(cell->end, cell->spikes[cell->spike_count - 1]);
    return cell->end > 0 ? TP_OK : tp_view_damaged(view, times, "times above 0", error);
}

size_t tp_cell_instant(const tp_cell_view *cell, double ms) {
    size_t low = 0, high = cell->instants - 1;
    while (low < high) {
        const size_t middle = low + (high - low + 1) / 2;
        if (cell->time[middle] <= ms)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

bool tp_cell_input_sweeps(const tp_cell_view *cell, size_t input) {
    double values[LEAST_OF_A_SWEEP];
    size_t count = 0;
    for (size_t i = 1; i < cell->spike_count && count < LEAST_OF_A_SWEEP; i++) {
        const double now = cell->inputs[input].values[tp_cell_instant(cell, cell->spikes[i])];
        bool known = false;
        for (size_t k = 0; k < count && !known; k++)
            known = values[k] == now;
        if (!known)
            values[count++] = now;
    }
    return count == LEAST_OF_A_SWEEP;
}
