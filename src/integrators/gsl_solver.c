/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/gsl_solver.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

/* A dense matrix of more rows than this is a scenario's mistake. */
enum { MOST_DENSE_ROWS = 3000, MOST_STEPS_TO_LOCATE = 100000, MOST_ITERATIONS = 100 };

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
        return tp_hint(error, "solve: each, or integrator: cvode:bdf, would do");
    }
    solver->items = calloc(solver->systems.count + 1, sizeof *solver->items);
    solver->scratch = calloc(4 * n, sizeof(double));
    if (!solver->items || !solver->scratch)
        return tp_fail_memory(error, "making an integrator");
    solver->y = solver->scratch;
    solver->from = solver->y + n;
    solver->low = solver->from + n;
    solver->high = solver->low + n;
    for (size_t i = 0; i < solver->systems.count; i++) {
        solver->items[i].system = &solver->systems.items[i];
        if (!create_system(&solver->items[i], *choice->type, method->atol, method->rtol))
            return tp_fail_memory(error, "making an integrator");
    }
    if (!integration->population->model->event || solver->systems.count == 0)
        return TP_OK;
    /* Tighter than the steps themselves, so that locating adds nothing to their error. */
    solver->locator.system = &solver->systems.items[0];
    if (!create_system(&solver->locator, gsl_odeiv2_step_rk8pd, method->atol / 10,
                       fmax(method->rtol / 10, 1e-14)))
        return tp_fail_memory(error, "making an integrator");
    gsl_odeiv2_driver_set_nmax(solver->locator.driver, MOST_STEPS_TO_LOCATE);
    return TP_OK;
}

void tp_gsl_destroy(tp_gsl **out) {
    tp_gsl *solver = *out;
    if (!solver)
        return;
    for (size_t i = 0; solver->items && i < solver->systems.count; i++)
        if (solver->items[i].driver)
            gsl_odeiv2_driver_free(solver->items[i].driver);
    if (solver->locator.driver)
        gsl_odeiv2_driver_free(solver->locator.driver);
    tp_systems_free(&solver->systems);
    free(solver->items);
    free(solver->scratch);
    free(solver);
    *out = NULL;
}

/* solver->high <- the state at `end`, by way of the locator, from solver->low at `start`. */
static int reach(tp_gsl *solver, double start, double end) {
    gsl_odeiv2_driver *driver = solver->locator.driver;
    double t = start;
    memcpy(solver->high, solver->low, solver->locator.system->dimension * sizeof(double));
    if (!(end > start))
        return GSL_SUCCESS;
    gsl_odeiv2_driver_reset_hstart(driver, end - start);
    return gsl_odeiv2_driver_apply(driver, &t, end, solver->high);
}

tp_status tp_gsl_locate(tp_gsl *solver, const tp_passage *passage, double start, double *end) {
    tp_system *system = passage->system;
    const size_t bytes = system->dimension * sizeof(double);
    const double enough = 1e-13 * (*end - start);
    double low = start, high = *end, over, under;
    int side = 0;
    solver->locator.system = system;
    solver->locator.equations.params = system;
    memcpy(solver->low, solver->from, bytes);
    under = tp_system_over(system, solver->low);
    if (reach(solver, low, high) != GSL_SUCCESS)
        return tp_passage_fail(passage, high, solver->high, "its crossing cannot be located");
    over = tp_system_over(system, solver->high);
    /* Where the two methods differ on whether it has crossed yet, it crosses at the step's end, to
     * within the tolerance. */
    if (!(over >= 0))
        return TP_OK;
    memcpy(solver->y, solver->high, bytes);
    /* Regula falsi with Illinois' weights; each time from the nearest state below the threshold. */
    for (int i = 0; i < MOST_ITERATIONS && high - low > enough && over > 0; i++) {
        double middle = (low * over - high * under) / (over - under);
        if (!(middle > low && middle < high))
            middle = low + (high - low) / 2;
        if (!(middle > low && middle < high))
            break;
        if (reach(solver, low, middle) != GSL_SUCCESS)
            return tp_passage_fail(passage, middle, solver->high, "its crossing cannot be located");
        const double value = tp_system_over(system, solver->high);
        if (value >= 0) {
            memcpy(solver->y, solver->high, bytes);
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
    *end = high;
    return TP_OK;
}
