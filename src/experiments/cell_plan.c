/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cell_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

void tp_cell_discard(void **out) {
    tp_cell_plan *plan = *out;
    if (!plan)
        return;
    tp_integration_destroy(&plan->integration);
    tp_population_destroy(&plan->cell);
    free(plan);
    *out = NULL;
}

/* Item i of an input's list, whose times must be ticks: inputs change at no other time. */
static tp_status check_waveform(const tp_cell_plan *plan, const tp_resolved *resolved,
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

static tp_status check_waveforms(const tp_cell_plan *plan, const tp_resolved *resolved,
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
static tp_status fit_exchange(tp_cell_plan *plan, const tp_resolved *resolved, tp_error *error) {
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

static tp_status read_times(tp_cell_plan *plan, const tp_resolved *resolved, tp_error *error) {
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
static tp_status make_cell(tp_cell_plan *plan, const tp_resolved *resolved, tp_error *error) {
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
static tp_status make_integration(tp_cell_plan *plan, const tp_resolved *resolved,
                                  tp_error *error) {
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

tp_status tp_cell_prepare(const void *description, const tp_resolved *resolved, void **out,
                          tp_error *error) {
    tp_cell_plan *plan = calloc(1, sizeof *plan);
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
    tp_cell_discard(&unfinished);
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

/* A solver knows the time within its interval alone. */
static void tell_interval(tp_error *error, double start_ms) {
    if (!error || error->status != TP_FAILED)
        return;
    const size_t used = strlen(error->message);
    snprintf(error->message + used, sizeof error->message - used, " (in the interval from %g ms)",
             start_ms);
}

void tp_cell_inputs(tp_cell_plan *plan, int64_t start) {
    const double now_ms = tp_clock_ms(&plan->clock, (double)start);
    for (size_t k = 0; k < plan->cell->model->input_count; k++)
        plan->cell->input[k][0] = input_at(&plan->description.inputs.of[k], now_ms);
}

tp_status tp_cell_exchange(tp_cell_plan *plan, tp_spikes *spikes, tp_error *error) {
    return tp_integration_exchange(plan->integration, spikes, error);
}

tp_status tp_cell_advance(tp_cell_plan *plan, int64_t start, tp_spikes *spikes, tp_error *error) {
    const double now_ms = tp_clock_ms(&plan->clock, (double)start);
    const double length_ms = plan->description.cell.cells.exchange_ms;
    tp_status status = tp_integration_advance(plan->integration, length_ms, spikes, error);
    if (status != TP_OK)
        tell_interval(error, now_ms);
    if (status == TP_OK)
        status = tp_population_check(plan->cell, now_ms + length_ms, error);
    return status;
}

double tp_cell_spike_ms(const tp_cell_plan *plan, int64_t start, const tp_spike *spike) {
    return tp_clock_ms(&plan->clock, (double)start + spike->when * (double)plan->exchange);
}
