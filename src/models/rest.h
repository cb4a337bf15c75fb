/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_MODELS_REST_H
#define TP_MODELS_REST_H

#include <tripartite/model.h>

/* The fixed point of the model with all inputs zero that is found from the published initial
 * state: state[s] for each state. TP_INVALID where the search finds none (the parameters may have
 * no rest). */
tp_status tp_model_rest(const tp_model *model, const tp_model_setting *setting, double *state,
                        tp_error *error);

#endif
