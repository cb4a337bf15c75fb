/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/shares.h"

#include <stdlib.h>

#include "base/fail.h"

typedef struct share {
    tp_population cells; /* a view: its arrays are the whole population's */
    tp_integration *integration;
    size_t first;
    tp_spikes spikes;
    tp_status status;
    tp_error error;
} share;

struct tp_shares {
    size_t count;
    size_t steps; /* to advance by */
    share items[];
};

size_t tp_share_count(size_t n) {
    return n < 2 * TP_SHARE_CELLS ? 1 : n / TP_SHARE_CELLS;
}

tp_status tp_shares_create(tp_integration *integration, tp_error *error) {
    const tp_population *whole = integration->population;
    const size_t count = tp_share_count(whole->n);
    tp_shares *shares = calloc(1, sizeof *shares + count * sizeof *shares->items);
    integration->shares = shares;
    if (!shares)
        return tp_fail_memory(error, "making an integrator");
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < count; k++) {
        share *s = &shares->items[k];
        s->first = k * TP_SHARE_CELLS;
        s->cells = *whole;
        s->cells.memory = NULL;
        s->cells.n = k + 1 < count ? TP_SHARE_CELLS : whole->n - s->first;
        for (size_t i = 0; i < whole->model->state_count; i++)
            s->cells.state[i] += s->first;
        for (size_t i = 0; i < whole->model->input_count; i++)
            s->cells.input[i] += s->first;
        shares->count = k + 1;
        status =
            tp_integration_create_whole(&integration->method, &s->cells, &s->integration, error);
    }
    return status;
}

void tp_shares_destroy(tp_shares **shares) {
    for (size_t k = 0; *shares && k < (*shares)->count; k++) {
        tp_integration_destroy(&(*shares)->items[k].integration);
        tp_spikes_free(&(*shares)->items[k].spikes);
    }
    free(*shares);
    *shares = NULL;
}

void tp_shares_restart(tp_shares *shares) {
    for (size_t k = 0; k < shares->count; k++)
        tp_integration_restart(shares->items[k].integration);
}

static void advance(void *context, size_t part) {
    tp_shares *shares = context;
    share *s = &shares->items[part];
    s->spikes.count = 0;
    s->status = tp_fixed_step_advance(s->integration, shares->steps, &s->spikes, &s->error);
}

/* One share's spikes behind the others'. */
static tp_status gather(const share *s, tp_spikes *spikes, tp_error *error) {
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < s->spikes.count; i++)
        status = tp_spikes_append(spikes, s->first + s->spikes.items[i].cell,
                                  s->spikes.items[i].when, error);
    return status;
}

tp_status tp_shares_advance(tp_integration *integration, size_t steps, tp_spikes *spikes,
                            tp_error *error) {
    tp_shares *shares = integration->shares;
    const size_t before = spikes ? spikes->count : 0;
    size_t spiking = 0;
    shares->steps = steps;
    for (size_t k = 0; k < shares->count; k++)
        shares->items[k].cells.inputs_held = integration->population->inputs_held;
    tp_crew_do(integration->crew, shares->count, advance, shares);
    for (size_t k = 0; k < shares->count; k++) {
        const share *s = &shares->items[k];
        tp_status status = s->status;
        if (status != TP_OK && error)
            *error = s->error;
        if (status == TP_OK && s->spikes.count > 0) {
            status = gather(s, spikes, error);
            spiking++;
        }
        if (status != TP_OK)
            return status;
    }
    /* At the end of a single step all spikes are of one time, and their cells in order already. */
    if (spiking > 1 && (steps > 1 || integration->method.crossing == TP_CROSSING_LOCATED))
        tp_spikes_sort(spikes, before);
    return TP_OK;
}
