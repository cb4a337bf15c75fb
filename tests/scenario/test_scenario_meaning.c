/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios whose values are each right, but make no experiment together. */
#include "scenario_file.h"

/* --- patterns ---------------------------------------------------------------------------- */

static void a_digit_that_is_none_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"patterns: [zero, thre]\n", .where = ":1:18",
                     .message = "patterns.1.digit: there is no built-in digit 'thre'",
                     .hint = "'three'"},
                    {"patterns: [10]\n", .where = ":1:12", .message = "'10'"},
                    {"patterns: [-1]\n", .where = ":1:12", .message = "'-1'"},
                    {"patterns:\n  - {digit: hippocampus}\n", .where = ":2:13",
                     .message = "'hippocampus'", .hint = "zero ... nine"},
                    {"patterns: ['']\n", .where = ":1:12", .message = "no built-in digit ''"}, );
}

static void a_pattern_needs_one_source(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"patterns: [zero, {digit: one, image: one.png}]\n", .where = ":1:26",
         .message = "patterns.1: expected one of digit, image and idx", .hint = "{image: my.png}"},
        {"patterns: [{image: a.png, idx: b}]\n", .where = ":1:20", .message = "expected one of"},
        {"patterns: [{digit: 1, image: a.png, idx: b}]\n", .where = ":1:20",
         .message = "expected one of"},
        {"patterns: [{}]\n", .where = ":1:11", .message = "expected one of"},
        {"patterns: [zero, {name: nothing}]\n", .where = ":1:25", .message = "expected one of"}, );
}

static void a_file_that_is_missing_is_told(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"patterns: [{image: no.png}]\n", .where = ":1:20",
         .message = "patterns.0.image: there is no file", .hint = "TRIPARTITE_DATA"},
        {"patterns: [{image: /no/such.png}]\n", .where = ":1:20", .message = "'/no/such.png'"},
        {"patterns: [zero, {idx: no-idx3-ubyte.gz, index: 3}]\n", .where = ":1:24",
         .message = "patterns.1.idx: there is no file", .hint = "scenario's folder"},
        {"patterns: [{image: ''}]\n", .where = ":1:20", .message = "expected the name of a file"},
        {"patterns: [{image: .}]\n", .where = ":1:20", .message = "directory"}, );
}

/* The scenario itself is at hand as a file that is neither an image nor an IDX file. */
static void a_file_of_another_kind_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"patterns: [{image: s.yaml}]\n", .where = ":1:20",
                     .message = "patterns.0.image:", .hint = "PNG"},
                    {"patterns: [{idx: s.yaml}]\n", .where = ":1:18",
                     .message = "not an IDX file: it begins with 70 61 74 74", .hint = "MNIST"},
                    {"patterns: [{image: /dev/zero}]\n", .where = ":1:20", .message = "device"},
                    {"patterns: [{idx: /dev/zero}]\n", .where = ":1:18", .message = "device"}, );
}

static void a_pattern_needs_pixels_on_and_off(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"patterns: [zero, {digit: one, threshold: 1}]\n", .where = ":1:26",
                     .message = "none of the pattern's pixels are on", .hint = "threshold"},
                    {"patterns: [{digit: one, threshold: 100 %, invert: true}]\n", .where = ":1:20",
                     .message = "none of the pattern's pixels"},
                    {"patterns: [{digit: one, rescale: none}]\nnetwork: {neurons: {rows: 43}}\n",
                     .where = ":1:20", .message = "40 rows and 40 columns, the grid 43 and 40",
                     .hint = "rescale: area"}, );
}

/* --- the grid and its timing ------------------------------------------------------------- */

static void tiles_that_do_not_fit_are_told_with_sizes_that_do(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"network: {neurons: {rows: 41}}\n", .where = ":1:27",
         .message = "network.neurons.rows: tiles of 4 neurons, 3 apart, do not fit 41",
         .hint = "40 or 43 would fit"},
        {"network: {neurons: {columns: 39}}\n", .where = ":1:30",
         .message = "network.neurons.columns", .hint = "37 or 40 would fit"},
        {"network: {neurons: {rows: 3}}\n", .where = ":1:27", .message = "do not fit 3",
         .hint = "4 or 7 would fit"},
        {"network: {neurons: {rows: 50, columns: 50}, astrocytes: {tile: 10, stride: 7}}\n",
         .where = ":1:27", .message = "tiles of 10 neurons, 7 apart, do not fit 50",
         .hint = "45 or 52 would fit"}, );
}

/* Where the grid was left as it is, the block that was given is the nearest place. */
static void a_tile_that_does_not_fit_is_told_where_it_stands(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"network: {astrocytes: {tile: 5}}\n", .where = ":1:30",
                     .message = "tiles of 5 neurons, 3 apart, do not fit 40"},
                    {"network: {astrocytes: {stride: 5}}\n", .where = ":1:32",
                     .message = "tiles of 4 neurons, 5 apart, do not fit 40"},
                    {"seed: 1\n", .set = "network.astrocytes.tile=41",
                     .where = "--set network.astrocytes.tile=41", .message = "do not fit 40"}, );
}

static void a_step_divides_its_exchange_interval(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"network: {neurons: {step: 0.03 ms}}\n", .where = ":1:27",
         .message = "a step of 0.03 ms does not divide the exchange interval of 0.1 ms",
         .hint = "0.025 ms would"},
        {"network: {neurons: {step: 0.2 ms}}\n", .where = ":1:27", .message = "does not divide",
         .hint = "0.1 ms would"},
        {"network: {astrocytes: {step: 0.3 ms}}\n", .where = ":1:30",
         .message = "does not divide the exchange interval of 1 ms", .hint = "0.25 ms would"},
        {"network: {astrocytes: {exchange: 0.25 ms, step: 0.25 ms}}\n", .where = ":1:34",
         .message = "0.25 ms is not a whole number of ticks of 0.1 ms"},
        {"network: {neurons: {exchange: 0.05 ms}}\n", .where = ":1:31",
         .message = "0.05 ms is shorter than the tick of 0.1 ms"}, );
}

static void durations_are_whole_numbers_of_ticks(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"training: {shown: 4.05 ms}\n", .where = ":1:19",
         .message = "training.shown: 4.05 ms is not a whole number of ticks of 0.1 ms"},
        {"training: {every: 40.01 ms}\n", .where = ":1:19", .message = "training.every",
         .hint = "40 ms would be"},
        {"pause: 1500.05 ms\n", .where = ":1:8", .message = "pause: 1500.05 ms"},
        {"recall: {shown: 20.01 ms}\n", .where = ":1:17", .message = "recall.shown"},
        {"recall: {after: 60.01 ms}\n", .where = ":1:17", .message = "recall.after"},
        {"recall: {between: 1000.01 ms}\n", .where = ":1:19", .message = "recall.between"},
        {"recall: {readout: {window: 2.01 ms}}\n", .where = ":1:28",
         .message = "recall.readout.window"},
        {"record: {every: 0.25 ms}\n", .where = ":1:17", .message = "record.every"},
        {"network: {drive: {window: 400.01 ms}}\n", .where = ":1:27",
         .message = "network.drive.window"},
        {"network: {drive: {pulse: 60.01 ms}}\n", .where = ":1:26",
         .message = "network.drive.pulse"},
        {"network: {feedback: {activity_window: 10.01 ms}}\n", .where = ":1:39",
         .message = "network.feedback.activity_window"},
        {"tick: 0.3 ms\ntraining: {shown: 4 ms}\n", .where = ":2:19",
         .message = "4 ms is not a whole number of ticks of 0.3 ms"},
        {"pause: 1e300 ms\n", .where = ":1:8", .message = "ticks"}, );
}

/* A duration that has to be more than nothing is a tick at least. */
static void durations_below_the_tick_are_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"record: {every: 1 ps}\n", .where = ":1:17", .message = "record.every"},
        {"training: {shown: 1 ps}\n", .where = ":1:19", .message = "training.shown"},
        {"training: {shown: 1 ps, every: 1 ps}\n", .where = ":1:19", .message = "training.shown"},
        {"recall: {shown: 1 ps}\n", .where = ":1:17", .message = "recall.shown"},
        {"recall: {readout: {window: 1 ps}}\n", .where = ":1:28",
         .message = "recall.readout.window"},
        {"network: {drive: {window: 1 ps}}\n", .where = ":1:27", .message = "network.drive.window"},
        {"network: {feedback: {activity_window: 1 ps}}\n", .where = ":1:39",
         .message = "network.feedback.activity_window"}, );
}

/* More ticks than can be counted: each duration alone is within reach. */
static void a_run_that_is_too_long_is_refused(void **unused) {
    (void)unused;
    write_text("training: {every: 1e14 ms, samples: 5000}\n");
    tp_scenario *scenario = NULL;
    tp_error error;
    const tp_status status = read_file(scenario_path, NULL, &scenario, &error);
    tp_scenario_destroy(&scenario);
    assert_int_equal(status, TP_INVALID);
}

static void a_sample_ends_before_the_next_begins(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"training: {shown: 41 ms}\n", .where = ":1:19",
                     .message = "shown for 41 ms, but the next one comes after 40 ms",
                     .hint = "training.every"},
                    {"training: {shown: 4 ms, every: 3.9 ms}\n", .where = ":1:19",
                     .message = "the next one comes after 3.9 ms"}, );
}

static void frames_come_in_order_and_within_the_test(void **unused) {
    (void)unused;
    EXPECT_MISTAKES(
        {"recall: {readout: {frames: [11.6 ms, 4.4 ms]}}\n", .where = ":1:28",
         .message = "recall.readout.frames: frames must be in order of time"},
        {"recall: {readout: {frames: [4 ms, 4 ms]}}\n", .where = ":1:28", .message = "in order"},
        {"recall: {readout: {frames: [4 ms, 80 ms]}}\n", .where = ":1:28",
         .message = "a test ends 80 ms after onset, before the frame at 80 ms"},
        {"recall: {shown: 5 ms, after: 5 ms}\n", .where = ":1:9",
         .message = "a test ends 10 ms after onset, before the frame at 11.6 ms"},
        {"recall: {readout: {frames: [4.44 ms]}}\n", .where = ":1:28",
         .message = "4.44 ms is not a whole number of ticks"}, );
}

/* --- models ------------------------------------------------------------------------------ */

static void a_model_in_the_wrong_place_is_refused(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"network: {neurons: {model: li_rinzel}}\n", .where = ":1:28",
                     .message = "li_rinzel cannot be a neuron here"},
                    {"network: {astrocytes: {model: izhikevich}}\n", .where = ":1:31",
                     .message = "izhikevich cannot be an astrocyte here"},
                    {"network: {neurons: {initial: rest, constant: 200}}\n", .where = ":1:30",
                     .message = "network.neurons.initial"}, );
}

/* --- what is recorded -------------------------------------------------------------------- */

static void a_channel_that_is_none_is_told_with_the_nearest(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"record: {neurons: [membrane_potentail]}\n", .where = ":1:19",
                     .message = "membrane_potential, recovery, applied_current, astrocytic_current",
                     .hint = "did you mean 'membrane_potential'?"},
                    {"record: {astrocytes: [Ca, ca]}\n", .where = ":1:22",
                     .message = "'ca' is nothing that can be recorded here", .hint = "'Ca'"},
                    {"record: {astrocytes: [membrane_potential]}\n", .where = ":1:22",
                     .message = "expected one of: Ca, h, IP3, I_neuro, feedback"},
                    {"record: {neurons: [recovery, membrane_potential, recovery]}\n",
                     .where = ":1:19", .message = "'recovery' is named twice"}, );
}

static void a_region_lies_within_the_grid(void **unused) {
    (void)unused;
    EXPECT_MISTAKES({"record: {neuron_region: {first_row: 40}}\n", .where = ":1:25",
                     .message = "record.neuron_region: the region does not lie within the 40 rows"},
                    {"record: {neuron_region: {first_column: 10, columns: 31}}\n", .where = ":1:25",
                     .message = "does not lie within"},
                    {"record: {neuron_region: {rows: 9223372036854775807, first_row: 39}}\n",
                     .where = ":1:25", .message = "does not lie within"},
                    {"record: {neuron_region: {first_row: 9223372036854775807}}\n",
                     .where = ":1:25", .message = "does not lie within"},
                    {"record: {astrocyte_region: {first_row: 13}}\n", .where = ":1:28",
                     .message = "within the 13 rows and 13 columns"}, );
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digit_that_is_none_is_refused),
        cmocka_unit_test(a_pattern_needs_one_source),
        cmocka_unit_test(a_file_that_is_missing_is_told),
        cmocka_unit_test(a_file_of_another_kind_is_refused),
        cmocka_unit_test(a_pattern_needs_pixels_on_and_off),
        cmocka_unit_test(tiles_that_do_not_fit_are_told_with_sizes_that_do),
        cmocka_unit_test(a_tile_that_does_not_fit_is_told_where_it_stands),
        cmocka_unit_test(a_step_divides_its_exchange_interval),
        cmocka_unit_test(durations_are_whole_numbers_of_ticks),
        cmocka_unit_test(durations_below_the_tick_are_refused),
        cmocka_unit_test(a_run_that_is_too_long_is_refused),
        cmocka_unit_test(a_sample_ends_before_the_next_begins),
        cmocka_unit_test(frames_come_in_order_and_within_the_test),
        cmocka_unit_test(a_model_in_the_wrong_place_is_refused),
        cmocka_unit_test(a_channel_that_is_none_is_told_with_the_nearest),
        cmocka_unit_test(a_region_lies_within_the_grid),
    };
    return cmocka_run_group_tests_name("scenario meaning", tests, make_folder, remove_folder);
}
