/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tiled grid out of the block `network` of a scenario. */
#ifndef TESTS_NETWORKS_GRID_FROM_H
#define TESTS_NETWORKS_GRID_FROM_H

#include <string.h>

#include "networks/tiled_grid.h"

static tp_status grid_from(const char *yaml, double tick_ms, tp_tiled_grid **grid,
                           tp_error *error) {
    tp_tiled_grid_description description;
    tp_resolved resolved = {.file = "test.yaml"};
    tp_node *root;
    memset(&description, 0, sizeof description);
    tp_status status =
        tp_node_parse(&resolved.arena, yaml, strlen(yaml), "test.yaml", "", 1, &root, error);
    const tp_field network = {.key = "network", .kind = TP_BLOCK, .block = &tp_tiled_grid_block};
    const tp_field fields[] = {network, {0}};
    const tp_block block = {sizeof description, fields, NULL, NULL};
    if (status == TP_OK)
        status = tp_resolve(root, &block, &description, &resolved, error);
    if (status == TP_OK)
        status = tp_tiled_grid_create(&description, tick_ms, &resolved, grid, error);
    tp_arena_free(&resolved.arena);
    return status;
}

#endif
