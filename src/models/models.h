/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The built-in models; src/models/models.c lists them. */
#ifndef TP_MODELS_MODELS_H
#define TP_MODELS_MODELS_H

#include <tripartite/model.h>

extern const tp_model tp_astrocyte_unit;
extern const tp_model tp_izhikevich;
extern const tp_model tp_leaky_integrate_and_fire;
extern const tp_model tp_li_rinzel;

/* Index of the state, parameter, option or input of that name; -1 where there is none. */
int tp_model_state_index(const tp_model *model, const char *name);
int tp_model_parameter_index(const tp_model *model, const char *name);
int tp_model_option_index(const tp_model *model, const char *name);
int tp_model_input_index(const tp_model *model, const char *name);

/* Sets every parameter and option to its default. */
void tp_model_defaults(const tp_model *model, tp_model_setting *setting);

#endif
