/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the methods of a fixed step have in common. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "integrators/integrator.h"
#include "integrators/kernels/work.h"

/* The arrays of an integration, in one block; false where there is no memory. */
static bool allocate(tp_integration *integration) {
    const size_t states = integration->population->model->state_count;
    const size_t n = integration->population->n;
    const bool located = integration->method.crossing == TP_CROSSING_LOCATED;
    /* A kernel keeps its stages in registers. */
    const tp_integrator *integrator = integration->method.integrator;
    const bool kernel = tp_kernel_for(integration->population->model, &integration->method);
    const size_t stages = kernel ? 0 : integrator->stages;
    const size_t arrays = states * (stages + !kernel + located);
    if (n > UINT32_MAX || (arrays > 0 && n > SIZE_MAX / sizeof(double) / arrays))
        return false;
    double *next = integration->memory = calloc(arrays * n + 1, sizeof(double));
    if (!next)
        return false;
    for (size_t s = 0; !kernel && s < states; s++, next += n)
        integration->between[s] = next;
    for (size_t k = 0; k < stages; k++)
        for (size_t s = 0; s < states; s++, next += n)
            integration->slope[k][s] = next;
    for (size_t s = 0; located && s < states; s++, next += n)
        integration->before[s] = next;
    integration->over = calloc(n ? n : 1, sizeof *integration->over);
    return integration->over;
}

/* The cell by which crossings are located, or a few of them for a kernel. */
static tp_status create_one_cell(tp_integration *integration, tp_error *error) {
    const tp_population *population = integration->population;
    tp_population *cell;
    tp_status status =
        tp_population_create(population->model, &population->setting, TP_INITIAL_PUBLISHED,
                             integration->fast ? TP_LOCATED_TOGETHER : 1, &cell, error);
    if (status != TP_OK)
        return status;
    tp_method method = integration->method;
    method.crossing = TP_CROSSING_STEP_END;
    status = tp_integration_create(&method, cell, &integration->one_cell, error);
    if (status != TP_OK)
        tp_population_destroy(&cell);
    return status;
}

tp_status tp_method_check(const tp_method *method, const tp_model *model, tp_error *error) {
    if (method->integrator->adaptive || method->arithmetic == TP_ARITHMETIC_PLAIN ||
        tp_kernel_for(model, method))
        return TP_OK;
    tp_fail(error, TP_INVALID, "", "%s by %s has no %s arithmetic", model->name,
            method->integrator->name, tp_arithmetic_names[method->arithmetic]);
    return tp_hint(error, "plain serves all models and integrators");
}

tp_status tp_fixed_step_begin(tp_integration *integration, tp_error *error) {
    const tp_model *model = integration->population->model;
    if (integration->method.integrator == &tp_exponential && !model->flow) {
        tp_fail(error, TP_INVALID, "", "%s cannot advance %s, whose exact solution is not known",
                tp_exponential.name, model->name);
        return tp_hint(error, "it is for linear models; rk4 takes any");
    }
    if (!integration->population->model->event)
        integration->method.crossing = TP_CROSSING_STEP_END;
    tp_status status = tp_method_check(&integration->method, model, error);
    if (status != TP_OK)
        return status;
    if (!allocate(integration))
        return tp_fail_memory(error, "making an integrator");
    status = tp_kernel_work_create(integration, &integration->fast, error);
    if (status == TP_OK && integration->method.crossing == TP_CROSSING_LOCATED)
        status = create_one_cell(integration, error);
    return status;
}

/* The reference that kernels are held to. */
static void take_by_integrator(tp_integration *integration, double h) {
    const tp_population *population = integration->population;
    const tp_model *model = population->model;
    const bool located = integration->method.crossing == TP_CROSSING_LOCATED;
    for (size_t s = 0; located && s < model->state_count; s++)
        memcpy(integration->before[s], population->state[s], population->n * sizeof(double));
    integration->method.integrator->step(integration, h);
    integration->over_count = 0;
    if (!model->event)
        return;
    const double threshold = population->setting.parameter[model->event->threshold];
    const double *watched = population->state[model->event->state];
    for (size_t i = 0; i < population->n; i++)
        if (watched[i] >= threshold)
            integration->over[integration->over_count++] = (uint32_t)i;
}

void tp_fixed_step_take(tp_integration *integration, double h) {
    if (integration->fast)
        integration->over_count = tp_kernel_work_step(integration->fast, h);
    else
        take_by_integrator(integration, h);
}

/* Resets the cells that are at or over their threshold, at the step's end. */
static tp_status collect(tp_integration *integration, double when, tp_spikes *spikes,
                         tp_error *error) {
    tp_population *population = integration->population;
    const tp_event *event = population->model->event;
    for (size_t k = 0; k < integration->over_count; k++) {
        const size_t i = integration->over[k];
        event->reset(&population->setting, population->state, i);
        tp_status status = tp_spikes_append(spikes, i, when, error);
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}

static tp_status advance_interval(tp_integration *integration, double h, size_t steps,
                                  tp_spikes *spikes, tp_error *error) {
    const bool located = integration->method.crossing == TP_CROSSING_LOCATED;
    for (size_t k = 1; k <= steps; k++) {
        tp_fixed_step_take(integration, h);
        if (integration->over_count == 0)
            continue;
        tp_status status = located ? tp_integration_locate(integration, k, steps, spikes, error)
                                   : collect(integration, (double)k / (double)steps, spikes, error);
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}

static bool goes_by_runs(const tp_integration *integration) {
    return integration->fast && tp_kernel_work_runs(integration->fast) &&
           integration->method.crossing == TP_CROSSING_STEP_END;
}

static tp_status advance(tp_integration *integration, size_t steps, size_t intervals,
                         tp_spikes *spikes, tp_error *error) {
    const tp_population *population = integration->population;
    const double h = integration->method.step_ms / population->model->time_unit_ms;
    const bool keeps = integration->keeps;
    integration->keeps = false;
    if (integration->fast && !population->inputs_held)
        tp_kernel_work_wake(integration->fast);
    if (goes_by_runs(integration))
        return tp_kernel_work_run(integration->fast, population, h, steps, intervals,
                                  keeps ? integration->kept : NULL, spikes, error);
    if (keeps)
        for (size_t s = 0; s < population->model->state_count; s++)
            memcpy(integration->kept[s], population->state[s], population->n * sizeof(double));
    for (size_t k = 0; k < intervals; k++) {
        const size_t first = spikes ? spikes->count : 0;
        tp_status status = advance_interval(integration, h, steps, spikes, error);
        if (status != TP_OK)
            return status;
        for (size_t i = first; k > 0 && spikes && i < spikes->count; i++)
            spikes->items[i].interval = (uint32_t)k;
    }
    return TP_OK;
}

tp_status tp_fixed_step_advance(tp_integration *integration, size_t steps, size_t intervals,
                                tp_spikes *spikes, tp_error *error) {
    tp_status status = advance(integration, steps, intervals, spikes, error);
    integration->beyond = false;
    if (status != TP_OK || !integration->looks)
        tp_integration_tell(integration);
    else if (goes_by_runs(integration))
        integration->beyond = tp_kernel_work_beyond(integration->fast);
    else
        integration->beyond = tp_population_check(integration->population, 0, NULL) != TP_OK;
    return status;
}

void tp_fixed_step_go_back(tp_integration *integration) {
    const tp_population *population = integration->population;
    if (integration->fast)
        tp_kernel_work_go_back(integration->fast, integration->kept);
    for (size_t s = 0; !integration->fast && s < population->model->state_count; s++)
        memcpy(population->state[s], integration->kept[s], population->n * sizeof(double));
}
