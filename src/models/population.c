/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/population.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/within.h"
#include "models/rest.h"

/* Each array begins a cache line, so that no vector of the kernels lies across two. */
enum { LINE = 64, LINE_VALUES = LINE / sizeof(double) };

static size_t padded(size_t n) {
    return (n + LINE_VALUES - 1) / LINE_VALUES * LINE_VALUES;
}

static size_t value_count(const tp_population *population) {
    const tp_model *model = population->model;
    return (model->state_count + model->input_count) * padded(population->n);
}

static tp_status fill_initial(tp_population *population, tp_initial initial, tp_error *error) {
    const tp_model *model = population->model;
    double at[TP_MAX_STATES];
    for (size_t s = 0; s < model->state_count; s++)
        at[s] = model->states[s].initial;
    if (initial == TP_INITIAL_REST) {
        tp_status status = tp_model_rest(model, &population->setting, at, error);
        if (status != TP_OK)
            return status;
    }
    for (size_t s = 0; s < model->state_count; s++)
        for (size_t i = 0; i < population->n; i++)
            population->state[s][i] = at[s];
    return TP_OK;
}

tp_status tp_population_create(const tp_model *model, const tp_model_setting *setting,
                               tp_initial initial, size_t n, tp_population **out, tp_error *error) {
    tp_population *population = calloc(1, sizeof *population);
    if (!population)
        return tp_fail_memory(error, "making a population");
    population->model = model;
    population->setting = *setting;
    population->n = n;
    size_t arrays = model->state_count + model->input_count;
    if (n <= SIZE_MAX / sizeof(double) / arrays - LINE_VALUES)
        population->memory =
            aligned_alloc(LINE, n ? value_count(population) * sizeof(double) : LINE);
    if (!population->memory) {
        tp_population_destroy(&population);
        return tp_fail_memory(error, "making a population");
    }
    memset(population->memory, 0, value_count(population) * sizeof(double));
    double *next = population->memory;
    for (size_t s = 0; s < model->state_count; s++, next += padded(n))
        population->state[s] = next;
    for (size_t k = 0; k < model->input_count; k++, next += padded(n))
        population->input[k] = next;
    tp_status status = fill_initial(population, initial, error);
    if (status != TP_OK) {
        tp_population_destroy(&population);
        return status;
    }
    *out = population;
    return TP_OK;
}

void tp_population_destroy(tp_population **population) {
    if (!*population)
        return;
    free((*population)->memory);
    free(*population);
    *population = NULL;
}

void tp_population_copy(tp_population *to, const tp_population *from) {
    memcpy(to->memory, from->memory, value_count(from) * sizeof(double));
}

void tp_state_bounds(const tp_state_variable *state, double *low, double *high) {
    const double slack = 1e-6;
    const bool any = state->lower == 0 && state->upper == 0;
    *low = any ? -DBL_MAX : fmax(state->lower - slack, -DBL_MAX);
    *high = any ? DBL_MAX : fmin(state->upper + slack, DBL_MAX);
}

tp_status tp_population_check(const tp_population *population, double time_ms, tp_error *error) {
    return tp_population_check_cells(population, 0, population->n, time_ms, error);
}

tp_status tp_population_check_cells(const tp_population *population, size_t first, size_t end,
                                    double time_ms, tp_error *error) {
    const tp_model *model = population->model;
    for (size_t s = 0; s < model->state_count; s++) {
        double low, high;
        tp_state_bounds(&model->states[s], &low, &high);
        if (tp_all_within(population->state[s] + first, end - first, low, high))
            continue;
        for (size_t i = first; i < end; i++)
            if (!tp_all_within(&population->state[s][i], 1, low, high)) {
                tp_fail(error, TP_FAILED, "", "%s of %s cell %zu is %g %s at %g ms",
                        model->states[s].name, model->name, i, population->state[s][i],
                        model->states[s].unit, time_ms);
                return tp_hint(error, "no cell can be there: the step may be too long for this "
                                      "model and input; try a shorter one or another integrator");
            }
    }
    return TP_OK;
}
