/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The models as their descriptors say; with --markdown, the model reference of the docs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verb.h"

static void print_range(const tp_parameter *parameter) {
    if (isinf(parameter->lower) && isinf(parameter->upper))
        fputs("any", stdout);
    else if (isinf(parameter->upper))
        printf(">= %g", parameter->lower);
    else if (isinf(parameter->lower))
        printf("<= %g", parameter->upper);
    else
        printf("%g to %g", parameter->lower, parameter->upper);
}

static void print_markdown(const tp_model *model) {
    printf("## %s\n\n%s. Time in %s.\n\nSource: %s.\n\n```\n%s\n```\n", model->name, model->summary,
           model->time_unit, model->source, model->equations);
    fputs("\n| state | unit | published initial value | |\n|---|---|---|---|\n", stdout);
    for (size_t i = 0; i < model->state_count; i++) {
        const tp_state_variable *state = &model->states[i];
        printf("| `%s` | %s | %.9g | %s |\n", state->name, state->unit, state->initial,
               state->long_name);
    }
    fputs("\n| input | unit | |\n|---|---|---|\n", stdout);
    for (size_t i = 0; i < model->input_count; i++)
        printf("| `%s` | %s | %s |\n", model->inputs[i].name, model->inputs[i].unit,
               model->inputs[i].long_name);
    if (model->option_count > 0)
        fputs("\n| option | values (the first is the default) | |\n|---|---|---|\n", stdout);
    for (size_t i = 0; i < model->option_count; i++) {
        const tp_option *option = &model->options[i];
        printf("| `%s` | ", option->name);
        for (size_t k = 0; option->values[k]; k++)
            printf("%s`%s`", k ? ", " : "", option->values[k]);
        printf(" | %s |\n", option->long_name);
    }
    fputs("\n| parameter | unit | default | allowed | |\n|---|---|---|---|---|\n", stdout);
    for (size_t i = 0; i < model->parameter_count; i++) {
        const tp_parameter *parameter = &model->parameters[i];
        printf("| `%s` | %s | %.9g | ", parameter->name, parameter->unit, parameter->value);
        print_range(parameter);
        printf(" | %s |\n", parameter->long_name);
    }
    if (model->event)
        printf("\nEvent: %s, when %s >= %s.\n", model->event->name,
               model->states[model->event->state].name,
               model->parameters[model->event->threshold].name);
    if (model->jump)
        printf("\nJump at each exchange (%s):\n\n```\n%s\n```\n", model->jump->name,
               model->jump->rule);
    printf("\n`initial` is `%s` where a scenario does not say.\n\n", model->initial);
}

static void print_plain(const tp_model *model) {
    printf("%s: %s\nSource: %s\nTime unit: %s\n\n%s\n", model->name, model->summary, model->source,
           model->time_unit, model->equations);
    fputs("\nStates (published initial value):\n", stdout);
    for (size_t i = 0; i < model->state_count; i++) {
        const tp_state_variable *state = &model->states[i];
        printf("  %-20s %12.9g %-9s %s\n", state->name, state->initial, state->unit,
               state->long_name);
    }
    fputs("Inputs:\n", stdout);
    for (size_t i = 0; i < model->input_count; i++)
        printf("  %-33s %-9s %s\n", model->inputs[i].name, model->inputs[i].unit,
               model->inputs[i].long_name);
    if (model->jump)
        printf("Jump at each exchange (%s):\n%s\n", model->jump->name, model->jump->rule);
    if (model->option_count > 0)
        fputs("Options (default first):\n", stdout);
    for (size_t i = 0; i < model->option_count; i++) {
        printf("  %-20s", model->options[i].name);
        for (size_t k = 0; model->options[i].values[k]; k++)
            printf(" %s", model->options[i].values[k]);
        printf("\n      %s\n", model->options[i].long_name);
    }
    fputs("Parameters (default):\n", stdout);
    for (size_t i = 0; i < model->parameter_count; i++) {
        const tp_parameter *parameter = &model->parameters[i];
        printf("  %-20s %12.9g %-9s %s\n", parameter->name, parameter->value, parameter->unit,
               parameter->long_name);
    }
}

static void print_reference(void) {
    fputs("# Models\n\n"
          "Made by `tripartite models --markdown` from the models' descriptors; a test keeps this\n"
          "page equal to them. The keys of a model stand in a scenario's `network.neurons` or\n"
          "`network.astrocytes`, with their units.\n\n",
          stdout);
    for (size_t i = 0; tp_model_at(i); i++)
        print_markdown(tp_model_at(i));
    fputs("## Integrators\n\n| integrator | |\n|---|---|\n", stdout);
    for (size_t i = 0; tp_integrator_at(i); i++)
        printf("| `%s` | %s |\n", tp_integrator_name(tp_integrator_at(i)),
               tp_integrator_summary(tp_integrator_at(i)));
}

static int print_one(const char *name) {
    const tp_model *model = tp_model_named(name);
    if (!model)
        return tell_usage(&verb_models, "there is no model '%s'; `tripartite models` lists them",
                          name);
    print_plain(model);
    return finish_output();
}

static int run(int argc, char **argv) {
    if (argc > 2)
        return tell_usage(&verb_models, "expected one model's name, or nothing");
    if (argc == 2 && strcmp(argv[1], "--markdown") != 0)
        return print_one(argv[1]);
    if (argc == 2) {
        print_reference();
        return finish_output();
    }
    for (size_t i = 0; tp_model_at(i); i++)
        printf("%-24s %s\n", tp_model_at(i)->name, tp_model_at(i)->summary);
    fputs("\nIntegrators:\n", stdout);
    for (size_t i = 0; tp_integrator_at(i); i++)
        printf("%-24s %s\n", tp_integrator_name(tp_integrator_at(i)),
               tp_integrator_summary(tp_integrator_at(i)));
    return finish_output();
}

const verb verb_models = {
    .name = "models",
    .summary = "list the models, or describe one",
    .help = "Usage: tripartite models [NAME | --markdown]\n"
            "Lists models and integrators; with a name, the model's equations, states, inputs\n"
            "and parameters with units; with --markdown, the reference of all models.\n\n"
            "Example:\n"
            "  tripartite models li_rinzel\n",
    .run = run,
};
