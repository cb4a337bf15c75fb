/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/system.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "models/jacobian.h"

/* Far above what any sensible interval needs; reached after seconds, so that no run hangs. */
enum { MOST_STEPS = 1000000, MOST_EVENTS = 100000 };

static tp_status check_method(const tp_integration *integration, tp_error *error) {
    const tp_method *method = &integration->method;
    const tp_model *model = integration->population->model;
    if (!(method->rtol > 0) || !(method->atol > 0)) {
        tp_fail(error, TP_INVALID, "", "%s cannot reach a tolerance of zero (rtol %g, atol %g)",
                method->integrator->name, method->rtol, method->atol);
        return tp_hint(error, "rtol: 1e-6 and atol: 1e-8 are the defaults");
    }
    if (model->event && method->solve == TP_SOLVE_TOGETHER) {
        tp_fail(error, TP_INVALID, "", "%s has events, so its cells cannot be solved together",
                model->name);
        return tp_hint(error, "solve: each gives each cell its own steps");
    }
    return TP_OK;
}

tp_status tp_systems_create(const tp_integration *integration, tp_systems *systems,
                            tp_error *error) {
    tp_population *population = integration->population;
    const size_t states = population->model->state_count, inputs = population->model->input_count;
    const bool together = integration->method.solve == TP_SOLVE_TOGETHER;
    const size_t cells = together ? population->n : 1;
    tp_status status = check_method(integration, error);
    if (status != TP_OK)
        return status;
    systems->count = together ? population->n > 0 : population->n;
    const size_t doubles = inputs + (together ? 2 * states : 0);
    if (population->n <= SIZE_MAX / sizeof(double) / (doubles + 1)) {
        systems->memory = calloc(population->n * doubles + 1, sizeof(double));
        systems->items = calloc(systems->count + 1, sizeof *systems->items);
    }
    if (!systems->memory || !systems->items)
        return tp_fail_memory(error, "making an integrator");
    for (size_t i = 0; i < systems->count; i++)
        systems->items[i] = (tp_system){
            .integration = integration,
            .population = population,
            .first = i,
            .count = cells,
            .dimension = cells * states,
            .fresh = true,
            .held = systems->memory + i * inputs,
            .gathered = together ? systems->memory + population->n * inputs : NULL,
        };
    return TP_OK;
}

void tp_systems_free(tp_systems *systems) {
    free(systems->items);
    free(systems->memory);
    *systems = (tp_systems){0};
}

void tp_systems_restart(tp_systems *systems) {
    for (size_t i = 0; i < systems->count; i++)
        systems->items[i].fresh = true;
}

bool tp_system_starts(tp_system *system) {
    const tp_population *population = system->population;
    bool starts = system->fresh;
    for (size_t k = 0; k < population->model->input_count; k++) {
        const double *now = population->input[k] + system->first;
        double *held = system->held + k * system->count;
        for (size_t i = 0; i < system->count; i++) {
            starts |= now[i] != held[i];
            held[i] = now[i];
        }
    }
    system->fresh = false;
    return starts;
}

void tp_system_load(const tp_system *system, double *y) {
    const tp_population *population = system->population;
    const size_t states = population->model->state_count;
    for (size_t s = 0; s < states; s++)
        for (size_t i = 0; i < system->count; i++)
            y[i * states + s] = population->state[s][system->first + i];
}

void tp_system_store(const tp_system *system, const double *y) {
    const tp_population *population = system->population;
    const size_t states = population->model->state_count;
    for (size_t s = 0; s < states; s++)
        for (size_t i = 0; i < system->count; i++)
            population->state[s][system->first + i] = y[i * states + s];
}

bool tp_system_slope(const tp_system *system, const double *y, double *slope) {
    const tp_population *population = system->population;
    const tp_model *model = population->model;
    const size_t states = model->state_count, n = system->count;
    const double *state_of[TP_MAX_STATES] = {NULL}, *input_of[TP_MAX_INPUTS] = {NULL};
    double *slope_of[TP_MAX_STATES] = {NULL};
    for (size_t s = 0; s < states; s++) {
        /* One cell is its own array. */
        double *gathered = n > 1 ? system->gathered + s * n : NULL;
        for (size_t i = 0; gathered && i < n; i++)
            gathered[i] = y[i * states + s];
        state_of[s] = gathered ? gathered : y + s;
        slope_of[s] = gathered ? gathered + states * n : slope + s;
    }
    for (size_t k = 0; k < model->input_count; k++)
        input_of[k] = population->input[k] + system->first;
    model->derivative(&population->setting, n, state_of, input_of, slope_of);
    for (size_t s = 0; n > 1 && s < states; s++)
        for (size_t i = 0; i < n; i++)
            slope[i * states + s] = slope_of[s][i];
    bool finite = true;
    for (size_t i = 0; i < system->dimension; i++)
        finite &= isfinite(slope[i]) != 0;
    return finite;
}

void tp_system_jacobian(const tp_system *system, size_t cell, const double *y, double *jacobian) {
    const tp_population *population = system->population;
    double input[TP_MAX_INPUTS];
    for (size_t k = 0; k < population->model->input_count; k++)
        input[k] = population->input[k][system->first + cell];
    tp_model_jacobian(population->model, &population->setting,
                      y + cell * population->model->state_count, input, jacobian);
}

double tp_system_over(const tp_system *system, const double *y) {
    const tp_event *event = system->population->model->event;
    return event ? y[event->state] - system->population->setting.parameter[event->threshold] : -1;
}

/* Where a population is solved together: the cell whose state changes fastest, beside its size,
 * for that is the one in trouble. */
static size_t cell_to_blame(const tp_system *system, const double *y) {
    const size_t states = system->population->model->state_count;
    double *slope = system->count > 1 ? calloc(system->dimension, sizeof *slope) : NULL;
    if (!slope)
        return 0;
    tp_system_slope(system, y, slope);
    size_t worst = 0;
    double most = -1;
    for (size_t i = 0; i < system->dimension; i++) {
        const double speed = fabs(slope[i]) / (fabs(y[i]) + system->integration->method.atol);
        if (isnan(speed)) {
            worst = i;
            break;
        }
        if (speed > most) {
            most = speed;
            worst = i;
        }
    }
    free(slope);
    return worst / states;
}

static tp_status fail_as(const tp_passage *passage, tp_status status, double at, const double *y,
                         const char *reason) {
    const tp_system *system = passage->system;
    const tp_model *model = system->population->model;
    const size_t cell = cell_to_blame(system, y);
    char state[400] = "";
    for (size_t s = 0; s < model->state_count; s++) {
        const size_t length = strlen(state);
        /* A solver that made no step may not have kept the state it began with. */
        const double value = at > 0 ? y[cell * model->state_count + s]
                                    : system->population->state[s][system->first + cell];
        snprintf(state + length, sizeof state - length, "%s%s %.9g", s ? ", " : "",
                 model->states[s].name, value);
    }
    return tp_fail(passage->error, status, "",
                   "%s stopped at %s cell %zu, %.9g ms into an interval of %g ms, at %s: %s",
                   system->integration->method.integrator->name, model->name, system->first + cell,
                   at * model->time_unit_ms, passage->length * model->time_unit_ms, state, reason);
}

tp_status tp_passage_fail(const tp_passage *passage, double at, const double *y,
                          const char *reason) {
    fail_as(passage, TP_FAILED, at, y, reason);
    return passage->error ? tp_hint(passage->error,
                                    "check the model's parameters and input; rtol and atol "
                                    "may be too small for them (now %g and %g)",
                                    passage->system->integration->method.rtol,
                                    passage->system->integration->method.atol)
                          : TP_FAILED;
}

tp_status tp_passage_event(tp_passage *passage, double at, double *y) {
    const tp_system *system = passage->system;
    const tp_event *event = system->population->model->event;
    double *state[TP_MAX_STATES];
    for (size_t s = 0; s < system->population->model->state_count; s++)
        state[s] = y + s;
    /* A part of the interval that is not zero, also for a state over its threshold at the start. */
    const double when = fmin(fmax(at / passage->length, DBL_EPSILON), 1);
    do {
        const double before = y[event->state];
        event->reset(&system->population->setting, state, 0);
        tp_status status = tp_spikes_append(passage->spikes, system->first, when, passage->error);
        if (status != TP_OK)
            return status;
        if (tp_system_over(system, y) >= 0 && !(y[event->state] < before)) {
            fail_as(passage, TP_INVALID, at, y,
                    "the reset does not bring it below its threshold, so that it would spike "
                    "without end");
            return passage->error ? tp_hint(passage->error, "choose a threshold above the value "
                                                            "that the reset sets")
                                  : TP_INVALID;
        }
        if (++passage->events > MOST_EVENTS)
            return tp_passage_fail(passage, at, y, "it spikes without end");
    } while (tp_system_over(system, y) >= 0);
    return TP_OK;
}

tp_status tp_passage_stepped(tp_passage *passage, double at, const double *y) {
    if (++passage->steps < MOST_STEPS)
        return TP_OK;
    char reason[80];
    snprintf(reason, sizeof reason, "the interval is not over after %d steps", MOST_STEPS);
    return tp_passage_fail(passage, at, y, reason);
}

tp_status tp_passage_end(tp_passage *passage, const double *y) {
    tp_system_store(passage->system, y);
    for (size_t i = 0; i < passage->system->dimension; i++)
        if (!isfinite(y[i]))
            return tp_passage_fail(passage, passage->length, y, "a state is not finite");
    return TP_OK;
}
