/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/size_regression.h"

#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/regression.h"
#include "base/fail.h"

static const double LEAST_PENALTY = 1e-3;

const char *const tp_size_regressors[TP_SIZE_MODELS][TP_SIZE_REGRESSORS + 1] = {
    {"neurons", "astrocytes", "units", NULL},
    {"neurons", "astrocytes", "units", NULL},
    {"units", "astrocyte_share", NULL},
};

static size_t regressors_of(tp_size_model model) {
    return model == TP_SIZE_TREND ? 2 : 3;
}

/* Row size * trials + trial. */
typedef struct fitting {
    tp_size_model model;
    size_t sizes, trials, regressors;
    double *x, *y; /* all networks */
    double *drawn; /* y of a resample; x stays, for all sizes are drawn alike */
    uint32_t *counts, *fold;
    double *found; /* [regressor][resample] */
    double penalty;
} fitting;

static void fill(fitting *f, const tp_network_size *sizes) {
    for (size_t s = 0; s < f->sizes; s++)
        for (size_t t = 0; t < f->trials; t++) {
            const double n = (double)sizes[s].neurons, a = (double)sizes[s].astrocytes;
            double *row = f->x + (s * f->trials + t) * f->regressors;
            row[0] = f->model == TP_SIZE_TREND ? n + a : n;
            row[1] = f->model == TP_SIZE_TREND ? a / (n + a) : a;
            if (f->model != TP_SIZE_TREND)
                row[2] = n + a;
            f->y[s * f->trials + t] = sizes[s].values[t];
        }
    tp_standardize(f->sizes * f->trials, f->regressors, f->x);
}

static tp_status fit_once(const fitting *f, const double *y, tp_regression_fit *fit,
                          tp_error *error) {
    const tp_regression r = {f->sizes * f->trials, f->regressors, f->x, y};
    return f->model == TP_SIZE_LASSO ? tp_lasso(&r, f->penalty, fit, error)
                                     : tp_least_squares(&r, fit, error);
}

static tp_status choose_penalty(fitting *f, tp_regression_fit *fit, tp_error *error) {
    const tp_regression r = {f->sizes * f->trials, f->regressors, f->x, f->y};
    tp_lasso_choice choice = {.fold = f->fold,
                              .folds = TP_SIZE_FOLDS,
                              .penalties = TP_SIZE_PENALTIES,
                              .least = LEAST_PENALTY};
    tp_status status = tp_lasso_cross_validate(&r, &choice, fit, error);
    f->penalty = choice.penalty;
    return status;
}

static void draw(const fitting *f, const tp_interval_method *method, size_t resample) {
    tp_resample(method, resample, f->trials, f->counts);
    for (size_t s = 0; s < f->sizes; s++) {
        double *to = f->drawn + s * f->trials;
        for (size_t t = 0; t < f->trials; t++)
            for (uint32_t k = 0; k < f->counts[t]; k++)
                *to++ = f->y[s * f->trials + t];
    }
}

static tp_status find_intervals(const fitting *f, const tp_interval_method *method,
                                tp_size_fit *out, tp_error *error) {
    double w[TP_SIZE_REGRESSORS] = {0};
    tp_regression_fit fit = {.coefficients = w};
    tp_status status = TP_OK;
    for (size_t r = 0; status == TP_OK && r < method->resamples; r++) {
        draw(f, method, r);
        status = fit_once(f, f->drawn, &fit, error);
        for (size_t k = 0; k < f->regressors; k++)
            f->found[k * method->resamples + r] = w[k];
    }
    const double tail = (1 - method->confidence) / 2;
    for (size_t k = 0; status == TP_OK && k < f->regressors; k++) {
        double *found = f->found + k * method->resamples;
        size_t kept = 0;
        for (size_t r = 0; r < method->resamples; r++)
            kept += found[r] != 0;
        gsl_sort(found, 1, method->resamples);
        out->coefficients[k].lower = tp_percentile(found, method->resamples, tail);
        out->coefficients[k].upper = tp_percentile(found, method->resamples, 1 - tail);
        out->kept[k] = (double)kept / (double)method->resamples;
    }
    return status;
}

static tp_status fit_all(fitting *f, const tp_network_size *sizes, const tp_interval_method *method,
                         tp_size_fit *out, tp_error *error) {
    double w[TP_SIZE_REGRESSORS] = {0};
    tp_regression_fit fit = {.coefficients = w};
    const size_t rows = f->sizes * f->trials;
    f->x = malloc((rows * f->regressors + 1) * sizeof(double));
    f->y = malloc((rows + 1) * sizeof(double));
    f->drawn = malloc((rows + 1) * sizeof(double));
    f->counts = malloc((f->trials + 1) * sizeof *f->counts);
    f->fold = malloc((rows + 1) * sizeof *f->fold);
    f->found = malloc((f->regressors * method->resamples + 1) * sizeof(double));
    if (!f->x || !f->y || !f->drawn || !f->counts || !f->fold || !f->found)
        return tp_fail_memory(error, "fitting networks");
    fill(f, sizes);
    tp_folds_drawn(rows, TP_SIZE_FOLDS, method->seed, f->fold);
    tp_status status =
        f->model == TP_SIZE_LASSO ? choose_penalty(f, &fit, error) : fit_once(f, f->y, &fit, error);
    if (status != TP_OK)
        return status;
    for (size_t k = 0; k < f->regressors; k++)
        out->coefficients[k].value = w[k];
    out->explained = fit.explained;
    out->rank = fit.rank;
    out->penalty = f->model == TP_SIZE_LASSO ? f->penalty : NAN;
    return f->trials > 1 ? find_intervals(f, method, out, error) : TP_OK;
}

tp_status tp_size_regression(const tp_network_size *sizes, size_t count, size_t trials,
                             tp_size_model model, const tp_interval_method *method,
                             tp_size_fit *fit, tp_error *error) {
    fitting f = {
        .model = model, .sizes = count, .trials = trials, .regressors = regressors_of(model)};
    *fit = (tp_size_fit){.explained = NAN, .penalty = NAN};
    for (size_t k = 0; k < TP_SIZE_REGRESSORS; k++) {
        fit->coefficients[k] = (tp_interval_estimate){NAN, NAN, NAN};
        fit->kept[k] = NAN;
    }
    if (count * trials < TP_SIZE_FOLDS) /* too few to say anything */
        return TP_OK;
    tp_status status = fit_all(&f, sizes, method, fit, error);
    free(f.x);
    free(f.y);
    free(f.drawn);
    free(f.counts);
    free(f.fold);
    free(f.found);
    return status;
}
