/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/channel.h"

bool tp_channel_at(const tp_tiled_grid *grid, tp_cells cells, size_t index, tp_channel *channel) {
    const bool neurons = cells == TP_CELLS_NEURONS;
    const tp_population *population = neurons ? grid->neurons : grid->astrocytes;
    const tp_model *model = population->model;
    if (index < model->state_count) {
        const tp_state_variable *state = &model->states[index];
        *channel = (tp_channel){state->name, state->unit, state->long_name,
                                population->state[index], NULL};
        return true;
    }
    const tp_channel signals[2][2] = {
        {{"applied_current", "1", "current of the image shown, I_app", grid->applied, NULL},
         {"astrocytic_current", "1", "current from astrocytes, I_astro", grid->astrocytic, NULL}},
        {{"I_neuro", "uM/s", "IP3 production driven by neurons", grid->drive.ip3_rate, NULL},
         {"feedback", "1", "whether the astrocyte feeds back", NULL, grid->feedback}},
    };
    if (index >= model->state_count + 2)
        return false;
    *channel = signals[neurons ? 0 : 1][index - model->state_count];
    return true;
}
