/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cell draws no random numbers: every trial of a level is the same. */
#include "experiments/cell_trial.h"

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "experiments/cell_plan.h"
#include "experiments/scenario.h"

enum { TICKS_BETWEEN_QUESTIONS = 100, OF_SPIKES = 3, OF_A_STATE = 3 };

typedef struct cell_group {
    tp_cell_plan **plans; /* [scenario] */
    tp_population **starts;
    size_t count;
} cell_group;

static const tp_model *model_of(const tp_scenario *scenario) {
    const tp_cell_description *d = scenario->description;
    return tp_model_at((size_t)d->cell.cells.model);
}

static size_t measure_count(const tp_model *model) {
    return (model->event ? OF_SPIKES : 0) + OF_A_STATE * model->state_count;
}

static tp_status measures(const tp_scenario *scenario, tp_arena *arena, const tp_measure **list,
                          size_t *count, tp_error *error) {
    static const tp_measure of_spikes[OF_SPIKES] = {
        {"spike_count", "1", "spikes of the cell", NULL},
        {"spike_rate", "Hz", "spikes over the duration of the run", NULL},
        {"first_spike", "ms", "time of the first spike; no number where there is none", NULL},
    };
    static const char *const parts[OF_A_STATE][2] = {
        {"maximum", "largest value"}, {"minimum", "smallest value"}, {"end", "value at the end"}};
    const tp_model *model = model_of(scenario);
    *count = measure_count(model);
    tp_measure *all = tp_arena_alloc(arena, *count * sizeof *all);
    size_t n = 0;
    if (!all)
        return tp_fail_memory(error, "planning the sweep");
    for (size_t i = 0; model->event && i < OF_SPIKES; i++)
        all[n++] = of_spikes[i];
    for (size_t s = 0; s < model->state_count; s++)
        for (size_t p = 0; p < OF_A_STATE; p++) {
            const tp_state_variable *state = &model->states[s];
            const char *name = tp_arena_format(arena, "%s_%s", state->name, parts[p][0]);
            const char *long_name = tp_arena_format(arena, "%s: %s", state->long_name, parts[p][1]);
            if (!name || !long_name)
                return tp_fail_memory(error, "planning the sweep");
            all[n++] = (tp_measure){name, state->unit, long_name, NULL};
        }
    *list = all;
    return TP_OK;
}

/* Cells share nothing of their runs. */
static bool alike(const tp_scenario *a, const tp_scenario *b) {
    (void)a;
    (void)b;
    return false;
}

static void destroy(void **out) {
    cell_group *group = *out;
    if (!group)
        return;
    for (size_t i = 0; i < group->count; i++) {
        void *plan = group->plans[i];
        tp_cell_discard(&plan);
        tp_population_destroy(&group->starts[i]);
    }
    free(group->plans);
    free(group->starts);
    free(group);
    *out = NULL;
}

static tp_status create(const tp_scenario *const *scenarios, size_t count, const void *shared,
                        void **out, tp_error *error) {
    (void)shared;
    cell_group *group = calloc(1, sizeof *group);
    if (!group)
        return tp_fail_memory(error, "planning a trial");
    group->plans = calloc(count, sizeof(tp_cell_plan *));
    group->starts = calloc(count, sizeof(tp_population *));
    tp_status status =
        group->plans && group->starts ? TP_OK : tp_fail_memory(error, "planning a trial");
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        const tp_cell_description *d = scenarios[i]->description;
        void *plan = NULL;
        status = tp_cell_prepare(d, &scenarios[i]->resolved, &plan, error);
        group->plans[i] = plan;
        group->count = i + 1;
        if (status == TP_OK)
            status = tp_population_from(&d->cell.cells, 1, &group->starts[i], error);
    }
    void *made = group;
    if (status != TP_OK)
        destroy(&made);
    *out = made;
    return status;
}

typedef struct extremes {
    double maximum[TP_MAX_STATES], minimum[TP_MAX_STATES];
} extremes;

static void look(extremes *e, const tp_population *cell) {
    for (size_t s = 0; s < cell->model->state_count; s++) {
        e->maximum[s] = fmax(e->maximum[s], cell->state[s][0]);
        e->minimum[s] = fmin(e->minimum[s], cell->state[s][0]);
    }
}

static void tell(const tp_cell_plan *plan, const extremes *e, size_t spikes, double first_ms,
                 double *values) {
    const tp_model *model = plan->cell->model;
    if (model->event) {
        *values++ = (double)spikes;
        *values++ = 1000 * (double)spikes / plan->description.duration_ms;
        *values++ = first_ms;
    }
    for (size_t s = 0; s < model->state_count; s++) {
        *values++ = e->maximum[s];
        *values++ = e->minimum[s];
        *values++ = plan->cell->state[s][0];
    }
}

static tp_status run_cell(tp_cell_plan *plan, const tp_population *start,
                          const tp_observer *observer, double *values, tp_error *error) {
    tp_spikes spikes = {0};
    extremes e;
    size_t spike_count = 0;
    double first_ms = NAN;
    tp_status status = TP_OK;
    for (size_t s = 0; s < TP_MAX_STATES; s++) {
        e.maximum[s] = -INFINITY;
        e.minimum[s] = INFINITY;
    }
    tp_population_copy(plan->cell, start);
    tp_integration_restart(plan->integration);
    look(&e, plan->cell);
    for (int64_t tick = 0; status == TP_OK && tick < plan->end; tick += plan->exchange) {
        spikes.count = 0;
        tp_cell_inputs(plan, tick);
        status = tp_cell_exchange(plan, &spikes, error);
        if (status == TP_OK)
            status = tp_cell_advance(plan, tick, &spikes, error);
        if (spikes.count > 0 && spike_count == 0)
            first_ms = tp_cell_spike_ms(plan, tick, &spikes.items[0]);
        spike_count += spikes.count;
        look(&e, plan->cell);
        if (status == TP_OK && tick / plan->exchange % TICKS_BETWEEN_QUESTIONS == 0 && observer &&
            observer->stopped && observer->stopped(observer->context))
            status = tp_fail(error, TP_INTERRUPTED, "", "interrupted");
    }
    if (status == TP_OK)
        tell(plan, &e, spike_count, first_ms, values);
    tp_spikes_free(&spikes);
    return status;
}

static tp_status run(void *context, uint32_t trial, const tp_observer *observer, double *values,
                     tp_error *error) {
    cell_group *group = context;
    tp_status status = TP_OK;
    (void)trial;
    for (size_t i = 0; status == TP_OK && i < group->count; i++) {
        status = run_cell(group->plans[i], group->starts[i], observer, values, error);
        values += measure_count(group->plans[i]->cell->model);
    }
    return status;
}

const tp_trials tp_cell_trials = {
    .measures = measures, .alike = alike, .create = create, .run = run, .destroy = destroy};
