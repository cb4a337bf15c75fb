/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "integrators/integrator.h"

static const tp_integrator *const integrators[] = {
    &tp_euler,
    &tp_rk4,
};

const tp_integrator *tp_integrator_at(size_t index) {
    return index < sizeof integrators / sizeof *integrators ? integrators[index] : NULL;
}

const tp_integrator *tp_integrator_named(const char *name) {
    for (size_t i = 0; i < sizeof integrators / sizeof *integrators; i++)
        if (strcmp(integrators[i]->name, name) == 0)
            return integrators[i];
    return NULL;
}

const char *tp_integrator_name(const tp_integrator *integrator) {
    return integrator->name;
}

const char *tp_integrator_summary(const tp_integrator *integrator) {
    return integrator->summary;
}

tp_status tp_spikes_append(tp_spikes *spikes, size_t cell, double when, tp_error *error) {
    if (spikes->count == spikes->room) {
        size_t room = spikes->room ? 2 * spikes->room : 1024;
        tp_spike *items = realloc(spikes->items, room * sizeof *items);
        if (!items)
            return tp_fail_memory(error, "gathering spikes");
        spikes->items = items;
        spikes->room = room;
    }
    spikes->items[spikes->count++] = (tp_spike){cell, when};
    return TP_OK;
}

void tp_spikes_free(tp_spikes *spikes) {
    free(spikes->items);
    *spikes = (tp_spikes){0};
}

const char *const tp_crossing_names[] = {"step_end", "located", NULL};

/* The arrays of an integration, in one block; false where there is no memory. */
static bool allocate(tp_integration *integration) {
    const size_t states = integration->population->model->state_count;
    const size_t n = integration->population->n;
    const bool located = integration->crossing == TP_CROSSING_LOCATED;
    const size_t arrays = states * (integration->integrator->stages + 1 + located);
    if (n > SIZE_MAX / sizeof(double) / arrays)
        return false;
    double *next = integration->memory = calloc(n ? arrays * n : 1, sizeof(double));
    if (!next)
        return false;
    for (size_t s = 0; s < states; s++, next += n)
        integration->between[s] = next;
    for (size_t k = 0; k < integration->integrator->stages; k++)
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
    status = tp_integration_create(integration->integrator, cell, integration->step_ms,
                                   TP_CROSSING_STEP_END, &integration->one_cell, error);
    if (status != TP_OK)
        tp_population_destroy(&cell);
    return status;
}

tp_status tp_integration_create(const tp_integrator *integrator, tp_population *population,
                                double step_ms, tp_crossing crossing, tp_integration **out,
                                tp_error *error) {
    tp_integration *integration = calloc(1, sizeof *integration);
    if (!integration)
        return tp_fail_memory(error, "making an integrator");
    integration->integrator = integrator;
    integration->population = population;
    integration->step_ms = step_ms;
    integration->crossing = population->model->event ? crossing : TP_CROSSING_STEP_END;
    tp_status status =
        allocate(integration) ? TP_OK : tp_fail_memory(error, "making an integrator");
    if (status == TP_OK && integration->crossing == TP_CROSSING_LOCATED)
        status = create_one_cell(integration, error);
    if (status != TP_OK) {
        tp_integration_destroy(&integration);
        return status;
    }
    *out = integration;
    return TP_OK;
}

void tp_integration_destroy(tp_integration **integration) {
    if (!*integration)
        return;
    if ((*integration)->one_cell) {
        tp_population_destroy(&(*integration)->one_cell->population);
        tp_integration_destroy(&(*integration)->one_cell);
    }
    free((*integration)->memory);
    free(*integration);
    *integration = NULL;
}

void tp_integration_slope(const tp_integration *integration, double *const *state,
                          double *const *slope) {
    const tp_population *population = integration->population;
    population->model->derivative(&population->setting, population->n, (const double *const *)state,
                                  (const double *const *)population->input, slope);
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

tp_status tp_integration_advance(tp_integration *integration, size_t steps, tp_spikes *spikes,
                                 tp_error *error) {
    tp_population *population = integration->population;
    const double h = integration->step_ms / population->model->time_unit_ms;
    const bool located = integration->crossing == TP_CROSSING_LOCATED;
    for (size_t k = 1; k <= steps; k++) {
        for (size_t s = 0; located && s < population->model->state_count; s++)
            memcpy(integration->before[s], population->state[s], population->n * sizeof(double));
        integration->integrator->step(integration, h);
        if (!population->model->event)
            continue;
        tp_status status = located ? tp_integration_locate(integration, k, steps, spikes, error)
                                   : collect(population, (double)k / (double)steps, spikes, error);
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}
