/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep's block and --over mean, level by level, and what is wrong with bad ones. */
#include "../scenario/scenario_file.h"
#include "experiments/memory_block.h"
#include "stimuli/pattern.h"
#include "sweeps/levels.h"

static tp_scenario *scenario;
static tp_levels *levels;

static tp_status read_levels(const char *text, const char *set, tp_error *error) {
    write_text(text);
    memset(error, 0, sizeof *error);
    tp_status status = tp_scenario_read(scenario_path, &set, set ? 1 : 0, &scenario, error);
    return status == TP_OK ? tp_levels_create(scenario, &levels, error) : status;
}

static void forget(void) {
    if (levels)
        tp_levels_destroy(&levels);
    tp_scenario_destroy(&scenario);
}

static void read_ok(const char *text, const char *set) {
    tp_error error;
    if (read_levels(text, set, &error) != TP_OK)
        fail_msg("%s: %s (%s)", error.where, error.message, error.hint);
}

static void expect_numbers(size_t column, const char *name, const double *numbers, size_t count) {
    assert_string_equal(levels->columns[column].name, name);
    assert_int_equal(levels->count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(levels->columns[column].numbers[i] == numbers[i]);
}

static void a_range_is_decimal_numbers(void **unused) {
    (void)unused;
    const double noise[] = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};
    read_ok("sweep: {over: {recall.noise: 0:1:0.1}}", NULL);
    expect_numbers(0, "recall.noise", noise, 11);
    forget();
    const double thirds[] = {0, 0.2, 0.4, 0.6}; /* 0.6 / 0.2 is below 3 */
    read_ok("sweep: {over: {recall.noise: 0:0.6:0.2}}", NULL);
    expect_numbers(0, "recall.noise", thirds, 4);
    forget();
    const double down[] = {0.3, 0.1};
    read_ok("sweep: {over: {recall.noise: 0.3:0:-0.2}}", NULL);
    expect_numbers(0, "recall.noise", down, 2);
    forget();
    const double pauses[] = {200, 1200, 2200};
    const char *const spellings[] = {"0.2:3:1 s", "0.2 s:3 s:1 s", "200:2200:1000 ms"};
    for (size_t i = 0; i < COUNT(spellings); i++) {
        char set[80];
        snprintf(set, sizeof set, "sweep.over.[pause]=%s", spellings[i]);
        read_ok("", set);
        expect_numbers(0, "pause", pauses, 3);
        assert_string_equal(levels->columns[0].unit, "ms");
        forget();
    }
    read_ok("", "sweep.over.[recall.noise]=10:30:10 %");
    const double percent[] = {0.1, 0.2, 0.3};
    expect_numbers(0, "recall.noise", percent, 3);
    forget();
}

static void several_paths_are_a_grid(void **unused) {
    (void)unused;
    const double noise[] = {0.1, 0.1, 0.1, 0.5, 0.5, 0.5};
    read_ok("sweep: {over: {recall.noise: [0.1, 0.5], patterns: [[zero], [one, two], [3]]}}", NULL);
    expect_numbers(0, "recall.noise", noise, 6);
    assert_null(levels->columns[1].numbers);
    assert_string_equal(levels->columns[1].texts[4], "[one, two]");
    char label[100];
    tp_levels_label(levels, 4, label, sizeof label);
    assert_string_equal(label, "recall.noise=0.5, patterns=[one, two]");
    const tp_memory_description *d = levels->scenarios[4]->description;
    assert_true(d->recall.noise == 0.5 && d->patterns.count == 2);
    forget();
}

static void a_block_ties_its_values(void **unused) {
    (void)unused;
    const double tiles[] = {4, 8}, strides[] = {3, 8};
    read_ok("network: {astrocytes: {exchange: 2 ms}}\n"
            "sweep: {over: {network.astrocytes: [{tile: 4, stride: 3}, {tile: 8, stride: 8}]}}",
            NULL);
    expect_numbers(0, "network.astrocytes.tile", tiles, 2);
    expect_numbers(1, "network.astrocytes.stride", strides, 2);
    const tp_memory_description *d = levels->scenarios[1]->description;
    assert_true(d->network.astrocytes.cells.exchange_ms == 2); /* what is not tied stays */
    forget();
    const double noise[] = {0.2, 0.4}, pause[] = {1000, 2000};
    read_ok("sweep:\n  over:\n    .: [{recall: {noise: 0.2}, pause: 1 s},"
            " {recall: {noise: 0.4}, pause: 2 s}]",
            NULL);
    expect_numbers(0, "recall.noise", noise, 2);
    expect_numbers(1, "pause", pause, 2);
    forget();
}

static void an_over_takes_the_place_of_the_files_levels(void **unused) {
    (void)unused;
    const double noise[] = {0.7, 0.7};
    read_ok("sweep: {over: {recall.noise: 0:1:0.1, patterns: [[zero], [one]]}}",
            "sweep.over.[recall.noise]=[0.7]");
    expect_numbers(0, "recall.noise", noise, 2);
    forget();
}

static void a_control_is_every_level_once_more(void **unused) {
    (void)unused;
    read_ok("sweep: {over: {recall.noise: [0.1, 0.2]}, control: {network.feedback.current: 0}}",
            NULL);
    assert_int_equal(levels->scenario_count, 4);
    const tp_memory_description *level = levels->scenarios[1]->description;
    const tp_memory_description *control = levels->scenarios[3]->description;
    assert_true(level->recall.noise == 0.2 && control->recall.noise == 0.2);
    assert_true(level->network.feedback.current == 30 && control->network.feedback.current == 0);
    assert_int_equal(levels->group_count, 1);
    forget();
}

/* Levels are trained together where training cannot tell them apart, and nowhere else. */
static void what_training_sees_parts_the_groups(void **unused) {
    (void)unused;
    const struct {
        const char *set;
        size_t groups;
    } cases[] = {
        {"sweep.over.[recall.noise]=[0.1, 0.2]", 1},
        {"sweep.over.[recall.samples]=[1, 2]", 1},
        {"sweep.over.[pause]=[1 s, 2 s]", 1},
        {"sweep.over.[network.feedback.current]=[0, 30]", 1},
        {"sweep.over.[network.feedback.calcium]=[0.1 uM, 0.2 uM]", 1},
        {"sweep.over.[network.feedback]=[{during: always, current: 1}, {during: always}]", 2},
        {"sweep.over.[network.feedback]=[{during: always}, {during: recall}]", 2},
        {"sweep.over.[network.feedback.activity_window]=[5 ms, 10 ms]", 2},
        {"sweep.over.[training.noise]=[0.1, 0.2]", 2},
        {"sweep.over.[patterns]=[[one], [two]]", 2},
        {"sweep.over.[seed]=[1, 2]", 2},
        {"sweep.over.[network.drive.rate]=[10 Hz, 20 Hz]", 2},
        {"sweep.over.[tick]=[0.1 ms, 0.05 ms]", 2},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        read_ok("", cases[i].set);
        if (levels->group_count != cases[i].groups)
            fail_msg("%s: %zu groups", cases[i].set, levels->group_count);
        forget();
    }
}

/* The block is part of the scenario: what is printed of it reads as the same levels. */
static void levels_survive_printing(void **unused) {
    (void)unused;
    read_ok("sweep: {over: {recall.noise: 0:0.5:0.25, patterns: [[zero], [{digit: one, "
            "name: \"x# 'y': \\n{[-\"}]]}}",
            NULL);
    char *text = NULL, *again = NULL;
    assert_int_equal(tp_scenario_resolved_text(scenario, &text, NULL), TP_OK);
    forget();
    read_ok(text, NULL);
    assert_int_equal(levels->count, 6);
    const tp_memory_description *d = levels->scenarios[1]->description;
    const tp_pattern_description *pattern = d->patterns.items;
    assert_string_equal(pattern->name, "x# 'y': \n{[-");
    assert_int_equal(tp_scenario_resolved_text(scenario, &again, NULL), TP_OK);
    assert_string_equal(text, again);
    free(text);
    free(again);
    forget();
}

static void mistakes_are_told_where_they_stand(void **unused) {
    (void)unused;
    const struct {
        const char *text, *set, *where, *message, *hint;
    } cases[] = {
        {"", NULL, "", "varies nothing", "--over recall.noise"},
        {"sweep: {over: {}}", NULL, "", "varies nothing", ""},
        {"sweep: {over: 3}", NULL, ":1:15", "from one to eight keys", ""},
        {"sweep: {over: {recall.noise: 3}}", NULL, ":1:30", "from:to:step", ""},
        {"sweep: {over: {recall.noise: []}}", NULL, ":1:30", "has no levels", ""},
        {"sweep: {over: {recall.noise: ''}}", NULL, ":1:30", "from:to:step", ""},
        {"sweep: {over: {recall.noise: 0:1:0}}", NULL, ":1:30", "cannot be 0", ""},
        {"sweep: {over: {recall.noise: 0.6:0:0.05}}", NULL, ":1:30", "leads away from its end",
         "0.6:0:-0.05"},
        {"sweep: {over: {recall.noise: 0:0.6:-0.05}}", NULL, ":1:30", "leads away", "0:0.6:0.05"},
        {"sweep: {over: {recall.noise: 0:1}}", NULL, ":1:30", "from:to:step", ""},
        {"sweep: {over: {recall.noise: 0:1:0.1:2}}", NULL, ":1:30", "from:to:step", ""},
        {"sweep: {over: {recall.noise: 0:x:0.1}}", NULL, ":1:30", "from:to:step", ""},
        {"sweep: {over: {recall.noise: 0:1:1e-9}}", NULL, ":1:30", "more than 100000", ""},
        {"sweep: {over: {recall.noise: 0:nan:1}}", NULL, ":1:30", "from:to:step", ""},
        {"sweep: {over: {pause: 1 s:2000 ms:1 s}}", NULL, ":1:23", "one unit", "step"},
        {"sweep: {over: {pause: 1 s:2:1}}", NULL, ":1:23", "one unit", ""},
        {"sweep: {over: {pause: '1:2:1'}}", NULL, ":1:23", "no unit", ""},
        {"sweep: {over: {pause: 1:2:1 mV}}", NULL, ":1:23", "another kind", ""},
        {"sweep: {over: {recall.noise: [0.1, 0.2, 0.1]}}", NULL, ":1:41", "stands twice", ""},
        {"sweep: {over: {recall.noise: [0.1, 2]}}", NULL, ":1:36", "up to 1", ""},
        {"sweep: {over: {recall.noize: [0.1]}}", NULL, ":1:31", "unknown key 'noize'",
         "did you mean 'noise'?"},
        {"sweep: {over: {recall: [{noize: 1}]}}", NULL, ":1:26", "unknown key 'noize'", "noise"},
        {"sweep: {over: {recall.noise.x: [1]}}", NULL, ":1:33", "a single value", ""},
        {"sweep: {over: {sweep.trials: [1, 2]}}", NULL, ":1:16", "cannot be varied", ""},
        {"sweep: {over: {trial: [1, 2]}}", NULL, ":1:16", "cannot be varied", ""},
        {"sweep: {over: {.: [3]}}", NULL, ":1:20", "must be a block", ""},
        {"sweep: {over: {pause: [1 s], .: [{pause: 2 s}]}}", NULL, "", "varied twice", ""},
        {"sweep: {over: {recall.readout.frames: [[1 ms], [2 ms]]}}", NULL, "",
         "measures something else", ""},
        {"sweep: {over: {recall.noise: [0.1]}, control: 3}", NULL, ":1:47", "paths and", ""},
        {"sweep: {over: {recall.noise: [0.1]}, control: {recall.x: 3}}", NULL, ":1:58",
         "unknown key 'x'", ""},
        {"sweep: {over: {network.astrocytes.tile: [4, 5]}}", NULL, ":1:45", "do not fit", ""},
        {"sweep: {over: {patterns: [[zero], [{image: no.png}]]}}", NULL, ":1:44",
         "there is no file", ""},
        {"sweep: {trials: 0}", NULL, ":1:17", "at least 1|from 1", ""},
        {"", "sweep.trials=0", "--trials 0", "from 1", ""},
        {"", "sweep.trials=many", "--trials many", "whole number", ""},
        {"", "sweep.over.[recall.noise]=0.6:0:0.1", "--over recall.noise=0.6:0:0.1", "leads away",
         ""},
        {"", "sweep.over.[recall.noise=0.6", "--set sweep.over.[recall.noise=0.6", "bracket", ""},
        {"repeat: 2\nsweep: {over: {recall.noise: [0.1]}}", NULL, ":1:9", "not 2", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        tp_error error;
        const tp_status status = read_levels(cases[i].text, cases[i].set, &error);
        const mistake m = {cases[i].text, cases[i].set, cases[i].where, cases[i].message, NULL};
        if (status != TP_INVALID)
            fail_msg("%s %s: status %d", cases[i].text, cases[i].set ? cases[i].set : "", status);
        if (!strchr(m.message, '|'))
            expect_part(&m, "message", error.message, m.message);
        expect_where(&m, error.where);
        expect_part(&m, "hint", error.hint, cases[i].hint);
        forget();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_decimal_numbers),
        cmocka_unit_test(several_paths_are_a_grid),
        cmocka_unit_test(a_block_ties_its_values),
        cmocka_unit_test(an_over_takes_the_place_of_the_files_levels),
        cmocka_unit_test(a_control_is_every_level_once_more),
        cmocka_unit_test(what_training_sees_parts_the_groups),
        cmocka_unit_test(levels_survive_printing),
        cmocka_unit_test(mistakes_are_told_where_they_stand),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
