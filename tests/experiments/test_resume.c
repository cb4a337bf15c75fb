/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run that is ended and gone on with makes the same record as one that is not, to the byte: by
 * every kind of integrator, wherever it is ended, however its tests follow the training. So does
 * one that starts from another's trained state, but for the training. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tripartite/tripartite.h>
#include <unistd.h>

#include "../folder.h"
#include "record/part.h"
#include "record/parts.h"

static const char yaml[] =
    "experiment: memory\n"
    "patterns: [one, two]\n"
    "network:\n"
    "  neurons: {rows: 7, columns: 7}\n"
    "  astrocytes: {exchange: 0.7 ms}\n"
    "  drive: {rate: 10 Hz, window: 80 ms, pulse: 50 ms, ip3_rate: 50 uM/s}\n"
    "  feedback: {calcium: 0.08 uM, more_than: 5 %}\n"
    "training: {samples: 2, every: 33 ms}\n"
    "pause: 31.3 ms\n"
    "recall: {samples: 1, after: 140 ms, between: 10 ms, readout: {frames: [1 ms, 120 ms]}}\n"
    "record:\n"
    "  neurons: [membrane_potential, recovery, astrocytic_current]\n"
    "  astrocytes: [Ca, IP3, feedback]\n"
    "  every: 0.3 ms\n"
    "  precision: double\n";

static void must(tp_status status, const tp_error *error) {
    if (status != TP_OK)
        fail_msg("%s: %s", error->where, error->message);
}

typedef struct variant {
    const char *neurons, *astrocytes, *tests;
    const char *arithmetic; /* of the neurons; NULL: plain */
} variant;

static tp_scenario *scenario_of(const variant *v) {
    char neurons[80], astrocytes[80], tests[80], arithmetic[80];
    tp_scenario *scenario;
    tp_error error;
    const char *path = in_folder("scenario.yaml");
    spill(path, yaml, sizeof yaml - 1);
    snprintf(neurons, sizeof neurons, "network.neurons.integrator=%s", v->neurons);
    snprintf(astrocytes, sizeof astrocytes, "network.astrocytes.integrator=%s", v->astrocytes);
    snprintf(tests, sizeof tests, "recall.tests=%s", v->tests);
    snprintf(arithmetic, sizeof arithmetic, "network.neurons.arithmetic=%s",
             v->arithmetic ? v->arithmetic : "");
    const char *sets[] = {neurons, astrocytes, tests, arithmetic};
    must(tp_scenario_read(path, sets, v->arithmetic ? 4 : 3, &scenario, &error), &error);
    return scenario;
}

static void expect_same(const char *one, const char *other) {
    size_t size, other_size;
    char *bytes = slurp(one, &size), *others = slurp(other, &other_size);
    assert_int_equal(size, other_size);
    assert_memory_equal(bytes, others, size);
    free(bytes);
    free(others);
}

/* Ends a run when it has been asked that often. */
typedef struct patience {
    long ticks;
} patience;

static bool out_of_patience(void *context) {
    patience *p = context;
    return p->ticks-- <= 0;
}

/* Runs into `record` for so many ticks; TP_OK where it came to its end. */
static tp_status run_on(const tp_scenario *scenario, const char *record,
                        const tp_run_options *options, long ticks) {
    patience p = {ticks};
    tp_error error;
    const tp_observer observer = {.context = &p, .stopped = out_of_patience};
    const tp_status status = tp_run_with(scenario, record, options, &observer, &error);
    if (status == TP_OK)
        return TP_OK;
    if (status != TP_INTERRUPTED)
        must(status, &error);
    assert_int_equal(tp_run_has_parts(record), strstr(error.hint, "--resume") != NULL);
    unlink(record);
    return status;
}

/* Runs into `record` for so many ticks, goes on for as many, and so on until the end; returns how
 * often it was ended. */
static int run_in_pieces(const tp_scenario *scenario, const char *record, const char *from,
                         double commit_seconds, long ticks) {
    tp_run_options options = {.from = from, .commit_seconds = commit_seconds};
    for (int ended = 0; ended < 1000; ended++) {
        if (run_on(scenario, record, &options, ticks) == TP_OK)
            return ended;
        options.start = tp_run_has_parts(record) ? TP_RUN_RESUME : TP_RUN_NEW;
        /* Where nothing could be committed, a little more is needed. */
        ticks += options.start == TP_RUN_NEW ? 500 : 0;
    }
    fail_msg("no end is in sight");
    return 0;
}

static void run_whole(const tp_scenario *scenario, const char *record, const char *from) {
    tp_error error;
    const tp_run_options options = {.from = from};
    must(tp_run_with(scenario, record, &options, NULL, &error), &error);
}

static void a_run_in_pieces_is_the_whole(void **unused) {
    (void)unused;
    static const struct {
        variant v;
        long ticks[2]; /* adaptive solvers and maps go on from 100 ms of each segment alone */
    } cases[] = {
        {{"euler", "euler", "branch", NULL}, {637, 2900}},
        {{"euler", "euler", "branch", "fused"}, {1800, 3700}},
        {{"euler", "rk4", "sequential", "fused"}, {1850, 3701}},
        {{"rk4", "rk4", "branch", NULL}, {711, 1634}},
        {{"rk4", "rk4", "sequential", NULL}, {813, 1700}},
        {{"cvode:adams", "cvode:bdf", "branch", NULL}, {1800, 3700}},
        {{"cvode:adams", "cvode:bdf", "sequential", NULL}, {1850, 3701}},
        {{"gsl:rkf45", "gsl:msadams", "branch", NULL}, {1800, 3700}},
        {{"gsl:msbdf", "gsl:bsimp", "branch", NULL}, {1800, 3700}},
        {{"rk4", "cvode:adams", "sequential", NULL}, {1800, 3700}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        tp_scenario *scenario = scenario_of(&cases[c].v);
        char whole[700], pieces[700];
        snprintf(whole, sizeof whole, "%s", in_folder("whole.h5"));
        snprintf(pieces, sizeof pieces, "%s", in_folder("pieces.h5"));
        run_whole(scenario, whole, NULL);
        for (int i = 0; i < 2; i++) {
            assert_true(run_in_pieces(scenario, pieces, NULL, -1, cases[c].ticks[i]) > 0);
            expect_same(whole, pieces);
            assert_int_equal(tp_run_has_parts(pieces), 0);
            unlink(pieces);
        }
        tp_scenario_destroy(&scenario);
    }
}

/* Where no solver has a past, it is committed at whatever tick it is time to. */
static void commits_at_any_tick_change_nothing(void **unused) {
    (void)unused;
    static const variant variants[] = {{"euler", "euler", "branch", NULL},
                                       {"rk4", "rk4", "sequential", NULL}};
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        tp_scenario *scenario = scenario_of(&variants[v]);
        char whole[700], pieces[700];
        snprintf(whole, sizeof whole, "%s", in_folder("whole.h5"));
        snprintf(pieces, sizeof pieces, "%s", in_folder("pieces.h5"));
        run_whole(scenario, whole, NULL);
        assert_true(run_in_pieces(scenario, pieces, NULL, 0.03, 1311) > 0);
        expect_same(whole, pieces);
        unlink(pieces);
        tp_scenario_destroy(&scenario);
    }
}

/* The state in the last part of a run's. */
static tp_bytes last_state(const char *record) {
    tp_parts parts;
    tp_record *part;
    tp_bytes state;
    tp_error error;
    must(tp_parts_find(record, &parts, &error), &error);
    assert_true(parts.count > 0);
    must(tp_record_open(parts.paths[parts.count - 1], &part, &error), &error);
    must(tp_part_bytes(part, "state", &state, &error), &error);
    tp_record_close(&part);
    must(tp_parts_remove(&parts, &error), &error);
    tp_parts_free(&parts);
    return state;
}

/* Whatever the record tells of it or not. */
static void a_run_that_is_gone_on_with_commits_the_same_state(void **unused) {
    (void)unused;
    static const variant variants[] = {{"euler", "euler", "branch", NULL},
                                       {"rk4", "rk4", "sequential", NULL}};
    /* In the training and in the first test. */
    static const long ended[] = {637, 1702, 2511}, on[] = {0, 311};
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        tp_scenario *scenario = scenario_of(&variants[v]);
        char record[700];
        snprintf(record, sizeof record, "%s", in_folder("state.h5"));
        for (size_t e = 0; e < sizeof ended / sizeof *ended; e++)
            for (size_t o = 0; o < sizeof on / sizeof *on; o++) {
                tp_run_options options = {0};
                assert_int_equal(run_on(scenario, record, &options, ended[e] + 1 + on[o]),
                                 TP_INTERRUPTED);
                tp_bytes expected = last_state(record);
                assert_int_equal(run_on(scenario, record, &options, ended[e]), TP_INTERRUPTED);
                options.start = TP_RUN_RESUME;
                assert_int_equal(run_on(scenario, record, &options, on[o]), TP_INTERRUPTED);
                tp_bytes state = last_state(record);
                assert_int_equal(state.size, expected.size);
                assert_memory_equal(state.data, expected.data, state.size);
                tp_bytes_free(&state);
                tp_bytes_free(&expected);
            }
        tp_scenario_destroy(&scenario);
    }
}

/* What was to be thrown away and is still there must not be taken for a part of the new run. */
static void a_run_does_not_begin_anew_where_parts_stay(void **unused) {
    (void)unused;
    const variant v = {"euler", "euler", "branch", NULL};
    tp_scenario *scenario = scenario_of(&v);
    tp_run_options options = {0};
    tp_error error = {0};
    char record[700];
    snprintf(record, sizeof record, "%s", in_folder("stays.h5"));
    assert_int_equal(run_on(scenario, record, &options, 700), TP_INTERRUPTED);
    const char *stays = in_folder("stays.h5.parts/part-000000000007.h5");
    assert_int_equal(mkdir(stays, 0777), 0);
    options.start = TP_RUN_FRESH;
    assert_int_equal(tp_run_with(scenario, record, &options, NULL, &error), TP_FAILED);
    assert_string_equal(error.where, stays);
    assert_string_equal(error.hint, "remove the folder");
    assert_int_equal(access(record, F_OK), -1);
    assert_int_equal(rmdir(stays), 0);
    must(tp_run_with(scenario, record, &options, NULL, &error), &error);
    assert_int_equal(tp_run_has_parts(record), 0);
    unlink(record);
    tp_scenario_destroy(&scenario);
}

static void expect_same_array(const tp_record *one, const tp_record *other, const char *path) {
    tp_array a, b;
    tp_error error;
    must(tp_record_array(one, path, &a, &error), &error);
    must(tp_record_array(other, path, &b, &error), &error);
    size_t count = 1;
    assert_int_equal(a.rank, b.rank);
    for (size_t axis = 0; axis < a.rank; axis++) {
        assert_int_equal(a.dims[axis], b.dims[axis]);
        count *= a.dims[axis];
    }
    assert_true(count > 0);
    assert_memory_equal(a.values, b.values, count * sizeof(double));
    tp_array_free(&a);
    tp_array_free(&b);
}

static void expect_same_recall(const char *one_path, const char *other_path) {
    static const char *const arrays[] = {
        "recall/0/neurons/membrane_potential",
        "recall/0/neurons/recovery",
        "recall/0/astrocytes/Ca",
        "recall/0/spikes/neurons/timestamps",
        "recall/1/neurons/membrane_potential",
        "recall/1/neurons/astrocytic_current",
        "recall/1/astrocytes/feedback",
        "recall/1/spikes/neurons/node_ids",
        "recall/1/accuracy/accuracy",
        "recall/1/frames/Ca",
        "recall/1/readouts/response",
        "summary/accuracy",
        "summary/frame_accuracy",
        "trained/neurons/membrane_potential",
        "trained/astrocytes/Ca",
        "trained/astrocytes/pulse_until",
    };
    tp_record *one, *other;
    tp_error error;
    must(tp_record_open(one_path, &one, &error), &error);
    must(tp_record_open(other_path, &other, &error), &error);
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        expect_same_array(one, other, arrays[i]);
    assert_false(tp_record_has(other, "training"));
    tp_record_close(&one);
    tp_record_close(&other);
}

static void tests_from_a_trained_state_are_those_of_the_whole_run(void **unused) {
    (void)unused;
    static const variant variants[] = {
        {"euler", "rk4", "branch", NULL},
        {"euler", "rk4", "branch", "fused"},
        {"euler", "euler", "sequential", "fused"},
        {"rk4", "rk4", "sequential", NULL},
        {"cvode:adams", "cvode:adams", "branch", NULL},
        {"gsl:rk8pd", "gsl:msbdf", "sequential", NULL},
    };
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        tp_scenario *scenario = scenario_of(&variants[v]);
        char whole[700], from[700], pieces[700];
        snprintf(whole, sizeof whole, "%s", in_folder("whole.h5"));
        snprintf(from, sizeof from, "%s", in_folder("from.h5"));
        snprintf(pieces, sizeof pieces, "%s", in_folder("pieces.h5"));
        run_whole(scenario, whole, NULL);
        run_whole(scenario, from, whole);
        expect_same_recall(whole, from);
        /* A record that has the state from another one can hand it on; and pieces are a whole. */
        assert_true(run_in_pieces(scenario, pieces, from, -1, 1800) > 0);
        expect_same(from, pieces);
        unlink(pieces);
        tp_scenario_destroy(&scenario);
    }
}

/* Spikes are still in the windows at the pause's end, and astrocytes feed back. */
static void the_state_is_a_busy_one(void **unused) {
    (void)unused;
    tp_record *record;
    tp_array values;
    tp_error error;
    must(tp_record_open(in_folder("whole.h5"), &record, &error), &error);
    must(tp_record_array(record, "trained/driven/tick", &values, &error), &error);
    assert_true(values.dims[0] > 10);
    tp_array_free(&values);
    /* Else much of what is compared above would be 0. */
    must(tp_record_array(record, "recall/1/neurons/astrocytic_current", &values, &error), &error);
    double most = 0;
    for (size_t i = 0; i < values.dims[0] * values.dims[1] * values.dims[2]; i++)
        most = values.values[i] > most ? values.values[i] : most;
    assert_true(most > 0);
    tp_array_free(&values);
    tp_record_close(&record);
}

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/tripartite-resume-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    empty_folder(folder, true);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_in_pieces_is_the_whole),
        cmocka_unit_test(commits_at_any_tick_change_nothing),
        cmocka_unit_test(a_run_that_is_gone_on_with_commits_the_same_state),
        cmocka_unit_test(a_run_does_not_begin_anew_where_parts_stay),
        cmocka_unit_test(tests_from_a_trained_state_are_those_of_the_whole_run),
        cmocka_unit_test(the_state_is_a_busy_one),
    };
    return cmocka_run_group_tests_name("resume", tests, make_folder, remove_folder);
}
