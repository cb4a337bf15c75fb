/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/regression.h"
#include "base/fail.h"
#include "base/gsl_errors.h"

static const double SMALLEST_SINGULAR = 1e-10;

void tp_standardize(size_t samples, size_t regressors, double *x) {
    for (size_t k = 0; k < regressors; k++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < samples; i++)
            sum += x[i * regressors + k];
        const double mean = sum / (double)samples;
        for (size_t i = 0; i < samples; i++) {
            x[i * regressors + k] -= mean;
            squares += x[i * regressors + k] * x[i * regressors + k];
        }
        const double deviation = sqrt(squares / (double)samples);
        for (size_t i = 0; i < samples; i++)
            x[i * regressors + k] = deviation > 0 ? x[i * regressors + k] / deviation : 0;
    }
}

typedef struct decomposition {
    gsl_matrix *u, *v;
    gsl_vector *singular, *work;
    double *means; /* [regressors], then that of y */
} decomposition;

static tp_status decompose(const tp_regression *r, decomposition *d, tp_error *error) {
    const size_t n = r->samples, k = r->regressors;
    d->u = gsl_matrix_calloc(n > k ? n : k, k); /* rows of zeros change nothing */
    d->v = gsl_matrix_alloc(k, k);
    d->singular = gsl_vector_alloc(k);
    d->work = gsl_vector_alloc(k);
    d->means = calloc(k + 1, sizeof(double));
    if (!d->u || !d->v || !d->singular || !d->work || !d->means)
        return tp_fail_memory(error, "fitting by least squares");
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < k; j++)
            d->means[j] += r->x[i * k + j] / (double)n;
        d->means[k] += r->y[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < k; j++)
            gsl_matrix_set(d->u, i, j, r->x[i * k + j] - d->means[j]);
    if (gsl_linalg_SV_decomp(d->u, d->v, d->singular, d->work) != GSL_SUCCESS)
        return tp_fail(error, TP_FAILED, "", "the regressors have no singular values");
    return TP_OK;
}

static void solve(const tp_regression *r, const decomposition *d, tp_regression_fit *fit) {
    const size_t n = r->samples, k = r->regressors;
    const double largest = gsl_vector_get(d->singular, 0);
    fit->rank = 0;
    for (size_t j = 0; j < k; j++)
        fit->coefficients[j] = 0;
    for (size_t s = 0; s < k; s++) {
        const double singular = gsl_vector_get(d->singular, s);
        if (!(singular > SMALLEST_SINGULAR * largest))
            break;
        double along = 0;
        fit->rank++;
        for (size_t i = 0; i < n; i++)
            along += gsl_matrix_get(d->u, i, s) * (r->y[i] - d->means[k]);
        for (size_t j = 0; j < k; j++)
            fit->coefficients[j] += gsl_matrix_get(d->v, j, s) * along / singular;
    }
    fit->intercept = d->means[k];
    for (size_t j = 0; j < k; j++)
        fit->intercept -= fit->coefficients[j] * d->means[j];
}

/* What is left, and the part of the variance that is explained. */
static void judge(const tp_regression *r, double mean, tp_regression_fit *fit) {
    double left = 0, all = 0;
    for (size_t i = 0; i < r->samples; i++) {
        double off = r->y[i] - fit->intercept;
        for (size_t j = 0; j < r->regressors; j++)
            off -= fit->coefficients[j] * r->x[i * r->regressors + j];
        left += off * off;
        all += (r->y[i] - mean) * (r->y[i] - mean);
    }
    fit->residual = left / (double)r->samples;
    fit->explained = all > 0 ? 1 - left / all : NAN;
}

tp_status tp_least_squares(const tp_regression *r, tp_regression_fit *fit, tp_error *error) {
    decomposition d = {0};
    if (r->samples == 0 || r->regressors == 0)
        return tp_fail(error, TP_INVALID, "", "a regression without samples or regressors");
    for (size_t i = 0; i < r->samples * (r->regressors + 1); i++)
        if (!isfinite(i < r->samples ? r->y[i] : r->x[i - r->samples]))
            return tp_fail(error, TP_INVALID, "", "a regression on what is no number");
    tp_gsl_errors_are_returned();
    tp_status status = decompose(r, &d, error);
    if (status == TP_OK) {
        solve(r, &d, fit);
        judge(r, d.means[r->regressors], fit);
    }
    gsl_matrix_free(d.u);
    gsl_matrix_free(d.v);
    gsl_vector_free(d.singular);
    gsl_vector_free(d.work);
    free(d.means);
    tp_gsl_errors_are_handled();
    return status;
}
