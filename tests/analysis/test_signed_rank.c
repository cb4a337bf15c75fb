/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wilcoxon's signed-rank test: against SciPy 1.10.1 (wilcoxon, mode 'exact'), and with ties, which
 * SciPy's exact mode has not, against all signs counted one by one. */
#include "analysis/signed_rank.h"

#include <math.h>
#include <string.h>

#include "close.h"

static const double ten_a[] = {.851, .902, .873, .914, .845, .886, .907, .868, .893, .924};
static const double ten_b[] = {.862, .897, .889, .925, .858, .885, .919, .877, .901, .9245};
static const double thirty[] = {0.645584,  1.121618,  0.630437,  -1.003157, 1.205356, 0.746375,
                                -0.236953, 0.881118,  0.664572,  0.594132,  0.328422, 0.846713,
                                -0.436454, 0.13709,   -0.182119, 0.898846,  0.339722, 0.007543,
                                -0.481908, 0.042808,  0.308142,  0.024397,  1.594064, 1.306724,
                                -2.411162, -1.589013, 0.125228,  -0.12219,  0.513643, 0.517322};
static const double zeros[30];

static void values_are_those_of_scipy(void **unused) {
    (void)unused;
    static const double five_a[] = {1, 2, 3, 4, 5}, five_b[] = {1.5, 2.25, 3.1, 4.75, 6};
    static const double eight_a[] = {.1, .2, .3, .4, .5, .6, .7, .8};
    static const double eight_b[] = {.2, .15, .33, .41, .44, .69, .62, .93};
    const struct {
        size_t count;
        const double *a, *b;
        double statistic, p;
    } cases[] = {{10, ten_a, ten_b, 5, 0.01953125},
                 {5, five_a, five_b, 0, 0.0625},
                 {8, eight_a, eight_b, 12, 0.4609375},
                 {30, zeros, thirty, 126, 0.027741437777876854}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tp_signed_rank r, turned;
        assert_int_equal(tp_signed_rank_test(cases[i].count, cases[i].a, cases[i].b, &r, NULL), 0);
        assert_int_equal(tp_signed_rank_test(cases[i].count, cases[i].b, cases[i].a, &turned, NULL),
                         0);
        assert_close(fmin(r.positive, r.negative), cases[i].statistic, 0, 0);
        assert_close(r.p, cases[i].p, 1e-13, 0);
        assert_true(turned.p == r.p && turned.positive == r.negative);
    }
}

/* By the mean ranks of 1 .. n, all 2^n signs. */
static double counted(const double *ranks, size_t n, double smaller) {
    size_t out = 0;
    for (size_t signs = 0; signs < (size_t)1 << n; signs++) {
        double sum = 0, all = 0;
        for (size_t i = 0; i < n; i++) {
            all += ranks[i];
            sum += signs >> i & 1 ? ranks[i] : 0;
        }
        out += fmin(sum, all - sum) <= smaller;
    }
    return (double)out / (double)((size_t)1 << n);
}

static void ties_share_their_rank_and_equal_pairs_are_left_out(void **unused) {
    (void)unused;
    const double b[] = {2, 2, -1, 3, -3, 4, 4, 1, 2, 0};
    const double ranks[] = {1.5, 1.5, 4, 4, 4, 6.5, 6.5, 8.5, 8.5};
    tp_signed_rank r;
    assert_int_equal(tp_signed_rank_test(10, zeros, b, &r, NULL), TP_OK);
    assert_int_equal(r.pairs, 9);
    assert_close(r.positive, 37, 0, 0);
    assert_close(r.negative, 8, 0, 0);
    assert_close(r.p, counted(ranks, 9, 8), 1e-14, 0);
    assert_close(r.p, 0.09765625, 1e-14, 0);
}

/* .3 - .2 and .2 - .1 differ by their rounding. */
static void differences_equal_but_for_rounding_are_ties(void **unused) {
    (void)unused;
    const double a[] = {.2, .2, .7}, b[] = {.3, .1, .7};
    tp_signed_rank r;
    assert_true(.3 - .2 != .2 - .1);
    assert_int_equal(tp_signed_rank_test(3, a, b, &r, NULL), TP_OK);
    assert_int_equal(r.pairs, 2);
    assert_close(r.positive, 1.5, 0, 0);
    assert_close(r.p, 1, 0, 0);
}

static void nothing_to_compare_is_no_difference(void **unused) {
    (void)unused;
    tp_signed_rank r;
    const double nan_[] = {NAN};
    tp_error error;
    assert_int_equal(tp_signed_rank_test(10, ten_a, ten_a, &r, NULL), TP_OK);
    assert_true(r.pairs == 0 && r.p == 1);
    assert_int_equal(tp_signed_rank_test(0, NULL, NULL, &r, NULL), TP_OK);
    assert_true(r.p == 1);
    assert_int_equal(tp_signed_rank_test(1, zeros, nan_, &r, &error), TP_INVALID);
    assert_int_equal(tp_signed_rank_test(100000, NULL, NULL, &r, &error), TP_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_scipy),
        cmocka_unit_test(ties_share_their_rank_and_equal_pairs_are_left_out),
        cmocka_unit_test(differences_equal_but_for_rounding_are_ties),
        cmocka_unit_test(nothing_to_compare_is_no_difference),
    };
    return cmocka_run_group_tests_name("signed rank", tests, NULL, NULL);
}
