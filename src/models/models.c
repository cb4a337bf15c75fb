/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/models.h"

#include <stdbool.h>
#include <string.h>

#include "base/fail.h"

enum { MOST_MODELS = 64 };

static const tp_model *registered[MOST_MODELS] = {
    &tp_astrocyte_unit,
    &tp_izhikevich,
    &tp_leaky_integrate_and_fire,
    &tp_li_rinzel,
};
static size_t registered_count = 4;

const tp_model *tp_model_at(size_t index) {
    return index < registered_count ? registered[index] : NULL;
}

const tp_model *tp_model_named(const char *name) {
    for (size_t i = 0; i < registered_count; i++)
        if (strcmp(registered[i]->name, name) == 0)
            return registered[i];
    return NULL;
}

static bool complete(const tp_model *model) {
    bool whole = model->name && model->name[0] && model->summary && model->source &&
                 model->time_unit && model->time_unit_ms > 0 && model->initial &&
                 model->derivative && model->states && model->state_count > 0;
    bool fits = model->state_count <= TP_MAX_STATES &&
                model->parameter_count <= TP_MAX_PARAMETERS &&
                model->option_count <= TP_MAX_OPTIONS && model->input_count <= TP_MAX_INPUTS;
    const tp_event *event = model->event;
    bool event_fits = !event || (event->reset && event->state < model->state_count &&
                                 event->threshold < model->parameter_count);
    const tp_jump *jump = model->jump;
    bool jump_fits = !jump || (jump->apply && jump->spike < model->state_count && !event);
    return whole && fits && event_fits && jump_fits;
}

tp_status tp_model_register(const tp_model *model, tp_error *error) {
    if (!model || !complete(model))
        return tp_fail(error, TP_INVALID, "", "the model's descriptor is incomplete");
    if (tp_model_named(model->name))
        return tp_fail(error, TP_INVALID, "", "there is a model named '%s' already", model->name);
    if (registered_count == MOST_MODELS)
        return tp_fail(error, TP_INVALID, "", "no more than %d models can be registered",
                       MOST_MODELS);
    size_t place = registered_count++;
    for (; place > 0 && strcmp(registered[place - 1]->name, model->name) > 0; place--)
        registered[place] = registered[place - 1];
    registered[place] = model;
    return TP_OK;
}

/* The descriptor tables differ in type, but each entry begins with its name. */
static int index_named(const void *table, size_t entry_size, size_t count, const char *name) {
    const char *entry = table;
    for (size_t i = 0; i < count; i++, entry += entry_size) {
        const char *entry_name;
        memcpy(&entry_name, entry, sizeof entry_name);
        if (strcmp(entry_name, name) == 0)
            return (int)i;
    }
    return -1;
}

int tp_model_state_index(const tp_model *model, const char *name) {
    return index_named(model->states, sizeof *model->states, model->state_count, name);
}

int tp_model_parameter_index(const tp_model *model, const char *name) {
    return index_named(model->parameters, sizeof *model->parameters, model->parameter_count, name);
}

int tp_model_option_index(const tp_model *model, const char *name) {
    return index_named(model->options, sizeof *model->options, model->option_count, name);
}

int tp_model_input_index(const tp_model *model, const char *name) {
    return index_named(model->inputs, sizeof *model->inputs, model->input_count, name);
}

void tp_model_defaults(const tp_model *model, tp_model_setting *setting) {
    *setting = (tp_model_setting){0};
    for (size_t i = 0; i < model->parameter_count; i++)
        setting->parameter[i] = model->parameters[i].value;
}
