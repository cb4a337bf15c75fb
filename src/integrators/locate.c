/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events inside a fixed step: the crossing is where a shorter step of the same method ends on the
 * threshold, so its error is of the method's own order. */
#include <math.h>

#include "integrators/integrator.h"

typedef struct crossing {
    tp_integration *cell;       /* of one cell */
    double from[TP_MAX_STATES]; /* its state at the start */
    size_t watched;
    double threshold;
} crossing;

/* The cell `length` after the start; returns how far it is over its threshold. */
static double step_from_start(const crossing *c, double length) {
    tp_population *population = c->cell->population;
    for (size_t s = 0; s < population->model->state_count; s++)
        population->state[s][0] = c->from[s];
    tp_fixed_step_take(c->cell, length);
    return population->state[c->watched][0] - c->threshold;
}

/* The length of the step that ends on the threshold, between 0 and `length`, whose ends lie below
 * and not below it: by regula falsi with Illinois' weights. The cell is left there. */
static double find(const crossing *c, double length, double over) {
    double low = 0, high = length;
    double under = c->from[c->watched] - c->threshold;
    int side = 0;
    for (int i = 0; i < TP_MOST_ITERATIONS && high - low > 1e-14 * length; i++) {
        double middle = (low * over - high * under) / (over - under);
        if (!(middle > low && middle < high))
            middle = low + (high - low) / 2;
        const double value = step_from_start(c, middle);
        if (value >= 0) {
            if (fabs(value) < 1e-12 * (1 + fabs(c->threshold)))
                return middle;
            high = middle;
            over = value;
            under = side == 1 ? under / 2 : under;
            side = 1;
        } else {
            low = middle;
            under = value;
            over = side == -1 ? over / 2 : over;
            side = -1;
        }
    }
    step_from_start(c, high);
    return high;
}

/* Brings one cell from the step's start to its end through all its events. */
static tp_status pass(tp_integration *integration, size_t i, double h, size_t step, size_t steps,
                      tp_spikes *spikes, tp_error *error) {
    tp_population *population = integration->population;
    const tp_model *model = population->model;
    const tp_event *event = model->event;
    crossing c = {.cell = integration->one_cell,
                  .watched = event->state,
                  .threshold = population->setting.parameter[event->threshold]};
    tp_population *cell = c.cell->population;
    for (size_t k = 0; k < model->input_count; k++)
        cell->input[k][0] = population->input[k][i];
    for (size_t s = 0; s < model->state_count; s++)
        c.from[s] = integration->before[s][i];
    double passed = 0;
    for (int events = 0; events < TP_MOST_EVENTS_IN_STEP; events++) {
        const double over = step_from_start(&c, h - passed);
        if (!(over >= 0))
            break;
        if (c.from[c.watched] < c.threshold)
            passed += find(&c, h - passed, over);
        else /* over from the start, as after a reset to above the threshold: at once */
            step_from_start(&c, 0);
        event->reset(&cell->setting, cell->state, 0);
        for (size_t s = 0; s < model->state_count; s++)
            c.from[s] = cell->state[s][0];
        const double when = ((double)(step - 1) + fmin(passed / h, 1)) / (double)steps;
        tp_status status = tp_spikes_append(spikes, i, when, error);
        if (status != TP_OK)
            return status;
    }
    for (size_t s = 0; s < model->state_count; s++)
        population->state[s][i] = cell->state[s][0];
    return TP_OK;
}

tp_status tp_integration_locate(tp_integration *integration, size_t step, size_t steps,
                                tp_spikes *spikes, tp_error *error) {
    const double h = integration->method.step_ms / integration->population->model->time_unit_ms;
    const size_t first = spikes->count;
    tp_status status = TP_OK;
    if (integration->one_cell->fast)
        status = tp_integration_locate_together(integration, step, steps, spikes, error);
    else
        for (size_t k = 0; status == TP_OK && k < integration->over_count; k++)
            status = pass(integration, integration->over[k], h, step, steps, spikes, error);
    tp_spikes_sort(spikes->items + first, spikes->count - first);
    return status;
}
