/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/jacobian.h"

#include <math.h>
#include <string.h>

void tp_model_jacobian(const tp_model *model, const tp_model_setting *setting, const double *state,
                       const double *input, double *jacobian) {
    if (model->jacobian)
        model->jacobian(setting, state, input, jacobian);
    else
        tp_model_jacobian_by_differences(model, setting, state, input, jacobian);
}

static void slope_at(const tp_model *model, const tp_model_setting *setting, const double *state,
                     const double *input, double *slope) {
    const double *state_of[TP_MAX_STATES], *input_of[TP_MAX_INPUTS];
    double *slope_of[TP_MAX_STATES];
    for (size_t s = 0; s < model->state_count; s++) {
        state_of[s] = &state[s];
        slope_of[s] = &slope[s];
    }
    for (size_t k = 0; k < model->input_count; k++)
        input_of[k] = &input[k];
    model->derivative(setting, 1, state_of, input_of, slope_of);
}

void tp_model_jacobian_by_differences(const tp_model *model, const tp_model_setting *setting,
                                      const double *state, const double *input, double *jacobian) {
    /* The cube root of the rounding unit balances truncation against cancellation. */
    const double relative = 6e-6;
    const size_t n = model->state_count;
    double at[TP_MAX_STATES], above[TP_MAX_STATES], below[TP_MAX_STATES];
    memcpy(at, state, n * sizeof *at);
    for (size_t column = 0; column < n; column++) {
        /* A state that passes through zero is measured by its published value. */
        double scale = fmax(fabs(state[column]), 1e-3 * fabs(model->states[column].initial));
        if (scale == 0)
            scale = 1;
        const double high = state[column] + relative * scale;
        const double low = state[column] - relative * scale;
        at[column] = high;
        slope_at(model, setting, at, input, above);
        at[column] = low;
        slope_at(model, setting, at, input, below);
        at[column] = state[column];
        for (size_t row = 0; row < n; row++)
            jacobian[row * n + column] = (above[row] - below[row]) / (high - low);
    }
}
