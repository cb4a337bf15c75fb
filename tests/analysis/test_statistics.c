/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means, intervals and crossings against exact solutions, textbook values and their own promise:
 * that intervals hold the truth as often as they say. */
#include <string.h>

#include "analysis/statistics.h"
#include "base/random.h"
#include "close.h"

static const tp_interval_method student = {.confidence = 0.95, .resamples = 500, .seed = 3};
static const tp_interval_method bootstrap = {
    .bootstrap = 1, .confidence = 0.95, .resamples = 500, .seed = 3};

/* A normal deviate by Box and Muller. */
static double normal(uint32_t sample, uint32_t index) {
    const tp_stream_key key = {11, TP_PURPOSE_TRAINING_NOISE, 0, sample};
    uint32_t words[4];
    tp_random_words(&key, index, words);
    return sqrt(-2 * log(1 - tp_random_unit(words[0], words[1]))) *
           cos(2 * acos(-1) * tp_random_unit(words[2], words[3]));
}

static tp_estimate estimate(const double *values, size_t n, const tp_interval_method *method) {
    tp_estimate e;
    assert_int_equal(tp_estimate_of(values, n, method, &e, NULL), TP_OK);
    return e;
}

/* Student's own sleep data (1908): the mean difference 1.58, t(9; 0.975) = 2.262157. */
static void students_interval_is_the_textbooks(void **unused) {
    (void)unused;
    const double sleep[] = {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};
    const tp_estimate e = estimate(sleep, 10, &student);
    assert_int_equal(e.n, 10);
    assert_close(e.mean, 1.58, 1e-14, 0);
    assert_close(e.standard_error, 0.388959, 1e-5, 0);
    assert_close(e.lower, 0.7001142, 1e-6, 0);
    assert_close(e.upper, 2.4598858, 1e-6, 0);
}

static void too_few_values_have_no_interval(void **unused) {
    (void)unused;
    const double values[] = {2, NAN, INFINITY};
    tp_estimate e = estimate(values, 0, &student);
    assert_true(e.n == 0 && isnan(e.mean) && isnan(e.lower));
    e = estimate(values, 1, &bootstrap);
    assert_true(e.n == 1 && e.mean == 2 && isnan(e.standard_error) && isnan(e.upper));
    e = estimate(values, 3, &student);
    assert_true(e.n == 1 && e.mean == 2 && isnan(e.lower));
}

static void equal_values_have_an_empty_interval(void **unused) {
    (void)unused;
    const double values[] = {0.75, 0.75, 0.75};
    const tp_interval_method *const methods[] = {&student, &bootstrap};
    for (int i = 0; i < 2; i++) {
        const tp_estimate e = estimate(values, 3, methods[i]);
        assert_true(e.mean == 0.75 && e.standard_error == 0 && e.lower == 0.75 && e.upper == 0.75);
    }
}

/* Of two values, all of a resample is the one or the other often enough to reach both ends. */
static void every_value_can_be_drawn(void **unused) {
    (void)unused;
    const double values[] = {0, 1};
    const tp_estimate e = estimate(values, 2, &bootstrap);
    assert_true(e.lower == 0 && e.upper == 1);
}

/* How many of 400 intervals of the mean of 25 deviates hold 0. */
static int covered(const tp_interval_method *method) {
    int count = 0;
    for (uint32_t k = 0; k < 400; k++) {
        double values[25];
        for (uint32_t i = 0; i < 25; i++)
            values[i] = normal(k, i);
        const tp_estimate e = estimate(values, 25, method);
        count += e.lower <= 0 && e.upper >= 0;
    }
    return count;
}

/* 380 are expected, give or take 4.4; the bootstrap of 25 values is known to be a little short. */
static void intervals_hold_the_truth_as_often_as_they_say(void **unused) {
    (void)unused;
    assert_in_range(covered(&student), 366, 394);
    assert_in_range(covered(&bootstrap), 355, 390);
}

static tp_crossing_point crossing(const double *x, size_t levels, const double *values,
                                  size_t trials, double value, tp_direction direction) {
    tp_crossing_point point;
    assert_int_equal(tp_crossing_of(x, levels, values, trials, trials, value, direction, &bootstrap,
                                    &point, NULL),
                     TP_OK);
    return point;
}

static void a_line_crosses_where_it_must(void **unused) {
    (void)unused;
    const double x[] = {0, 1, 3, 7}, fall[] = {1, 0.8, 0.4, -0.4}, rise[] = {-1, -0.8, -0.4, 0.4};
    assert_close(crossing(x, 4, fall, 1, 0.5, TP_DOWNWARD).at, 2.5, 1e-14, 0);
    assert_close(crossing(x, 4, rise, 1, -0.5, TP_UPWARD).at, 2.5, 1e-14, 0);
    assert_true(crossing(x, 4, fall, 1, -0.5, TP_DOWNWARD).at == INFINITY);
    assert_true(crossing(x, 4, fall, 1, 1.5, TP_DOWNWARD).at == -INFINITY);
    assert_true(crossing(x, 4, rise, 1, -1.5, TP_UPWARD).at == -INFINITY);
    /* To touch is not to cross. */
    assert_close(crossing(x, 4, fall, 1, 0.8, TP_DOWNWARD).at, 1, 1e-14, 0);
    assert_true(crossing(x, 2, fall, 1, 0.8, TP_DOWNWARD).at == INFINITY);
    assert_true(isnan(crossing(x, 4, fall, 1, 0.5, TP_DOWNWARD).lower));
    assert_true(isnan(crossing(x, 0, fall, 1, 0.5, TP_DOWNWARD).at));
}

/* A curve 1 - x plus one deviate a trial, the same at all levels: it crosses 0.5 at 0.5 + deviate.
 */
static void a_crossings_interval_holds_the_truth(void **unused) {
    (void)unused;
    enum { LEVELS = 11, TRIALS = 25, REPEATS = 200 };
    const double deviation = 0.1;
    double x[LEVELS], values[LEVELS * TRIALS];
    int held = 0;
    for (uint32_t k = 0; k < REPEATS; k++) {
        double sum = 0;
        for (uint32_t t = 0; t < TRIALS; t++) {
            const double shift = deviation * normal(1000 + k, t);
            sum += shift;
            for (size_t i = 0; i < LEVELS; i++) {
                x[i] = (double)i / (LEVELS - 1);
                values[i * TRIALS + t] = 1 - x[i] + shift;
            }
        }
        const tp_crossing_point p = crossing(x, LEVELS, values, TRIALS, 0.5, TP_DOWNWARD);
        assert_close(p.at, 0.5 + sum / TRIALS, 0, 1e-12);
        /* Of a mean of 25: 4 standard errors wide. */
        assert_close(p.upper - p.lower, 2 * 1.96 * deviation / 5, 0.5, 0);
        held += p.lower <= 0.5 && p.upper >= 0.5;
    }
    /* 190 are expected, give or take 3. */
    assert_in_range(held, 176, 199);
}

static void the_seed_decides_the_resamples(void **unused) {
    (void)unused;
    double values[20];
    for (uint32_t i = 0; i < 20; i++)
        values[i] = normal(5, i);
    tp_interval_method other = bootstrap;
    other.seed++;
    const tp_estimate a = estimate(values, 20, &bootstrap), b = estimate(values, 20, &bootstrap);
    const tp_estimate c = estimate(values, 20, &other);
    assert_memory_equal(&a, &b, sizeof a);
    assert_true(a.lower != c.lower && a.mean == c.mean);
    assert_close(a.lower, c.lower, 0, 0.15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(students_interval_is_the_textbooks),
        cmocka_unit_test(too_few_values_have_no_interval),
        cmocka_unit_test(equal_values_have_an_empty_interval),
        cmocka_unit_test(every_value_can_be_drawn),
        cmocka_unit_test(intervals_hold_the_truth_as_often_as_they_say),
        cmocka_unit_test(a_line_crosses_where_it_must),
        cmocka_unit_test(a_crossings_interval_holds_the_truth),
        cmocka_unit_test(the_seed_decides_the_resamples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
