/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a tiled grid can be recorded, by name. */
#ifndef TP_NETWORKS_CHANNEL_H
#define TP_NETWORKS_CHANNEL_H

#include "networks/tiled_grid.h"

typedef enum tp_cells { TP_CELLS_NEURONS, TP_CELLS_ASTROCYTES } tp_cells;

typedef struct tp_channel {
    const char *name, *unit, *long_name;
    const double *values; /* [cell], or NULL: then */
    const uint8_t *flags; /* [cell], 0 or 1 */
} tp_channel;

/* Channel number `index` of these cells: first the states of the model, then the signals. The
 * arrays stay where they are as long as the grid lives. False past the last. */
bool tp_channel_at(const tp_tiled_grid *grid, tp_cells cells, size_t index, tp_channel *channel);

#endif
