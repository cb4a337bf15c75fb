/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values: what is refused, and what units are converted to. */
#include "experiments/scenario.h"

#include "scenario_file.h"

/* --- refused ----------------------------------------------------------------------------- */

static void what_is_no_whole_number_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"seed: 3abc\n", .where = ":1:7", .message = "seed: found '3abc'; expected a whole number"},
        {"seed: 1e3\n", .where = ":1:7", .message = "expected a whole number",
         .hint = "digits alone"},
        {"seed: 10.0\n", .where = ":1:7", .message = "expected a whole number",
         .hint = "digits alone"},
        {"seed: 0x10\n", .where = ":1:7", .message = "expected a whole number"},
        {"seed: 1_000\n", .where = ":1:7", .message = "expected a whole number"},
        {"seed: 1 ms\n", .where = ":1:7", .message = "expected a whole number"},
        {"seed: '-'\n", .where = ":1:7", .message = "expected a whole number"},
        {"seed: 99999999999999999999\n", .where = ":1:7", .message = "too large"},
        {"seed: -1\n", .where = ":1:7", .message = "expected at least 0"},
        {"training: {samples: nan}\n", .where = ":1:21",
         .message = "training.samples: found 'nan'; expected a whole number"}, );
}

static void what_is_no_number_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"recall: {noise: 3abc}\n", .where = ":1:17", .message = "'abc' is no unit",
         .hint = "bare number"},
        {"recall: {noise: nan}\n", .where = ":1:17", .message = "expected a number"},
        {"recall: {noise: .nan}\n", .where = ":1:17", .message = "expected a number"},
        {"recall: {noise: inf}\n", .where = ":1:17", .message = "expected a number"},
        {"recall: {current: .inf}\n", .where = ":1:19", .message = "expected a number"},
        {"recall: {current: 1e400}\n", .where = ":1:19", .message = "finite"},
        {"recall: {noise: '0,4'}\n", .where = ":1:17", .message = "'0,4'"},
        {"recall: {noise: 0x1p-2}\n", .where = ":1:17", .message = "'0x1p-2'"},
        {"pause: nan ms\n", .where = ":1:8", .message = "number and a unit, such as '1 ms'"},
        {"pause: inf ms\n", .where = ":1:8", .message = "number and a unit"},
        {"pause: ms\n", .where = ":1:8", .message = "number and a unit"},
        {"pause: --4 ms\n", .where = ":1:8", .message = "number and a unit"},
        {"pause: 1.5.2 ms\n", .where = ":1:8", .message = "no unit"},
        {"pause: 1e400 ms\n", .where = ":1:8", .message = "finite"}, );
}

static void a_missing_unit_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"pause: 1500\n", .where = ":1:8", .message = "it has no unit", .hint = "'1500 ms'"},
        {"pause: 0\n", .where = ":1:8", .message = "it has no unit", .hint = "'0 ms'"},
        {"network: {drive: {rate: 17.5}}\n", .where = ":1:25", .message = "no unit",
         .hint = "'17.5 Hz'"},
        {"network: {astrocytes: {a2: 0.14}}\n", .where = ":1:28", .message = "no unit",
         .hint = "'0.14 uM-1 s-1'"},
        {"recall: {readout: {frames: [4.4 ms, 11.6]}}\n", .where = ":1:37",
         .message = "recall.readout.frames.1: found '11.6'", .hint = "'11.6 ms'"}, );
}

static void a_unit_of_another_kind_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"network: {drive: {rate: 17.5 ms}}\n", .where = ":1:25",
         .message = "'ms' is a unit of another kind", .hint = "expected a value in Hz"},
        /* A reciprocal is no conversion, though UDUNITS-2 makes it. */
        {"network: {drive: {window: 400 Hz}}\n", .where = ":1:27",
         .message = "'Hz' is a unit of another kind", .hint = "expected a value in ms"},
        {"pause: 1500 mV\n", .where = ":1:8", .message = "another kind"},
        {"pause: 50 %\n", .where = ":1:8", .message = "another kind"},
        {"network: {feedback: {calcium: 0.15 uM/s}}\n", .where = ":1:31",
         .message = "another kind"},
        {"network: {feedback: {calcium: 0.15 umol}}\n", .where = ":1:31",
         .message = "another kind"},
        {"network: {drive: {ip3_rate: 5 uM s}}\n", .where = ":1:29", .message = "another kind"},
        {"recall: {noise: 0.4 ms}\n", .where = ":1:17", .message = "another kind",
         .hint = "expected a bare number"},
        {"recall: {current: 5 pA}\n", .where = ":1:19", .message = "another kind",
         .hint = "bare number"},
        /* Converted by adding, not by multiplying alone. */
        {"network: {neurons: {c: -65 degC}}\n", .where = ":1:24", .message = "another kind"}, );
}

/* To UDUNITS-2 an angle is a bare number, which makes 1 rpm 0.105 Hz and 20 degrees a part. */
static void an_angle_is_neither_a_number_nor_a_rate(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"recall: {noise: 20 degree}\n", .where = ":1:17", .message = "another kind"},
        {"recall: {noise: 0.4 rad}\n", .where = ":1:17", .message = "another kind"},
        {"network: {drive: {rate: 1050 rpm}}\n", .where = ":1:25", .message = "another kind"}, );
}

static void what_is_no_unit_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"pause: 4 5 ms\n", .where = ":1:8", .message = "'5 ms' is no unit"},
                    {"pause: 4 s since 1970-01-01\n", .where = ":1:8", .message = "is no unit"},
                    {"pause: 4 s @ 3\n", .where = ":1:8", .message = "is no unit"},
                    {"pause: 4 furlings\n", .where = ":1:8", .message = "'furlings' is no unit"},
                    {"pause: 1,5 s\n", .where = ":1:8", .message = "',5 s' is no unit"},
                    {"pause: 4 ms,\n", .where = ":1:8", .message = "is no unit"},
                    {"pause: 4 2 ms\n", .where = ":1:8", .message = "is no unit"},
                    {"pause: 4 ms + 1 s\n", .where = ":1:8", .message = "is no unit"},
                    {"pause: 4 lg(re 1 ms)\n", .where = ":1:8", .message = "'lg(re 1 ms)'"},
                    {"pause: 4 ms/\n", .where = ":1:8", .message = "is no unit"}, );
}

static void a_value_out_of_range_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"recall: {noise: 1.5}\n", .where = ":1:17", .message = "from 0 and up to 1"},
        {"recall: {noise: 150 %}\n", .where = ":1:17", .message = "from 0 and up to 1"},
        {"recall: {noise: -0.1}\n", .where = ":1:17", .message = "from 0 and up to 1"},
        {"training: {noise: 1.0000001}\n", .where = ":1:19", .message = "up to 1"},
        {"pause: -1 s\n", .where = ":1:8",
         .message = "pause: found '-1 s'; expected at least 0 ms"},
        {"training: {shown: -4 ms}\n", .where = ":1:19", .message = "more than 0 ms"},
        {"training: {shown: 0 ms}\n", .where = ":1:19", .message = "more than 0 ms"},
        {"recall: {after: -1 us}\n", .where = ":1:17", .message = "at least 0 ms"},
        {"tick: 0 ms\n", .where = ":1:7", .message = "more than 0 ms"},
        {"network: {neurons: {rows: 0}}\n", .where = ":1:27", .message = "from 1 and up to 10000"},
        {"network: {neurons: {columns: 10001}}\n", .where = ":1:30", .message = "up to 10000"},
        {"network: {astrocytes: {tile: -4}}\n", .where = ":1:30", .message = "from 1"},
        {"network: {drive: {rate: -1 Hz}}\n", .where = ":1:25", .message = "at least 0 Hz"},
        {"network: {drive: {more_than: 101 %}}\n", .where = ":1:30", .message = "up to 1"},
        {"network: {astrocytes: {k3: 0 uM}}\n", .where = ":1:28", .message = "at least 1e-12 uM"},
        {"network: {astrocytes: {alpha: 1.1}}\n", .where = ":1:31", .message = "up to 1"},
        {"training: {samples: 1000001}\n", .where = ":1:21", .message = "up to 1000000"},
        {"recall: {samples: 0}\n", .where = ":1:19", .message = "from 1"},
        {"recall: {readout: {count: 0}}\n", .where = ":1:27", .message = "at least 1"},
        {"recall: {readout: {frames: [-1 ms]}}\n", .where = ":1:29", .message = "at least 0 ms"}, );
}

static void an_empty_value_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"pause:\n", .where = ":1:7", .message = "pause: found nothing"},
        {"seed: ''\n", .where = ":1:7", .message = "seed: found nothing"},
        {"training:\nseed: 1\n", .where = ":1:10", .message = "training: found nothing"},
        {"patterns:\n", .where = ":1:10", .message = "patterns: found nothing"},
        {"record: {neurons: [membrane_potential, '']}\n", .where = ":1:19", .message = "''"}, );
}

static void a_value_of_another_form_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"pause: [1 s]\n", .where = ":1:8", .message = "found a list; expected a single value"},
        {"pause: {s: 1}\n", .where = ":1:8", .message = "found a block; expected a single value"},
        {"experiment: [memory]\n", .where = ":1:13", .message = "expected a single value"},
        {"title: [a]\n", .where = ":1:8", .message = "expected a single value"},
        {"training: 5\n", .where = ":1:11", .message = "found '5'; expected a block"},
        {"network: [1]\n", .where = ":1:10", .message = "found a list; expected a block"},
        {"patterns: zero\n", .where = ":1:11", .message = "found 'zero'; expected a list"},
        {"patterns: {digit: zero}\n", .where = ":1:11",
         .message = "found a block; expected a list"},
        {"patterns: []\n", .where = ":1:11", .message = "from 1 to 10000 items"},
        {"patterns: [[zero]]\n", .where = ":1:12", .message = "patterns.0: found a list"},
        {"record: {neurons: membrane_potential}\n", .where = ":1:19", .message = "expected a list"},
        {"record: {neurons: [[Ca]]}\n", .where = ":1:20", .message = "expected a single value"},
        {"recall: {readout: {frames: 4 ms}}\n", .where = ":1:28", .message = "expected a list"}, );
}

static void a_choice_that_is_none_is_told_with_the_nearest(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"experiment: memori\n", .where = ":1:13",
         .message = "expected one of: anan, cell, classification, forecast, memory",
         .hint = "did you mean 'memory'?"},
        {"network: {astrocytes: {equations: as_prited}}\n", .where = ":1:35",
         .message = "corrected, as_printed, closed_cell", .hint = "'as_printed'"},
        {"network: {neurons: {model: hodgkin_huxley}}\n", .where = ":1:28",
         .message = "izhikevich"},
        {"network: {neurons: {integrator: RK5}}\n", .where = ":1:33", .message = "gsl:rkf45, rk4",
         .hint = "'rk4'"},
        {"training: {noise_kind: salt-pepper}\n", .where = ":1:24", .message = "salt_pepper, flip",
         .hint = "'salt_pepper'"},
        {"recall: {tests: sequental}\n", .where = ":1:17", .message = "branch, sequential",
         .hint = "'sequential'"},
        {"network: {feedback: {during: Recall}}\n", .where = ":1:30",
         .message = "recall, always, input", .hint = "'recall'"},
        {"record: {precision: float}\n", .where = ":1:21", .message = "single, double"},
        {"record: {spikes: yes}\n", .where = ":1:18", .message = "expected true or false"},
        {"record: {spikes: True}\n", .where = ":1:18", .message = "expected true or false"}, );
}

/* --- converted --------------------------------------------------------------------------- */

typedef struct conversion {
    const char *path, *written, *resolved;
} conversion;

/* The printed number has as many digits as tell its double from every other, so equal texts mean
 * equal values to the last bit. */
static void expect_conversion(const conversion *c) {
    char set[200];
    snprintf(set, sizeof set, "%s=%s", c->path, c->written);
    tp_scenario *scenario = NULL;
    tp_error error = {.message = ""};
    const char *sets[] = {set};
    if (tp_scenario_read(scenario_path, sets, 1, &scenario, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    const tp_entry *entry = tp_resolved_entry(&scenario->resolved, c->path);
    assert_non_null(entry);
    if (strcmp(entry->text, c->resolved) != 0)
        fail_msg("--set %s gives %s, not %s", set, entry->text, c->resolved);
    tp_scenario_destroy(&scenario);
}

static void expect_conversions(const conversion *conversions, size_t count) {
    write_text("seed: 1\n");
    for (size_t i = 0; i < count; i++)
        expect_conversion(&conversions[i]);
}

static void durations_are_converted_exactly(void **unused) {
    (void)unused;
    static const conversion conversions[] = {
        {"network.drive.window", "0.4 s", "400 ms"},
        {"training.shown", "4000 us", "4 ms"},
        {"training.shown", "4000 \xc2\xb5s", "4 ms"},
        {"training.shown", "4e6 ns", "4 ms"},
        {"training.shown", "4000us", "4 ms"},
        {"training.shown", "+4.0E+0 ms", "4 ms"},
        {"pause", "1.5 s", "1500 ms"},
        {"pause", "0.025 min", "1500 ms"},
        {"pause", "2 hours", "7200000 ms"},
        {"pause", "0 s", "0 ms"},
        {"tick", "0.1 ms", "0.1 ms"},
        {"tick", "100 us", "0.1 ms"},
        {"tick", "0.0001 s", "0.1 ms"},
        {"network.neurons.step", ".05 ms", "0.05 ms"},
        {"network.astrocytes.tau_r", "7143 ms", "7.143 s"},
        {"recall.readout.frames", "[0.0044 s, 11600 us]", "[4.4 ms, 11.6 ms]"},
    };
    expect_conversions(conversions, COUNT(conversions));
}

static void rates_and_concentrations_are_converted_exactly(void **unused) {
    (void)unused;
    static const conversion conversions[] = {
        {"network.drive.rate", "17.5 1/s", "17.5 Hz"},
        {"network.drive.rate", "17.5 s-1", "17.5 Hz"},
        {"network.drive.rate", "17.5 s^-1", "17.5 Hz"},
        {"network.drive.rate", "0.0175 kHz", "17.5 Hz"},
        {"network.drive.rate", "0.0175 1/ms", "17.5 Hz"},
        {"network.drive.rate", "1050 1/min", "17.5 Hz"},
        {"network.feedback.calcium", "150 nM", "0.15 uM"},
        {"network.feedback.calcium", "0.15 umol/L", "0.15 uM"},
        {"network.feedback.calcium", "0.15 \xc2\xb5M", "0.15 uM"},
        {"network.feedback.calcium", "0.15 mmol m-3", "0.15 uM"},
        {"network.feedback.calcium", "0.00015 mM", "0.15 uM"},
        {"network.drive.ip3_rate", "0.005 mM/s", "5 uM/s"},
        {"network.drive.ip3_rate", "5 nM/ms", "5 uM/s"},
        {"network.drive.ip3_rate", "300 uM/min", "5 uM/s"},
        {"network.drive.ip3_rate", "0.3 umol/L/min", "0.005 uM/s"},
        {"network.astrocytes.v1", "360 1/min", "6 s-1"},
        {"network.astrocytes.a2", "140 1/(mM s)", "0.14 uM-1 s-1"},
        {"network.astrocytes.a2", "0.14 uM^-1 s^-1", "0.14 uM-1 s-1"},
    };
    expect_conversions(conversions, COUNT(conversions));
}

static void parts_and_potentials_are_converted_exactly(void **unused) {
    (void)unused;
    static const conversion conversions[] = {
        {"network.drive.more_than", "50 %", "0.5"},
        {"network.drive.more_than", "50%", "0.5"},
        {"network.drive.more_than", "0.5", "0.5"},
        {"network.drive.more_than", "50 percent", "0.5"},
        {"recall.noise", "7 %", "0.07"},
        {"recall.noise", "5e-1", "0.5"},
        {"network.neurons.c", "-0.065 V", "-65 mV"},
        {"network.neurons.c", "-65000 uV", "-65 mV"},
        {"recall.current", "-5", "-5"},
    };
    expect_conversions(conversions, COUNT(conversions));
}

static void whole_numbers_are_kept_to_the_last_digit(void **unused) {
    (void)unused;
    static const conversion conversions[] = {
        {"seed", "9223372036854775807", "9223372036854775807"},
        {"seed", "9007199254740993", "9007199254740993"},
        {"seed", "+7", "7"},
        {"seed", "007", "7"},
    };
    expect_conversions(conversions, COUNT(conversions));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_whole_number_is_refused),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(a_missing_unit_is_refused),
        cmocka_unit_test(a_unit_of_another_kind_is_refused),
        cmocka_unit_test(an_angle_is_neither_a_number_nor_a_rate),
        cmocka_unit_test(what_is_no_unit_is_refused),
        cmocka_unit_test(a_value_out_of_range_is_refused),
        cmocka_unit_test(an_empty_value_is_refused),
        cmocka_unit_test(a_value_of_another_form_is_refused),
        cmocka_unit_test(a_choice_that_is_none_is_told_with_the_nearest),
        cmocka_unit_test(durations_are_converted_exactly),
        cmocka_unit_test(rates_and_concentrations_are_converted_exactly),
        cmocka_unit_test(parts_and_potentials_are_converted_exactly),
        cmocka_unit_test(whole_numbers_are_kept_to_the_last_digit),
    };
    return cmocka_run_group_tests_name("scenario values", tests, make_folder, remove_folder);
}
