/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "integrators/integrator.h"
#include "integrators/kernels/work.h"
#include "integrators/shares.h"

static const tp_integrator *const integrators[] = {
    &tp_cvode_adams, &tp_cvode_bdf, &tp_euler,    &tp_exponential, &tp_gsl_bsimp, &tp_gsl_msadams,
    &tp_gsl_msbdf,   &tp_gsl_rk8pd, &tp_gsl_rkck, &tp_gsl_rkf45,   &tp_rk4,
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

tp_status tp_spikes_reserve(tp_spikes *spikes, size_t more, tp_error *error) {
    if (more <= spikes->room - spikes->count)
        return TP_OK;
    size_t room = spikes->room ? spikes->room : 1024;
    while (room - spikes->count < more)
        room *= 2;
    tp_spike *items = realloc(spikes->items, room * sizeof *items);
    if (!items)
        return tp_fail_memory(error, "gathering spikes");
    spikes->items = items;
    spikes->room = room;
    return TP_OK;
}

tp_status tp_spikes_append(tp_spikes *spikes, size_t cell, double when, tp_error *error) {
    tp_status status = tp_spikes_reserve(spikes, 1, error);
    if (status == TP_OK)
        spikes->items[spikes->count++] = (tp_spike){(uint32_t)cell, 0, when};
    return status;
}

void tp_spikes_free(tp_spikes *spikes) {
    free(spikes->items);
    *spikes = (tp_spikes){0};
}

const char *const tp_crossing_names[] = {"step_end", "located", NULL};
const char *const tp_arithmetic_names[] = {"plain", "fused", "single", NULL};
const char *const tp_solve_names[] = {"each", "together", NULL};

static int by_time_then_cell(const void *left, const void *right) {
    const tp_spike *a = left, *b = right;
    if (a->when != b->when)
        return a->when < b->when ? -1 : 1;
    return (a->cell > b->cell) - (a->cell < b->cell);
}

/* For the few spikes of a step: a fraction of what qsort takes. */
static void insert_in_order(tp_spike *spikes, size_t count) {
    for (size_t k = 1; k < count; k++) {
        const tp_spike spike = spikes[k];
        size_t at = k;
        for (; at > 0 && by_time_then_cell(&spikes[at - 1], &spike) > 0; at--)
            spikes[at] = spikes[at - 1];
        spikes[at] = spike;
    }
}

void tp_spikes_sort(tp_spike *spikes, size_t count) {
    enum { FEW = 48 };
    if (count <= FEW)
        insert_in_order(spikes, count);
    else
        qsort(spikes, count, sizeof *spikes, by_time_then_cell);
}

static tp_status create(const tp_method *method, tp_population *population, bool shared,
                        tp_integration **out, tp_error *error) {
    tp_integration *integration = calloc(1, sizeof *integration);
    if (!integration)
        return tp_fail_memory(error, "making an integrator");
    integration->method = *method;
    integration->population = population;
    tp_status status = method->integrator->adaptive ? method->integrator->begin(integration, error)
                       : shared                     ? tp_shares_create(integration, error)
                                                    : tp_fixed_step_begin(integration, error);
    if (status != TP_OK) {
        tp_integration_destroy(&integration);
        return status;
    }
    *out = integration;
    return TP_OK;
}

tp_status tp_integration_create_whole(const tp_method *method, tp_population *population,
                                      tp_integration **out, tp_error *error) {
    return create(method, population, false, out, error);
}

tp_status tp_integration_create(const tp_method *method, tp_population *population,
                                tp_integration **out, tp_error *error) {
    const bool shared = !method->integrator->adaptive && tp_share_count(population->n) > 1;
    return create(method, population, shared, out, error);
}

void tp_integration_destroy(tp_integration **integration) {
    if (!*integration)
        return;
    if ((*integration)->method.integrator->end)
        (*integration)->method.integrator->end(*integration);
    if ((*integration)->one_cell) {
        tp_population_destroy(&(*integration)->one_cell->population);
        tp_integration_destroy(&(*integration)->one_cell);
    }
    tp_shares_destroy(&(*integration)->shares);
    tp_kernel_work_destroy(&(*integration)->fast);
    free((*integration)->memory);
    free((*integration)->kept_memory);
    free((*integration)->over);
    free(*integration);
    *integration = NULL;
}

tp_status tp_integration_advance(tp_integration *integration, double interval_ms, tp_spikes *spikes,
                                 tp_error *error) {
    return tp_integration_advance_by(integration, interval_ms, 1, spikes, error);
}

tp_status tp_integration_advance_by(tp_integration *integration, double interval_ms,
                                    size_t intervals, tp_spikes *spikes, tp_error *error) {
    const tp_method *method = &integration->method;
    if (method->integrator->adaptive)
        return method->integrator->advance(
            integration, interval_ms / integration->population->model->time_unit_ms, spikes, error);
    const size_t steps = (size_t)nearbyint(interval_ms / method->step_ms);
    return integration->shares
               ? tp_shares_advance(integration, steps, intervals, spikes, error)
               : tp_fixed_step_advance(integration, steps, intervals, spikes, error);
}

tp_status tp_integration_keep(tp_integration *integration, tp_error *error) {
    if (integration->shares)
        return tp_shares_keep(integration->shares, error);
    const tp_population *population = integration->population;
    const size_t states = population->model->state_count, n = population->n;
    if (!integration->kept_memory) {
        double *next = integration->kept_memory = calloc(states * n + 1, sizeof(double));
        if (!next)
            return tp_fail_memory(error, "making an integrator");
        for (size_t s = 0; s < states; s++, next += n)
            integration->kept[s] = next;
    }
    integration->keeps = true;
    return TP_OK;
}

void tp_integration_go_back(tp_integration *integration) {
    if (integration->shares)
        tp_shares_go_back(integration);
    else
        tp_fixed_step_go_back(integration);
}

void tp_integration_tell(tp_integration *integration) {
    if (integration->shares)
        tp_shares_tell(integration);
    if (integration->fast)
        tp_kernel_work_tell(integration->fast);
}

void tp_integration_restart(tp_integration *integration) {
    if (integration->method.integrator->restart)
        integration->method.integrator->restart(integration);
    if (integration->shares)
        tp_shares_restart(integration->shares);
    if (integration->fast)
        tp_kernel_work_restart(integration->fast);
}

bool tp_integration_has_past(const tp_integration *integration) {
    return integration->method.integrator->adaptive ||
           (integration->shares && tp_shares_have_past(integration->shares)) ||
           (integration->fast && tp_kernel_work_has_past(integration->fast));
}

tp_status tp_integration_exchange(tp_integration *integration, tp_spikes *spikes, tp_error *error) {
    tp_population *population = integration->population;
    const tp_jump *jump = population->model->jump;
    if (!jump)
        return TP_OK;
    jump->apply(&population->setting, population->n, population->state,
                (const double *const *)population->input);
    tp_integration_restart(integration);
    const double *spiked = population->state[jump->spike];
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < population->n; i++)
        if (spiked[i] != 0)
            status = tp_spikes_append(spikes, i, 0, error);
    return status;
}

void tp_integration_slope(const tp_integration *integration, double *const *state,
                          double *const *slope) {
    const tp_population *population = integration->population;
    population->model->derivative(&population->setting, population->n, (const double *const *)state,
                                  (const double *const *)population->input, slope);
}
