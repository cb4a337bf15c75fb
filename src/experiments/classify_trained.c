/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --from: the networks that a record's run trained, tested once more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/classify.h"
#include "experiments/classify_encoder.h"
#include "experiments/scenario_difference.h"
#include "experiments/trained_check.h"

/* What may differ from the run that trained. */
static bool matters_later(const char *path, const void *context) {
    static const char *const blocks[] = {"title",
                                         "sweep",
                                         "record",
                                         "trials",
                                         "perturbation",
                                         "data.test_images",
                                         "data.test_labels",
                                         "data.test",
                                         NULL};
    (void)context;
    return tp_path_within_any(path, blocks);
}

static tp_status check_scenario(const tp_scenario *scenario, const tp_record *from,
                                const char *record, tp_error *error) {
    return tp_trained_check(scenario, from, record, matters_later, NULL,
                            "what may differ: perturbation, trials (fewer), record, title, and the "
                            "images of the test",
                            error);
}

static tp_status take_network(tp_classify_plan *p, size_t network, const tp_record *from,
                              const char *record, tp_error *error) {
    tp_trained_network *trained = &p->trained[network];
    const char *name = p->networks[network].name;
    char path[120];
    tp_stack *stack;
    tp_array array;
    snprintf(path, sizeof path, "trained/%s/parameters", name);
    if (!tp_record_has(from, path)) {
        tp_fail(error, TP_INVALID, record, "holds no trained network '%s'", name);
        return tp_hint(error, "its run was made with record.networks=false, or ended too early");
    }
    tp_status status = tp_layered_stack(&p->networks[network], p->seed, 0, &stack, error);
    if (status != TP_OK)
        return status;
    const size_t count = stack->parameter_count;
    tp_stack_destroy(&stack);
    status = tp_record_array(from, path, &array, error);
    if (status != TP_OK)
        return status;
    if (array.rank != 2 || array.dims[1] != count ||
        array.dims[0] < (size_t)p->description.trials) {
        tp_fail(error, TP_INVALID, record, "%s: expected %lld trials of %zu parameters", path,
                (long long)p->description.trials, count);
        status = tp_hint(error, "take fewer: --set trials=%zu", array.dims[0]);
        tp_array_free(&array);
        return status;
    }
    trained->parameters = array.values;
    trained->trials = array.dims[0];
    return tp_trained_check_sum(from, record, path, array.values,
                                array.dims[0] * count * sizeof *array.values, error);
}

tp_status tp_classify_take(void *plan, const tp_scenario *scenario, const char *record,
                           tp_error *error) {
    tp_classify_plan *p = plan;
    tp_record *from;
    tp_status status = tp_record_open(record, &from, error);
    if (status != TP_OK)
        return status;
    status = check_scenario(scenario, from, record, error);
    if (status == TP_OK) {
        p->trained = calloc(p->network_count, sizeof *p->trained);
        status = p->trained ? TP_OK : tp_fail_memory(error, "taking trained networks");
    }
    if (status == TP_OK && p->description.encoder.kind == TP_ENCODER_VAE && !p->vae)
        status = tp_fail(error, TP_INVALID, record,
                         "autoencoders that were trained jointly are not kept in records");
    if (status == TP_OK && p->vae && !p->moments[0])
        status = tp_classify_encoder_take(p, record, error);
    for (size_t k = 0; status == TP_OK && k < p->network_count; k++)
        status = take_network(p, k, from, record, error);
    tp_record_close(&from);
    return status;
}
