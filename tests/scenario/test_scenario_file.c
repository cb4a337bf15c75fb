/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mistakes in the file as such, in its keys, and on the command line. */
#include <time.h>

#include "scenario_file.h"

static char *repeated(const char *head, const char *unit, size_t count, const char *tail) {
    const size_t length = strlen(unit);
    char *text = malloc(strlen(head) + count * length + strlen(tail) + 1);
    assert_non_null(text);
    char *to = stpcpy(text, head);
    for (size_t i = 0; i < count; i++)
        to = stpcpy(to, unit);
    strcpy(to, tail);
    return text;
}

/* --- the file ---------------------------------------------------------------------------- */

static void text_that_is_no_yaml_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"training:\n\tsamples: 3\n", .where = ":2:1", .message = "not valid YAML",
         .hint = "spaces"},
        {"patterns: [zero, one\nseed: 1\n", .where = ":2:5", .message = "not valid YAML"},
        {"seed: 1\n  pause: 1 s\n", .where = ":2:8", .message = "not valid YAML"},
        {"title: \"no end\nseed: 1\n", .where = ":3:1", .message = "not valid YAML"},
        {"seed: *nothing\n", .where = ":1:7", .message = "not valid YAML"}, );
}

static void a_file_without_keys_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"[zero, one]\n", .where = "", .message = "expected keys and values"},
                    {"memory\n", .where = "", .message = "expected keys and values"},
                    {"[a, b]: 1\n", .where = ":1:1", .message = "a key must be a word"}, );
}

static void a_second_document_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"seed: 1\n---\nseed: 2\n", .where = "", .message = "second YAML document"},
                    {"seed: 1\n---\n{\n", .where = ":4:1", .message = "not valid YAML"}, );
}

static void a_binary_file_is_refused(void **unused) {
    (void)unused;
    write_bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    expect_mistake(&(mistake){.where = "", .message = "binary file"});
    write_bytes("\xff\xd8\xff\xe0 JFIF", 9);
    expect_mistake(&(mistake){.where = "", .message = "not valid YAML"});
    EXPECT_MISTAKES({"title: \"a\\0b\"\n", .where = ":1:8", .message = "NUL"}, );
}

static void a_file_that_is_too_large_is_refused(void **unused) {
    (void)unused;
    char *text = repeated("seed: 1\n", "# a comment of 32 characters ...\n", 32000, "");
    expect_mistake(&(mistake){text, .where = "", .message = "more than 1 MiB"});
    free(text);
}

/* Far below that limit, a long file is read: people write comments. */
static void a_long_file_is_read(void **unused) {
    (void)unused;
    char *text = repeated("seed: 7\n", "# a comment of 32 characters ...\n", 20000, "pause: 2 s\n");
    write_text(text);
    free(text);
    tp_scenario *scenario = NULL;
    tp_error error;
    assert_int_equal(read_file(scenario_path, NULL, &scenario, &error), TP_OK);
    tp_scenario_destroy(&scenario);
}

static void expect_unreadable(const char *path, const char *message) {
    tp_scenario *scenario = NULL;
    tp_error error;
    assert_int_equal(read_file(path, NULL, &scenario, &error), TP_INVALID);
    assert_null(scenario);
    assert_string_equal(error.where, path);
    if (!strstr(error.message, message))
        fail_msg("\"%s\" lacks \"%s\"", error.message, message);
}

static void a_path_that_is_no_file_is_refused(void **unused) {
    (void)unused;
    expect_unreadable(folder, "folder");
    expect_unreadable("/no/such/scenario.yaml", "No such file");
    expect_unreadable("", "No such file");
}

static void a_document_that_is_too_deep_is_refused(void **unused) {
    (void)unused;
    char *deep = repeated("patterns: ", "[", 40, "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n");
    expect_mistake(&(mistake){deep, .where = ":1:43", .message = "nested too deeply"});
    free(deep);
}

/* The time is that of the depth allowed, not of the square of the depth written. */
static void a_bottomless_document_is_refused_at_once(void **unused) {
    (void)unused;
    char *text = repeated("patterns: ", "[", 60000, "\n");
    write_text(text);
    free(text);
    tp_scenario *scenario = NULL;
    tp_error error;
    const clock_t before = clock();
    assert_int_equal(read_file(scenario_path, NULL, &scenario, &error), TP_INVALID);
    const double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    if (seconds > 1)
        fail_msg("refused after %.1f s", seconds);
}

/* Each line holds ten of the line before: without a limit that is 10^10 nodes. */
static void aliases_that_explode_are_refused(void **unused) {
    (void)unused;
    char text[2000], *to = stpcpy(text, "a0: &a0 [x]\n");
    for (int i = 1; i <= 10; i++) {
        to += sprintf(to, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++)
            to += sprintf(to, "%s*a%d", k ? ", " : "", i - 1);
        to = stpcpy(to, "]\n");
    }
    write_text(text);
    tp_scenario *scenario = NULL;
    tp_error error;
    assert_int_equal(read_file(scenario_path, NULL, &scenario, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "too large"));
    EXPECT_MISTAKES({"seed: &a [*a]\n", .where = ":1:7", .message = "nested too deeply"}, );
}

/* --- keys -------------------------------------------------------------------------------- */

static void a_misspelt_key_is_told_with_the_nearest(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"pattern: [zero]\n", .where = ":1:1", .message = "unknown key 'pattern'",
                     .hint = "did you mean 'patterns'?"},
                    {"seed: 1\nTraining: {}\n", .where = ":2:1",
                     .message = "unknown key 'Training'", .hint = "did you mean 'training'?"},
                    {"network: {neuron: {}}\n", .where = ":1:11",
                     .message = "unknown key 'neuron' in network", .hint = "'neurons'"},
                    {"network:\n  neurons:\n    colums: 40\n", .where = ":3:5",
                     .message = "'colums' in network.neurons", .hint = "'columns'"},
                    {"network: {astrocytes: {strid: 3}}\n", .where = ":1:24",
                     .message = "'strid' in network.astrocytes", .hint = "'stride'"},
                    {"network: {astrocytes: {equation: closed_cell}}\n", .where = ":1:24",
                     .message = "'equation'", .hint = "'equations'"},
                    {"network: {astrocytes: {ip3s: 0.16 uM}}\n", .where = ":1:24",
                     .message = "'ip3s'", .hint = "'IP3s'"},
                    {"network: {drive: {pulses: 60 ms}}\n", .where = ":1:19",
                     .message = "'pulses' in network.drive", .hint = "'pulse'"},
                    {"network: {feedback: {curent: 30}}\n", .where = ":1:22",
                     .message = "'curent' in network.feedback", .hint = "'current'"},
                    {"training: {sample: 1}\n", .where = ":1:12", .message = "'sample' in training",
                     .hint = "'samples'"},
                    {"recall: {nosie: 0.3}\n", .where = ":1:10", .message = "'nosie' in recall",
                     .hint = "'noise'"},
                    {"recall: {readout: {cuont: 4}}\n", .where = ":1:20",
                     .message = "'cuont' in recall.readout", .hint = "'count'"},
                    {"record: {astrocyte: [Ca]}\n", .where = ":1:10",
                     .message = "'astrocyte' in record", .hint = "'astrocytes'"},
                    {"record: {neuron_region: {row: 3}}\n", .where = ":1:26",
                     .message = "'row' in record.neuron_region", .hint = "'rows'"},
                    {"patterns:\n  - zero\n  - {digit: one, treshold: 0.3}\n", .where = ":3:18",
                     .message = "'treshold' in patterns.1", .hint = "'threshold'"}, );
}

static void a_key_like_no_other_is_told_with_those_known(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"recall: {hippocampus: 1}\n", .where = ":1:10", .message = "'hippocampus'",
                     .hint = "known here: tests, samples, noise"},
                    {"'': 1\n", .where = ":1:1", .message = "unknown key ''"},
                    /* Keys of one model are unknown to the other. */
                    {"network: {astrocytes: {model: li_rinzel, quadratic: 0.04}}\n",
                     .where = ":1:42",
                     .message = "unknown key 'quadratic' in network.astrocytes"}, );
}

static void a_doubled_key_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"seed: 1\npause: 1 s\nseed: 2\n", .where = ":3:1",
                     .message = "'seed' stands twice", .hint = "first in line 1"},
                    {"training: {samples: 1, noise: 0.1, samples: 2}\n", .where = ":1:36",
                     .message = "'samples' stands twice"},
                    {"network:\n  drive: {}\n  feedback: {}\n  drive: {}\n", .where = ":4:3",
                     .message = "'drive' stands twice", .hint = "first in line 2"}, );
}

/* --- the command line -------------------------------------------------------------------- */

static void a_set_that_cannot_be_read_is_refused(void **unused) {
    (void)unused;
    write_text("patterns: [zero, {digit: one}]\nseed: 1\n");
    EXPECT_MISTAKES(
        {.set = "pause", .where = "--set pause", .message = "path=value"},
        {.set = "", .where = "--set ", .message = "path=value"},
        {.set = "=1 s", .where = "--set =1 s", .message = "path=value"},
        {.set = "recall..noise=0.1", .where = "--set recall..noise=0.1", .message = "empty part"},
        {.set = ".seed=1", .where = "--set .seed=1", .message = "empty part"},
        {.set = "recall.=1", .where = "--set recall.=1", .message = "empty part"},
        {.set = "seed.low=1",
         .where = "--set seed.low=1",
         .message = "'1', above it, is a single",
         .hint = "whole block"},
        {.set = "patterns.0.invert=true",
         .where = "--set patterns.0.invert=true",
         .message = "single value"},
        {.set = "patterns.2=two",
         .where = "--set patterns.2=two",
         .message = "which has 2",
         .hint = "from 0"},
        {.set = "patterns.-1=two", .where = "--set patterns.-1=two", .message = "which has 2"},
        {.set = "patterns.last=two", .where = "--set patterns.last=two", .message = "'last'"},
        {.set = "patterns.99999999999999999999=two",
         .where = "--set patterns.99999999999999999999=two",
         .message = "which has 2"},
        {.set = "recall={noise: 0.1",
         .where = "--set recall={noise: 0.1",
         .message = "not valid YAML"},
        {.set = "seed=1\n---\n2", .where = "--set seed=1\n---\n2", .message = "second YAML"}, );
}

static void a_set_value_that_is_wrong_is_told_at_the_set(void **unused) {
    (void)unused;
    write_text("patterns: [zero, {digit: one}]\nseed: 1\n");
    EXPECT_MISTAKES(
        {.set = "recall.noise=1.5", .where = "--set recall.noise=1.5", .message = "'1.5'"},
        {.set = "recall.noize=0.5",
         .where = "--set recall.noize=0.5",
         .message = "unknown key 'noize' in recall",
         .hint = "'noise'"},
        {.set = "pause=4 s since 1970-01-01",
         .where = "--set pause=4 s since 1970-01-01",
         .message = "no unit"},
        {.set = "patterns.1.digit=ten",
         .where = "--set patterns.1.digit=ten",
         .message = "no built-in digit 'ten'"},
        {.set = "patterns=zero", .where = "--set patterns=zero", .message = "expected a list"},
        {.set = "experiment=memry",
         .where = "--set experiment=memry",
         .message = "expected one of: anan, cell, classification, forecast, memory",
         .hint = "'memory'"}, );
}

/* Nothing behind the '=' is an empty value, as a key without a value is in a file. */
static void a_set_to_nothing_is_an_empty_value(void **unused) {
    (void)unused;
    write_text("seed: 1\n");
    EXPECT_MISTAKES({.set = "pause=", .where = "--set pause=", .message = "found nothing"},
                    {.set = "patterns=", .where = "--set patterns=", .message = "found nothing"},
                    {.set = "network=", .where = "--set network=", .message = "found nothing"}, );
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_no_yaml_is_refused),
        cmocka_unit_test(a_file_without_keys_is_refused),
        cmocka_unit_test(a_second_document_is_refused),
        cmocka_unit_test(a_binary_file_is_refused),
        cmocka_unit_test(a_file_that_is_too_large_is_refused),
        cmocka_unit_test(a_long_file_is_read),
        cmocka_unit_test(a_path_that_is_no_file_is_refused),
        cmocka_unit_test(a_document_that_is_too_deep_is_refused),
        cmocka_unit_test(a_bottomless_document_is_refused_at_once),
        cmocka_unit_test(aliases_that_explode_are_refused),
        cmocka_unit_test(a_misspelt_key_is_told_with_the_nearest),
        cmocka_unit_test(a_key_like_no_other_is_told_with_those_known),
        cmocka_unit_test(a_doubled_key_is_refused),
        cmocka_unit_test(a_set_that_cannot_be_read_is_refused),
        cmocka_unit_test(a_set_value_that_is_wrong_is_told_at_the_set),
        cmocka_unit_test(a_set_to_nothing_is_an_empty_value),
    };
    return cmocka_run_group_tests_name("scenario files", tests, make_folder, remove_folder);
}
