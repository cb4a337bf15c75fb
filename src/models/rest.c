/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The root of the derivative, by GSL's scaled hybrid method with a finite-difference Jacobian. */
#include "models/rest.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multiroots.h>
#include <math.h>

#include "base/fail.h"
#include "base/gsl_errors.h"

typedef struct search {
    const tp_model *model;
    const tp_model_setting *setting;
} search;

static int slopes_at(const gsl_vector *state, void *context, gsl_vector *slopes) {
    const search *at = context;
    const double zero = 0;
    const double *state_of[TP_MAX_STATES], *input_of[TP_MAX_INPUTS];
    double *slope_of[TP_MAX_STATES];
    for (size_t s = 0; s < at->model->state_count; s++) {
        state_of[s] = gsl_vector_const_ptr(state, s);
        slope_of[s] = gsl_vector_ptr(slopes, s);
    }
    for (size_t k = 0; k < at->model->input_count; k++)
        input_of[k] = &zero;
    at->model->derivative(at->setting, 1, state_of, input_of, slope_of);
    return GSL_SUCCESS;
}

static int iterate(gsl_multiroot_fsolver *solver) {
    int answer = GSL_CONTINUE;
    for (int i = 0; i < 1000 && answer == GSL_CONTINUE; i++) {
        /* When no step makes the residual smaller, it is as small as it gets: judged below. */
        if (gsl_multiroot_fsolver_iterate(solver) != GSL_SUCCESS)
            break;
        answer = gsl_multiroot_test_delta(solver->dx, solver->x, 0, 1e-14);
    }
    return gsl_multiroot_test_residual(solver->f, 1e-9);
}

tp_status tp_model_rest(const tp_model *model, const tp_model_setting *setting, double *state,
                        tp_error *error) {
    search at = {model, setting};
    const size_t n = model->state_count;
    tp_gsl_errors_are_returned();
    gsl_multiroot_function function = {slopes_at, n, &at};
    gsl_vector *start = gsl_vector_alloc(n);
    gsl_multiroot_fsolver *solver = gsl_multiroot_fsolver_alloc(gsl_multiroot_fsolver_hybrids, n);
    tp_status status = TP_OK;
    if (!start || !solver) {
        status = tp_fail_memory(error, "searching for the rest state");
        goto end;
    }
    for (size_t s = 0; s < n; s++)
        gsl_vector_set(start, s, model->states[s].initial);
    if (gsl_multiroot_fsolver_set(solver, &function, start) != GSL_SUCCESS ||
        iterate(solver) != GSL_SUCCESS) {
        tp_fail(error, TP_INVALID, "", "no rest state of %s was found with these parameters",
                model->name);
        tp_hint(error, "start from the published state (initial: published), or check them");
        status = TP_INVALID;
        goto end;
    }
    for (size_t s = 0; s < n; s++)
        state[s] = gsl_vector_get(solver->x, s);
end:
    if (solver)
        gsl_multiroot_fsolver_free(solver);
    if (start)
        gsl_vector_free(start);
    tp_gsl_errors_are_handled();
    return status;
}
