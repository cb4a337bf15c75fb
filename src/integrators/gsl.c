/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The adaptive methods of GSL's odeiv2, each cell with steps of its own that end where an interval
 * does.
 *
 * An event is bracketed by the step that ends at or over the threshold, and located within it to
 * 1e-13 of the step, or as near as the watched state can tell, by solving again from the step's
 * start with an eighth-order method at a tenth of the tolerance. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "integrators/gsl_solver.h"

/* Makes the solver forget its past and chooses the length of its first step, a hundredth of the
 * time in which the state changes by its own size (Hairer, Norsett & Wanner, Solving Ordinary
 * Differential Equations I, II.4), which GSL then corrects. */
static tp_status start(const tp_passage *passage, tp_gsl *solver, tp_gsl_system *item, double at) {
    const tp_system *system = item->system;
    const tp_method *method = &system->integration->method;
    double size = 0, speed = 0;
    gsl_odeiv2_driver_reset(item->driver);
    if (!tp_system_slope(system, solver->y, solver->high))
        return tp_passage_fail(passage, at, solver->y, "a derivative is not finite");
    for (size_t i = 0; i < system->dimension; i++) {
        const double scale = method->atol + method->rtol * fabs(solver->y[i]);
        size = fmax(size, fabs(solver->y[i]) / scale);
        speed = fmax(speed, fabs(solver->high[i]) / scale);
    }
    item->step = size > 1e-5 && speed > 1e-5 ? 0.01 * size / speed : 1e-6 * passage->length;
    item->step = fmin(item->step, passage->length);
    return TP_OK;
}

static tp_status pass_crossing(tp_passage *passage, tp_gsl *solver, tp_gsl_system *item,
                               double before, double *t) {
    tp_status status = tp_gsl_locate(solver, passage, before, t);
    if (status == TP_OK)
        status = tp_passage_event(passage, *t, solver->y);
    return status == TP_OK ? start(passage, solver, item, *t) : status;
}

static tp_status begin_passage(tp_passage *passage, tp_gsl *solver, tp_gsl_system *item) {
    if (tp_system_over(item->system, solver->y) >= 0) {
        tp_status status = tp_passage_event(passage, 0, solver->y);
        if (status != TP_OK)
            return status;
    }
    return start(passage, solver, item, 0);
}

static tp_status step(tp_passage *passage, tp_gsl *solver, tp_gsl_system *item, double *t) {
    gsl_odeiv2_driver *driver = item->driver;
    const double before = *t;
    memcpy(solver->from, solver->y, item->system->dimension * sizeof(double));
    const int answer = gsl_odeiv2_evolve_apply(driver->e, driver->c, driver->s, &item->equations, t,
                                               passage->length, &item->step, solver->y);
    if (answer != GSL_SUCCESS) {
        char reason[120];
        snprintf(reason, sizeof reason, "no step, down to %g, is good enough (%s)", item->step,
                 gsl_strerror(answer));
        return tp_passage_fail(passage, before, solver->from, reason);
    }
    if (!(*t > before))
        return tp_passage_fail(passage, before, solver->from,
                               "the step is below the resolution of time");
    tp_status status = tp_passage_stepped(passage, *t, solver->y);
    if (status == TP_OK && tp_system_over(item->system, solver->y) >= 0)
        status = pass_crossing(passage, solver, item, before, t);
    return status;
}

static tp_status pass(tp_passage *passage, tp_gsl *solver, tp_gsl_system *item) {
    double t = 0;
    tp_status status = TP_OK;
    tp_system_load(item->system, solver->y);
    if (tp_system_starts(item->system))
        status = begin_passage(passage, solver, item);
    while (status == TP_OK && t < passage->length)
        status = step(passage, solver, item, &t);
    return status == TP_OK ? tp_passage_end(passage, solver->y) : status;
}

static tp_status advance(tp_integration *integration, double length, tp_spikes *spikes,
                         tp_error *error) {
    tp_gsl *solver = integration->solver;
    const size_t first = spikes ? spikes->count : 0;
    tp_status status = TP_OK;
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    for (size_t i = 0; status == TP_OK && i < solver->systems.count; i++) {
        tp_passage passage = {
            .system = &solver->systems.items[i],
            .length = length,
            .spikes = spikes,
            .error = error,
        };
        status = pass(&passage, solver, &solver->items[i]);
    }
    gsl_set_error_handler(handler);
    if (spikes && status == TP_OK)
        tp_spikes_sort(spikes, first);
    return status;
}

static tp_status begin(tp_integration *integration, tp_error *error) {
    tp_gsl *solver = NULL;
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    tp_status status =
        tp_gsl_create(integration, integration->method.integrator->choice, &solver, error);
    gsl_set_error_handler(handler);
    integration->solver = solver;
    return status;
}

static void end(tp_integration *integration) {
    tp_gsl *solver = integration->solver;
    tp_gsl_destroy(&solver);
    integration->solver = NULL;
}

static void restart(tp_integration *integration) {
    tp_gsl *solver = integration->solver;
    tp_systems_restart(&solver->systems);
}

#define GSL_METHOD(type, uses_jacobian, text)                                                      \
    static const tp_gsl_choice type = {&gsl_odeiv2_step_##type, uses_jacobian};                    \
    const tp_integrator tp_gsl_##type = {                                                          \
        .name = "gsl:" #type,                                                                      \
        .summary = "GSL, " text,                                                                   \
        .adaptive = true,                                                                          \
        .choice = &type,                                                                           \
        .begin = begin,                                                                            \
        .end = end,                                                                                \
        .advance = advance,                                                                        \
        .restart = restart,                                                                        \
    }

GSL_METHOD(bsimp, true,
           "implicit Bulirsch-Stoer of Bader and Deuflhard, adaptive, for stiff models");
GSL_METHOD(msadams, false, "Adams-Bashforth-Moulton of order 1 to 12, adaptive");
GSL_METHOD(msbdf, true, "backward differentiation of order 1 to 5, adaptive, for stiff models");
GSL_METHOD(rk2imp, true, "implicit Runge-Kutta (midpoint) of order 2, adaptive, for stiff models");
GSL_METHOD(rk4imp, true, "implicit Runge-Kutta (Gauss) of order 4, adaptive, for stiff models");
GSL_METHOD(rk8pd, false, "Runge-Kutta of Prince and Dormand, order 8(9), adaptive");
GSL_METHOD(rkck, false, "Runge-Kutta of Cash and Karp, order 4(5), adaptive");
GSL_METHOD(rkf45, false, "Runge-Kutta of Fehlberg, order 4(5), adaptive");
