/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for every scenario: it prints as a scenario that is the same, and --set says what a
 * file says. */
#include <dirent.h>

#include "experiments/scenario.h"
#include "scenario_file.h"

static tp_scenario *read_ok(const char *path, const char *set) {
    tp_scenario *scenario = NULL;
    tp_error error = {.message = ""};
    if (tp_scenario_read(path, &set, set ? 1 : 0, &scenario, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    return scenario;
}

static char *printed(const tp_scenario *scenario, int with_origin) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_int_equal(tp_scenario_print(scenario, with_origin, stream, NULL), TP_OK);
    fclose(stream);
    return text;
}

/* The print of that file, with that --set. */
static char *print_of(const char *path, const char *set, int with_origin) {
    tp_scenario *scenario = read_ok(path, set);
    char *text = printed(scenario, with_origin);
    tp_scenario_destroy(&scenario);
    return text;
}

/* The scenario says the same when its own print is read, be it with remarks or without. */
static void expect_fixed_point(const char *path, const char *set) {
    char *first = print_of(path, set, 0), *remarked = print_of(path, set, 1);
    write_text(first);
    char *second = print_of(scenario_path, NULL, 0);
    assert_string_equal(first, second);
    write_text(remarked);
    char *third = print_of(scenario_path, NULL, 0);
    assert_string_equal(first, third);
    free(first);
    free(remarked);
    free(second);
    free(third);
}

/* --- printing ---------------------------------------------------------------------------- */

static const char thorough[] =
    "title: 'all: that # can \"be\" said'\nseed: 12345678901234567\n"
    "patterns: [7, {digit: two, name: deux, threshold: 30 %, invert: true},"
    " {image: a b.png, rescale: nearest}, {idx: x.gz, index: 12, rescale: none}]\n"
    "tick: 0.05 ms\n"
    "network:\n"
    "  neurons: {rows: 43, columns: 7, integrator: rk4, step: 25 us, exchange: 0.1 ms,"
    " initial: published, a: 0.02, c: -0.0651 V}\n"
    "  astrocytes: {tile: 4, stride: 3, equations: closed_cell, initial: rest, tau_r: 0.1 min}\n"
    "  drive: {rate: 0.33 1/s, retrigger: once, monitor: always}\n"
    "  feedback: {overlap: sum, during: input, current: -1e-17}\n"
    "training: {samples: 0, noise: 0.1234567890123456789, noise_kind: flip}\n"
    "pause: 0 ms\n"
    "recall: {tests: sequential, readout: {frames: []}}\n"
    "record: {spikes: false, neurons: [], astrocytes: [feedback], precision: double}\n";

static void a_print_reads_as_the_same_scenario(void **unused) {
    (void)unused;
    write_text("");
    expect_fixed_point(scenario_path, NULL);
    write_text(thorough);
    expect_fixed_point(scenario_path, NULL);
}

static void defaults_are_those_of_an_empty_file(void **unused) {
    (void)unused;
    const char *const texts[] = {"", "# a remark\n", "{}\n", "network: {drive: {}}\n"};
    char *expected = NULL;
    for (size_t i = 0; i < COUNT(texts); i++) {
        write_text(texts[i]);
        char *text = print_of(scenario_path, NULL, 0);
        if (!expected)
            expected = strdup(text);
        assert_string_equal(text, expected);
        free(text);
    }
    free(expected);
}

static void every_title_survives_printing(void **unused) {
    (void)unused;
    static const char *const titles[] = {
        "''",
        "'null'",
        "'3'",
        "'true'",
        "'# no remark'",
        "' spaces '",
        "'a: b'",
        "'{a, [b'",
        "\"two\\nlines\\tand \\\\ a \\\"quote\\\"\"",
        "\"\\a \\e \\x7f\"",
        "'it''s'",
        "Zwei Muster, 5 \xc2\xb5M",
        "\"a \\x80 b\"",
        "\"next\\Nline\"",
        "\"other\\Llines\\P\"",
        "\"mark \\uFEFF\"",
        "\"\\U0001F9E0\"",
    };
    for (size_t i = 0; i < COUNT(titles); i++) {
        char text[100];
        snprintf(text, sizeof text, "title: %s\n", titles[i]);
        write_text(text);
        tp_scenario *scenario = read_ok(scenario_path, NULL);
        char *print = printed(scenario, 0);
        write_text(print);
        free(print);
        tp_scenario *again = NULL;
        tp_error error = {.message = ""};
        if (tp_scenario_read(scenario_path, NULL, 0, &again, &error) != TP_OK)
            fail_msg("title: %s does not survive: %s", titles[i], error.message);
        assert_string_equal(tp_scenario_title(scenario), tp_scenario_title(again));
        tp_scenario_destroy(&scenario);
        tp_scenario_destroy(&again);
    }
}

/* The remark that says where a value came from must not end in the middle of its line. */
static void a_set_of_several_lines_survives_printing(void **unused) {
    (void)unused;
    write_text("seed: 1\n");
    expect_fixed_point(scenario_path, "recall={noise: 0.3,\n samples: 2}");
}

static void origins_are_told(void **unused) {
    (void)unused;
    write_text("pause: 2 s\nrecall:\n  noise: 30 %\n");
    char *text = print_of(scenario_path, "seed=5", 1), expected[160];
    assert_non_null(strstr(text, "# --set seed=5\n"));
    snprintf(expected, sizeof expected, "# %s:3:10\n", scenario_path);
    assert_non_null(strstr(text, expected));
    snprintf(expected, sizeof expected, "# %s:1:8\n", scenario_path);
    assert_non_null(strstr(text, expected));
    assert_non_null(strstr(text, "  shown: 20 ms                              # default\n"));
    free(text);
}

static void a_stream_that_takes_nothing_is_told(void **unused) {
    (void)unused;
    write_text("seed: 1\n");
    tp_scenario *scenario = read_ok(scenario_path, NULL);
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    tp_error error;
    assert_int_equal(tp_scenario_print(scenario, 0, full, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "No space left"));
    fclose(full);
    tp_scenario_destroy(&scenario);
}

/* --- the shipped scenarios --------------------------------------------------------------- */

static void the_shipped_scenarios_print_as_themselves(void **unused) {
    (void)unused;
    const char *root = getenv("TRIPARTITE_SOURCE");
    char shipped[400], path[700];
    snprintf(shipped, sizeof shipped, "%s/experiments/memory", root ? root : ".");
    DIR *directory = opendir(shipped);
    if (!directory)
        fail_msg("%s: not there; set TRIPARTITE_SOURCE to the source tree", shipped);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        const char *ending = strrchr(entry->d_name, '.');
        if (!ending || strcmp(ending, ".yaml") != 0)
            continue;
        snprintf(path, sizeof path, "%s/%.255s", shipped, entry->d_name);
        expect_fixed_point(path, NULL);
        count++;
    }
    closedir(directory);
    assert_true(count > 0);
}

/* --- --set ------------------------------------------------------------------------------- */

static void expect_set_equals_file(const char *path, const char *value) {
    char set[300], nested[400], *to = nested;
    snprintf(set, sizeof set, "%s=%s", path, value);
    int depth = 0;
    for (const char *at = path; *at; at++) {
        if (*at == '.') {
            to += sprintf(to, ":\n%*s", 2 * ++depth, "");
        } else {
            *to++ = *at;
        }
    }
    sprintf(to, ": %s\n", value);
    write_text(nested);
    char *from_file = print_of(scenario_path, NULL, 0);
    write_text("");
    char *from_set = print_of(scenario_path, set, 0);
    char *neither = print_of(scenario_path, NULL, 0);
    assert_string_equal(from_file, from_set);
    if (strcmp(from_set, neither) == 0)
        fail_msg("--set %s changes nothing", set);
    free(from_file);
    free(from_set);
    free(neither);
}

static void a_set_says_what_a_file_says(void **unused) {
    (void)unused;
    static const char *const cases[][2] = {
        {"title", "'with spaces: and more'"},
        {"seed", "17"},
        {"patterns", "[two, {digit: 3, name: drei}]"},
        {"tick", "0.05 ms"},
        {"network.neurons.columns", "13"},
        {"network.neurons", "{integrator: rk4, a: 0.02}"},
        {"network.astrocytes.equations", "as_printed"},
        {"network.astrocytes.v1", "5 1/s"},
        {"network.drive.more_than", "25 %"},
        {"network.feedback.overlap", "last"},
        {"training.noise", "0.2"},
        {"pause", "8 s"},
        {"recall.tests", "sequential"},
        {"recall.readout.frames", "[2 ms, 3 ms]"},
        {"record.spikes", "false"},
        {"record.neurons", "[]"},
        {"record.neuron_region.first_row", "3"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        expect_set_equals_file(cases[i][0], cases[i][1]);
}

static void a_set_wins_over_the_file_and_the_last_one_wins(void **unused) {
    (void)unused;
    write_text("seed: 1\nrecall: {noise: 0.2, samples: 3}\n");
    const char *sets[] = {"seed=2", "recall.noise=0.6", "seed=3"};
    tp_scenario *scenario = NULL;
    assert_int_equal(tp_scenario_read(scenario_path, sets, 3, &scenario, NULL), TP_OK);
    char *text = printed(scenario, 0);
    assert_non_null(strstr(text, "seed: 3\n"));
    assert_non_null(strstr(text, "  noise: 0.6\n"));
    assert_non_null(strstr(text, "  samples: 3\n"));
    free(text);
    tp_scenario_destroy(&scenario);
}

static void a_set_reaches_into_a_list(void **unused) {
    (void)unused;
    write_text("patterns: [zero, {digit: one}]\nrecall: {readout: {frames: [1 ms, 3 ms]}}\n");
    const char *sets[] = {"patterns.0=two", "patterns.1.name=uno", "recall.readout.frames.0=2 ms"};
    tp_scenario *scenario = NULL;
    assert_int_equal(tp_scenario_read(scenario_path, sets, 3, &scenario, NULL), TP_OK);
    char *text = printed(scenario, 0);
    assert_non_null(strstr(text, "digit: \"two\"\n"));
    assert_non_null(strstr(text, "name: \"uno\"\n"));
    assert_non_null(strstr(text, "frames: [2 ms, 3 ms]\n"));
    free(text);
    tp_scenario_destroy(&scenario);
}

/* --- the list of keys -------------------------------------------------------------------- */

static char *list_of_keys(void) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_int_equal(tp_scenario_print_keys("memory", stream, NULL), TP_OK);
    fclose(stream);
    return text;
}

/* The list is itself a scenario: the defaults, with remarks. */
static void the_list_of_keys_is_the_default_scenario(void **unused) {
    (void)unused;
    write_text("");
    char *defaults = print_of(scenario_path, NULL, 0), *keys = list_of_keys();
    write_text(keys);
    char *again = print_of(scenario_path, NULL, 0);
    assert_string_equal(defaults, again);
    free(defaults);
    free(keys);
    free(again);
}

static void every_key_listed_can_be_set_to_its_default(void **unused) {
    (void)unused;
    char *keys = list_of_keys();
    write_text(keys);
    tp_scenario *scenario = read_ok(scenario_path, NULL);
    char *expected = printed(scenario, 0);
    size_t count = 0;
    for (size_t i = 0; i < scenario->resolved.count; i++) {
        const tp_entry *entry = &scenario->resolved.entries[i];
        if (!entry->text)
            continue;
        char line[200], set[300];
        snprintf(line, sizeof line, "%s: %s", entry->key, entry->text);
        assert_non_null(strstr(keys, line));
        snprintf(set, sizeof set, "%s=%s", entry->path, entry->text);
        char *text = print_of(scenario_path, set, 0);
        assert_string_equal(text, expected);
        free(text);
        count++;
    }
    assert_true(count > 80);
    tp_scenario_destroy(&scenario);
    free(expected);
    free(keys);
}

/* Also those that have no default. */
static void the_list_of_keys_has_every_key(void **unused) {
    (void)unused;
    static const char *const without_default[] = {"title:", "image:", "idx:", "name:"};
    char *keys = list_of_keys();
    for (size_t i = 0; i < COUNT(without_default); i++)
        if (!strstr(keys, without_default[i]))
            fail_msg("'%s' is not in the list of keys", without_default[i]);
    free(keys);
}

static void the_keys_of_an_unknown_experiment_are_refused(void **unused) {
    (void)unused;
    FILE *nowhere = fopen("/dev/null", "w");
    tp_error error;
    assert_int_equal(tp_scenario_print_keys("memry", nowhere, &error), TP_INVALID);
    assert_non_null(strstr(error.hint, "'memory'"));
    fclose(nowhere);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_print_reads_as_the_same_scenario),
        cmocka_unit_test(defaults_are_those_of_an_empty_file),
        cmocka_unit_test(every_title_survives_printing),
        cmocka_unit_test(a_set_of_several_lines_survives_printing),
        cmocka_unit_test(origins_are_told),
        cmocka_unit_test(a_stream_that_takes_nothing_is_told),
        cmocka_unit_test(the_shipped_scenarios_print_as_themselves),
        cmocka_unit_test(a_set_says_what_a_file_says),
        cmocka_unit_test(a_set_wins_over_the_file_and_the_last_one_wins),
        cmocka_unit_test(a_set_reaches_into_a_list),
        cmocka_unit_test(the_list_of_keys_is_the_default_scenario),
        cmocka_unit_test(every_key_listed_can_be_set_to_its_default),
        cmocka_unit_test(the_list_of_keys_has_every_key),
        cmocka_unit_test(the_keys_of_an_unknown_experiment_are_refused),
    };
    return cmocka_run_group_tests_name("scenario", tests, make_folder, remove_folder);
}
