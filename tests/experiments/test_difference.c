/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far two runs differ, on traces made by hand, so that each figure can be told beforehand. */
#include <stdlib.h>
#include <string.h>

#include "close.h"
#include "experiments/run_difference.h"

/* 10 x 7 neurons under 3 x 2 astrocytes, at ticks of 0.1 ms, calcium each ms. */
enum { ROWS = 10, COLUMNS = 7, NEURONS = ROWS * COLUMNS, TILE_COLUMNS = 2, ASTROCYTES = 6 };
enum { MOST_SPIKES = 300, MOST_SWITCHES = 8, MOST_INSTANTS = 40, SEGMENTS = 3 };
static const double THRESHOLD = 0.15, TOLERANCE_MS = 0.1;

/* A run: training and two tests. */
typedef struct made_run {
    tp_tiled_grid grid;
    tp_memory_plan plan;
    tp_segment segments[SEGMENTS];
    tp_segment_trace traces[SEGMENTS];
    tp_traced_spike spikes[SEGMENTS][MOST_SPIKES];
    tp_traced_switch switches[SEGMENTS][MOST_SWITCHES];
    double calcium[SEGMENTS][MOST_INSTANTS * ASTROCYTES], calcium_ms[SEGMENTS][MOST_INSTANTS];
    uint8_t recalled[SEGMENTS][NEURONS];
    tp_run_trace trace;
} made_run;

static made_run run, reference;

static void clear(made_run *made, const char *root, const char *const names[SEGMENTS]) {
    memset(made, 0, sizeof *made);
    made->grid.neuron_count = NEURONS;
    made->grid.astrocyte_count = ASTROCYTES;
    made->grid.tiling.rows = ROWS;
    made->grid.tiling.columns = COLUMNS;
    made->grid.tiling.tile_columns = TILE_COLUMNS;
    made->grid.clock = tp_clock_from(0.1);
    made->grid.description.feedback.calcium = THRESHOLD;
    made->plan = (tp_memory_plan){.root = root, .grid = &made->grid, .neuron_count = NEURONS};
    made->trace =
        (tp_run_trace){.plan = &made->plan, .segments = made->traces, .segment_count = SEGMENTS};
    for (size_t s = 0; s < SEGMENTS; s++) {
        made->segments[s].name = names[s];
        made->traces[s] = (tp_segment_trace){
            .segment = &made->segments[s],
            .spikes = made->spikes[s],
            .switches = made->switches[s],
            .calcium = made->calcium[s],
            .calcium_ms = made->calcium_ms[s],
            .recalled = made->recalled[s],
            .tested = s > 0,
        };
    }
}

static int clear_both(void **unused) {
    static const char *const names[] = {"scenario/training", "scenario/recall/0",
                                        "scenario/recall/1"};
    static const char *const other_names[] = {"reference/training", "reference/recall/0",
                                              "reference/recall/1"};
    (void)unused;
    clear(&run, "scenario/", names);
    clear(&reference, "reference/", other_names);
    return 0;
}

static void add_spike(made_run *made, size_t segment, uint32_t cell, double ms) {
    tp_segment_trace *trace = &made->traces[segment];
    assert_true(trace->spike_count < MOST_SPIKES);
    trace->spikes[trace->spike_count++] = (tp_traced_spike){cell, ms};
}

static void add_switch(made_run *made, size_t segment, int64_t tick, uint32_t astrocyte,
                       tp_switch_kind kind) {
    tp_segment_trace *trace = &made->traces[segment];
    assert_true(trace->switch_count < MOST_SWITCHES);
    trace->switches[trace->switch_count++] = (tp_traced_switch){tick, astrocyte, kind};
}

/* A tent of calcium in one astrocyte, 0.02 uM/ms up and down around `top_ms`, over 0.1 uM. */
static void add_tent(made_run *made, size_t segment, size_t astrocyte, double top_ms) {
    tp_segment_trace *trace = &made->traces[segment];
    trace->instant_count = MOST_INSTANTS;
    for (size_t k = 0; k < MOST_INSTANTS; k++) {
        trace->calcium_ms[k] = (double)k;
        trace->calcium[k * ASTROCYTES + astrocyte] =
            0.1 + fmax(0, 0.2 - 0.02 * fabs((double)k - top_ms));
    }
}

/* The same into both. */
static void add_spikes_to_both(void) {
    static const tp_traced_spike spikes[] = {{3, 1}, {9, 1}, {3, 2.5}, {69, 4}, {0, 4.1}, {3, 9}};
    for (size_t k = 0; k < sizeof spikes / sizeof *spikes; k++) {
        add_spike(&run, 1, spikes[k].cell, spikes[k].ms);
        add_spike(&reference, 1, spikes[k].cell, spikes[k].ms);
    }
}

static tp_segment_difference difference_of(size_t segment) {
    tp_segment_difference d;
    tp_error error = {0};
    if (tp_segment_difference_of(&run.traces[segment], &reference.traces[segment], &run.grid, &d,
                                 &error) != TP_OK)
        fail_msg("%s", error.message);
    return d;
}

static void expect_first(const char *expected) {
    char found[600];
    tp_first_difference(&run.trace, &reference.trace, TOLERANCE_MS, found, sizeof found, NULL);
    assert_string_equal(found, expected);
}

#define NOTHING "No spike differs by more than 0.1 ms, and all astrocytes switch at the same ticks."
#define FROM_NEURONS                                                                               \
    " All inputs were equal until that spike: it comes from the neurons' integrator."
#define FROM_ASTROCYTES                                                                            \
    " All spikes agreed until that: it comes from the astrocytes' integrator, or from a spike "    \
    "that moved within the tolerance to another tick."

static void equal_runs_differ_by_nothing(void **unused) {
    (void)unused;
    add_spikes_to_both();
    add_tent(&run, 1, 4, 20);
    add_tent(&reference, 1, 4, 20);
    add_switch(&run, 1, 50, 4, TP_SWITCH_FEEDBACK);
    add_switch(&reference, 1, 50, 4, TP_SWITCH_FEEDBACK);
    run.traces[1].recall.accuracy = reference.traces[1].recall.accuracy = 0.875;
    tp_segment_difference d = difference_of(1);
    assert_int_equal(d.spikes, 6);
    assert_int_equal(d.reference_spikes, 6);
    assert_int_equal(d.pair_count, 6);
    assert_int_equal(d.other_counts + d.lone_crossings + d.pixels, 0);
    assert_int_equal(d.crossings, 2);
    for (size_t k = 0; k < d.pair_count; k++)
        assert_close(d.pair_shift[k], 0, 0, 0);
    assert_close(d.median + d.percentile_99 + d.most + d.calcium + d.crossing_most, 0, 0, 0);
    assert_close(d.accuracy, 0.875, 0, 0);
    assert_close(d.reference_accuracy, 0.875, 0, 0);
    tp_segment_difference_free(&d);
    expect_first(NOTHING);
}

static void empty_runs_differ_by_nothing(void **unused) {
    (void)unused;
    tp_segment_difference d = difference_of(0);
    assert_int_equal(d.spikes + d.pair_count + d.crossings + d.other_counts, 0);
    assert_close(d.median + d.percentile_99 + d.most + d.calcium, 0, 0, 0);
    tp_segment_difference_free(&d);
    assert_null(d.pair_ms);
    expect_first(NOTHING);
}

static void one_spike_moves(void **unused) {
    (void)unused;
    add_spikes_to_both();
    run.spikes[1][2].ms = 2.25; /* of neuron 3, at 2.5 in the reference */
    tp_segment_difference d = difference_of(1);
    assert_int_equal(d.pair_count, 6);
    assert_int_equal(d.other_counts, 0);
    assert_close(d.most, 0.25, 0, 0);
    assert_close(d.median, 0, 0, 0);
    /* Of the sorted 0, 0, 0, 0, 0, 0.25: 0.95 of the way from the fifth to the sixth. */
    assert_close(d.percentile_99, 0.95 * 0.25, 1e-12, 0);
    /* By neuron, then time: 0, then those of neuron 3. */
    static const double times[] = {4.1, 1, 2.5, 9, 1, 4}, shifts[] = {0, 0, -0.25, 0, 0, 0};
    for (size_t k = 0; k < 6; k++) {
        assert_close(d.pair_ms[k], times[k], 0, 0);
        assert_close(d.pair_shift[k], shifts[k], 0, 0);
    }
    tp_segment_difference_free(&d);
    expect_first("The first spike that differs by more than 0.1 ms is one of neuron (0, 3) at "
                 "2.2500 ms, in recall/0: it is 0.25 ms too early." FROM_NEURONS);
    run.spikes[1][2].ms = 2.75;
    expect_first("The first spike that differs by more than 0.1 ms is one of neuron (0, 3) at "
                 "2.5000 ms, in recall/0: it is 0.25 ms too late." FROM_NEURONS);
}

static void a_spike_within_the_tolerance_is_no_difference(void **unused) {
    (void)unused;
    add_spikes_to_both();
    run.spikes[1][2].ms = 2.59;
    expect_first(NOTHING);
    tp_segment_difference d = difference_of(1);
    assert_close(d.most, 0.09, 1e-12, 0);
    tp_segment_difference_free(&d);
}

static void a_spike_is_missing(void **unused) {
    (void)unused;
    add_spikes_to_both();
    add_spike(&reference, 1, 66, 9.5); /* row 9, column 3 */
    add_spike(&reference, 1, 3, 11);
    tp_segment_difference d = difference_of(1);
    assert_int_equal(d.spikes, 6);
    assert_int_equal(d.reference_spikes, 8);
    assert_int_equal(d.pair_count, 6);
    assert_int_equal(d.other_counts, 2);
    assert_close(d.most, 0, 0, 0);
    tp_segment_difference_free(&d);
    expect_first("The first spike that differs by more than 0.1 ms is one of neuron (9, 3) at "
                 "9.5000 ms, in recall/0: it is in the reference alone." FROM_NEURONS);
    add_spike(&run, 0, 7, 0.5);
    expect_first("The first spike that differs by more than 0.1 ms is one of neuron (1, 0) at "
                 "0.5000 ms, in training: it is in the scenario's run alone." FROM_NEURONS);
}

/* 0, 1, 2, ... 200 hundredths of a ms, in another order. */
static void percentiles_are_those_of_the_sorted_shifts(void **unused) {
    (void)unused;
    for (uint32_t k = 0; k <= 200; k++) {
        const double shift = (double)(k * 77 % 201) / 100;
        add_spike(&reference, 2, k % NEURONS, 10 * k);
        add_spike(&run, 2, k % NEURONS, 10 * k + (k % 2 ? shift : -shift));
    }
    tp_segment_difference d = difference_of(2);
    assert_int_equal(d.pair_count, 201);
    assert_close(d.median, 1, 0, 1e-11);
    assert_close(d.percentile_99, 1.98, 0, 1e-11);
    assert_close(d.most, 2, 0, 1e-11);
    tp_segment_difference_free(&d);
}

static void calcium_is_late(void **unused) {
    (void)unused;
    add_tent(&run, 1, 4, 20.75);
    add_tent(&reference, 1, 4, 20);
    tp_segment_difference d = difference_of(1);
    /* On a slope, both ways: linear, so that the crossings are exact. */
    assert_int_equal(d.crossings, 2);
    assert_int_equal(d.lone_crossings, 0);
    assert_close(d.crossing_most, 0.75, 1e-12, 0);
    assert_close(d.calcium, 0.02 * 0.75, 1e-12, 0);
    tp_segment_difference_free(&d);
}

static void calcium_rises_in_one_run_alone(void **unused) {
    (void)unused;
    add_tent(&run, 1, 4, 20);
    add_tent(&reference, 1, 4, 20);
    add_tent(&reference, 1, 2, 10);
    tp_segment_difference d = difference_of(1);
    assert_int_equal(d.crossings, 4);
    assert_int_equal(d.lone_crossings, 2);
    assert_close(d.crossing_most, 0, 0, 0);
    assert_close(d.calcium, 0.3, 1e-12, 0);
    tp_segment_difference_free(&d);
}

/* An interrupted run's trace is compared as far as it goes. */
static void the_shorter_trace_decides(void **unused) {
    (void)unused;
    add_tent(&run, 1, 4, 20);
    add_tent(&reference, 1, 4, 20);
    run.traces[1].instant_count = 15;
    run.calcium[1][14 * ASTROCYTES + 4] += 0.001;
    reference.calcium[1][15 * ASTROCYTES + 4] += 5;
    tp_segment_difference d = difference_of(1);
    assert_close(d.calcium, 0.001, 1e-9, 0);
    tp_segment_difference_free(&d);
}

static void pixels_count_where_a_test_was_finished(void **unused) {
    (void)unused;
    for (size_t s = 0; s < SEGMENTS; s++) {
        run.recalled[s][0] = run.recalled[s][69] = 1;
        reference.recalled[s][5] = reference.recalled[s][69] = 1;
        run.traces[s].recall.accuracy = 0.75;
        reference.traces[s].recall.accuracy = 0.5;
    }
    run.traces[2].tested = false;
    static const size_t pixels[] = {0, 2, 0};
    for (size_t s = 0; s < SEGMENTS; s++) {
        tp_segment_difference d = difference_of(s);
        assert_int_equal(d.pixels, pixels[s]);
        /* What was not tested has no accuracy. */
        assert_int_equal(isnan(d.accuracy), s != 1);
        assert_int_equal(isnan(d.reference_accuracy), s != 1);
        if (s == 1) {
            assert_close(d.accuracy, 0.75, 0, 0);
            assert_close(d.reference_accuracy, 0.5, 0, 0);
        }
        tp_segment_difference_free(&d);
    }
}

static void the_first_spike_is_the_first_in_time(void **unused) {
    (void)unused;
    add_spike(&run, 0, 8, 12);
    add_spike(&reference, 0, 8, 13);
    add_spike(&run, 0, 50, 7.5); /* row 7, column 1 */
    add_spike(&reference, 0, 50, 7);
    add_spike(&reference, 0, 60, 10);
    expect_first("The first spike that differs by more than 0.1 ms is one of neuron (7, 1) at "
                 "7.0000 ms, in training: it is 0.5 ms too late." FROM_NEURONS);
}

static void astrocytes_switch_at_another_tick(void **unused) {
    (void)unused;
    add_switch(&run, 0, 30, 0, TP_SWITCH_DRIVE);
    add_switch(&reference, 0, 30, 0, TP_SWITCH_DRIVE);
    add_switch(&run, 1, 120, 5, TP_SWITCH_FEEDBACK);
    add_switch(&reference, 1, 110, 5, TP_SWITCH_FEEDBACK);
    expect_first("The first difference in coupling is feedback of astrocyte (2, 1) at 11 ms, in "
                 "recall/0." FROM_ASTROCYTES);
}

static void a_switch_is_in_one_run_alone(void **unused) {
    (void)unused;
    add_switch(&run, 0, 30, 3, TP_SWITCH_DRIVE);
    add_switch(&run, 0, 45, 2, TP_SWITCH_DRIVE);
    add_switch(&reference, 0, 30, 3, TP_SWITCH_DRIVE);
    expect_first("The first difference in coupling is I_neuro of astrocyte (1, 0) at 4.5 ms, in "
                 "training." FROM_ASTROCYTES);
}

/* Astrocyte 3 switches in both at this tick; 1 does in the reference alone. */
static void a_lone_switch_among_others_of_its_tick(void **unused) {
    (void)unused;
    add_switch(&run, 0, 30, 3, TP_SWITCH_DRIVE);
    add_switch(&reference, 0, 30, 1, TP_SWITCH_DRIVE);
    add_switch(&reference, 0, 30, 3, TP_SWITCH_DRIVE);
    expect_first("The first difference in coupling is I_neuro of astrocyte (0, 1) at 3 ms, in "
                 "training." FROM_ASTROCYTES);
}

static void the_earlier_of_spike_and_switch_is_the_cause(void **unused) {
    (void)unused;
    add_spike(&run, 1, 10, 8.5);
    add_spike(&reference, 1, 10, 9);
    add_switch(&run, 1, 90, 0, TP_SWITCH_DRIVE);
#define BOTH(tick)                                                                                 \
    "The first spike that differs by more than 0.1 ms is one of neuron (1, 3) at 8.5000 ms, in "   \
    "recall/0: it is 0.5 ms too early. The first difference in coupling is I_neuro of astrocyte "  \
    "(0, 0) at " tick " ms, in recall/0."
    expect_first(BOTH("9") FROM_NEURONS);
    run.switches[1][0].tick = 80;
    expect_first(BOTH("8") FROM_ASTROCYTES);
}

/* Tests that branch off one state begin at the same time, so that time alone does not tell which
 * was first. */
static void an_earlier_test_comes_before_an_earlier_time(void **unused) {
    (void)unused;
    add_spike(&run, 1, 10, 8.5);
    add_spike(&reference, 1, 10, 9);
    add_switch(&run, 2, 30, 0, TP_SWITCH_DRIVE);
    expect_first("The first spike that differs by more than 0.1 ms is one of neuron (1, 3) at "
                 "8.5000 ms, in recall/0: it is 0.5 ms too early. The first difference in coupling "
                 "is I_neuro of astrocyte (0, 0) at 3 ms, in recall/1." FROM_NEURONS);
}

static void a_small_room_is_not_overrun(void **unused) {
    (void)unused;
    add_spike(&run, 1, 10, 8.5);
    add_switch(&run, 2, 30, 0, TP_SWITCH_DRIVE);
    char whole[600], part[600];
    tp_first_difference(&run.trace, &reference.trace, TOLERANCE_MS, whole, sizeof whole, NULL);
    for (size_t room = 1; room <= strlen(whole); room++) {
        memset(part, '#', sizeof part);
        tp_first_difference(&run.trace, &reference.trace, TOLERANCE_MS, part, room, NULL);
        assert_true(strlen(part) < room);
        assert_memory_equal(part, whole, strlen(part));
        assert_int_equal(part[room], '#');
    }
}

#define TEST(name) cmocka_unit_test_setup(name, clear_both)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(equal_runs_differ_by_nothing),
        TEST(empty_runs_differ_by_nothing),
        TEST(one_spike_moves),
        TEST(a_spike_within_the_tolerance_is_no_difference),
        TEST(a_spike_is_missing),
        TEST(percentiles_are_those_of_the_sorted_shifts),
        TEST(calcium_is_late),
        TEST(calcium_rises_in_one_run_alone),
        TEST(the_shorter_trace_decides),
        TEST(pixels_count_where_a_test_was_finished),
        TEST(the_first_spike_is_the_first_in_time),
        TEST(astrocytes_switch_at_another_tick),
        TEST(a_switch_is_in_one_run_alone),
        TEST(a_lone_switch_among_others_of_its_tick),
        TEST(the_earlier_of_spike_and_switch_is_the_cause),
        TEST(an_earlier_test_comes_before_an_earlier_time),
        TEST(a_small_room_is_not_overrun),
    };
    return cmocka_run_group_tests_name("difference of runs", tests, NULL, NULL);
}
