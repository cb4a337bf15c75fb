/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/population_block.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/text.h"

enum { MOST_NAMES = 64 };

const char *const *tp_model_names(void) {
    static const char *names[MOST_NAMES + 1];
    for (size_t i = 0; i <= MOST_NAMES; i++) {
        const tp_model *model = tp_model_at(i);
        names[i] = model ? model->name : NULL;
    }
    return names;
}

const char *const *tp_integrator_names(void) {
    static const char *names[MOST_NAMES + 1];
    for (size_t i = 0; i <= MOST_NAMES; i++) {
        const tp_integrator *integrator = tp_integrator_at(i);
        names[i] = integrator ? integrator->name : NULL;
    }
    return names;
}

static tp_status parameter_field(const tp_parameter *parameter, size_t offset, tp_arena *arena,
                                 tp_field *field, tp_error *error) {
    char number[40];
    tp_text_number(parameter->value, number, sizeof number);
    *field = (tp_field){
        .key = parameter->name,
        .kind = TP_REAL,
        .offset = offset,
        .unit = parameter->unit,
        .fallback = tp_arena_format(arena, "%s %s", number, parameter->unit),
        .lower = parameter->lower,
        .upper = parameter->upper,
        .help = parameter->long_name,
    };
    if (parameter->unit[0] == '1' && parameter->unit[1] == '\0')
        field->fallback = tp_arena_text(arena, number);
    return field->fallback ? TP_OK : tp_fail_memory(error, "reading the scenario");
}

#define DESCRIPTION(member) offsetof(tp_population_description, member)

/* A step is as long as the exchange interval where the scenario does not say. */
static tp_status fixed_step_fields(const tp_population_description *description, size_t offset,
                                   tp_arena *arena, tp_field **next, tp_error *error) {
    const tp_integrator *integrator = tp_integrator_at((size_t)description->integrator);
    char interval[40];
    tp_text_number(description->exchange_ms, interval, sizeof interval);
    tp_field step = {
        .key = "step",
        .kind = TP_REAL,
        .offset = offset + DESCRIPTION(step_ms),
        .unit = "ms",
        .fallback = tp_arena_format(arena, "%s ms", interval),
        .lower = 0,
        .above = 1,
        .upper = INFINITY,
        .help = "step of the integrator; divides the exchange interval",
    };
    if (!step.fallback)
        return tp_fail_memory(error, "reading the scenario");
    *(*next)++ = step;
    if (tp_model_at((size_t)description->model)->event)
        *(*next)++ = (tp_field){
            .key = "crossing",
            .kind = TP_CHOICE,
            .offset = offset + DESCRIPTION(crossing),
            .fallback = tp_crossing_names[integrator->crossing],
            .values = tp_crossing_names,
            .help = "a spike inside a step: reset and stamped at the step's end, or located",
        };
    *(*next)++ = (tp_field){
        .key = "arithmetic",
        .kind = TP_CHOICE,
        .offset = offset + DESCRIPTION(arithmetic),
        .fallback = tp_arithmetic_names[TP_ARITHMETIC_PLAIN],
        .values = tp_arithmetic_names,
        .help = "rounding of a step: each operation, multiply and add at once, or that in single "
                "precision",
    };
    return TP_OK;
}

static void tolerance_fields(const tp_population_description *description, size_t offset,
                             tp_field **next) {
    *(*next)++ = (tp_field){
        .key = "rtol",
        .kind = TP_REAL,
        .offset = offset + DESCRIPTION(rtol),
        .unit = "1",
        .fallback = "1e-6",
        .lower = 1e-14,
        .upper = 0.1,
        .help = "relative tolerance of a step's error",
    };
    *(*next)++ = (tp_field){
        .key = "atol",
        .kind = TP_REAL,
        .offset = offset + DESCRIPTION(atol),
        .unit = "1",
        .fallback = "1e-8",
        .lower = 0,
        .above = 1,
        .upper = INFINITY,
        .help = "absolute tolerance of a step's error, in each state's own unit",
    };
    if (!tp_model_at((size_t)description->model)->event)
        *(*next)++ = (tp_field){
            .key = "solve",
            .kind = TP_CHOICE,
            .offset = offset + DESCRIPTION(solve),
            .fallback = "each",
            .values = tp_solve_names,
            .help = "each cell with steps of its own, or all together as one system",
        };
}

static tp_status model_fields(const tp_population_description *description, size_t offset,
                              tp_arena *arena, tp_field *field, tp_error *error) {
    static const char *const initial_names[] = {"published", "rest", NULL};
    const tp_model *model = tp_model_at((size_t)description->model);
    *field++ = (tp_field){
        .key = "initial",
        .kind = TP_CHOICE,
        .offset = offset + DESCRIPTION(initial),
        .fallback = model->initial,
        .values = initial_names,
        .help = "state to start from: as published, or the model's own rest",
    };
    for (size_t i = 0; i < model->option_count; i++)
        *field++ = (tp_field){
            .key = model->options[i].name,
            .kind = TP_CHOICE,
            .offset = offset + DESCRIPTION(setting.option) + i * sizeof(int),
            .fallback = model->options[i].values[0],
            .values = model->options[i].values,
            .help = model->options[i].long_name,
        };
    for (size_t i = 0; i < model->parameter_count; i++) {
        size_t at = offset + DESCRIPTION(setting.parameter) + i * sizeof(double);
        tp_status status = parameter_field(&model->parameters[i], at, arena, field++, error);
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}

tp_status tp_population_extend(const tp_population_description *description, size_t offset,
                               tp_arena *arena, const tp_field **fields, tp_error *error) {
    enum { METHOD_FIELDS = 4, OTHERS = 2 }; /* initial, and the end of the table */
    const tp_model *model = tp_model_at((size_t)description->model);
    tp_field *field = tp_arena_alloc(
        arena,
        (METHOD_FIELDS + OTHERS + model->parameter_count + model->option_count) * sizeof *field);
    if (!field)
        return tp_fail_memory(error, "reading the scenario");
    *fields = field;
    tp_status status = TP_OK;
    if (tp_integrator_at((size_t)description->integrator)->adaptive)
        tolerance_fields(description, offset, &field);
    else
        status = fixed_step_fields(description, offset, arena, &field, error);
    return status == TP_OK ? model_fields(description, offset, arena, field, error) : status;
}

tp_method tp_method_from(const tp_population_description *description) {
    return (tp_method){
        .integrator = tp_integrator_at((size_t)description->integrator),
        .step_ms = description->step_ms,
        .crossing = (tp_crossing)description->crossing,
        .arithmetic = (tp_arithmetic)description->arithmetic,
        .rtol = description->rtol,
        .atol = description->atol,
        .solve = (tp_solve)description->solve,
    };
}

/* Fused arithmetic is written out for some models and integrators. */
static tp_status check_arithmetic(const tp_population_description *cells, const char *block,
                                  const tp_resolved *resolved, tp_error *error) {
    const tp_method method = tp_method_from(cells);
    tp_error reason;
    char path[80];
    if (tp_method_check(&method, tp_model_at((size_t)cells->model), &reason) == TP_OK)
        return TP_OK;
    snprintf(path, sizeof path, "%s.arithmetic", block);
    tp_resolved_fail(resolved, error, path, "%s", reason.message);
    return tp_hint(error, "%s", reason.hint);
}

tp_status tp_population_timing(const tp_population_description *cells, const char *block,
                               double tick_ms, const tp_resolved *resolved, int64_t *exchange,
                               tp_error *error) {
    char path[80];
    snprintf(path, sizeof path, "%s.exchange", block);
    tp_status status =
        tp_resolved_ticks(resolved, path, cells->exchange_ms, tick_ms, exchange, error);
    if (status != TP_OK)
        return status;
    if (*exchange < 1)
        return tp_resolved_fail(resolved, error, path, "%g ms is shorter than the tick, %g ms",
                                cells->exchange_ms, tick_ms);
    if (check_arithmetic(cells, block, resolved, error) != TP_OK)
        return TP_INVALID;
    int64_t steps;
    if (tp_integrator_at((size_t)cells->integrator)->adaptive ||
        (tp_whole_parts(cells->exchange_ms, cells->step_ms, &steps) && steps >= 1))
        return TP_OK;
    snprintf(path, sizeof path, "%s.step", block);
    tp_resolved_fail(resolved, error, path,
                     "a step of %g ms does not divide the exchange interval of %g ms",
                     cells->step_ms, cells->exchange_ms);
    return tp_hint(error, "%g ms would",
                   cells->exchange_ms / fmax(1, ceil(cells->exchange_ms / cells->step_ms)));
}

tp_status tp_population_from(const tp_population_description *description, size_t n,
                             tp_population **population, tp_error *error) {
    return tp_population_create(tp_model_at((size_t)description->model), &description->setting,
                                (tp_initial)description->initial, n, population, error);
}
