/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between a scenario and one that was kept. */
#include "../scenario/scenario_file.h"

#include "experiments/scenario_difference.h"

static tp_scenario *scenario_of(const char *text) {
    tp_scenario *scenario;
    tp_error error;
    write_text(text);
    if (read_file(scenario_path, NULL, &scenario, &error) != TP_OK)
        fail_msg("%s", error.message);
    return scenario;
}

static bool recall_may_differ(const char *path, const void *context) {
    (void)context;
    return tp_path_within(path, "recall");
}

static void assert_difference(const char *now_text, const char *then_text, bool ignoring,
                              const char *expected) {
    tp_scenario *then = scenario_of(then_text), *now = scenario_of(now_text);
    tp_error error = {0};
    char *stored, out[300];
    assert_int_equal(tp_scenario_resolved_text(then, &stored, &error), TP_OK);
    assert_int_equal(tp_scenario_difference(now, stored, "r.h5",
                                            ignoring ? recall_may_differ : NULL, NULL, out,
                                            sizeof out, &error),
                     TP_OK);
    assert_string_equal(out, expected);
    free(stored);
    tp_scenario_destroy(&then);
    tp_scenario_destroy(&now);
}

static void equal_scenarios_do_not_differ(void **unused) {
    (void)unused;
    assert_difference("seed: 3\n", "seed: 3\ntick: 100 us\n", false, "");
}

static void each_value_is_told_with_what_it_was(void **unused) {
    (void)unused;
    assert_difference("seed: 2\nrecall: {noise: 0.2}\n", "seed: 1\n", false,
                      "seed: 2, was 1; recall.noise: 0.2, was 0.4");
    assert_difference("recall: {noise: 0.2}\n", "pause: 1 s\n", true,
                      "pause: 1500 ms, was 1000 ms");
}

static void what_one_of_them_lacks_is_told(void **unused) {
    (void)unused;
    assert_difference("patterns: [one]\n", "patterns: [one, two]\n", false,
                      "patterns.1.digit: not there, was \"two\"; "
                      "patterns.1.index: not there, was 0; "
                      "patterns.1.threshold: not there, was 0.5; "
                      "patterns.1.invert: not there, was false; "
                      "patterns.1.rescale: not there, was area");
    assert_difference("title: New\n", "seed: 1\n", false, "title: \"New\", was not there");
    assert_difference("experiment: cell\n", "experiment: cell\ncell: {integrator: euler}\n", false,
                      "cell.integrator: rk4, was euler; cell.crossing: located, was step_end");
}

static void what_there_is_no_room_for_is_counted(void **unused) {
    (void)unused;
    tp_scenario *now = scenario_of("experiment: cell\n");
    tp_error error;
    char out[200];
    assert_int_equal(tp_scenario_difference(now, "experiment: memory\n", "r.h5", NULL, NULL, out,
                                            sizeof out, &error),
                     TP_OK);
    assert_non_null(strstr(out, "experiment: cell, was memory; "));
    assert_non_null(strstr(out, " more"));
    tp_scenario_destroy(&now);
}

static void a_text_that_is_no_scenario_is_told(void **unused) {
    (void)unused;
    tp_scenario *now = scenario_of("seed: 1\n");
    tp_error error;
    char out[200];
    assert_int_equal(tp_scenario_difference(now, "recall: {noize: 1}\n", "r.h5", NULL, NULL, out,
                                            sizeof out, &error),
                     TP_INVALID);
    assert_non_null(strstr(error.where, "r.h5:1"));
    tp_scenario_destroy(&now);
}

static void a_path_is_within_its_block_alone(void **unused) {
    (void)unused;
    assert_true(tp_path_within("recall", "recall"));
    assert_true(tp_path_within("recall.readout.count", "recall"));
    assert_false(tp_path_within("recalled", "recall"));
    assert_false(tp_path_within("rec", "recall"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_scenarios_do_not_differ),
        cmocka_unit_test(each_value_is_told_with_what_it_was),
        cmocka_unit_test(what_one_of_them_lacks_is_told),
        cmocka_unit_test(what_there_is_no_room_for_is_counted),
        cmocka_unit_test(a_text_that_is_no_scenario_is_told),
        cmocka_unit_test(a_path_is_within_its_block_alone),
    };
    return cmocka_run_group_tests_name("scenario difference", tests, make_folder, remove_folder);
}
