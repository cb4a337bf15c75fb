/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of single cells, of forecasts, of verify, and of work and precision. */
#include "figures_records.h"

/* HDF5 forgets a buffer of its own when a read fails; the leak checker is to mind the rest. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libhdf5";
}

/* --- records ------------------------------------------------------------------------------- */

static const char step[] = "title: A step\n"
                           "experiment: cell\n"
                           "cell: {model: izhikevich}\n"
                           "duration: 40 ms\n"
                           "inputs: {current: [{value: 5}]}\n";
static const char ramp[] = "title: A ramp\n"
                           "experiment: cell\n"
                           "cell: {model: izhikevich}\n"
                           "duration: 400 ms\n"
                           "inputs: {current: [{shape: ramp, length: 400 ms, value: 40}]}\n";
static const char pulse[] = "title: A pulse\n"
                            "experiment: cell\n"
                            "cell: {model: li_rinzel, exchange: 1 ms}\n"
                            "tick: 1 ms\n"
                            "duration: 8 s\n"
                            "every: 10 ms\n"
                            "inputs: {ip3_rate: [{shape: pulse, length: 60 ms, value: 5 uM/s}]}\n"
                            "levels: {Ca: 0.15 uM, h: 2}\n";
static const char verified[] = "title: Verified\n"
                               "patterns: [one]\n"
                               "network: {neurons: {rows: 10, columns: 13, integrator: euler}}\n"
                               "training: {samples: 1}\n"
                               "pause: 20 ms\n"
                               "recall: {shown: 12 ms, after: 8 ms}\n";
static const char chaos[] = "title: Chaos\n"
                            "experiment: forecast\n"
                            "samples: {drop: 100, train: 400, test: 150}\n"
                            "network: {neurons: {count: 10}, astrocytes: {count: 20}}\n"
                            "readout: {epochs: 3}\n";

static const worked measured[] = {
    {"neuron", "euler", 0.1, 0.001, 2.2, 0, 0},
    {"neuron", "euler", 0.01, 0.01, 0.22, 0, 0},
    {"neuron", "cvode:adams", 1e-6, 0.004, 1e-5, 1, 0},
    {"neuron", "cvode:adams", 1e-3, 0.002, 1e-2, 1, 0},
    {"neuron", "cvode:adams", 1e-9, 0.009, 0, 1, 0},
    {"astrocyte", "rk4", 1, 0.002, 1e-9, 0, 0},
    {"astrocyte", "euler", 1, 0.001, 1e-4, 0, 0},
    {"network", "euler", 0.1, 3, 7.6, 0, 7},
    {"network", "euler", 0.01, 30, 0.7, 0, 2},
    {"network", "rk4", 0.1, 4, 0.04, 0, 0},
    {"network", "failed", 1e-6, 4, NAN, 1, 0},
    {"another", "rk4", 0.1, 4, 0.04, 0, 0},
};
enum { MEASURED = sizeof measured / sizeof *measured };

static int make_records(void **state) {
    if (make_folder(state) != 0)
        return -1;
    make_record("step", tp_run, step, NULL, 0);
    make_record("ramp", tp_run, ramp, NULL, 0);
    make_record("pulse", tp_run, pulse, NULL, 0);
    make_record("verified", tp_verify, verified, NULL, 0);
    make_record("chaos", tp_run, chaos, NULL, 0);
    work_record("work.h5", measured, MEASURED, 0);
    return 0;
}

static const char *const drawings[][2] = {
    {"step.h5", "cell"},       {"ramp.h5", "cell"},           {"pulse.h5", "cell"},
    {"verified.h5", "verify"}, {"work.h5", "work-precision"}, {"chaos.h5", "forecast"},
};
enum { DRAWINGS = sizeof drawings / sizeof *drawings };

/* --- what comes out ------------------------------------------------------------------------ */

static void each_in_each_format_twice_the_same(void **state) {
    (void)state;
    for (size_t i = 0; i < DRAWINGS; i++)
        expect_each_format(drawings[i][0], drawings[i][1], drawings[i][1]);
}

/* `texts` ends in NULL. */
static void expect_texts(const char *script, const char *const *texts) {
    for (; *texts; texts++)
        if (!strstr(script, *texts))
            fail_msg("no '%s' in the script", *texts);
}

static void cells_say_what_they_show(void **state) {
    (void)state;
    static const char *const of_step[] = {"'Cell: A step'", "rk4, step 0.1 ms; 4 spikes",
                                          "'membrane potential V (mV)'", "'recovery variable U'",
                                          "'sum of the currents into the cell'", "time (ms)",
                                          /* a spike's top, between samples */
                                          "\n3.7511", " 30\n", NULL};
    static const char *const of_pulse[] = {"level 0.15 µM: crossed 2 times",
                                           "level 2: never crossed",
                                           "'0.5595 s'",
                                           "'4.26 s'",
                                           "(µM/s)",
                                           "time (s)",
                                           NULL};
    static const char curve[] = "rate against the input";
    char *script = script_of("step.h5", "cell");
    expect_texts(script, of_step);
    assert_null(strstr(script, curve));
    free(script);
    script = script_of("ramp.h5", "cell");
    assert_non_null(strstr(script, curve));
    free(script);
    script = script_of("pulse.h5", "cell");
    expect_texts(script, of_pulse);
    assert_null(strstr(script, "1 over the interval"));
    free(script);
}

/* --- a model that the program did not have --------------------------------------------------- */

static void leak(const tp_model_setting *setting, size_t n, const double *const *values,
                 const double *const *input, double *const *derivative) {
    (void)setting;
    for (size_t i = 0; i < n; i++) {
        derivative[0][i] = 0;
        derivative[1][i] = input[0][i] + 0 * input[1][i] - 0.1 * values[1][i];
    }
}

static void fire(const tp_model_setting *setting, double *const *values, size_t cell) {
    (void)setting;
    values[1][cell] = 0;
}

static void any_model(void **state) {
    (void)state;
    static const tp_state_variable states[] = {{"still", "m-1 s2", "it's {still}_x", 0, 0, 0},
                                               {"charge", "uM", "charge %s", 0, 0, 0}};
    static const tp_parameter parameters[] = {{"top", "uM", "top", 1, 0, 100}};
    static const tp_input inputs[] = {{"drive", "uM/ms", "a drive"}, {"idle", "1", "unused"}};
    static const tp_event event = {"firing", 1, 0, fire};
    static const tp_model model = {.name = "leaky",
                                   .summary = "leaks",
                                   .source = "a test",
                                   .equations = "",
                                   .time_unit = "ms",
                                   .time_unit_ms = 1,
                                   .initial = "published",
                                   .states = states,
                                   .state_count = 2,
                                   .parameters = parameters,
                                   .parameter_count = 1,
                                   .inputs = inputs,
                                   .input_count = 2,
                                   .derivative = leak,
                                   .event = &event};
    tp_error error = {0};
    if (tp_model_register(&model, &error) != TP_OK)
        fail_msg("%s", error.message);
    make_record("leaky", tp_run,
                "experiment: cell\n"
                "cell: {model: leaky, initial: published}\n"
                "duration: 500 ms\n"
                "inputs: {drive: [{shape: ramp, length: 500 ms, value: 2 uM/ms}]}\n"
                "levels: {charge: 0.5 uM}\n",
                NULL, 0);
    expect_drawn("leaky.h5", "cell", "drawn/a.pdf");
    char *script = script_of("leaky.h5", "cell");
    static const char *const texts[] = {"'it''s {still}_x (m⁻¹ s²)'", "'charge %s (µM)'",
                                        "rate against the input", "'a drive (µM/ms)'", NULL};
    expect_texts(script, texts);
    free(script);
}

static void short_and_long_runs_of_a_cell(void **state) {
    (void)state;
    const char *const shortest[] = {"duration=0.1 ms", NULL};
    make_record("short", tp_run, step, shortest, 0);
    expect_drawn("short.h5", "cell", "drawn/a.png");
    const char *const silent[] = {"inputs.current.0.value=0", "levels.membrane_potential=-80 mV",
                                  NULL};
    make_record("silent", tp_run, step, silent, 0);
    expect_drawn("silent.h5", "cell", "drawn/a.png");
    const char *const longest[] = {"duration=5 s", "levels.membrane_potential=-50 mV", NULL};
    make_record("long", tp_run, step, longest, 0);
    expect_drawn("long.h5", "cell", "drawn/a.png");
    make_record("broken_off", tp_run, ramp, NULL, 3);
    char *script = script_of("broken_off.h5", "cell");
    assert_non_null(strstr(script, "(partial record)"));
    free(script);
}

static void verify_says_what_it_found(void **state) {
    (void)state;
    static const char *const texts[] = {"'Against a tight reference: Verified'",
                                        "training: ",
                                        "recall/0: ",
                                        "neurons by euler",
                                        "'recalled: ",
                                        "of 130 pixels differ'",
                                        "(median)",
                                        NULL};
    char *script = script_of("verified.h5", "verify");
    expect_texts(script, texts);
    free(script);
    const char *const bare[] = {"record.astrocytes=[]", "network.neurons.integrator=rk4",
                                "record.neurons=[]", NULL};
    make_record("unknown", tp_verify, verified, bare, 0);
    expect_drawn("unknown.h5", "verify", "drawn/script.svg");
    script = script_of("unknown.h5", "verify");
    assert_non_null(strstr(script, "'not recorded'"));
    free(script);
}

static void work_is_drawn_by_subject(void **state) {
    (void)state;
    static const char *const texts[] = {
        "'neuron: largest", "'astrocyte: largest", "'network: 99 %", "'cvode:adams'", "'failed'",
        "at the bottom edge: no error", "accepted: below 0.1 ms", "'hollow: recalled'",
        /* from coarse to fine, whatever the order of the record */
        "0.002 0.01\n0.004 1e-05\n0.009 ", "$changed0 << EOD\n3 7.6\n30 0.7\nEOD", NULL};
    char *script = script_of("work.h5", "work-precision");
    expect_texts(script, texts);
    free(script);
    work_record("neurons.h5", measured, 2, 0);
    script = script_of("neurons.h5", "work-precision");
    assert_null(strstr(script, "'network: 99 %"));
    assert_null(strstr(script, "'hollow: recalled'"));
    free(script);
    worked same = {"astrocyte", "rk4", 1, 0.5, 0, 0, 0};
    work_record("exact.h5", &same, 1, 0);
    assert_int_equal(clear_drawn(NULL), 0);
    expect_drawn("exact.h5", "work-precision", "drawn/a.png");
}

static void a_forecast_says_what_it_came_to(void **state) {
    (void)state;
    static const char *const texts[] = {"'Forecast: Chaos'",    "'neurons alone'",
                                        "'astrocytes alone'",   "'no reservoir'",
                                        "'persistence'",        "'valid below 0.4'",
                                        "Lyapunov times since", "learning rate (per epoch)",
                                        "'150 samples",         "$free << EOD\n0 ",
                                        "set xrange [-1.5:",    NULL};
    char *script = script_of("chaos.h5", "forecast");
    expect_texts(script, texts);
    free(script);
    /* One coordinate, whose exponent nobody knows, and nothing to compare with. */
    char series[300], line[32];
    snprintf(series, sizeof series, "series={kind: file, file: %s, lyapunov: 0}",
             in_folder("own.csv"));
    FILE *own = fopen(in_folder("own.csv"), "w");
    assert_non_null(own);
    for (int i = 0; i < 700; i++) {
        snprintf(line, sizeof line, "%d\n", i * i % 37);
        fputs(line, own);
    }
    (void)fclose(own);
    const char *const sets[] = {series, "baselines=false", "readout.epochs=1", NULL};
    make_record("own", tp_run, chaos, sets, 0);
    unlink(in_folder("own.csv"));
    assert_int_equal(clear_drawn(NULL), 0);
    expect_drawn("own.h5", "forecast", "drawn/a.png");
    script = script_of("own.h5", "forecast");
    assert_non_null(strstr(script, "'0, 8 samples later'"));
    assert_non_null(strstr(script, "'time since"));
    free(script);
    make_record("begun", tp_run, chaos, NULL, 2);
    expect_failure("begun.h5", "forecast", "drawn/b.png", TP_INVALID, "'free_run/forecast'",
                   "to its end");
}

/* --- what is said -------------------------------------------------------------------------- */

static void records_of_others(void **state) {
    (void)state;
    expect_failure("small.h5", "cell", "drawn/a.png", TP_INVALID, "shows experiment 'cell'",
                   "can have: accuracy, movie, raster, recall, traces, training");
    expect_failure("small.h5", "verify", "drawn/a.png", TP_INVALID, "shows experiment 'verify'",
                   "can have: accuracy");
    expect_failure("small.h5", "work-precision", "drawn/a.png", TP_INVALID, "'work_precision'",
                   "can have: accuracy");
    expect_failure("step.h5", "recall", "drawn/a.png", TP_INVALID, "'memory'", "can have: cell");
    expect_failure("verified.h5", "cell", "drawn/a.png", TP_INVALID, "'verify'",
                   "can have: verify");
    expect_failure("work.h5", "verify", "drawn/a.png", TP_INVALID, "'verify'",
                   "can have: work-precision");
    tp_writer *writer = begin_record("other.h5", "forecast");
    tp_error error;
    assert_int_equal(tp_writer_finish(&writer, &error), TP_OK);
    expect_failure("other.h5", "work-precision", "drawn/a.png", TP_INVALID, "'work_precision'",
                   "--work-precision");
    make_record("interrupted", tp_verify, verified, NULL, 2);
    expect_failure("interrupted.h5", "verify", "drawn/a.png", TP_INVALID, "'comparison'",
                   "to its end");
}

static void work_that_cannot_be(void **state) {
    (void)state;
    worked runs[MOST_WORKED];
    memcpy(runs, measured, sizeof measured);
    work_record("bad.h5", runs, MEASURED, 2);
    expect_failure("bad.h5", "work-precision", "drawn/a.png", TP_INVALID, "work_precision/error",
                   "damaged");
    runs[1].seconds = 0;
    work_record("bad.h5", runs, MEASURED, 0);
    expect_failure("bad.h5", "work-precision", "drawn/a.png", TP_INVALID, "times above 0",
                   "damaged");
    runs[1].seconds = 1;
    runs[2].error = -1;
    work_record("bad.h5", runs, MEASURED, 0);
    expect_failure("bad.h5", "work-precision", "drawn/a.png", TP_INVALID, "errors of 0", "damaged");
    work_record("bad.h5", measured + MEASURED - 2, 2, 0);
    expect_failure("bad.h5", "work-precision", "drawn/a.png", TP_INVALID, "at least one run",
                   "damaged");
    char names[MOST_WORKED][8];
    for (size_t i = 0; i < 43; i++) {
        snprintf(names[i], sizeof names[i], "i%zu", i);
        runs[i] = measured[0];
        runs[i].integrator = names[i];
    }
    work_record("many.h5", runs, 42, 0);
    expect_drawn("many.h5", "work-precision", "drawn/a.pdf");
    work_record("many.h5", runs, 43, 0);
    expect_failure("many.h5", "work-precision", "drawn/b.pdf", TP_INVALID, "fewer integrators", "");
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
    for (size_t k = 0; k < DRAWINGS; k++) {
        size_t size;
        char *bytes = slurp(in_folder(drawings[k][0]), &size);
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
            if (draw("damaged.h5", drawings[k][1], "drawn/a.png", &error) != TP_OK)
                assert_true(error.message[0] != '\0');
        }
        free(bytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_in_each_format_twice_the_same, clear_drawn),
        cmocka_unit_test_setup(cells_say_what_they_show, clear_drawn),
        cmocka_unit_test_setup(any_model, clear_drawn),
        cmocka_unit_test_setup(short_and_long_runs_of_a_cell, clear_drawn),
        cmocka_unit_test_setup(verify_says_what_it_found, clear_drawn),
        cmocka_unit_test_setup(work_is_drawn_by_subject, clear_drawn),
        cmocka_unit_test_setup(a_forecast_says_what_it_came_to, clear_drawn),
        cmocka_unit_test_setup(records_of_others, clear_drawn),
        cmocka_unit_test_setup(work_that_cannot_be, clear_drawn),
        cmocka_unit_test_setup(damaged_records, clear_drawn),
    };
    return cmocka_run_group_tests(tests, make_records, remove_folder);
}
