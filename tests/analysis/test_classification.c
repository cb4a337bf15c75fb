/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores of classifiers, worked by hand. */
#include "analysis/classification.h"

#include <math.h>

#include "close.h"

static void two_classes(void **unused) {
    (void)unused;
    const double p[] = {0.9, 0.4, 0.6, 0.6, 0.2, 0.5};
    const uint8_t labels[] = {1, 1, 1, 0, 0, 0};
    tp_classification s;
    uint32_t confusion[4];
    assert_int_equal(tp_classify(6, 1, p, labels, &s, confusion, NULL), TP_OK);
    assert_memory_equal(confusion, ((uint32_t[]){2, 1, 1, 2}), sizeof confusion);
    assert_close(s.accuracy, 4.0 / 6, 1e-15, 0);
    assert_close(s.f1, 2.0 / 3, 1e-15, 0);
    /* Pairs won: 3 by 0.9, 1 by 0.4, 2.5 by 0.6, of 9. */
    assert_close(s.auc, 6.5 / 9, 1e-15, 0);
    assert_close(s.loss, -(log(.9) + log(.4) + log(.6) + log(.4) + log(.8) + log(.5)) / 6, 1e-15,
                 0);
}

static void three_classes(void **unused) {
    (void)unused;
    const double p[] = {.7, .2, .1, .5, .3, .2, .1, .8, .1, .2, .2, .6};
    const uint8_t labels[] = {0, 1, 1, 2};
    tp_classification s;
    uint32_t confusion[9];
    assert_int_equal(tp_classify(4, 3, p, labels, &s, confusion, NULL), TP_OK);
    assert_memory_equal(confusion, ((uint32_t[]){1, 0, 0, 1, 1, 0, 0, 0, 1}), sizeof confusion);
    assert_close(s.accuracy, 0.75, 1e-15, 0);
    assert_close(s.f1, (2.0 / 3 + 2.0 / 3 + 1) / 3, 1e-15, 0);
    assert_close(s.auc, (1 + 1 + 1) / 3.0, 1e-15, 0);
    assert_close(s.loss, -(log(.7) + log(.3) + log(.8) + log(.6)) / 4, 1e-15, 0);
}

static void what_cannot_be_is_no_number(void **unused) {
    (void)unused;
    const double p[] = {0, 1};
    tp_classification s;
    assert_int_equal(tp_classify(2, 1, p, (const uint8_t[]){1, 1}, &s, NULL, NULL), TP_OK);
    assert_true(isnan(s.auc));
    assert_close(s.loss, 50, 0, 0);
    assert_close(s.f1, 2.0 / 3, 1e-15, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_classes),
        cmocka_unit_test(three_classes),
        cmocka_unit_test(what_cannot_be_is_no_number),
    };
    return cmocka_run_group_tests_name("classification", tests, NULL, NULL);
}
