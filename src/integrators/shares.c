/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/shares.h"

#include <stdlib.h>
#include <string.h>

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
    size_t steps, intervals; /* to advance by */
    size_t *spans;           /* [share][interval] of an advance: see spans_of */
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

bool tp_shares_have_past(const tp_shares *shares) {
    return tp_integration_has_past(shares->items[0].integration);
}

tp_status tp_shares_keep(tp_shares *shares, tp_error *error) {
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < shares->count; k++)
        status = tp_integration_keep(shares->items[k].integration, error);
    return status;
}

static void go_back(void *context, size_t part) {
    tp_shares *shares = context;
    tp_fixed_step_go_back(shares->items[part].integration);
}

void tp_shares_go_back(tp_integration *integration) {
    tp_crew_do(integration->crew, integration->shares->count, go_back, integration->shares);
}

static void tell(void *context, size_t part) {
    const tp_shares *shares = context;
    tp_integration_tell(shares->items[part].integration);
}

void tp_shares_tell(tp_integration *integration) {
    tp_crew_do(integration->crew, integration->shares->count, tell, integration->shares);
}

/* [interval] spikes of the share before those of the interval; and all of them. */
static size_t *spans_of(const tp_shares *shares, size_t k) {
    return shares->spans + k * (shares->intervals + 1);
}

/* While the spikes are in the cache. */
static void count_spans(const tp_shares *shares, size_t k) {
    const tp_spikes *spikes = &shares->items[k].spikes;
    size_t *span = spans_of(shares, k), i = 0;
    for (size_t interval = 0; interval <= shares->intervals; interval++) {
        while (i < spikes->count && spikes->items[i].interval < interval)
            i++;
        span[interval] = i;
    }
}

static void advance(void *context, size_t part) {
    tp_shares *shares = context;
    share *s = &shares->items[part];
    s->spikes.count = 0;
    s->status = tp_fixed_step_advance(s->integration, shares->steps, shares->intervals, &s->spikes,
                                      &s->error);
    count_spans(shares, part);
}

enum { FEW_STEPS = 64 };

/* Where all spikes of the shares go, interval by interval. */
typedef struct gathering {
    const tp_shares *shares;
    tp_spike *to; /* those of the first interval */
    size_t *next; /* [interval][step] where the next spike at the end of a step goes; NULL: they are
                   * sorted by their time */
    bool one_time; /* all spikes of an interval are at its end */
} gathering;

/* The step at whose end it is, counted from 0. */
static size_t step_of(const gathering *g, size_t k, size_t i) {
    return (size_t)(g->shares->items[k].spikes.items[i].when * (double)g->shares->steps - 0.5);
}

static void put(const share *s, size_t i, tp_spike *to) {
    *to = s->spikes.items[i];
    to->cell += (uint32_t)s->first;
}

/* The spikes of one interval, one share's behind the other's, then by their time. */
static void gather_by_time(const gathering *g, size_t interval, tp_spike *to) {
    tp_spike *next = to;
    size_t spiking = 0;
    for (size_t k = 0; k < g->shares->count; k++) {
        const size_t *span = spans_of(g->shares, k);
        spiking += span[interval + 1] > span[interval];
        for (size_t i = span[interval]; i < span[interval + 1]; i++)
            put(&g->shares->items[k], i, next++);
    }
    if (spiking > 1 && !g->one_time)
        tp_spikes_sort(to, (size_t)(next - to));
}

/* The same where all are at the end of one of a few steps: no sorting. */
static void gather_by_step(const gathering *g, size_t interval, tp_spike *to) {
    const size_t steps = g->shares->steps;
    size_t *next = g->next + interval * steps, total = 0;
    memset(next, 0, steps * sizeof *next);
    for (size_t k = 0; k < g->shares->count; k++) {
        const size_t *span = spans_of(g->shares, k) + interval;
        for (size_t i = span[0]; i < span[1]; i++)
            next[step_of(g, k, i)]++;
    }
    for (size_t s = 0; s < steps; s++) {
        const size_t count = next[s];
        next[s] = total;
        total += count;
    }
    for (size_t k = 0; k < g->shares->count; k++) {
        const size_t *span = spans_of(g->shares, k) + interval;
        for (size_t i = span[0]; i < span[1]; i++)
            put(&g->shares->items[k], i, to + next[step_of(g, k, i)]++);
    }
}

static void gather(void *context, size_t interval) {
    const gathering *g = context;
    tp_spike *to = g->to;
    for (size_t k = 0; k < g->shares->count; k++)
        to += spans_of(g->shares, k)[interval];
    (g->next ? gather_by_step : gather_by_time)(g, interval, to);
}

static tp_status gather_all(const tp_integration *integration, tp_spikes *spikes, tp_error *error) {
    const tp_shares *shares = integration->shares;
    size_t total = 0;
    for (size_t k = 0; k < shares->count; k++)
        total += shares->items[k].spikes.count;
    if (total == 0)
        return TP_OK;
    tp_status status = tp_spikes_reserve(spikes, total, error);
    if (status != TP_OK)
        return status;
    const bool located = integration->method.crossing == TP_CROSSING_LOCATED;
    gathering g = {.shares = shares,
                   .to = spikes->items + spikes->count,
                   .one_time = !located && shares->steps == 1};
    if (!located && !g.one_time && shares->steps <= FEW_STEPS) {
        g.next = malloc(shares->intervals * shares->steps * sizeof *g.next);
        if (!g.next)
            return tp_fail_memory(error, "gathering spikes");
    }
    tp_crew_do(integration->crew, shares->intervals, gather, &g);
    free(g.next);
    spikes->count += total;
    return TP_OK;
}

/* The first error, if any. */
static tp_status advance_all(tp_integration *integration, tp_error *error) {
    tp_shares *shares = integration->shares;
    tp_crew_do(integration->crew, shares->count, advance, shares);
    integration->beyond = false;
    for (size_t k = 0; k < shares->count; k++) {
        const share *s = &shares->items[k];
        integration->beyond |= s->integration->beyond;
        if (s->status == TP_OK)
            continue;
        if (error)
            *error = s->error;
        return s->status;
    }
    return TP_OK;
}

tp_status tp_shares_advance(tp_integration *integration, size_t steps, size_t intervals,
                            tp_spikes *spikes, tp_error *error) {
    tp_shares *shares = integration->shares;
    shares->steps = steps;
    shares->intervals = intervals;
    shares->spans = malloc(shares->count * (intervals + 1) * sizeof *shares->spans);
    if (!shares->spans)
        return tp_fail_memory(error, "gathering spikes");
    for (size_t k = 0; k < shares->count; k++) {
        shares->items[k].cells.inputs_held = integration->population->inputs_held;
        shares->items[k].integration->looks = integration->looks;
    }
    tp_status status = advance_all(integration, error);
    if (status == TP_OK)
        status = gather_all(integration, spikes, error);
    free(shares->spans);
    return status;
}
