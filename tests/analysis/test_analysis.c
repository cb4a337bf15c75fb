/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regressions by hand and against scikit-learn's (tests/golden/lasso.txt), curves over the ratio of
 * astrocytes against what they were made from. */
#include <stdlib.h>
#include <string.h>

#include "analysis/median.h"
#include "analysis/ratio.h"
#include "analysis/regression.h"
#include "base/random.h"
#include "close.h"

enum { SAMPLES = 60, REGRESSORS = 6 };

typedef struct golden {
    double x[SAMPLES * REGRESSORS], y[SAMPLES];
    double lasso[4][2 + REGRESSORS], cv[3 + REGRESSORS], ols[1 + REGRESSORS];
    tp_regression regression;
} golden;

static void read_numbers(const char *text, double *numbers, size_t count) {
    char *end;
    for (size_t i = 0; i < count; i++, text = end) {
        numbers[i] = strtod(text, &end);
        assert_true(end != text);
    }
}

static void read_golden(golden *g) {
    char path[512], line[512];
    const char *root = getenv("TRIPARTITE_SOURCE");
    size_t samples = 0, fits = 0;
    snprintf(path, sizeof path, "%s/tests/golden/lasso.txt", root ? root : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        double row[REGRESSORS + 1];
        if (strncmp(line, "data ", 5) == 0) {
            read_numbers(line + 5, row, REGRESSORS + 1);
            memcpy(g->x + samples * REGRESSORS, row, REGRESSORS * sizeof(double));
            g->y[samples++] = row[REGRESSORS];
        } else if (strncmp(line, "lasso ", 6) == 0) {
            read_numbers(line + 6, g->lasso[fits++], 2 + REGRESSORS);
        } else if (strncmp(line, "cv ", 3) == 0) {
            read_numbers(line + 3, g->cv, 3 + REGRESSORS);
        } else if (strncmp(line, "ols ", 4) == 0) {
            read_numbers(line + 4, g->ols, 1 + REGRESSORS);
        }
    }
    (void)fclose(file);
    assert_int_equal(samples, SAMPLES);
    assert_int_equal(fits, 4);
    g->regression = (tp_regression){SAMPLES, REGRESSORS, g->x, g->y};
}

static void expect_fit(const tp_regression_fit *fit, const double *intercept_and_rest,
                       double tolerance) {
    assert_close(fit->intercept, intercept_and_rest[0], tolerance, tolerance);
    for (size_t j = 0; j < REGRESSORS; j++)
        assert_close(fit->coefficients[j], intercept_and_rest[1 + j], tolerance, tolerance);
}

static void fits_are_those_of_scikit_learn(void **unused) {
    (void)unused;
    static golden g;
    double w[REGRESSORS];
    tp_regression_fit fit = {.coefficients = w};
    read_golden(&g);
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(tp_lasso(&g.regression, g.lasso[k][0], &fit, NULL), TP_OK);
        expect_fit(&fit, g.lasso[k] + 1, 1e-7);
    }
    assert_int_equal(tp_least_squares(&g.regression, &fit, NULL), TP_OK);
    expect_fit(&fit, g.ols, 1e-10);
    assert_int_equal(fit.rank, REGRESSORS);
    uint32_t fold[SAMPLES];
    tp_folds_in_order(SAMPLES, 10, fold);
    tp_lasso_choice choice = {.fold = fold, .folds = 10, .penalties = 100, .least = 1e-3};
    assert_int_equal(tp_lasso_cross_validate(&g.regression, &choice, &fit, NULL), TP_OK);
    assert_close(choice.penalty, g.cv[0], 1e-9, 0);
    assert_close(choice.error, g.cv[1], 1e-7, 0);
    expect_fit(&fit, g.cv + 2, 1e-7);
}

/* With orthogonal columns of X'X / n = 1, each coefficient is that of least squares, shrunk. */
static void orthonormal_designs_are_soft_thresholding(void **unused) {
    (void)unused;
    enum { N = 8, K = 3 };
    static const double x[N * K] = {1,  1, 1, 1,  1, -1, 1,  -1, 1, 1,  -1, -1,
                                    -1, 1, 1, -1, 1, -1, -1, -1, 1, -1, -1, -1};
    const double plain[K] = {2, -0.6, 0.25};
    double y[N], w[K];
    for (size_t i = 0; i < N; i++) {
        y[i] = 5;
        for (size_t j = 0; j < K; j++)
            y[i] += plain[j] * x[i * K + j];
    }
    const tp_regression r = {N, K, x, y};
    tp_regression_fit fit = {.coefficients = w};
    const double penalties[] = {0, 0.1, 0.3, 0.7, 2, 3};
    for (size_t p = 0; p < 6; p++) {
        assert_int_equal(tp_lasso(&r, penalties[p], &fit, NULL), TP_OK);
        for (size_t j = 0; j < K; j++)
            assert_close(w[j], copysign(fmax(fabs(plain[j]) - penalties[p], 0), plain[j]), 0,
                         1e-13);
        assert_close(fit.intercept, 5, 1e-14, 0);
    }
    assert_close(tp_lasso_most(&r), 2, 1e-14, 0);
    assert_int_equal(tp_lasso(&r, -1, &fit, NULL), TP_INVALID);
}

/* y = 3 N + 5 A exactly, on N, A and A + N. Of all (a, b, c) with a + c = 3 and b + c = 5 the
 * shortest has a + b = c, by its derivative: a = 1/3, b = 7/3, c = 8/3. */
static void dependent_regressors_get_the_shortest_solution(void **unused) {
    (void)unused;
    enum { N = 30 };
    double x[N * 3], y[N], w[3];
    for (size_t i = 0; i < N; i++) {
        const double neurons = (double)(i % 6), astrocytes = (double)(i / 6);
        x[i * 3] = neurons;
        x[i * 3 + 1] = astrocytes;
        x[i * 3 + 2] = neurons + astrocytes;
        y[i] = 3 * neurons + 5 * astrocytes - 2;
    }
    const tp_regression r = {N, 3, x, y};
    tp_regression_fit fit = {.coefficients = w};
    assert_int_equal(tp_least_squares(&r, &fit, NULL), TP_OK);
    assert_int_equal(fit.rank, 2);
    assert_close(w[0], 1.0 / 3, 0, 1e-12);
    assert_close(w[1], 7.0 / 3, 0, 1e-12);
    assert_close(w[2], 8.0 / 3, 0, 1e-12);
    assert_close(fit.intercept, -2, 0, 1e-11);
    assert_close(fit.explained, 1, 1e-12, 0);
    y[3] = NAN;
    assert_int_equal(tp_least_squares(&r, &fit, NULL), TP_INVALID);
    /* Fewer samples than regressors: all of them are met. */
    const tp_regression few = {2, 3, x + 3, y + 1};
    assert_int_equal(tp_least_squares(&few, &fit, NULL), TP_OK);
    assert_int_equal(fit.rank, 1);
    assert_close(fit.residual, 0, 0, 1e-20);
}

/* Of N, A and A + N, one that depends on the total alone: the penalty keeps the sum. */
static void lasso_keeps_the_sum_where_it_is_what_matters(void **unused) {
    (void)unused;
    enum { N = 121 };
    double x[N * 3], y[N], w[3];
    uint32_t fold[N];
    const tp_stream_key key = {4, TP_PURPOSE_BOOTSTRAP, 1, 1};
    for (size_t i = 0; i < N; i++) {
        uint32_t words[4];
        tp_random_words(&key, (uint32_t)i, words);
        x[i * 3] = (double)(i % 11);
        x[i * 3 + 1] = (double)(i / 11);
        x[i * 3 + 2] = x[i * 3] + x[i * 3 + 1];
        y[i] = -0.3 * x[i * 3 + 2] + tp_random_unit(words[0], words[1]);
    }
    tp_standardize(N, 3, x);
    tp_folds_drawn(N, 10, 1, fold);
    const tp_regression r = {N, 3, x, y};
    tp_regression_fit fit = {.coefficients = w};
    tp_lasso_choice choice = {.fold = fold, .folds = 10, .penalties = 100, .least = 1e-3};
    assert_int_equal(tp_lasso_cross_validate(&r, &choice, &fit, NULL), TP_OK);
    assert_true(fabs(w[2]) > 10 * (fabs(w[0]) + fabs(w[1])));
    assert_true(fit.explained > 0.9);
}

static void folds_are_even_and_drawn(void **unused) {
    (void)unused;
    uint32_t fold[25], other[25];
    size_t counts[4] = {0};
    tp_folds_in_order(25, 4, fold);
    assert_int_equal(fold[0], 0);
    assert_int_equal(fold[6], 0);
    assert_int_equal(fold[7], 1);
    assert_int_equal(fold[24], 3);
    tp_folds_drawn(25, 4, 9, other);
    assert_memory_not_equal(fold, other, sizeof fold);
    for (size_t i = 0; i < 25; i++)
        counts[other[i]]++;
    assert_int_equal(counts[0], 7);
    assert_true(counts[1] == 6 && counts[2] == 6 && counts[3] == 6);
}

static double normal(uint32_t i) {
    const tp_stream_key key = {31, TP_PURPOSE_BOOTSTRAP, 77, 3};
    uint32_t words[4];
    tp_random_words(&key, i, words);
    return sqrt(-2 * log(1 - tp_random_unit(words[0], words[1]))) *
           cos(6.283185307179586 * tp_random_unit(words[2], words[3]));
}

static void means_and_intervals_are_those_of_the_values(void **unused) {
    (void)unused;
    enum { EACH = 10, SIZES = 300 };
    static tp_network_value values[SIZES * EACH + 2];
    size_t count = 0, covered = 0;
    for (size_t s = 0; s < SIZES; s++)
        for (size_t i = 0; i < EACH; i++)
            values[count++] = (tp_network_value){s, 10, 3 + normal((uint32_t)(s * EACH + i))};
    values[count++] = (tp_network_value){0, 10, NAN}; /* passed over */
    values[count++] = (tp_network_value){5, 0, 8};
    const tp_bootstrap bootstrap = {400, 0.95, 1};
    tp_network_mean *means;
    size_t sizes;
    assert_int_equal(tp_network_means(values, count, &bootstrap, &means, &sizes, NULL), TP_OK);
    assert_int_equal(sizes, SIZES + 1);
    for (size_t k = 0; k < sizes; k++) {
        if (means[k].astrocytes == 0) {
            assert_int_equal(means[k].count, 1);
            assert_true(isnan(means[k].deviation));
            assert_close(means[k].low, 8, 0, 0);
            continue;
        }
        double sum = 0, squares = 0;
        const tp_network_value *own = values + means[k].neurons * EACH;
        for (size_t i = 0; i < EACH; i++)
            sum += own[i].value;
        for (size_t i = 0; i < EACH; i++)
            squares += (own[i].value - sum / EACH) * (own[i].value - sum / EACH);
        assert_int_equal(means[k].count, EACH);
        assert_close(means[k].mean, sum / EACH, 1e-13, 0);
        assert_close(means[k].deviation, sqrt(squares / (EACH - 1)), 1e-12, 0);
        covered += means[k].low <= 3 && 3 <= means[k].high;
    }
    /* The percentile interval of ten values is known to be short: about 90 % where it says 95. */
    assert_in_range(covered, 258, 288);
    free(means);
}

static void a_curve_finds_its_lowest_point(void **unused) {
    (void)unused;
    enum { EACH = 10 };
    tp_network_value values[12 * EACH];
    size_t count = 0;
    /* Ten, twenty, ... astrocytes of 110 units; lowest at 70. */
    for (size_t a = 0; a <= 110; a += 10)
        for (size_t i = 0; i < EACH; i++)
            values[count++] = (tp_network_value){
                110 - a, a, 1e-4 * pow((double)a - 70, 2) + 0.02 * normal((uint32_t)count)};
    const tp_bootstrap bootstrap = {1000, 0.95, 1};
    tp_ratio_curve curve;
    assert_int_equal(tp_ratio_curve_of(values, count, 110, &bootstrap, &curve, NULL), TP_OK);
    assert_int_equal(curve.count, 12);
    for (size_t i = 0; i < 12; i++) {
        assert_close(curve.share[i], (double)i / 11, 1e-15, 0);
        assert_int_equal(curve.points[i].astrocytes, 10 * i);
        assert_true(curve.points[i].low <= curve.points[i].mean &&
                    curve.points[i].mean <= curve.points[i].high);
    }
    assert_close(curve.best, 7.0 / 11, 0, 0.1);
    assert_true(curve.best_low <= curve.best && curve.best <= curve.best_high);
    assert_true(curve.best_low >= 5.0 / 11 - 1e-9 && curve.best_high <= 9.0 / 11 + 1e-9);
    /* The order of the trials does not matter. */
    tp_ratio_curve again;
    for (size_t i = 0; i < count / 2; i++) {
        const tp_network_value moved = values[i];
        values[i] = values[count - 1 - i];
        values[count - 1 - i] = moved;
    }
    assert_int_equal(tp_ratio_curve_of(values, count, 110, &bootstrap, &again, NULL), TP_OK);
    assert_memory_equal(curve.points, again.points, 12 * sizeof *again.points);
    assert_close(again.best_high, curve.best_high, 0, 0);
    tp_ratio_curve_free(&again);
    tp_ratio_curve_free(&curve);
    assert_int_equal(tp_ratio_curve_of(values, count, 50, &bootstrap, &curve, NULL), TP_OK);
    assert_int_equal(curve.count, 0);
    assert_true(isnan(curve.best));
    tp_ratio_curve_free(&curve);
}

static void quantiles_are_those_of_numpy(void **unused) {
    (void)unused;
    const double sorted[] = {1, 2, 4, 8};
    assert_close(tp_quantile(sorted, 4, 0), 1, 0, 0);
    assert_close(tp_quantile(sorted, 4, 0.5), 3, 1e-15, 0);
    assert_close(tp_quantile(sorted, 4, 0.9), 6.8, 1e-14, 0);
    assert_close(tp_quantile(sorted, 4, 1), 8, 0, 0);
}

/* The k-th smallest of n covers the median with 1 - 2 P(X < k), X binomial: summed out here. */
static void medians_have_the_binomial_interval(void **unused) {
    (void)unused;
    double twenty[20];
    for (size_t i = 0; i < 20; i++)
        twenty[i] = (double)(i * 7 % 20) + 1;
    const tp_median m = tp_median_of(twenty, 20, 0.95);
    assert_close(m.median, 10.5, 1e-15, 0);
    assert_close(m.lower, 6, 0, 0); /* 2 P(X < 6) = 0.041, 2 P(X < 7) = 0.115 */
    assert_close(m.upper, 15, 0, 0);
    double five[] = {5, 1, 4, 2, 3}, six[] = {5, 1, 4, 2, 3, 6};
    assert_close(tp_median_of(five, 5, 0.95).median, 3, 0, 0);
    assert_true(isnan(tp_median_of(five, 5, 0.95).lower));   /* 2 / 32 > 0.05 */
    assert_close(tp_median_of(six, 6, 0.95).lower, 1, 0, 0); /* 2 / 64 */
    assert_close(tp_median_of(six, 6, 0.95).upper, 6, 0, 0);
    assert_true(isnan(tp_median_of(six, 0, 0.95).median));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_are_those_of_scikit_learn),
        cmocka_unit_test(orthonormal_designs_are_soft_thresholding),
        cmocka_unit_test(dependent_regressors_get_the_shortest_solution),
        cmocka_unit_test(lasso_keeps_the_sum_where_it_is_what_matters),
        cmocka_unit_test(folds_are_even_and_drawn),
        cmocka_unit_test(means_and_intervals_are_those_of_the_values),
        cmocka_unit_test(a_curve_finds_its_lowest_point),
        cmocka_unit_test(quantiles_are_those_of_numpy),
        cmocka_unit_test(medians_have_the_binomial_interval),
    };
    return cmocka_run_group_tests_name("analysis", tests, NULL, NULL);
}
