/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_MODELS_JACOBIAN_H
#define TP_MODELS_JACOBIAN_H

#include <tripartite/model.h>

/* The partial derivatives of one cell, row-major: the model's own, or by differences where it has
 * none. */
void tp_model_jacobian(const tp_model *model, const tp_model_setting *setting, const double *state,
                       const double *input, double *jacobian);

/* By central differences, always. */
void tp_model_jacobian_by_differences(const tp_model *model, const tp_model_setting *setting,
                                      const double *state, const double *input, double *jacobian);

#endif
