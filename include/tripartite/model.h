/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model is one kind of cell, described by one constant tp_model: everything else (scenario
 * validation, listings, the attributes of a record, the model reference) is read off it. */
#ifndef TRIPARTITE_MODEL_H
#define TRIPARTITE_MODEL_H

#include <stddef.h>
#include <tripartite/error.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TP_MAX_STATES = 16, TP_MAX_PARAMETERS = 64, TP_MAX_OPTIONS = 8, TP_MAX_INPUTS = 8 };

typedef struct tp_state_variable {
    const char *name;
    const char *unit; /* UDUNITS-2 spelling; "1" for a bare number */
    const char *long_name;
    double initial; /* the published initial value, in that unit */
    double lower;   /* what the state can be, inclusive; both 0: anything finite */
    double upper;
} tp_state_variable;

typedef struct tp_parameter {
    const char *name;
    const char *unit;
    const char *long_name;
    double value; /* default */
    double lower; /* bounds, inclusive; -INFINITY and INFINITY where there is none */
    double upper;
} tp_parameter;

/* A choice between named variants of a model. */
typedef struct tp_option {
    const char *name;
    const char *long_name;
    const char *const *values; /* ends in NULL; the first is the default */
} tp_option;

typedef struct tp_input {
    const char *name;
    const char *unit;
    const char *long_name;
} tp_input;

/* The values that one population of a model is run with. */
typedef struct tp_model_setting {
    double parameter[TP_MAX_PARAMETERS]; /* in the order of tp_model.parameters */
    int option[TP_MAX_OPTIONS];          /* index into tp_option.values */
} tp_model_setting;

/* Derivatives of n independent cells, in state units per time unit of the model.
 * state[s][i], input[k][i] and derivative[s][i] belong to cell i. No two arrays overlap. */
typedef void tp_derivative(const tp_model_setting *setting, size_t n, const double *const *state,
                           const double *const *input, double *const *derivative);

/* The partial derivatives of one cell, jacobian[row * state_count + column] = d derivative[row] /
 * d state[column], at its state[s] and input[k]. */
typedef void tp_jacobian(const tp_model_setting *setting, const double *state, const double *input,
                         double *jacobian);

/* An event happens in a cell when state >= threshold; `reset` then changes the cell's states. */
typedef struct tp_event {
    const char *name;
    size_t state;     /* index of the state that is watched */
    size_t threshold; /* index of the parameter that it is compared with */
    void (*reset)(const tp_model_setting *setting, double *const *state, size_t cell);
} tp_event;

/* Takes n cells exactly `time` further, in the model's time unit, while their inputs are held. */
typedef void tp_flow(const tp_model_setting *setting, size_t n, double *const *state,
                     const double *const *input, double time);

/* What happens to a cell at each exchange of signals and at no other time: inputs are impulses that
 * are added, the reset of a spike follows at the next exchange. Such a model has no event. */
typedef struct tp_jump {
    const char *name;
    const char *rule; /* plain text, for the reference */
    /* Applies it to n cells; inputs are the sums of what arrived. */
    void (*apply)(const tp_model_setting *setting, size_t n, double *const *state,
                  const double *const *input);
    size_t spike; /* index of the state that is 1 in a cell which spikes at this exchange, else 0 */
} tp_jump;

typedef struct tp_model {
    const char *name;
    const char *summary;   /* one line */
    const char *source;    /* the literature it is taken from */
    const char *equations; /* plain text, for the reference */
    const char *time_unit; /* "ms" or "s" */
    double time_unit_ms;   /* that unit in ms */
    const char *initial;   /* "rest" or "published": the default of `initial` in a scenario */
    const tp_state_variable *states;
    size_t state_count;
    const tp_parameter *parameters;
    size_t parameter_count;
    const tp_option *options;
    size_t option_count;
    const tp_input *inputs;
    size_t input_count;
    tp_derivative *derivative;
    const tp_event *event; /* NULL: the model is smooth */
    tp_jacobian *jacobian; /* NULL: by differences, where an integrator wants it */
    tp_flow *flow;         /* NULL: the exact solution is not known */
    const tp_jump *jump;   /* NULL: nothing happens at an exchange */
} tp_model;

/* The registered models in alphabetical order; NULL past the last. */
TP_PUBLIC const tp_model *tp_model_at(size_t index);

/* NULL where there is no model of that name. */
TP_PUBLIC const tp_model *tp_model_named(const char *name);

/* Adds a model of the caller's, which must live as long as the program. TP_INVALID where the
 * descriptor is incomplete or its name is taken. Not safe to call while a run is under way. */
TP_PUBLIC tp_status tp_model_register(const tp_model *model, tp_error *error);

#ifdef __cplusplus
}
#endif
#endif
