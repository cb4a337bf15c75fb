/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trial of a sweep has the numbers of a run of its own, to the bit: networks trained once and
 * recalled at many levels, for methods that remember their past and those that do not. */
#include <stdio.h>
#include <tripartite/tripartite.h>

#include "folder.h"

static int make(void **unused) {
    (void)unused;
    strcpy(folder, "/tmp/tripartite-trials-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int clean(void **unused) {
    (void)unused;
    empty_folder(folder, true);
    return rmdir(folder);
}

static void must(tp_status status, const tp_error *error) {
    if (status != TP_OK)
        fail_msg("%s: %s", error->where, error->message);
}

/* A small, quick network. */
static const char base[] =
    "experiment: memory\n"
    "patterns: [one, two]\n"
    "network:\n  neurons: {rows: 10, columns: 10}\n"
    "  drive: {rate: 15 Hz, window: 100 ms, pulse: 3 ms, ip3_rate: 500 uM/s, more_than: 25 %}\n"
    "  feedback: {more_than: 25 %}\n"
    "training: {samples: 3}\n"
    "pause: 60 ms\n"
    "recall: {samples: 2}\n"
    "record: {neurons: [], astrocytes: []}\n";

typedef struct sweep_case {
    const char *axis, *levels[3]; /* of the axis */
    const char *sets[4];
} sweep_case;

static double number_at(const tp_record *record, const char *path, size_t at) {
    tp_array array;
    tp_error error;
    must(tp_record_array(record, path, &array, &error), &error);
    const double value = array.values[at];
    tp_array_free(&array);
    return value;
}

/* The mean of what a run's tests have in /summary, as a trial has it. */
static double mean_over_tests(const tp_record *record, const char *name) {
    tp_array array;
    tp_error error;
    char path[80];
    snprintf(path, sizeof path, "summary/%s", name);
    must(tp_record_array(record, path, &array, &error), &error);
    double sum = 0;
    for (size_t i = 0; i < array.dims[0]; i++)
        sum += array.values[i];
    sum /= (double)array.dims[0];
    tp_array_free(&array);
    return sum;
}

static double mean_of_frame(const tp_record *record, size_t frame) {
    tp_array array;
    tp_error error;
    must(tp_record_array(record, "summary/frame_accuracy", &array, &error), &error);
    double sum = 0;
    for (size_t i = 0; i < array.dims[0]; i++)
        sum += array.values[i * array.dims[1] + frame];
    sum /= (double)array.dims[0];
    tp_array_free(&array);
    return sum;
}

static tp_scenario *scenario_with(const sweep_case *c, const char *last, const char *other) {
    const char *sets[7];
    size_t count = 0;
    tp_error error;
    tp_scenario *scenario;
    for (size_t i = 0; i < 4 && c->sets[i]; i++)
        sets[count++] = c->sets[i];
    sets[count++] = last;
    sets[count++] = other;
    must(tp_scenario_read(in_folder("s.yaml"), sets, count, &scenario, &error), &error);
    return scenario;
}

/* Row `row` of the sweep against a run of that level and trial. */
static void compare(const sweep_case *c, const tp_record *sweep, size_t level, size_t trial,
                    size_t trials, double *spread) {
    static const char *const names[] = {
        "accuracy",          "pixel_accuracy", "hit",
        "correct_rejection", "input_accuracy", "input_pixel_accuracy"};
    static const char *const frames[] = {"trials/accuracy_at_4.4_ms", "trials/accuracy_at_11.6_ms"};
    char set[100], number[40], path[80];
    tp_error error;
    tp_record *run;
    snprintf(set, sizeof set, "%s=%s", c->axis, c->levels[level]);
    snprintf(number, sizeof number, "trial=%zu", trial);
    tp_scenario *scenario = scenario_with(c, set, number);
    must(tp_run(scenario, in_folder("run.h5"), NULL, &error), &error);
    must(tp_record_open(in_folder("run.h5"), &run, &error), &error);
    const size_t row = level * trials + trial;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        snprintf(path, sizeof path, "trials/%s", names[k]);
        const double swept = number_at(sweep, path, row), own = mean_over_tests(run, names[k]);
        if (swept != own)
            fail_msg("%s, trial %zu, %s: %.17g in the sweep, %.17g in a run", set, trial, names[k],
                     swept, own);
    }
    for (size_t f = 0; f < 2; f++)
        assert_true(number_at(sweep, frames[f], row) == mean_of_frame(run, f));
    const double accuracy = number_at(sweep, "trials/accuracy", row);
    spread[0] = fmin(spread[0], accuracy);
    spread[1] = fmax(spread[1], accuracy);
    tp_record_close(&run);
    tp_scenario_destroy(&scenario);
}

static void check_case(const sweep_case *c) {
    enum { TRIALS = 2 };
    char over[160];
    tp_error error;
    tp_record *record;
    const tp_sweep_options options = {.jobs = 2, .leftover = TP_LEFTOVER_FRESH};
    snprintf(over, sizeof over, "sweep.over.[%s]=[%s, %s, %s]", c->axis, c->levels[0], c->levels[1],
             c->levels[2]);
    tp_scenario *scenario = scenario_with(c, over, "sweep.trials=2");
    must(tp_sweep(scenario, in_folder("sweep.h5"), &options, NULL, NULL, &error), &error);
    must(tp_record_open(in_folder("sweep.h5"), &record, &error), &error);
    double spread[2] = {INFINITY, -INFINITY};
    for (size_t level = 0; level < 3; level++)
        for (size_t trial = 0; trial < TRIALS; trial++)
            compare(c, record, level, trial, TRIALS, spread);
    if (!(spread[1] > spread[0])) /* there must be something to tell apart */
        fail_msg("%s %s: always %g", c->axis, c->sets[0] ? c->sets[0] : "", spread[0]);
    tp_record_close(&record);
    tp_scenario_destroy(&scenario);
}

static void trials_are_runs_to_the_bit(void **unused) {
    (void)unused;
    static const sweep_case cases[] = {
        {"recall.noise", {"0.1", "0.4", "0.8"}, {NULL}},
        {"recall.noise", {"0.1", "0.4", "0.8"}, {"network.neurons.integrator=euler"}},
        {"recall.noise",
         {"0.1", "0.4", "0.8"},
         {"network.neurons.integrator=cvode:adams", "network.astrocytes.integrator=cvode:bdf",
          "network.neurons.rtol=1e-4"}},
        {"recall.noise",
         {"0.1", "0.4", "0.8"},
         {"network.neurons.integrator=gsl:rkf45", "network.astrocytes.integrator=gsl:rkf45",
          "network.neurons.rtol=1e-3", "recall.readout.count=3"}},
        {"recall.noise", {"0.1", "0.4", "0.8"}, {"recall.tests=sequential", "recall.between=7 ms"}},
        {"pause", {"150 ms", "0 ms", "60 ms"}, {"network.astrocytes.integrator=cvode:adams"}},
        {"pause",
         {"150 ms", "0 ms", "60 ms"},
         {"network.neurons.integrator=euler", "network.neurons.arithmetic=fused",
          "recall.readout.count=3"}},
        {"network.feedback.current", {"0", "12", "30"}, {"network.feedback.during=always"}},
        {"network.feedback.calcium", {"0.1 uM", "0.5 uM", "2 uM"}, {"recall.readout.count=3"}},
        {"recall.noise", {"0.1", "0.4", "0.8"}, {"recall.shown=5 ms", "recall.readout.count=1"}},
        {"recall.samples", {"1", "2", "3"}, {"network.drive.monitor=always"}},
        {"training.samples", {"2", "3", "0"}, {"recall.noise_kind=flip"}},
    };
    spill(in_folder("s.yaml"), base, sizeof base - 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(&cases[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(trials_are_runs_to_the_bit)};
    return cmocka_run_group_tests(tests, make, clean);
}
