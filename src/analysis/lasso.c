/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/regression.h"
#include "base/fail.h"
#include "base/random.h"

enum { MOST_ROUNDS = 1000000 };
static const double NO_MORE_CHANGE = 1e-14;

/* The sums that coordinate descent works on, of some of the samples. */
typedef struct moments {
    size_t regressors;
    double *mean;  /* [regressors], then that of y */
    double *gram;  /* [regressors][regressors] X'X / n of the centred regressors */
    double *cross; /* [regressors] X'y / n */
    double square; /* y'y / n */
    double *memory;
} moments;

/* Of the samples that are not of the fold `without`; `fold` NULL: of all. */
static tp_status gather(const tp_regression *r, const uint32_t *fold, size_t without, moments *m,
                        tp_error *error) {
    const size_t k = r->regressors;
    m->regressors = k;
    m->memory = calloc((k + 1) + k * k + k, sizeof(double));
    if (!m->memory)
        return tp_fail_memory(error, "fitting by LASSO");
    m->mean = m->memory;
    m->gram = m->mean + k + 1;
    m->cross = m->gram + k * k;
    m->square = 0;
    double n = 0;
    for (size_t i = 0; i < r->samples; i++) {
        if (fold && fold[i] == without)
            continue;
        n++;
        for (size_t j = 0; j < k; j++)
            m->mean[j] += r->x[i * k + j];
        m->mean[k] += r->y[i];
    }
    if (n == 0)
        return tp_fail(error, TP_INVALID, "", "a regression without samples");
    for (size_t j = 0; j <= k; j++)
        m->mean[j] /= n;
    for (size_t i = 0; i < r->samples; i++) {
        if (fold && fold[i] == without)
            continue;
        const double y = r->y[i] - m->mean[k];
        m->square += y * y / n;
        for (size_t j = 0; j < k; j++) {
            const double x = r->x[i * k + j] - m->mean[j];
            m->cross[j] += x * y / n;
            for (size_t l = 0; l < k; l++)
                m->gram[j * k + l] += x * (r->x[i * k + l] - m->mean[l]) / n;
        }
    }
    return TP_OK;
}

static double shrink(double value, double by) {
    if (value > by)
        return value - by;
    return value < -by ? value + by : 0;
}

/* Coordinate descent from the coefficients as they are. */
static tp_status descend(const moments *m, double penalty, double *w, tp_error *error) {
    const size_t k = m->regressors;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        double most = 0;
        for (size_t j = 0; j < k; j++) {
            const double own = m->gram[j * k + j], before = w[j];
            double rest = m->cross[j];
            for (size_t l = 0; l < k; l++)
                rest -= l != j ? m->gram[j * k + l] * w[l] : 0;
            w[j] = own > 0 ? shrink(rest, penalty) / own : 0;
            most = fmax(most, fabs(w[j] - before) * sqrt(own));
        }
        if (!(most > NO_MORE_CHANGE * sqrt(m->square)))
            return TP_OK;
    }
    return tp_fail(error, TP_FAILED, "", "LASSO has not settled after %d rounds", MOST_ROUNDS);
}

static double intercept_of(const moments *m, const double *w) {
    double intercept = m->mean[m->regressors];
    for (size_t j = 0; j < m->regressors; j++)
        intercept -= w[j] * m->mean[j];
    return intercept;
}

static void judge(const moments *m, tp_regression_fit *fit) {
    const size_t k = m->regressors;
    double left = m->square;
    fit->rank = 0;
    for (size_t j = 0; j < k; j++) {
        fit->rank += fit->coefficients[j] != 0;
        left -= 2 * fit->coefficients[j] * m->cross[j];
        for (size_t l = 0; l < k; l++)
            left += fit->coefficients[j] * fit->coefficients[l] * m->gram[j * k + l];
    }
    fit->intercept = intercept_of(m, fit->coefficients);
    fit->residual = fmax(left, 0);
    fit->explained = m->square > 0 ? 1 - fit->residual / m->square : NAN;
}

tp_status tp_lasso(const tp_regression *r, double penalty, tp_regression_fit *fit,
                   tp_error *error) {
    moments m = {0};
    if (!(penalty >= 0))
        return tp_fail(error, TP_INVALID, "", "a penalty of %g", penalty);
    tp_status status = gather(r, NULL, 0, &m, error);
    memset(fit->coefficients, 0, r->regressors * sizeof(double));
    if (status == TP_OK)
        status = descend(&m, penalty, fit->coefficients, error);
    if (status == TP_OK)
        judge(&m, fit);
    free(m.memory);
    return status;
}

double tp_lasso_most(const tp_regression *r) {
    moments m = {0};
    double most = NAN;
    if (gather(r, NULL, 0, &m, NULL) == TP_OK) {
        most = 0;
        for (size_t j = 0; j < r->regressors; j++)
            most = fmax(most, fabs(m.cross[j]));
    }
    free(m.memory);
    return most;
}

void tp_folds_in_order(size_t samples, size_t folds, uint32_t *fold) {
    const size_t each = samples / folds, more = samples % folds;
    size_t i = 0;
    for (size_t f = 0; f < folds; f++)
        for (size_t k = 0; k < each + (f < more); k++)
            fold[i++] = (uint32_t)f;
}

void tp_folds_drawn(size_t samples, size_t folds, uint64_t seed, uint32_t *fold) {
    const tp_stream_key key = {seed, TP_PURPOSE_FOLDS, 0, 0};
    tp_folds_in_order(samples, folds, fold);
    for (size_t i = samples; i-- > 1;) {
        uint32_t words[4];
        tp_random_words(&key, (uint32_t)i, words);
        const size_t k = (size_t)((uint64_t)words[0] * (i + 1) >> 32);
        const uint32_t moved = fold[i];
        fold[i] = fold[k];
        fold[k] = moved;
    }
}

/* Adds the mean squared errors of the samples of one fold, for each of the penalties. */
static tp_status add_fold(const tp_regression *r, const tp_lasso_choice *choice, size_t fold,
                          const double *penalties, double *w, double *errors, tp_error *error) {
    const size_t k = r->regressors;
    moments m = {0};
    tp_status status = gather(r, choice->fold, fold, &m, error);
    memset(w, 0, k * sizeof(double));
    for (size_t p = 0; status == TP_OK && p < choice->penalties; p++) {
        double sum = 0, n = 0;
        status = descend(&m, penalties[p], w, error);
        const double intercept = intercept_of(&m, w);
        for (size_t i = 0; i < r->samples; i++) {
            if (choice->fold[i] != fold)
                continue;
            double off = r->y[i] - intercept;
            for (size_t j = 0; j < k; j++)
                off -= w[j] * r->x[i * k + j];
            sum += off * off;
            n++;
        }
        if (status == TP_OK && n == 0)
            status = tp_fail(error, TP_INVALID, "", "fold %zu has no samples", fold);
        errors[p] += sum / n / (double)choice->folds;
    }
    free(m.memory);
    return status;
}

tp_status tp_lasso_cross_validate(const tp_regression *r, tp_lasso_choice *choice,
                                  tp_regression_fit *fit, tp_error *error) {
    const size_t count = choice->penalties;
    if (count == 0 || choice->folds < 2 || r->samples < choice->folds)
        return tp_fail(error, TP_INVALID, "",
                       "cross-validation of %zu samples in %zu folds over %zu penalties",
                       r->samples, choice->folds, count);
    double *memory = calloc(2 * count + r->regressors + 1, sizeof(double));
    if (!memory)
        return tp_fail_memory(error, "fitting by LASSO");
    double *penalties = memory, *errors = memory + count, *w = errors + count;
    const double most = tp_lasso_most(r);
    for (size_t p = 0; p < count; p++)
        penalties[p] = most * pow(choice->least, count > 1 ? (double)p / (double)(count - 1) : 0);
    tp_status status = TP_OK;
    for (size_t f = 0; status == TP_OK && f < choice->folds; f++)
        status = add_fold(r, choice, f, penalties, w, errors, error);
    size_t best = 0;
    for (size_t p = 1; p < count; p++)
        best = errors[p] < errors[best] ? p : best;
    choice->penalty = penalties[best];
    choice->error = errors[best];
    if (choice->errors)
        memcpy(choice->errors, errors, count * sizeof(double));
    free(memory);
    return status == TP_OK ? tp_lasso(r, choice->penalty, fit, error) : status;
}
