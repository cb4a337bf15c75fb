/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regressions by hand and against scikit-learn's (tests/golden/lasso.txt), curves over the ratio of
 * astrocytes against what they were made from. */
#include <stdlib.h>
#include <string.h>

#include "analysis/median.h"
#include "analysis/regression.h"
#include "analysis/size_regression.h"
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

/* The networks of twelve sizes, a trial's values shifted alike in all of them. */
enum { TRIALS = 10, POINTS = 12 };

static const tp_interval_method method = {
    .bootstrap = 1, .confidence = 0.95, .resamples = 400, .seed = 1};

/* 0, 10, ... 110 astrocytes of 110 units; lowest at 70. */
static void make_sizes(tp_network_size *sizes, double (*values)[TRIALS], double noise) {
    for (size_t i = 0; i < POINTS; i++) {
        for (uint32_t t = 0; t < TRIALS; t++)
            values[i][t] = 1e-4 * pow(10 * (double)i - 70, 2) + 5 * normal(t) +
                           noise * normal((uint32_t)(100 + i * TRIALS + t));
        sizes[i] = (tp_network_size){110 - 10 * i, 10 * i, values[i]};
    }
}

static void a_curve_finds_its_lowest_point(void **unused) {
    (void)unused;
    tp_network_size sizes[POINTS], other[POINTS];
    double values[POINTS][TRIALS];
    tp_ratio ratio, again;
    make_sizes(sizes, values, 0.02);
    assert_int_equal(tp_ratio_find(sizes, POINTS, TRIALS, &method, &ratio, NULL), TP_OK);
    assert_int_equal(ratio.curve_count, 1);
    assert_int_equal(ratio.count, POINTS);
    for (size_t i = 0; i < POINTS; i++) {
        const tp_ratio_point *p = &ratio.points[i];
        double sum = 0;
        for (size_t t = 0; t < TRIALS; t++)
            sum += values[i][t];
        assert_close(p->share, (double)i / 11, 1e-15, 0);
        assert_int_equal(p->astrocytes, 10 * i);
        assert_close(p->mean.value, sum / TRIALS, 1e-13, 0);
        assert_true(p->mean.lower <= p->mean.value && p->mean.value <= p->mean.upper);
    }
    /* What all sizes of a trial share does not blur the curve: without pairing, the shifts of 5
     * would move the best anywhere. */
    const tp_ratio_curve *curve = &ratio.curves[0];
    assert_close(curve->best.value, 7.0 / 11, 1e-15, 0);
    assert_true(curve->best.lower >= 6.0 / 11 - 1e-9 && curve->best.upper <= 8.0 / 11 + 1e-9);
    assert_close(curve->gain.value, -0.16, 0, 0.03); /* (110 - 70)^2 1e-4 */
    assert_true(curve->gain.lower > -0.2 && curve->gain.lower < curve->gain.value);
    assert_true(curve->gain.upper < -0.12 && curve->gain.upper > curve->gain.value);
    assert_close(ratio.best.value, curve->best.value, 0, 0);
    assert_int_equal(ratio.averaged, 1);
    for (size_t i = 0; i < POINTS; i++)
        other[i] = sizes[(i * 5) % POINTS];
    assert_int_equal(tp_ratio_find(other, POINTS, TRIALS, &method, &again, NULL), TP_OK);
    assert_memory_equal(ratio.points, again.points, POINTS * sizeof *again.points);
    assert_memory_equal(ratio.curves, again.curves, sizeof *again.curves);
    tp_ratio_free(&again);
    tp_ratio_free(&ratio);
}

/* By hand: totals of 2, 3 and 4; one alone, one without a pure network, one with both. */
static void only_whole_curves_have_a_gain(void **unused) {
    (void)unused;
    const double one[] = {1, 1}, two[] = {2, 2}, three[] = {3, 3};
    const tp_network_size sizes[] = {{2, 2, two}, {1, 1, three}, {0, 4, three},
                                     {4, 0, one}, {2, 1, one},   {3, 0, two}};
    tp_ratio ratio;
    assert_int_equal(tp_ratio_find(sizes, 6, 2, &method, &ratio, NULL), TP_OK);
    assert_int_equal(ratio.count, 5);
    assert_int_equal(ratio.curve_count, 2);
    assert_int_equal(ratio.curves[0].total, 3);
    assert_close(ratio.curves[0].best.value, 1.0 / 3, 1e-15, 0);
    assert_true(isnan(ratio.curves[0].gain.value) && isnan(ratio.curves[0].gain.lower));
    assert_int_equal(ratio.curves[1].total, 4);
    assert_close(ratio.curves[1].best.value, 0, 0, 0);
    assert_close(ratio.curves[1].gain.value, 1, 0, 0); /* 2 less 1: a mixture is worse */
    assert_close(ratio.curves[1].gain.upper, 1, 0, 0);
    assert_close(ratio.best.value, 0, 0, 0);
    tp_ratio_free(&ratio);
    /* One trial has no interval; none has nothing. */
    assert_int_equal(tp_ratio_find(sizes, 6, 1, &method, &ratio, NULL), TP_OK);
    assert_true(ratio.curves[1].gain.value == 1 && isnan(ratio.curves[1].gain.lower));
    tp_ratio_free(&ratio);
    assert_int_equal(tp_ratio_find(sizes, 6, 0, &method, &ratio, NULL), TP_OK);
    assert_true(isnan(ratio.curves[1].best.value) && isnan(ratio.best.value));
    tp_ratio_free(&ratio);
    assert_int_equal(tp_ratio_find(sizes, 0, 3, &method, &ratio, NULL), TP_OK);
    assert_int_equal(ratio.curve_count, 0);
    tp_ratio_free(&ratio);
}

/* Values made of the number of units: least squares shares it between its regressors, LASSO keeps
 * the sum, and the trend tells it from the share. */
static void regressions_find_what_the_values_are_made_of(void **unused) {
    (void)unused;
    enum { SIDE = 6, SIZES = SIDE * SIDE };
    tp_network_size sizes[SIZES];
    static double values[SIZES][TRIALS];
    tp_size_fit fit;
    double squares = 0;
    for (size_t i = 0; i < SIZES; i++) {
        const size_t n = 10 * (i % SIDE), a = 10 * (i / SIDE) + 5;
        for (uint32_t t = 0; t < TRIALS; t++)
            values[i][t] = -0.3 * (double)(n + a) + normal((uint32_t)(i * TRIALS + t));
        sizes[i] = (tp_network_size){n, a, values[i]};
        squares += pow((double)(n + a) - 55, 2) / SIZES;
    }
    const double per_deviation = -0.3 * sqrt(squares);
    assert_int_equal(
        tp_size_regression(sizes, SIZES, TRIALS, TP_SIZE_LEAST_SQUARES, &method, &fit, NULL),
        TP_OK);
    assert_int_equal(fit.rank, 2);
    assert_true(fit.explained > 0.9 && isnan(fit.penalty));
    for (int k = 0; k < 3; k++)
        assert_true(fit.coefficients[k].lower <= fit.coefficients[k].value &&
                    fit.coefficients[k].value <= fit.coefficients[k].upper);
    /* The shortest of all solutions is along the rows: c_sum = (c_N + c_A) / sqrt 2. */
    assert_close(fit.coefficients[2].value,
                 (fit.coefficients[0].value + fit.coefficients[1].value) / sqrt(2), 1e-9, 0);
    assert_int_equal(tp_size_regression(sizes, SIZES, TRIALS, TP_SIZE_LASSO, &method, &fit, NULL),
                     TP_OK);
    assert_close(fit.coefficients[2].value, per_deviation, 0.05, 0);
    assert_true(fit.kept[2] == 1 && fit.penalty > 0);
    assert_true(fabs(fit.coefficients[0].value) < 0.1 && fabs(fit.coefficients[1].value) < 0.1);
    assert_int_equal(tp_size_regression(sizes, SIZES, TRIALS, TP_SIZE_TREND, &method, &fit, NULL),
                     TP_OK);
    assert_close(fit.coefficients[0].value, per_deviation, 0.03, 0);
    assert_true(fit.coefficients[1].lower < 0.05 && fit.coefficients[1].upper > -0.05);
    assert_true(isnan(fit.coefficients[2].value));
    assert_int_equal(tp_size_regression(sizes, 3, 3, TP_SIZE_LASSO, &method, &fit, NULL), TP_OK);
    assert_true(isnan(fit.coefficients[0].value) && isnan(fit.explained));
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
        cmocka_unit_test(a_curve_finds_its_lowest_point),
        cmocka_unit_test(only_whole_curves_have_a_gain),
        cmocka_unit_test(regressions_find_what_the_values_are_made_of),
        cmocka_unit_test(medians_have_the_binomial_interval),
    };
    return cmocka_run_group_tests_name("analysis", tests, NULL, NULL);
}
