/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of any model under steps, pulses and ramps of its inputs. */
#include <stdlib.h>

#include "base/fail.h"
#include "experiments/cell_plan.h"
#include "experiments/cell_trial.h"
#include "record/arrays.h"

enum { TICKS_BETWEEN_REPORTS = 500 };

/* Growing columns of what is recorded. */
typedef struct crossings {
    double *time_ms;
    int32_t *state, *direction;
    size_t count, room;
} crossings;

typedef struct cell_run {
    tp_cell_plan *plan;
    tp_writer *writer;
    tp_error *error;
    tp_writer_stream *time, *states[TP_MAX_STATES], *inputs[TP_MAX_INPUTS];
    tp_writer_stream *timestamps, *node_ids;
    tp_spikes spikes;
    crossings crossings;
} cell_run;

static tp_status open_stream(cell_run *run, const char *name, const char *unit,
                             const char *long_name, tp_writer_stream **stream) {
    const tp_cell_plan *plan = run->plan;
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
    const tp_cell_plan *plan = run->plan;
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
    const tp_cell_plan *plan = run->plan;
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < run->spikes.count; k++) {
        const double time_ms = tp_cell_spike_ms(plan, start, &run->spikes.items[k]);
        const uint64_t cell = 0;
        status = tp_writer_append(run->timestamps, &time_ms, 1, run->error);
        if (status == TP_OK)
            status = tp_writer_append(run->node_ids, &cell, 1, run->error);
    }
    return status;
}

/* One exchange interval from tick `start`. */
static tp_status advance(cell_run *run, int64_t start) {
    tp_cell_plan *plan = run->plan;
    const tp_population *cell = plan->cell;
    const double now_ms = tp_clock_ms(&plan->clock, (double)start);
    double before[TP_MAX_STATES] = {0};
    tp_cell_inputs(plan, start);
    run->spikes.count = 0;
    tp_status status = tp_cell_exchange(plan, &run->spikes, run->error);
    if (status == TP_OK && start % plan->every == 0)
        status = sample(run, now_ms);
    if (status != TP_OK)
        return status;
    for (size_t s = 0; s < cell->model->state_count; s++)
        before[s] = cell->state[s][0];
    status = tp_cell_advance(plan, start, &run->spikes, run->error);
    if (status == TP_OK)
        status = tell_spikes(run, start);
    if (status == TP_OK)
        status = find_crossings(run, before, now_ms, plan->description.cell.cells.exchange_ms);
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
    const tp_cell_plan *plan = run->plan;
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
    .prepare = tp_cell_prepare,
    .run = cell_run_plan,
    .discard = tp_cell_discard,
    .trials = &tp_cell_trials,
};
