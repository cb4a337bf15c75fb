/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a value of networks goes with the numbers of their units. */
#ifndef TP_ANALYSIS_SIZE_REGRESSION_H
#define TP_ANALYSIS_SIZE_REGRESSION_H

#include "analysis/ratio.h"

enum { TP_SIZE_REGRESSORS = 3, TP_SIZE_FOLDS = 10, TP_SIZE_PENALTIES = 100 };

typedef enum tp_size_model {
    TP_SIZE_LEAST_SQUARES, /* on neurons, astrocytes and their sum: of the smallest norm, since
                              they depend on each other */
    TP_SIZE_LASSO,         /* on the same; the penalty by cross-validation in ten folds */
    TP_SIZE_TREND,         /* least squares on the sum and on the share of astrocytes */
    TP_SIZE_MODELS
} tp_size_model;

extern const char *const tp_size_regressors[TP_SIZE_MODELS][TP_SIZE_REGRESSORS + 1];

typedef struct tp_size_fit {
    /* Change of the value per standard deviation of the regressor; NAN where there is no fit. The
     * intervals are by resampled trials, the penalty held. */
    tp_interval_estimate coefficients[TP_SIZE_REGRESSORS];
    double kept[TP_SIZE_REGRESSORS]; /* part of the resamples where it is not 0 */
    double explained;                /* of the variance */
    double penalty;                  /* LASSO */
    size_t rank;                     /* of the regressors; of LASSO, how many are not 0 */
} tp_size_fit;

/* All values must be numbers. */
tp_status tp_size_regression(const tp_network_size *sizes, size_t count, size_t trials,
                             tp_size_model model, const tp_interval_method *method,
                             tp_size_fit *fit, tp_error *error);

#endif
