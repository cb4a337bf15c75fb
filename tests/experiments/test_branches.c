/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of a memory branch off one state: equal stimuli get equal answers, to the bit, whichever
 * comes first. Adaptive solvers remember their past, and must forget it there in every run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tripartite/tripartite.h>
#include <unistd.h>

#include "close.h"

static void must(tp_status status, const tp_error *error) {
    if (status != TP_OK)
        fail_msg("%s: %s", error->where, error->message);
}

/* Runs a small, quick memory whose tests have no noise, so that all are alike. */
static tp_record *run(const char *folder, const char *samples, const char *integrator) {
    static const char yaml[] =
        "experiment: memory\n"
        "patterns: [one]\n"
        "network:\n  neurons: {rows: 10, columns: 10}\n"
        "  drive: {rate: 60 Hz, window: 20 ms, pulse: 3 ms, ip3_rate: 500 uM/s}\n"
        "training: {samples: 3, noise: 0}\n"
        "pause: 7 ms\n"
        "recall: {noise: 0, after: 20 ms}\n"
        "record: {neurons: [membrane_potential, recovery], precision: double}\n";
    char scenario_path[200], record_path[200], count[60], neurons[80], astrocytes[80];
    tp_scenario *scenario;
    tp_record *record;
    tp_error error;
    snprintf(scenario_path, sizeof scenario_path, "%s/scenario.yaml", folder);
    snprintf(record_path, sizeof record_path, "%s/%s.h5", folder, samples);
    FILE *file = fopen(scenario_path, "w");
    assert_non_null(file);
    fputs(yaml, file);
    fclose(file);
    snprintf(count, sizeof count, "recall.samples=%s", samples);
    snprintf(neurons, sizeof neurons, "network.neurons.integrator=%s", integrator);
    snprintf(astrocytes, sizeof astrocytes, "network.astrocytes.integrator=%s", integrator);
    const char *sets[] = {count, neurons, astrocytes};
    must(tp_scenario_read(scenario_path, sets, 3, &scenario, &error), &error);
    must(tp_run(scenario, record_path, NULL, &error), &error);
    must(tp_record_open(record_path, &record, &error), &error);
    tp_scenario_destroy(&scenario);
    return record;
}

static void compare(const tp_record *one, const char *first, const tp_record *other,
                    const char *second) {
    static const char *const arrays[] = {"spikes/neurons/timestamps", "neurons/membrane_potential",
                                         "neurons/recovery", "astrocytes/Ca"};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
        char path[100];
        tp_array a, b;
        tp_error error;
        snprintf(path, sizeof path, "recall/%s/%s", first, arrays[k]);
        must(tp_record_array(one, path, &a, &error), &error);
        snprintf(path, sizeof path, "recall/%s/%s", second, arrays[k]);
        must(tp_record_array(other, path, &b, &error), &error);
        size_t size = 1;
        for (size_t d = 0; d < a.rank; d++) {
            assert_int_equal(a.dims[d], b.dims[d]);
            size *= a.dims[d];
        }
        assert_true(size > 10);
        assert_memory_equal(a.values, b.values, size * sizeof(double));
        tp_array_free(&a);
        tp_array_free(&b);
    }
}

static void equal_tests_have_equal_answers(void **unused) {
    (void)unused;
    static const char *const integrators[] = {"cvode:adams", "gsl:rk8pd", "euler"};
    for (size_t k = 0; k < sizeof integrators / sizeof *integrators; k++) {
        char folder[] = "/tmp/tripartite-branches-XXXXXX", command[100];
        assert_non_null(mkdtemp(folder));
        tp_record *two = run(folder, "2", integrators[k]);
        tp_record *one = run(folder, "1", integrators[k]);
        compare(two, "0", two, "1");
        compare(one, "0", two, "1");
        tp_record_close(&one);
        tp_record_close(&two);
        snprintf(command, sizeof command, "rm -r %s", folder);
        assert_int_equal(system(command), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_tests_have_equal_answers),
    };
    return cmocka_run_group_tests_name("branches", tests, NULL, NULL);
}
