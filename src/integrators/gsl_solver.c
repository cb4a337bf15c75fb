/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/gsl_solver.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

/* A dense matrix of more rows than this is a scenario's mistake. */
enum { MOST_DENSE_ROWS = 3000, MOST_INNER_STEPS = 100000, MOST_ITERATIONS = 100 };

static int slope(double t, const double y[], double dydt[], void *context) {
    (void)t;
    /* Not GSL_EBADFUNC: GSL then tries a shorter step. */
    return tp_system_slope(context, y, dydt) ? GSL_SUCCESS : GSL_EDOM;
}

static int jacobian(double t, const double y[], double *dfdy, double dfdt[], void *context) {
    const tp_system *system = context;
    const size_t states = system->population->model->state_count, n = system->dimension;
    double block[TP_MAX_STATES * TP_MAX_STATES];
    (void)t;
    memset(dfdy, 0, n * n * sizeof *dfdy);
    memset(dfdt, 0, n * sizeof *dfdt);
    for (size_t cell = 0; cell < system->count; cell++) {
        tp_system_jacobian(system, cell, y, block);
        for (size_t row = 0; row < states; row++)
            for (size_t column = 0; column < states; column++) {
                const double value = block[row * states + column];
                if (!isfinite(value))
                    return GSL_EDOM;
                dfdy[(cell * states + row) * n + cell * states + column] = value;
            }
    }
    return GSL_SUCCESS;
}

static bool create_system(tp_gsl_system *item, const gsl_odeiv2_step_type *type, double atol,
                          double rtol) {
    item->equations = (gsl_odeiv2_system){slope, jacobian, item->system->dimension, item->system};
    item->driver = gsl_odeiv2_driver_alloc_y_new(&item->equations, type, 1e-3, atol, rtol);
    return item->driver != NULL;
}

/* The arrays; false where there is no memory. */
static bool allocate(tp_gsl *solver, size_t n) {
    solver->items = calloc(solver->systems.count + 1, sizeof *solver->items);
    if (solver->systems.count < SIZE_MAX / sizeof(double) / 2 / n - 1)
        solver->scratch = calloc(2 * n * (solver->systems.count + 1), sizeof(double));
    if (!solver->items || !solver->scratch)
        return false;
    solver->low = solver->scratch;
    solver->high = solver->low + n;
    for (size_t i = 0; i < solver->systems.count; i++) {
        solver->items[i].system = &solver->systems.items[i];
        solver->items[i].from = solver->high + n + 2 * n * i;
        solver->items[i].to = solver->items[i].from + n;
    }
    return true;
}

tp_status tp_gsl_create(const tp_integration *integration, const tp_gsl_choice *choice,
                        tp_gsl **out, tp_error *error) {
    tp_gsl *solver = *out = calloc(1, sizeof *solver);
    if (!solver)
        return tp_fail_memory(error, "making an integrator");
    tp_status status = tp_systems_create(integration, &solver->systems, error);
    if (status != TP_OK)
        return status;
    const tp_method *method = &integration->method;
    const size_t n = solver->systems.count ? solver->systems.items[0].dimension : 1;
    if (choice->jacobian && n > MOST_DENSE_ROWS) {
        tp_fail(error, TP_INVALID, "",
                "%s cannot solve %zu cells together: it keeps a dense matrix",
                method->integrator->name, integration->population->n);
        return error ? tp_hint(error, "solve: each, or integrator: cvode:bdf, would do")
                     : TP_INVALID;
    }
    if (!allocate(solver, n))
        return tp_fail_memory(error, "making an integrator");
    for (size_t i = 0; i < solver->systems.count; i++)
        if (!create_system(&solver->items[i], *choice->type, method->atol, method->rtol))
            return tp_fail_memory(error, "making an integrator");
    if (solver->systems.count == 0)
        return TP_OK;
    /* Tighter than the steps themselves, so that looking into one adds nothing to its error. */
    solver->inner.system = &solver->systems.items[0];
    if (!create_system(&solver->inner, gsl_odeiv2_step_rk8pd, method->atol / 10,
                       fmax(method->rtol / 10, 1e-14)))
        return tp_fail_memory(error, "making an integrator");
    gsl_odeiv2_driver_set_nmax(solver->inner.driver, MOST_INNER_STEPS);
    return TP_OK;
}

void tp_gsl_destroy(tp_gsl **out) {
    tp_gsl *solver = *out;
    if (!solver)
        return;
    for (size_t i = 0; solver->items && i < solver->systems.count; i++)
        if (solver->items[i].driver)
            gsl_odeiv2_driver_free(solver->items[i].driver);
    if (solver->inner.driver)
        gsl_odeiv2_driver_free(solver->inner.driver);
    tp_systems_free(&solver->systems);
    free(solver->items);
    free(solver->scratch);
    free(solver);
    *out = NULL;
}

/* solver->high <- the state at `end`, from solver->low at `start`. */
static int reach(tp_gsl *solver, double start, double end) {
    gsl_odeiv2_driver *driver = solver->inner.driver;
    double t = start;
    memcpy(solver->high, solver->low, solver->inner.system->dimension * sizeof(double));
    if (!(end > start))
        return GSL_SUCCESS;
    gsl_odeiv2_driver_reset_hstart(driver, end - start);
    return gsl_odeiv2_driver_apply(driver, &t, end, solver->high);
}

static void look_into(tp_gsl *solver, const tp_gsl_system *item) {
    solver->inner.system = item->system;
    solver->inner.equations.params = item->system;
    memcpy(solver->low, item->from, item->system->dimension * sizeof(double));
}

tp_status tp_gsl_between(tp_gsl *solver, const tp_passage *passage, const tp_gsl_system *item,
                         double time) {
    look_into(solver, item);
    if (reach(solver, item->from_time, time) != GSL_SUCCESS)
        return tp_passage_fail(passage, time - item->now, solver->high,
                               "the state inside a step cannot be found");
    return TP_OK;
}

tp_status tp_gsl_locate(tp_gsl *solver, const tp_passage *passage, tp_gsl_system *item) {
    tp_system *system = item->system;
    const size_t bytes = system->dimension * sizeof(double);
    double low = item->from_time, high = item->known;
    const double enough = 1e-13 * (high - low);
    tp_status status = tp_gsl_between(solver, passage, item, high);
    double under = tp_system_over(system, item->from);
    double over = tp_system_over(system, solver->high);
    int side = 0;
    item->crossing = true;
    /* Where the two methods differ on whether it has crossed yet, it crosses at the step's end, to
     * within the tolerance. */
    if (status != TP_OK || !(over >= 0))
        return status;
    memcpy(item->to, solver->high, bytes);
    /* Regula falsi with Illinois' weights; each time from the nearest state below the threshold. */
    for (int i = 0; i < MOST_ITERATIONS && high - low > enough && over > 0; i++) {
        double middle = (low * over - high * under) / (over - under);
        if (!(middle > low && middle < high))
            middle = low + (high - low) / 2;
        if (!(middle > low && middle < high))
            break;
        if (reach(solver, low, middle) != GSL_SUCCESS)
            return tp_passage_fail(passage, middle - item->now, solver->high,
                                   "the crossing cannot be located");
        const double value = tp_system_over(system, solver->high);
        if (value >= 0) {
            memcpy(item->to, solver->high, bytes);
            high = middle;
            over = value;
            under = side == 1 ? under / 2 : under;
            side = 1;
        } else {
            memcpy(solver->low, solver->high, bytes);
            low = middle;
            under = value;
            over = side == -1 ? over / 2 : over;
            side = -1;
        }
    }
    item->known = high;
    return TP_OK;
}
