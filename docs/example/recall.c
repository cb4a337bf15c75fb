/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a scenario with less noise than it asks for, and prints how well each digit came back.
 * cc recall.c $(pkg-config --cflags --libs tripartite) -o recall && ./recall two-digits.yaml */
#include <stdio.h>
#include <stdlib.h>
#include <tripartite/tripartite.h>

static tp_error error;

static void must(tp_status status) {
    if (status != TP_OK) {
        fprintf(stderr, "%s: %s\n%s\n", error.where, error.message, error.hint);
        exit(1);
    }
}

int main(int argc, char **argv) {
    const char *sets[] = {"recall.noise=20 %", "record.neurons=[]"};
    tp_scenario *scenario;
    tp_record *record;
    tp_array recall;
    must(tp_scenario_read(argc > 1 ? argv[1] : "two-digits.yaml", sets, 2, &scenario, &error));
    must(tp_run(scenario, "recall.h5", NULL, &error));
    must(tp_record_open("recall.h5", &record, &error));
    must(tp_record_array(record, "summary/accuracy", &recall, &error));
    for (size_t k = 0; k < recall.dims[0]; k++)
        printf("test %zu: recall %.3f\n", k, recall.values[k]);
    tp_array_free(&recall); tp_record_close(&record); tp_scenario_destroy(&scenario);
}
