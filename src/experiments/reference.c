/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/reference.h"

#include <string.h>

#include "experiments/memory_block.h"

/* The reference's own error is far below what is compared. */
static const double RTOL = 1e-10, ATOL = 1e-12;

int tp_integrator_number(const char *name) {
    int number = 0;
    while (strcmp(tp_integrator_name(tp_integrator_at((size_t)number)), name) != 0)
        number++;
    return number;
}

void tp_reference_method(tp_population_description *cells) {
    cells->integrator = tp_integrator_number("cvode:adams");
    cells->rtol = RTOL;
    cells->atol = ATOL;
    cells->solve = TP_SOLVE_EACH;
}

tp_status tp_reference_check(const tp_scenario *scenario, tp_error *error) {
    if (scenario->experiment == &tp_memory_experiment) {
        const tp_memory_description *memory = scenario->description;
        if (memory->repeat == 1)
            return TP_OK;
        return tp_resolved_fail(&scenario->resolved, error, "repeat",
                                "verify compares one training and its tests, not %lld",
                                (long long)memory->repeat);
    }
    return tp_resolved_fail(&scenario->resolved, error, "experiment",
                            "verify compares runs of a memory experiment, not of '%s'",
                            scenario->experiment->name);
}
