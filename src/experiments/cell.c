/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of any model under steps, pulses and ramps of its inputs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "experiments/cell_block.h"
#include "record/arrays.h"

enum { TICKS_BETWEEN_REPORTS = 500 };

typedef struct cell_plan {
    tp_cell_description description; /* its lists live in the scenario */
    tp_clock clock;
    int64_t end, every, exchange; /* ticks */
    bool level_given[TP_MAX_STATES];
    tp_population *cell;
    tp_integration *integration;
} cell_plan;

/* Growing columns of what is recorded. */
typedef struct crossings {
    double *time_ms;
    int32_t *state, *direction;
    size_t count, room;
} crossings;

typedef struct cell_run {
    cell_plan *plan;
    tp_writer *writer;
    tp_error *error;
    tp_writer_stream *time, *states[TP_MAX_STATES], *inputs[TP_MAX_INPUTS];
    tp_writer_stream *timestamps, *node_ids;
    tp_spikes spikes;
    crossings crossings;
} cell_run;

static void cell_discard(void **out) {
    cell_plan *plan = *out;
    if (!plan)
        return;
    tp_integration_destroy(&plan->integration);
    tp_population_destroy(&plan->cell);
    free(plan);
    *out = NULL;
}

/* Item i of an input's list, whose times must be ticks: inputs change at no other time. */
static tp_status check_waveform(const cell_plan *plan, const tp_resolved *resolved,
                                const tp_input *input, size_t i, const tp_waveform *waveform,
                                tp_error *error) {
    const double tick_ms = plan->description.tick_ms;
    int64_t ticks;
    char path[120];
    snprintf(path, sizeof path, "inputs.%s.%zu.value", input->name, i);
    const tp_entry *value = tp_resolved_entry(resolved, path);
    if (!value || value->left_out)
        return tp_resolved_fail(resolved, error, path, "expected a value in %s", input->unit);
    snprintf(path, sizeof path, "inputs.%s.%zu.at", input->name, i);
    tp_status status = tp_resolved_ticks(resolved, path, waveform->at_ms, tick_ms, &ticks, error);
    if (status != TP_OK || waveform->shape == TP_SHAPE_STEP)
        return status;
    snprintf(path, sizeof path, "inputs.%s.%zu.length", input->name, i);
    if (!(waveform->length_ms > 0))
        return tp_resolved_fail(resolved, error, path,
                                "a pulse or a ramp needs a length above 0 ms");
    return tp_resolved_ticks(resolved, path, waveform->length_ms, tick_ms, &ticks, error);
}

static tp_status check_waveforms(const cell_plan *plan, const tp_resolved *resolved,
                                 tp_error *error) {
    const tp_model *model = plan->cell->model;
    tp_status status = TP_OK;
    for (size_t k = 0; k < model->input_count; k++) {
        const tp_block_list *list = &plan->description.inputs.of[k];
        const tp_waveform *waveforms = list->items;
        for (size_t i = 0; status == TP_OK && i < list->count; i++)
            status = check_waveform(plan, resolved, &model->inputs[k], i, &waveforms[i], error);
    }
    return status;
}

/* States are known where an exchange interval ends, so the run ends there and records there. */
static tp_status fit_exchange(cell_plan *plan, const tp_resolved *resolved, tp_error *error) {
    const tp_cell_description *d = &plan->description;
    const double exchange_ms = d->cell.cells.exchange_ms;
    const char *message = "%g ms is not a whole number of the cell's exchange intervals of %g ms";
    if (plan->end % plan->exchange != 0)
        return tp_resolved_fail(resolved, error, "duration", message, d->duration_ms, exchange_ms);
    if (plan->every < plan->exchange)
        plan->every = plan->exchange;
    if (plan->every % plan->exchange != 0)
        return tp_resolved_fail(resolved, error, "every", message, d->every_ms, exchange_ms);
    return TP_OK;
}

static tp_status read_times(cell_plan *plan, const tp_resolved *resolved, tp_error *error) {
    const tp_cell_description *d = &plan->description;
    tp_status status =
        tp_resolved_ticks(resolved, "duration", d->duration_ms, d->tick_ms, &plan->end, error);
    if (status == TP_OK)
        status = tp_resolved_ticks(resolved, "every", d->every_ms, d->tick_ms, &plan->every, error);
    if (status == TP_OK && plan->every < 1)
        status = tp_resolved_fail(resolved, error, "every", "%g ms is shorter than the tick",
                                  d->every_ms);
    if (status == TP_OK)
        status = tp_population_timing(&d->cell.cells, "cell", d->tick_ms, resolved, &plan->exchange,
                                      error);
    return status == TP_OK ? fit_exchange(plan, resolved, error) : status;
}

/* The cell at its initial state; that there is none is told at its place in the scenario. */
static tp_status make_cell(cell_plan *plan, const tp_resolved *resolved, tp_error *error) {
    tp_error reason;
    tp_status status = tp_population_from(&plan->description.cell.cells, 1, &plan->cell, &reason);
    if (status == TP_INVALID) {
        tp_resolved_fail(resolved, error, "cell.initial", "%s", reason.message);
        return tp_hint(error, "%s", reason.hint);
    }
    if (status != TP_OK && error)
        *error = reason;
    return status;
}

/* A method that does not suit the model is told at its place, too. */
static tp_status make_integration(cell_plan *plan, const tp_resolved *resolved, tp_error *error) {
    const tp_method method = tp_method_from(&plan->description.cell.cells);
    tp_error reason;
    tp_status status = tp_integration_create(&method, plan->cell, &plan->integration, &reason);
    if (status == TP_INVALID) {
        tp_resolved_fail(resolved, error, "cell.integrator", "%s", reason.message);
        return tp_hint(error, "%s", reason.hint);
    }
    if (status != TP_OK && error)
        *error = reason;
    return status;
}

static tp_status cell_prepare(const void *description, const tp_resolved *resolved, void **out,
                              tp_error *error) {
    cell_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return tp_fail_memory(error, "planning the experiment");
    const tp_cell_description *d = description;
    plan->description = *d;
    plan->clock = tp_clock_from(d->tick_ms);
    tp_status status = read_times(plan, resolved, error);
    if (status == TP_OK)
        status = make_cell(plan, resolved, error);
    if (status == TP_OK)
        status = make_integration(plan, resolved, error);
    if (status == TP_OK)
        status = check_waveforms(plan, resolved, error);
    for (size_t s = 0; status == TP_OK && s < plan->cell->model->state_count; s++) {
        char path[120];
        snprintf(path, sizeof path, "levels.%s", plan->cell->model->states[s].name);
        const tp_entry *entry = tp_resolved_entry(resolved, path);
        plan->level_given[s] = entry && !entry->left_out;
    }
    if (status == TP_OK) {
        *out = plan;
        return TP_OK;
    }
    void *unfinished = plan;
    cell_discard(&unfinished);
    return status;
}

/* The input at a time: what is on for at <= t < at + length adds up. */
static double input_at(const tp_block_list *list, double ms) {
    const tp_waveform *waveform = list->items;
    double sum = 0;
    for (size_t i = 0; i < list->count; i++, waveform++) {
        const double since = ms - waveform->at_ms;
        /* Times are whole ticks to within rounding; this is far below any tick. */
        const double slack = 1e-9;
        if (since < -slack)
            continue;
        const bool over = since > waveform->length_ms - slack;
        if (waveform->shape == TP_SHAPE_STEP || (waveform->shape == TP_SHAPE_PULSE && !over))
            sum += waveform->value;
        else if (waveform->shape == TP_SHAPE_RAMP)
            sum += over ? waveform->value
                        : waveform->from +
                              (waveform->value - waveform->from) * since / waveform->length_ms;
    }
    return sum;
}

static tp_status open_stream(cell_run *run, const char *name, const char *unit,
                             const char *long_name, tp_writer_stream **stream) {
    const cell_plan *plan = run->plan;
    char path[120];
    snprintf(path, sizeof path, "response/cell/%s", name);
    tp_layout layout =
        tp_layout_along(TP_FLOAT64, "time", (size_t)(plan->end / plan->every) + 1, unit, long_name);
    return tp_writer_stream_open(run->writer, path, &layout, stream, run->error);
}

static tp_status open_streams(cell_run *run) {
    const tp_model *model = run->plan->cell->model;
    tp_status status =
        open_stream(run, "time", "ms", "time since the start of the run", &run->time);
    for (size_t s = 0; status == TP_OK && s < model->state_count; s++)
        status = open_stream(run, model->states[s].name, model->states[s].unit,
                             model->states[s].long_name, &run->states[s]);
    for (size_t k = 0; status == TP_OK && k < model->input_count; k++)
        status = open_stream(run, model->inputs[k].name, model->inputs[k].unit,
                             model->inputs[k].long_name, &run->inputs[k]);
    if (status == TP_OK)
        status = tp_writer_text(run->writer, "response/cell", "model", model->name, run->error);
    if (status == TP_OK && (model->event || model->jump))
        status = tp_record_open_spikes(run->writer, "response/spikes/cells", "cell",
                                       &run->timestamps, &run->node_ids, run->error);
    return status;
}

static tp_status sample(cell_run *run, double now_ms) {
    const tp_population *cell = run->plan->cell;
    tp_status status = tp_writer_append_doubles(run->time, &now_ms, 1, run->error);
    for (size_t s = 0; status == TP_OK && s < cell->model->state_count; s++)
        status = tp_writer_append_doubles(run->states[s], cell->state[s], 1, run->error);
    for (size_t k = 0; status == TP_OK && k < cell->model->input_count; k++)
        status = tp_writer_append_doubles(run->inputs[k], cell->input[k], 1, run->error);
    return status;
}

static tp_status add_crossing(cell_run *run, double time_ms, size_t state, int direction) {
    crossings *c = &run->crossings;
    if (c->count == c->room) {
        const size_t room = c->room ? 2 * c->room : 64;
        double *time = realloc(c->time_ms, room * sizeof *time);
        c->time_ms = time ? time : c->time_ms;
        int32_t *states = realloc(c->state, room * sizeof *states);
        c->state = states ? states : c->state;
        int32_t *directions = realloc(c->direction, room * sizeof *directions);
        c->direction = directions ? directions : c->direction;
        if (!time || !states || !directions)
            return tp_fail_memory(run->error, "gathering crossings");
        c->room = room;
    }
    c->time_ms[c->count] = time_ms;
    c->state[c->count] = (int32_t)state;
    c->direction[c->count++] = direction;
    return TP_OK;
}

/* Levels crossed between two ends of an exchange interval, by linear interpolation. */
static tp_status find_crossings(cell_run *run, const double *before, double start_ms,
                                double length_ms) {
    const cell_plan *plan = run->plan;
    tp_status status = TP_OK;
    for (size_t s = 0; status == TP_OK && s < plan->cell->model->state_count; s++) {
        const double level = plan->description.levels.of[s], now = plan->cell->state[s][0];
        if (!plan->level_given[s] || (before[s] > level) == (now > level))
            continue;
        const double part = (level - before[s]) / (now - before[s]);
        status = add_crossing(run, start_ms + part * length_ms, s, now > level ? 1 : -1);
    }
    return status;
}

static tp_status tell_spikes(cell_run *run, int64_t start) {
    const cell_plan *plan = run->plan;
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < run->spikes.count; k++) {
        const double when = run->spikes.items[k].when * (double)plan->exchange;
        const double time_ms = tp_clock_ms(&plan->clock, (double)start + when);
        const uint64_t cell = 0;
        status = tp_writer_append(run->timestamps, &time_ms, 1, run->error);
        if (status == TP_OK)
            status = tp_writer_append(run->node_ids, &cell, 1, run->error);
    }
    return status;
}

/* A solver knows the time within its interval alone. */
static void tell_interval(tp_error *error, double start_ms) {
    if (!error || error->status != TP_FAILED)
        return;
    const size_t used = strlen(error->message);
    snprintf(error->message + used, sizeof error->message - used, " (in the interval from %g ms)",
             start_ms);
}

/* One exchange interval from tick `start`. */
static tp_status advance(cell_run *run, int64_t start) {
    cell_plan *plan = run->plan;
    tp_population *cell = plan->cell;
    const double now_ms = tp_clock_ms(&plan->clock, (double)start);
    const double length_ms = plan->description.cell.cells.exchange_ms;
    double before[TP_MAX_STATES];
    for (size_t k = 0; k < cell->model->input_count; k++)
        cell->input[k][0] = input_at(&plan->description.inputs.of[k], now_ms);
    run->spikes.count = 0;
    tp_status status = tp_integration_exchange(plan->integration, &run->spikes, run->error);
    if (status == TP_OK && start % plan->every == 0)
        status = sample(run, now_ms);
    if (status != TP_OK)
        return status;
    for (size_t s = 0; s < cell->model->state_count; s++)
        before[s] = cell->state[s][0];
    status = tp_integration_advance(plan->integration, length_ms, &run->spikes, run->error);
    if (status != TP_OK)
        tell_interval(run->error, now_ms);
    if (status == TP_OK)
        status = tp_population_check(cell, now_ms + length_ms, run->error);
    if (status == TP_OK)
        status = tell_spikes(run, start);
    if (status == TP_OK)
        status = find_crossings(run, before, now_ms, length_ms);
    return status;
}

static tp_status write_crossings(cell_run *run, tp_error *error) {
    const crossings *c = &run->crossings;
    const struct {
        const char *name, *units, *long_name;
        tp_type type;
        const void *values;
    } columns[] = {
        {"time", "ms", "when a state crosses its level", TP_FLOAT64, c->time_ms},
        {"state", "1", "index of the state, as the model lists them", TP_INT32, c->state},
        {"direction", "1", "1 upward, -1 downward", TP_INT32, c->direction},
    };
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < sizeof columns / sizeof *columns; i++)
        status = tp_record_put(run->writer, "response/crossings", columns[i].name,
                               tp_layout_along(columns[i].type, "crossing", c->count,
                                               columns[i].units, columns[i].long_name),
                               c->count ? columns[i].values : "", error);
    return status;
}

static tp_status run_cell(cell_run *run, const tp_observer *observer) {
    const cell_plan *plan = run->plan;
    tp_status status = open_streams(run);
    for (int64_t tick = 0; status == TP_OK && tick < plan->end; tick += plan->exchange) {
        status = advance(run, tick);
        if (!observer || status != TP_OK)
            continue;
        if (observer->progress && tick / plan->exchange % TICKS_BETWEEN_REPORTS == 0)
            observer->progress(observer->context, "cell", (double)tick, (double)plan->end);
        if (observer->stopped && observer->stopped(observer->context))
            status =
                tp_fail(run->error, TP_INTERRUPTED, "", "interrupted at %g of %g ms",
                        tp_clock_ms(&plan->clock, (double)tick), plan->description.duration_ms);
    }
    if (status == TP_OK)
        return write_crossings(run, run->error);
    /* Whatever ended the run, what was seen until then is told. */
    write_crossings(run, NULL);
    return status;
}

static tp_status cell_run_plan(void *context, tp_writer *writer, const tp_observer *observer,
                               tp_error *error) {
    cell_run run = {.plan = context, .writer = writer, .error = error};
    tp_status status = run_cell(&run, observer);
    tp_spikes_free(&run.spikes);
    free(run.crossings.time_ms);
    free(run.crossings.state);
    free(run.crossings.direction);
    return status;
}

const tp_experiment tp_cell_experiment = {
    .name = "cell",
    .summary = "one cell of any model under steps, pulses and ramps of its inputs",
    .block = &tp_cell_block,
    .prepare = cell_prepare,
    .run = cell_run_plan,
    .discard = cell_discard,
};
