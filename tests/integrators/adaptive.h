/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the adaptive integrators share. */
#ifndef TP_TESTS_ADAPTIVE_H
#define TP_TESTS_ADAPTIVE_H

#include "models/cell.h"

static const tp_integrator *const adaptive[] = {
    &tp_cvode_adams, &tp_cvode_bdf, &tp_gsl_bsimp, &tp_gsl_msadams,
    &tp_gsl_msbdf,   &tp_gsl_rk8pd, &tp_gsl_rkck,  &tp_gsl_rkf45,
};
enum { ADAPTIVE = sizeof adaptive / sizeof *adaptive };

typedef struct cells {
    tp_population *population;
    tp_integration *integration;
} cells;

static inline cells cells_of(const tp_model *model, const tp_model_setting *setting, size_t n,
                             const tp_method *method) {
    cells c;
    tp_error error = {0};
    assert_int_equal(
        tp_population_create(model, setting, TP_INITIAL_PUBLISHED, n, &c.population, NULL), TP_OK);
    if (tp_integration_create(method, c.population, &c.integration, &error) != TP_OK)
        fail_msg("%s", error.message);
    return c;
}

static inline void cells_free(cells *c) {
    tp_integration_destroy(&c->integration);
    tp_population_destroy(&c->population);
}

static inline void cells_advance(cells *c, double interval_ms, tp_spikes *spikes) {
    tp_error error = {0};
    if (tp_integration_advance(c->integration, interval_ms, spikes, &error) != TP_OK)
        fail_msg("%s", error.message);
}

static inline tp_method tight(const tp_integrator *integrator, double rtol) {
    return (tp_method){.integrator = integrator, .rtol = rtol, .atol = rtol};
}

/* The slope of log |error| over log step, by least squares. */
static inline double fitted_order(const double *steps, const double *errors, size_t count) {
    double x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < count; i++) {
        const double log_step = log2(steps[i]), log_error = log2(fabs(errors[i]));
        x += log_step;
        y += log_error;
        xx += log_step * log_step;
        xy += log_step * log_error;
    }
    const double n = (double)count;
    return (n * xy - x * y) / (n * xx - x * x);
}

#endif
