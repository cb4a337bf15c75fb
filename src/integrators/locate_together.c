/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What locate.c does with one cell after another, for several at a time by a kernel: each lane asks
 * for a step of its own length, and goes on by what came out. The lengths asked for, and so all
 * bits, are those of locate.c, which is the plainer to read. */
#include <math.h>

#include "integrators/kernels/work.h"

typedef enum asked { NOTHING, WHOLE, GUESS, LAST_GUESS, AT_ONCE } asked;

/* A cell on its way through the step. */
typedef struct lane {
    size_t cell;
    asked asked;
    double from[TP_MAX_STATES]; /* its state at the start, or after its last event */
    double passed;              /* of the step, up to there */
    double step;                /* the length asked for */
    /* The search for a crossing between 0 and `length`, as in locate.c. */
    double length, low, high, under, over;
    int side, iterations, events;
} lane;

typedef struct search {
    tp_integration *integration;
    tp_population *cells; /* one for each lane */
    lane lanes[TP_LOCATED_TOGETHER];
    size_t next; /* of integration->over */
    double h, threshold;
    size_t step, steps, watched;
    tp_spikes *spikes;
    tp_error *error;
} search;

static void ask(lane *l, asked what, double step) {
    l->asked = what;
    l->step = step;
}

/* Takes the next cell into the lane; there is nothing to ask where there is none. */
static void take_next(search *s, size_t k) {
    const tp_integration *integration = s->integration;
    const tp_population *population = integration->population;
    lane *l = &s->lanes[k];
    *l = (lane){.asked = NOTHING};
    for (size_t i = 0; i < population->model->input_count; i++)
        s->cells->input[i][k] = 0;
    if (s->next == integration->over_count)
        return;
    l->cell = integration->over[s->next++];
    for (size_t i = 0; i < population->model->input_count; i++)
        s->cells->input[i][k] = population->input[i][l->cell];
    for (size_t i = 0; i < population->model->state_count; i++)
        l->from[i] = integration->before[i][l->cell];
    ask(l, WHOLE, s->h);
}

/* The lane's cell has arrived at the step's end. */
static void arrive(search *s, size_t k) {
    tp_population *population = s->integration->population;
    for (size_t i = 0; i < population->model->state_count; i++)
        population->state[i][s->lanes[k].cell] = s->cells->state[i][k];
    take_next(s, k);
}

static void guess(lane *l) {
    if (l->iterations >= TP_MOST_ITERATIONS || !(l->high - l->low > 1e-14 * l->length)) {
        ask(l, LAST_GUESS, l->high);
        return;
    }
    double middle = (l->low * l->over - l->high * l->under) / (l->over - l->under);
    if (!(middle > l->low && middle < l->high))
        middle = l->low + (l->high - l->low) / 2;
    ask(l, GUESS, middle);
}

static void begin_search(search *s, lane *l, double over) {
    l->length = l->high = l->step;
    l->low = 0;
    l->over = over;
    l->under = l->from[s->watched] - s->threshold;
    l->side = l->iterations = 0;
    guess(l);
}

static void narrow(lane *l, double value) {
    if (value >= 0) {
        l->high = l->step;
        l->over = value;
        l->under = l->side == 1 ? l->under / 2 : l->under;
        l->side = 1;
    } else {
        l->low = l->step;
        l->under = value;
        l->over = l->side == -1 ? l->over / 2 : l->over;
        l->side = -1;
    }
    l->iterations++;
    guess(l);
}

/* The lane's cell is at its crossing. */
static tp_status cross(search *s, size_t k) {
    lane *l = &s->lanes[k];
    const tp_model *model = s->cells->model;
    l->passed += l->step;
    model->event->reset(&s->cells->setting, s->cells->state, k);
    for (size_t i = 0; i < model->state_count; i++)
        l->from[i] = s->cells->state[i][k];
    const double when = ((double)(s->step - 1) + fmin(l->passed / s->h, 1)) / (double)s->steps;
    tp_status status = tp_spikes_append(s->spikes, l->cell, when, s->error);
    if (++l->events == TP_MOST_EVENTS_IN_STEP)
        arrive(s, k);
    else
        ask(l, WHOLE, s->h - l->passed);
    return status;
}

/* What was asked for has been done. */
static tp_status follow(search *s, size_t k) {
    lane *l = &s->lanes[k];
    const double value = s->cells->state[s->watched][k] - s->threshold;
    switch (l->asked) {
    case WHOLE:
        if (!(value >= 0))
            arrive(s, k);
        else if (l->from[s->watched] < s->threshold)
            begin_search(s, l, value);
        else /* over from the start, as after a reset to above the threshold */
            ask(l, AT_ONCE, 0);
        return TP_OK;
    case GUESS:
        if (value >= 0 && fabs(value) < 1e-12 * (1 + fabs(s->threshold)))
            return cross(s, k);
        narrow(l, value);
        return TP_OK;
    case LAST_GUESS:
    case AT_ONCE:
        return cross(s, k);
    case NOTHING:
        break;
    }
    return TP_OK;
}

tp_status tp_integration_locate_together(tp_integration *integration, size_t step, size_t steps,
                                         tp_spikes *spikes, tp_error *error) {
    const tp_population *population = integration->population;
    const tp_model *model = population->model;
    tp_kernel_work *work = integration->one_cell->fast;
    double length[TP_LOCATED_TOGETHER] = {0};
    search s = {.integration = integration,
                .cells = integration->one_cell->population,
                .h = integration->method.step_ms / model->time_unit_ms,
                .threshold = population->setting.parameter[model->event->threshold],
                .step = step,
                .steps = steps,
                .watched = model->event->state,
                .spikes = spikes,
                .error = error};
    const size_t together = s.cells->n;
    for (size_t k = 0; k < together; k++)
        take_next(&s, k);
    for (bool any = true; any;) {
        for (size_t k = 0; k < together; k++) {
            length[k] = s.lanes[k].step;
            for (size_t i = 0; i < model->state_count; i++)
                s.cells->state[i][k] = s.lanes[k].from[i];
        }
        work->kernel->step_each(&work->cells, length, together);
        any = false;
        for (size_t k = 0; k < together; k++) {
            tp_status status = follow(&s, k);
            if (status != TP_OK)
                return status;
            any |= s.lanes[k].asked != NOTHING;
        }
    }
    return TP_OK;
}
