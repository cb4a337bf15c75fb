/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/experiment.h"

static const tp_experiment *const experiments[] = {
    &tp_anan_experiment,     &tp_cell_experiment,   &tp_classification_experiment,
    &tp_forecast_experiment, &tp_memory_experiment,
};

enum { EXPERIMENT_COUNT = sizeof experiments / sizeof *experiments };

const tp_experiment *tp_experiment_at(size_t index) {
    return index < EXPERIMENT_COUNT ? experiments[index] : NULL;
}

const char *const *tp_experiment_names(void) {
    static const char *names[EXPERIMENT_COUNT + 1];
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        names[i] = experiments[i]->name;
    return names;
}
