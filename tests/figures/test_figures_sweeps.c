/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figure of a sweep. */
#include "figures_records.h"

/* HDF5 forgets a buffer of its own when a read fails; the leak checker is to mind the rest. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libhdf5";
}

/* What all sweeps here have in common: small and quick. */
#define SMALL                                                                                      \
    "pause: 0 ms\n"                                                                                \
    "network: {neurons: {rows: 22, columns: 22}}\n"                                                \
    "training: {samples: 1}\n"

static const char curves[] = "title: Of noise\n" SMALL "sweep:\n  below: 0.75\n"
                             "  over:\n"
                             "    recall.noise: [0, 0.5, 1]\n"
                             "    patterns: [[zero], [one]]\n"
                             "  trials: 3\n";
static const char control[] =
    "title: With a control\n" SMALL "recall: {readout: {count: 1, frames: [4.4 ms, 11.6 ms]}}\n"
    "sweep:\n"
    "  over: {recall.noise: [0, 1]}\n"
    "  control: {network.feedback.current: 0}\n"
    "  trials: 2\n";
static const char seconds[] = "title: Of the pause\n" SMALL "sweep:\n"
                              "  over: {pause: [0.5 s, 2 s, 3 s]}\n"
                              "  trials: 2\n";
static const char counted[] = "title: Of counts\n" SMALL "sweep:\n"
                              "  over:\n"
                              "    patterns: [[zero], [zero, one], [zero, one, two, three]]\n"
                              "  trials: 2\n";
static const char worded[] = "title: Of words\n" SMALL "sweep:\n"
                             "  over:\n"
                             "    patterns: [[zero], [{digit: one, threshold: 0.3}], [two]]\n"
                             "    network.neurons.integrator: [rk4, euler]\n"
                             "  control: {network.feedback.current: 0}\n"
                             "  trials: 2\n";
static const char tied[] = "title: Of tiles\n" SMALL "sweep:\n"
                           "  over:\n"
                           "    network.astrocytes: [{tile: 4, stride: 3}, {tile: 2, stride: 1}]\n"
                           "  trials: 2\n";
static const char many[] = "title: Many curves\n" SMALL "sweep:\n"
                           "  over:\n"
                           "    recall.noise: [0, 1]\n"
                           "    network.feedback.current: 1:45:1\n"
                           "  trials: 1\n";

static const tp_sweep_options *shard_of;

static tp_status run_sweep(const tp_scenario *scenario, const char *record,
                           const tp_observer *observer, tp_error *error) {
    (void)observer;
    const tp_sweep_options all = {.jobs = 1, .leftover = TP_LEFTOVER_FRESH};
    return tp_sweep(scenario, record, shard_of ? shard_of : &all, NULL, NULL, error);
}

static void remove_log(const char *name) {
    char log[80];
    snprintf(log, sizeof log, "%s.h5.log.json", name);
    unlink(in_folder(log));
}

static void make_sweep(const char *name, const char *yaml) {
    make_record(name, run_sweep, yaml, NULL, 0);
    remove_log(name);
}

static int make_sweeps(void **state) {
    static const tp_sweep_options first = {
        .jobs = 1, .shard = 1, .shards = 3, .leftover = TP_LEFTOVER_FRESH};
    if (make_folder(state) != 0)
        return -1;
    make_sweep("curves", curves);
    make_sweep("control", control);
    make_sweep("seconds", seconds);
    make_sweep("counted", counted);
    make_sweep("worded", worded);
    make_sweep("tied", tied);
    make_sweep("many", many);
    shard_of = &first;
    make_sweep("shard", curves);
    shard_of = NULL;
    return 0;
}

static const char *const records[] = {"curves.h5", "control.h5", "seconds.h5", "counted.h5",
                                      "worded.h5", "tied.h5",    "many.h5",    "shard.h5"};
enum { RECORDS = sizeof records / sizeof *records };

/* --- what comes out ------------------------------------------------------------------------ */

static void each_in_each_format_twice_the_same(void **state) {
    (void)state;
    /* The second time unnamed: it is what is drawn of a sweep. */
    for (size_t i = 0; i < RECORDS; i++)
        expect_each_format(records[i], "robustness", NULL);
}

/* `texts` and `absent` end in NULL. */
static void expect_script(const char *record, const char *const *texts, const char *const *absent) {
    char *script = script_of(record, "robustness");
    for (; *texts; texts++)
        if (!strstr(script, *texts))
            fail_msg("no '%s' in the script of %s", *texts, record);
    for (; absent && *absent; absent++)
        if (strstr(script, *absent))
            fail_msg("'%s' in the script of %s", *absent, record);
    free(script);
}

static void sweeps_say_what_they_show(void **state) {
    (void)state;
    static const char *const of_curves[] = {
        "'Robustness: Of noise'",
        "'means of 3 trials with 95 % intervals (Student''s t)'",
        "'noise level of the test samples'",
        "'patterns:'",
        "'zero'",
        "'one'",
        "'less input accuracy, trial by trial'",
        "'chance'",
        "'crosses 0.75 or 0'",
        "$own1 ",
        NULL};
    static const char *const not_of_curves[] = {"the control", "partial", "$own2 ", NULL};
    expect_script("curves.h5", of_curves, not_of_curves);
    static const char *const of_control[] = {"'the control'",
                                             "'accuracy by count'",
                                             "'accuracy at 4.4 ms'",
                                             "'accuracy at 11.6 ms'",
                                             "'less the control''s, trial by trial'",
                                             NULL};
    expect_script("control.h5", of_control, NULL);
    static const char *const of_seconds[] = {"'pause (s)'", "\n0.5 0.", "\n3 0.", NULL};
    expect_script("seconds.h5", of_seconds, NULL);
    static const char *const of_shard[] = {"(partial record)", NULL};
    expect_script("shard.h5", of_shard, NULL);
    static const char *const of_many[] = {"; the first 42 of 45 curves", "$own41 ", "dashtype '_'",
                                          NULL};
    static const char *const not_of_many[] = {"$own42 ", NULL};
    expect_script("many.h5", of_many, not_of_many);
}

static void categories_say_what_they_are(void **state) {
    (void)state;
    static const char *const no_curves[] = {"crosses", NULL};
    static const char *const of_counted[] = {"'number of patterns'", "('1' 0, '2' 1, '4' 2)", NULL};
    expect_script("counted.h5", of_counted, no_curves);
    static const char *const of_worded[] = {"'patterns, network.neurons.integrator'",
                                            "'zero, rk4' 0", "rotate by 90",
                                            "{digit: one, threshold:…", NULL};
    expect_script("worded.h5", of_worded, no_curves);
    static const char *const of_tied[] = {"'network.astrocytes: tile, stride'",
                                          "('4, 3' 0, '2, 1' 1)", NULL};
    expect_script("tied.h5", of_tied, no_curves);
}

/* The numbers of the record, each mean with its interval, in the order of the axis. */
static void the_numbers_are_those_of_the_record(void **state) {
    (void)state;
    tp_record *record = NULL;
    tp_error error;
    tp_array arrays[4];
    static const char *const names[] = {"summary/recall.noise",
                                        "summary/accuracy_minus_input_accuracy_mean",
                                        "summary/accuracy_minus_input_accuracy_lower",
                                        "summary/accuracy_minus_input_accuracy_upper"};
    assert_int_equal(tp_record_open(in_folder("curves.h5"), &record, &error), TP_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(tp_record_array(record, names[i], &arrays[i], &error), TP_OK);
    assert_int_equal(arrays[0].dims[0], 6);
    /* Levels go round patterns within noise. */
    char expected[2][400] = {"$own0 << EOD\n", "$own1 << EOD\n"};
    for (size_t level = 0; level < 6; level++) {
        char *to = expected[level % 2] + strlen(expected[level % 2]);
        snprintf(to, 100, "%.9g %.9g %.9g %.9g\n", arrays[0].values[level], arrays[1].values[level],
                 arrays[2].values[level], arrays[3].values[level]);
    }
    for (int i = 0; i < 4; i++)
        tp_array_free(&arrays[i]);
    tp_record_close(&record);
    const char *const texts[] = {expected[0], expected[1], NULL};
    expect_script("curves.h5", texts, NULL);
}

/* --- what is said -------------------------------------------------------------------------- */

static void records_of_others(void **state) {
    (void)state;
    expect_failure("small.h5", "robustness", "drawn/a.png", TP_INVALID, "shows experiment 'sweep'",
                   "can have: accuracy, movie, raster, recall, traces, training");
    expect_failure("curves.h5", "recall", "drawn/a.png", TP_INVALID, "shows experiment 'memory'",
                   "can have: robustness");
    expect_failure("curves.h5", NULL, "drawn/a.gif", TP_INVALID, "'robustness'", "movie");
    tp_writer *writer = begin_record("part.h5", "sweep");
    tp_error error;
    assert_int_equal(tp_writer_finish(&writer, &error), TP_OK);
    expect_failure("part.h5", "robustness", "drawn/a.png", TP_INVALID, "'summary'", "to its end");
    expect_failure("part.h5", NULL, "drawn/a.png", TP_INVALID, "experiment 'sweep'", "to its end");
    expect_failure("missing.h5", NULL, "drawn/a.png", TP_INVALID, "cannot be opened", "");
    expect_drawn("small.h5", NULL, "drawn/a.png");
}

/* HDF5 1.10 itself goes round for ever on some damages of a heap of texts. */
static bool lies_in_a_heap(const char *bytes, size_t at) {
    enum { HEAP = 4096 };
    for (size_t i = at > HEAP ? at - HEAP : 0; i <= at; i++)
        if (memcmp(bytes + i, "GCOL", 4) == 0)
            return true;
    return false;
}

static void damaged_records(void **state) {
    (void)state;
    replace_gnuplot(echo);
    for (size_t k = 0; k < RECORDS; k++) {
        size_t size;
        char *bytes = slurp(in_folder(records[k]), &size);
        unsigned random = 1;
        for (int i = 0; i < 40; i++) {
            random = random * 1664525u + 1013904223u;
            const size_t at = (i % 2 ? random % size : random % 20000 % size);
            if (at + 4 > size || lies_in_a_heap(bytes, at))
                continue;
            const char kept = bytes[at];
            bytes[at] = (char)(kept ^ (1 << (i % 8)));
            spill(in_folder("damaged.h5"), bytes, size);
            bytes[at] = kept;
            tp_error error;
            if (draw("damaged.h5", "robustness", "drawn/a.png", &error) != TP_OK)
                assert_true(error.message[0] != '\0');
        }
        free(bytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_in_each_format_twice_the_same, clear_drawn),
        cmocka_unit_test_setup(sweeps_say_what_they_show, clear_drawn),
        cmocka_unit_test_setup(categories_say_what_they_are, clear_drawn),
        cmocka_unit_test_setup(the_numbers_are_those_of_the_record, clear_drawn),
        cmocka_unit_test_setup(records_of_others, clear_drawn),
        cmocka_unit_test_setup(damaged_records, clear_drawn),
    };
    return cmocka_run_group_tests(tests, make_sweeps, remove_folder);
}
