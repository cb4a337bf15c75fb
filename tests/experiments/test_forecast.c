/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a forecast tells while it runs, and its trials without a record, by several threads. */
#include <pthread.h>
#include <string.h>

#include "experiments/forecast.h"
#include "experiments/scenario.h"
#include "folder.h"

static const char *const small[] = {
    "network.neurons.count=20", "network.astrocytes.count=20",
    "samples.drop=30",          "samples.train=300",
    "samples.test=60",          "readout.epochs=7",
};
enum { SETS = sizeof small / sizeof *small };

static tp_scenario *scenario;

static int open_scenario(void **unused) {
    char path[600];
    const char *root = getenv("TRIPARTITE_SOURCE");
    tp_error error;
    (void)unused;
    snprintf(path, sizeof path, "%s/experiments/reservoir/lorenz.yaml", root ? root : ".");
    snprintf(folder, sizeof folder, "%s/tripartite-forecast-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(folder))
        return -1;
    return tp_scenario_read(path, small, SETS, &scenario, &error) == TP_OK ? 0 : -1;
}

static int close_scenario(void **unused) {
    (void)unused;
    tp_scenario_destroy(&scenario);
    empty_folder(folder, false);
    return rmdir(folder);
}

typedef struct told {
    double last;
    int losses, drives;
    int stop_after; /* losses; 0: never */
} told;

static void hear(void *context, const char *stage, double done, double total) {
    told *t = context;
    assert_true(done >= t->last && done <= total);
    t->last = done;
    if (strncmp(stage, "loss 0.", 7) == 0 || strncmp(stage, "loss 1.", 7) == 0)
        t->losses++;
    else
        t->drives += strcmp(stage, "drive") == 0;
}

static bool stop(void *context) {
    const told *t = context;
    return t->stop_after > 0 && t->losses >= t->stop_after;
}

static void losses_are_told_while_it_runs(void **unused) {
    (void)unused;
    told t = {0};
    const tp_observer observer = {&t, hear, stop};
    tp_error error;
    assert_int_equal(tp_run(scenario, in_folder("a.h5"), &observer, &error), TP_OK);
    /* Four that are trained, seven epochs each; three reservoirs of 390 samples. */
    assert_int_equal(t.losses, 28);
    assert_int_equal(t.drives, 6);
    assert_close(t.last, 4, 0, 1e-9);
}

static void what_was_finished_before_a_stop_is_kept(void **unused) {
    (void)unused;
    told t = {.stop_after = 10};
    const tp_observer observer = {&t, hear, stop};
    tp_error error;
    tp_record *record;
    tp_array names;
    char *status;
    assert_int_equal(tp_run(scenario, in_folder("b.h5"), &observer, &error), TP_INTERRUPTED);
    assert_int_equal(tp_record_open(in_folder("b.h5"), &record, &error), TP_OK);
    assert_int_equal(tp_record_text(record, "/", "status", &status, NULL), TP_OK);
    assert_string_equal(status, "partial");
    assert_int_equal(tp_record_array(record, "summary/test_error", &names, NULL), TP_OK);
    assert_int_equal(names.dims[0], 1);
    assert_true(tp_record_has(record, "free_run/forecast"));
    free(status);
    tp_array_free(&names);
    tp_record_close(&record);
}

static void a_stop_before_anything_is_finished_leaves_a_record(void **unused) {
    (void)unused;
    told t = {.stop_after = 2};
    const tp_observer observer = {&t, hear, stop};
    tp_error error;
    tp_record *record;
    tp_array names;
    char *text = NULL;
    size_t length;
    assert_int_equal(tp_run(scenario, in_folder("d.h5"), &observer, &error), TP_INTERRUPTED);
    assert_int_equal(tp_record_open(in_folder("d.h5"), &record, &error), TP_OK);
    assert_int_equal(tp_record_array(record, "summary/test_error", &names, NULL), TP_OK);
    assert_int_equal(names.dims[0], 0);
    tp_array_free(&names);
    FILE *stream = open_memstream(&text, &length);
    assert_int_equal(tp_record_describe(record, stream, &error), TP_OK);
    (void)fclose(stream);
    assert_non_null(strstr(text, "PARTIAL"));
    free(text);
    tp_record_close(&record);
}

enum { MEASURES = sizeof(tp_forecast_measures) / sizeof(double) };

static void *shared;

typedef struct work {
    uint32_t trial;
    tp_status status;
    double measures[MEASURES];
} work;

/* In a group of its own, as a sweep's thread does it. */
static void *run_trial(void *context) {
    work *w = context;
    const tp_scenario *const own[] = {scenario};
    void *group = NULL;
    w->status = tp_forecast_trials.create(own, 1, shared, &group, NULL);
    if (w->status == TP_OK)
        w->status = tp_forecast_trials.run(group, w->trial, NULL, w->measures, NULL);
    tp_forecast_trials.destroy(&group);
    return NULL;
}

static void share_series(void) {
    const tp_scenario *const own[] = {scenario};
    tp_error error;
    assert_int_equal(tp_forecast_trials.share(own, 1, &shared, &error), TP_OK);
}

static void trials_do_not_disturb_each_other(void **unused) {
    (void)unused;
    enum { TRIALS = 4 };
    work alone[TRIALS], together[TRIALS];
    pthread_t threads[TRIALS];
    share_series();
    for (uint32_t i = 0; i < TRIALS; i++) {
        alone[i].trial = together[i].trial = i;
        run_trial(&alone[i]);
        assert_int_equal(alone[i].status, TP_OK);
    }
    for (int i = 0; i < TRIALS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_trial, &together[i]), 0);
    for (int i = 0; i < TRIALS; i++) {
        pthread_join(threads[i], NULL);
        assert_memory_equal(together[i].measures, alone[i].measures, sizeof alone[i].measures);
        assert_true(i == 0 || alone[i].measures[0] != alone[0].measures[0]);
    }
    tp_forecast_trials.unshare(&shared);
}

/* The record's first row is the trial without a record. */
static void a_trial_is_what_the_record_says(void **unused) {
    (void)unused;
    tp_error error;
    work m = {.trial = 0};
    size_t at = 0;
    tp_record *record;
    assert_int_equal(tp_run(scenario, in_folder("c.h5"), NULL, &error), TP_OK);
    share_series();
    run_trial(&m);
    assert_int_equal(m.status, TP_OK);
    tp_forecast_trials.unshare(&shared);
    assert_int_equal(tp_record_open(in_folder("c.h5"), &record, &error), TP_OK);
    for (const tp_forecast_column *c = tp_forecast_columns; c->name; c++) {
        char path[80];
        tp_array column;
        snprintf(path, sizeof path, "summary/%s", c->name);
        assert_int_equal(tp_record_array(record, path, &column, &error), TP_OK);
        assert_close(column.values[0], m.measures[at++], 0, 0);
        tp_array_free(&column);
    }
    tp_record_close(&record);
}

static void a_slope_is_that_of_least_squares(void **unused) {
    (void)unused;
    assert_close(tp_slope((double[]){1, 3, 5, 7}, 4), 2, 1e-15, 0);
    /* By hand: x = -1, 0, 1; y = 1, 0, 4: (4 - 1) / 2. */
    assert_close(tp_slope((double[]){1, 0, 4}, 3), 1.5, 1e-15, 0);
    assert_true(isnan(tp_slope((double[]){1}, 1)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_are_told_while_it_runs),
        cmocka_unit_test(what_was_finished_before_a_stop_is_kept),
        cmocka_unit_test(a_stop_before_anything_is_finished_leaves_a_record),
        cmocka_unit_test(trials_do_not_disturb_each_other),
        cmocka_unit_test(a_trial_is_what_the_record_says),
        cmocka_unit_test(a_slope_is_that_of_least_squares),
    };
    return cmocka_run_group_tests_name("forecast", tests, open_scenario, close_scenario);
}
