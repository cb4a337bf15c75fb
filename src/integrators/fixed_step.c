/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the methods of a fixed step have in common. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "integrators/integrator.h"

/* The arrays of an integration, in one block; false where there is no memory. */
static bool allocate(tp_integration *integration) {
    const size_t states = integration->population->model->state_count;
    const size_t n = integration->population->n;
    const bool located = integration->method.crossing == TP_CROSSING_LOCATED;
    const size_t arrays = states * (integration->method.integrator->stages + 1 + located);
    if (n > SIZE_MAX / sizeof(double) / arrays)
        return false;
    double *next = integration->memory = calloc(n ? arrays * n : 1, sizeof(double));
    if (!next)
        return false;
    for (size_t s = 0; s < states; s++, next += n)
        integration->between[s] = next;
    for (size_t k = 0; k < integration->method.integrator->stages; k++)
        for (size_t s = 0; s < states; s++, next += n)
            integration->slope[k][s] = next;
    for (size_t s = 0; located && s < states; s++, next += n)
        integration->before[s] = next;
    return true;
}

/* The cell by which crossings are located. */
static tp_status create_one_cell(tp_integration *integration, tp_error *error) {
    const tp_population *population = integration->population;
    tp_population *cell;
    tp_status status = tp_population_create(population->model, &population->setting,
                                            TP_INITIAL_PUBLISHED, 1, &cell, error);
    if (status != TP_OK)
        return status;
    tp_method method = integration->method;
    method.crossing = TP_CROSSING_STEP_END;
    status = tp_integration_create(&method, cell, &integration->one_cell, error);
    if (status != TP_OK)
        tp_population_destroy(&cell);
    return status;
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
    if (!allocate(integration))
        return tp_fail_memory(error, "making an integrator");
    if (integration->method.crossing == TP_CROSSING_LOCATED)
        return create_one_cell(integration, error);
    return TP_OK;
}

/* Resets the cells that are at or over their threshold, at the step's end. */
static tp_status collect(tp_population *population, double when, tp_spikes *spikes,
                         tp_error *error) {
    const tp_event *event = population->model->event;
    const double threshold = population->setting.parameter[event->threshold];
    const double *watched = population->state[event->state];
    for (size_t i = 0; i < population->n; i++) {
        if (!(watched[i] >= threshold))
            continue;
        event->reset(&population->setting, population->state, i);
        tp_status status = tp_spikes_append(spikes, i, when, error);
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}

tp_status tp_fixed_step_advance(tp_integration *integration, size_t steps, tp_spikes *spikes,
                                tp_error *error) {
    tp_population *population = integration->population;
    const double h = integration->method.step_ms / population->model->time_unit_ms;
    const bool located = integration->method.crossing == TP_CROSSING_LOCATED;
    for (size_t k = 1; k <= steps; k++) {
        for (size_t s = 0; located && s < population->model->state_count; s++)
            memcpy(integration->before[s], population->state[s], population->n * sizeof(double));
        integration->method.integrator->step(integration, h);
        if (!population->model->event)
            continue;
        tp_status status = located ? tp_integration_locate(integration, k, steps, spikes, error)
                                   : collect(population, (double)k / (double)steps, spikes, error);
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}
