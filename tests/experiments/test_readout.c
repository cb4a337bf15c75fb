/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accuracy, frames and counts, by hand. */
#include "close.h"
#include "experiments/readout.h"

static void accuracy_is_the_mean_of_hits_and_rejections(void **unused) {
    (void)unused;
    uint8_t pixels[] = {1, 1, 1, 1, 0, 0, 0, 0, 0, 0};
    const tp_pattern pattern = {.pixels = pixels, .on_count = 4};
    const uint8_t set[] = {1, 1, 1, 0, 1, 0, 0, 0, 0, 0};
    const tp_agreement a = tp_agreement_of(&pattern, set, 10);
    assert_close(a.hit, 0.75, 0, 1e-15);
    assert_close(a.correct_rejection, 5.0 / 6, 0, 1e-15);
    assert_close(a.accuracy, (0.75 + 5.0 / 6) / 2, 0, 1e-15);
    assert_close(a.pixel_accuracy, 0.8, 0, 1e-15);

    assert_close(tp_agreement_of(&pattern, pixels, 10).accuracy, 1, 0, 0);
    const uint8_t none[10] = {0}, all[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    assert_close(tp_agreement_of(&pattern, none, 10).accuracy, 0.5, 0, 0);
    assert_close(tp_agreement_of(&pattern, all, 10).accuracy, 0.5, 0, 0);
    assert_close(tp_agreement_of(&pattern, none, 10).pixel_accuracy, 0.6, 0, 1e-15);
}

static void frames_and_counts_have_the_edges_that_they_say(void **unused) {
    (void)unused;
    tp_test_response r;
    uint8_t set[4];
    assert_int_equal(tp_test_response_create(4, &r, NULL), TP_OK);
    tp_test_response_begin(&r, 100, 300);
    tp_test_response_spike(&r, 0, 100); /* at onset: before the input */
    tp_test_response_spike(&r, 0, 101);
    tp_test_response_spike(&r, 1, 300); /* the end of the input belongs to it */
    tp_test_response_spike(&r, 2, 301);
    assert_int_equal(r.count[0], 1);
    assert_int_equal(r.count[1], 1);
    assert_int_equal(r.count[2], 0);
    tp_test_response_count(&r, 1, set);
    const uint8_t counted[] = {1, 1, 0, 0};
    assert_memory_equal(set, counted, 4);
    /* (281, 301]: 300 and 301, not 101; (280, 300] has 300, and not a spike at 280. */
    tp_test_response_frame(&r, 301, 20, set);
    const uint8_t framed[] = {0, 1, 1, 0};
    assert_memory_equal(set, framed, 4);
    tp_test_response_frame(&r, 320, 20, set);
    const uint8_t later[] = {0, 0, 1, 0};
    assert_memory_equal(set, later, 4);
    tp_test_response_begin(&r, 400, 500);
    tp_test_response_frame(&r, 401, 1000, set);
    const uint8_t fresh[] = {0, 0, 0, 0};
    assert_memory_equal(set, fresh, 4);
    tp_test_response_free(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accuracy_is_the_mean_of_hits_and_rejections),
        cmocka_unit_test(frames_and_counts_have_the_edges_that_they_say),
    };
    return cmocka_run_group_tests_name("readout", tests, NULL, NULL);
}
