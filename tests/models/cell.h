/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell under a constant or pulsed input, for the tests of models and integrators. */
#ifndef TP_TESTS_CELL_H
#define TP_TESTS_CELL_H

#include <string.h>

#include "close.h"
#include "integrators/integrator.h"
#include "models/models.h"

typedef struct cell {
    tp_population *population;
    tp_integration *integration;
    double step_ms;
} cell;

static inline cell cell_of(const tp_model *model, const tp_integrator *integrator,
                           const char *option, tp_initial initial, double step_ms) {
    tp_model_setting setting;
    tp_model_defaults(model, &setting);
    for (int i = 0; option && model->options[0].values[i]; i++)
        if (strcmp(model->options[0].values[i], option) == 0)
            setting.option[0] = i;
    cell c = {.step_ms = step_ms};
    assert_int_equal(tp_population_create(model, &setting, initial, 1, &c.population, NULL), TP_OK);
    const tp_method method = {
        .integrator = integrator, .step_ms = step_ms, .crossing = integrator->crossing};
    assert_int_equal(tp_integration_create(&method, c.population, &c.integration, NULL), TP_OK);
    return c;
}

/* Advances by whole steps. */
static inline tp_status cell_advance(cell *c, size_t steps, tp_spikes *spikes) {
    return tp_integration_advance(c->integration, (double)steps * c->step_ms, spikes, NULL);
}

static inline void cell_free(cell *c) {
    tp_integration_destroy(&c->integration);
    tp_population_destroy(&c->population);
}

#endif
