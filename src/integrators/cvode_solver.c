/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/cvode_solver.h"

#include <cvode/cvode.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_band.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#include "base/fail.h"

static int slope(realtype t, N_Vector y, N_Vector ydot, void *context) {
    (void)t;
    /* 1: CVODE tries a shorter step. */
    return tp_system_slope(context, NV_DATA_S(y), NV_DATA_S(ydot)) ? 0 : 1;
}

static int over(realtype t, N_Vector y, realtype *value, void *context) {
    (void)t;
    *value = tp_system_over(context, NV_DATA_S(y));
    return 0;
}

static int jacobian(realtype t, N_Vector y, N_Vector fy, SUNMatrix matrix, void *context,
                    N_Vector scratch1, N_Vector scratch2, N_Vector scratch3) {
    const tp_system *system = context;
    const size_t states = system->population->model->state_count;
    double block[TP_MAX_STATES * TP_MAX_STATES];
    (void)t, (void)fy, (void)scratch1, (void)scratch2, (void)scratch3;
    /* CVODE hands over a matrix of zeros. */
    for (size_t cell = 0; cell < system->count; cell++) {
        tp_system_jacobian(system, cell, NV_DATA_S(y), block);
        for (size_t row = 0; row < states; row++)
            for (size_t column = 0; column < states; column++) {
                const double value = block[row * states + column];
                const sunindextype i = (sunindextype)(cell * states + row);
                const sunindextype j = (sunindextype)(cell * states + column);
                if (!isfinite(value))
                    return 1;
                if (system->count > 1)
                    SM_ELEMENT_B(matrix, i, j) = value;
                else
                    SM_ELEMENT_D(matrix, i, j) = value;
            }
    }
    return 0;
}

/* CVODE would print. */
static void keep_message(int code, const char *module, const char *function, char *message,
                         void *context) {
    tp_cvode *solver = context;
    (void)module;
    if (code < 0)
        snprintf(solver->message, sizeof solver->message, "%s: %s", function, message);
}

/* Functional iteration for Adams; Newton's with the analytic Jacobian for BDF. */
static bool attach_equation_solver(tp_cvode *solver, tp_cvode_system *item, int method) {
    const sunindextype n = (sunindextype)item->system->dimension;
    if (method == CV_ADAMS) {
        item->fixed_point = SUNNonlinSol_FixedPoint(item->y, 0, solver->context);
        return item->fixed_point &&
               CVodeSetNonlinearSolver(item->memory, item->fixed_point) == CV_SUCCESS;
    }
    if (item->system->count > 1) {
        const sunindextype width = (sunindextype)item->system->population->model->state_count - 1;
        item->matrix = SUNBandMatrix(n, width, width, solver->context);
        if (item->matrix)
            item->linear = SUNLinSol_Band(item->y, item->matrix, solver->context);
    } else {
        item->matrix = SUNDenseMatrix(n, n, solver->context);
        if (item->matrix)
            item->linear = SUNLinSol_Dense(item->y, item->matrix, solver->context);
    }
    return item->linear &&
           CVodeSetLinearSolver(item->memory, item->linear, item->matrix) == CV_SUCCESS &&
           CVodeSetJacFn(item->memory, jacobian) == CV_SUCCESS;
}

static bool create_system(tp_cvode *solver, tp_cvode_system *item, int method) {
    const tp_system *system = item->system;
    const tp_method *wanted = &system->integration->method;
    int rising = 1;
    /* CVODE's norm is a mean over all states. Of n cells together it would let one of them err by
     * sqrt(n) times the tolerance, were that not made smaller by as much. */
    const double cells = sqrt((double)system->count);
    item->y = N_VNew_Serial((sunindextype)system->dimension, solver->context);
    item->memory = CVodeCreate(method, solver->context);
    if (!item->y || !item->memory)
        return false;
    tp_system_load(system, NV_DATA_S(item->y));
    bool made =
        CVodeSetErrHandlerFn(item->memory, keep_message, solver) == CV_SUCCESS &&
        CVodeInit(item->memory, slope, 0, item->y) == CV_SUCCESS &&
        CVodeSStolerances(item->memory, wanted->rtol / cells, wanted->atol / cells) == CV_SUCCESS &&
        CVodeSetUserData(item->memory, item->system) == CV_SUCCESS &&
        CVodeSetMaxHnilWarns(item->memory, -1) == CV_SUCCESS;
    if (made && system->population->model->event)
        made = CVodeRootInit(item->memory, 1, over) == CV_SUCCESS &&
               CVodeSetRootDirection(item->memory, &rising) == CV_SUCCESS &&
               CVodeSetNoInactiveRootWarn(item->memory) == CV_SUCCESS;
    return made && attach_equation_solver(solver, item, method);
}

static void destroy_system(tp_cvode_system *item) {
    if (item->memory)
        CVodeFree(&item->memory);
    if (item->fixed_point)
        SUNNonlinSolFree(item->fixed_point);
    if (item->linear)
        SUNLinSolFree(item->linear);
    if (item->matrix)
        SUNMatDestroy(item->matrix);
    if (item->y)
        N_VDestroy(item->y);
}

tp_status tp_cvode_create(const tp_integration *integration, int method, tp_cvode **out,
                          tp_error *error) {
    tp_cvode *solver = *out = calloc(1, sizeof *solver);
    if (!solver)
        return tp_fail_memory(error, "making an integrator");
    tp_status status = tp_systems_create(integration, &solver->systems, error);
    if (status != TP_OK)
        return status;
    const size_t powers = TP_CVODE_MOST_ORDER + 1;
    const size_t dimension = solver->systems.count ? solver->systems.items[0].dimension : 1;
    solver->items = calloc(solver->systems.count + 1, sizeof *solver->items);
    if (solver->systems.count < SIZE_MAX / sizeof(double) / dimension / powers)
        solver->polynomials =
            malloc((solver->systems.count + 1) * dimension * powers * sizeof(double));
    if (!solver->items || !solver->polynomials || SUNContext_Create(NULL, &solver->context) != 0)
        return tp_fail_memory(error, "making an integrator");
    for (size_t i = 0; i < solver->systems.count; i++) {
        solver->items[i].system = &solver->systems.items[i];
        solver->items[i].polynomial = solver->polynomials + i * dimension * powers;
        if (!create_system(solver, &solver->items[i], method))
            return tp_fail(error, TP_FAILED, "", "%s could not be made ready for %zu cells: %s",
                           integration->method.integrator->name, integration->population->n,
                           solver->message[0] ? solver->message : "out of memory");
    }
    return TP_OK;
}

void tp_cvode_destroy(tp_cvode **out) {
    tp_cvode *solver = *out;
    if (!solver)
        return;
    for (size_t i = 0; solver->items && i < solver->systems.count; i++)
        destroy_system(&solver->items[i]);
    if (solver->context)
        SUNContext_Free(&solver->context);
    tp_systems_free(&solver->systems);
    free(solver->items);
    free(solver->polynomials);
    free(solver);
    *out = NULL;
}
