/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The adaptive methods of GSL's odeiv2. Steps end where an interval does, but for those of bsimp,
 * which are too dear for that: they go past the ends of intervals while inputs stay, and what is
 * wanted there is solved for from the step's start by an eighth-order method at a tenth of the
 * tolerance. A system's time runs on from interval to interval: msadams and msbdf tell a step that
 * is tried again from the next one by its time, and were it 0 at each interval's start, spikes
 * would be off by milliseconds.
 *
 * The implicit Runge-Kutta methods rk1imp, rk2imp and rk4imp are left out: for a cell at rest their
 * Newton iteration finds nothing but rounding errors to reduce, gives up, and halves the step for
 * ever.
 *
 * An event is bracketed by the step that ends at or over the threshold, and located within it to
 * 1e-13 of the step, or as near as the watched state can tell, in that same way. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/gsl_errors.h"
#include "integrators/gsl_solver.h"

/* A cell at rest would let a step grow without bound. */
enum { MOST_INTERVALS_IN_STEP = 1000 };

/* Makes the solver forget its past and chooses the length of its first step from item->to, a
 * hundredth of the time in which the state changes by its own size (Hairer, Norsett & Wanner,
 * Solving Ordinary Differential Equations I, II.4), which GSL then corrects. */
static tp_status start(const tp_passage *passage, tp_gsl *solver, tp_gsl_system *item) {
    const tp_system *system = item->system;
    const tp_method *method = &system->integration->method;
    double size = 0, speed = 0;
    item->known = 0;
    item->crossing = false;
    gsl_odeiv2_driver_reset(item->driver);
    if (!tp_system_slope(system, item->to, solver->high))
        return tp_passage_fail(passage, item->known - item->now, item->to,
                               "a derivative is not finite");
    for (size_t i = 0; i < system->dimension; i++) {
        const double scale = method->atol + method->rtol * fabs(item->to[i]);
        size = fmax(size, fabs(item->to[i]) / scale);
        speed = fmax(speed, fabs(solver->high[i]) / scale);
    }
    item->step = size > 1e-5 && speed > 1e-5 ? 0.01 * size / speed : 1e-6 * passage->length;
    item->step = fmin(item->step, passage->length);
    return TP_OK;
}

static tp_status begin_passage(tp_passage *passage, tp_gsl *solver, tp_gsl_system *item) {
    tp_system_load(item->system, item->to);
    item->now = 0;
    if (tp_system_over(item->system, item->to) >= 0) {
        tp_status status = tp_passage_event(passage, 0, item->to);
        if (status != TP_OK)
            return status;
    }
    return start(passage, solver, item);
}

/* Goes on from the crossing at which the solution ends for now. */
static tp_status pass_crossing(tp_passage *passage, tp_gsl *solver, tp_gsl_system *item) {
    const double at = item->known - item->now;
    tp_status status = tp_passage_event(passage, at, item->to);
    item->now = -at;
    return status == TP_OK ? start(passage, solver, item) : status;
}

static tp_status step(tp_passage *passage, tp_gsl *solver, tp_gsl_system *item) {
    const tp_gsl_choice *choice = item->system->integration->method.integrator->choice;
    gsl_odeiv2_driver *driver = item->driver;
    const double before = item->known;
    const double end = choice->passes_ends ? INFINITY : item->now + passage->length;
    item->step = fmin(item->step, MOST_INTERVALS_IN_STEP * passage->length);
    item->from_time = before;
    memcpy(item->from, item->to, item->system->dimension * sizeof(double));
    const int answer = gsl_odeiv2_evolve_apply(driver->e, driver->c, driver->s, &item->equations,
                                               &item->known, end, &item->step, item->to);
    if (answer != GSL_SUCCESS) {
        char reason[120];
        snprintf(reason, sizeof reason, "no step, down to %g, is good enough (%s)", item->step,
                 gsl_strerror(answer));
        return tp_passage_fail(passage, before - item->now, item->from, reason);
    }
    if (!(item->known > before))
        return tp_passage_fail(passage, before - item->now, item->from,
                               "the step is below the resolution of time");
    tp_status status = tp_passage_stepped(passage, item->known - item->now, item->to);
    if (status == TP_OK && tp_system_over(item->system, item->to) >= 0)
        status = tp_gsl_locate(solver, passage, item);
    return status;
}

static tp_status pass(tp_passage *passage, tp_gsl *solver, tp_gsl_system *item) {
    tp_status status = TP_OK;
    if (tp_system_starts(item->system))
        status = begin_passage(passage, solver, item);
    while (status == TP_OK) {
        const double end = item->now + passage->length;
        if (item->crossing && item->known <= end)
            status = pass_crossing(passage, solver, item);
        else if (item->known < end)
            status = step(passage, solver, item);
        else
            break;
    }
    if (status != TP_OK)
        return status;
    item->now += passage->length;
    if (item->known <= item->now)
        return tp_passage_end(passage, item->to);
    status = tp_gsl_between(solver, passage, item, item->now);
    return status == TP_OK ? tp_passage_end(passage, solver->high) : status;
}

static tp_status advance(tp_integration *integration, double length, tp_spikes *spikes,
                         tp_error *error) {
    tp_gsl *solver = integration->solver;
    const size_t first = spikes ? spikes->count : 0;
    tp_status status = TP_OK;
    tp_gsl_errors_are_returned();
    for (size_t i = 0; status == TP_OK && i < solver->systems.count; i++) {
        tp_passage passage = {
            .system = &solver->systems.items[i],
            .length = length,
            .spikes = spikes,
            .error = error,
        };
        status = pass(&passage, solver, &solver->items[i]);
    }
    tp_gsl_errors_are_handled();
    if (spikes && status == TP_OK)
        tp_spikes_sort(spikes->items + first, spikes->count - first);
    return status;
}

static tp_status begin(tp_integration *integration, tp_error *error) {
    tp_gsl *solver = NULL;
    tp_gsl_errors_are_returned();
    tp_status status =
        tp_gsl_create(integration, integration->method.integrator->choice, &solver, error);
    tp_gsl_errors_are_handled();
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

#define GSL_METHOD(type, uses_jacobian, passes, text)                                              \
    static const tp_gsl_choice type = {&gsl_odeiv2_step_##type, uses_jacobian, passes};            \
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

GSL_METHOD(bsimp, true, true,
           "implicit Bulirsch-Stoer of Bader and Deuflhard, adaptive, for stiff models");
GSL_METHOD(msadams, false, false, "Adams-Bashforth-Moulton of order 1 to 12, adaptive");
GSL_METHOD(msbdf, true, false,
           "backward differentiation of order 1 to 5, adaptive, for stiff models");
GSL_METHOD(rk8pd, false, false, "Runge-Kutta of Prince and Dormand, order 8(9), adaptive");
GSL_METHOD(rkck, false, false, "Runge-Kutta of Cash and Karp, order 4(5), adaptive");
GSL_METHOD(rkf45, false, false, "Runge-Kutta of Fehlberg, order 4(5), adaptive");
