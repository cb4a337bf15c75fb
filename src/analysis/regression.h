/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear regression: by least squares of minimum norm, and with an l1 penalty (LASSO). */
#ifndef TP_ANALYSIS_REGRESSION_H
#define TP_ANALYSIS_REGRESSION_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

typedef struct tp_regression {
    size_t samples, regressors;
    const double *x; /* [samples][regressors] */
    const double *y; /* [samples] */
} tp_regression;

typedef struct tp_regression_fit {
    double *coefficients; /* [regressors], the caller's */
    double intercept;
    double residual;  /* mean squared */
    double explained; /* R^2; NAN where y does not vary */
    size_t rank;      /* of the centred regressors */
} tp_regression_fit;

/* Least squares with an intercept. Where regressors depend on each other, of all solutions that of
 * the smallest norm, by singular values: those below 1e-10 of the largest count as 0. */
tp_status tp_least_squares(const tp_regression *regression, tp_regression_fit *fit,
                           tp_error *error);

/* Minimizes |y - X w - b|^2 / (2 samples) + penalty |w|_1 by coordinate descent (Friedman, Hastie &
 * Tibshirani, J. Stat. Softw. 33:1, 2010). The intercept is not penalized. Regressors are taken as
 * they are: scale them before, where they differ in unit. */
tp_status tp_lasso(const tp_regression *regression, double penalty, tp_regression_fit *fit,
                   tp_error *error);

/* The smallest penalty at which all coefficients are 0. */
double tp_lasso_most(const tp_regression *regression);

typedef struct tp_lasso_choice {
    const uint32_t *fold; /* [samples] which fold a sample is left out with; the caller's */
    size_t folds;
    size_t penalties;      /* from tp_lasso_most down to `least` of it, evenly in logarithm */
    double least;          /* 1e-3 */
    double *errors;        /* [penalties] mean over the folds of the squared error, or NULL */
    double penalty, error; /* the best */
} tp_lasso_choice;

/* Chooses the penalty by cross-validation, and fits with it. */
tp_status tp_lasso_cross_validate(const tp_regression *regression, tp_lasso_choice *choice,
                                  tp_regression_fit *fit, tp_error *error);

/* Deals samples to folds: in their order (the first samples to fold 0), or drawn. */
void tp_folds_in_order(size_t samples, size_t folds, uint32_t *fold);
void tp_folds_drawn(size_t samples, size_t folds, uint64_t seed, uint32_t *fold);

/* Takes each column's mean off and divides by its standard deviation; columns that do not vary
 * become 0. */
void tp_standardize(size_t samples, size_t regressors, double *x);

#endif
