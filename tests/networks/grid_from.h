/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tiled grid out of the block `network` of a scenario. */
#ifndef TESTS_NETWORKS_GRID_FROM_H
#define TESTS_NETWORKS_GRID_FROM_H

#include <stdio.h>
#include <string.h>

#include "close.h"
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

static inline tp_tiled_grid *grid_of(const char *yaml) {
    tp_tiled_grid *grid = NULL;
    tp_error error = {0};
    if (grid_from(yaml, 0.1, &grid, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    return grid;
}

/* One in which neurons drive astrocytes and are fed back to all the time. */
static inline tp_tiled_grid *busy_grid(int rows, int columns, const char *neurons) {
    char yaml[600];
    snprintf(yaml, sizeof yaml,
             "network:\n  neurons: {rows: %d, columns: %d, %s}\n"
             "  drive: {rate: 60 Hz, window: 20 ms, pulse: 7 ms, ip3_rate: 900 uM/s, "
             "monitor: always}\n"
             "  feedback: {calcium: 0.0725 uM, activity_window: 2 ms, more_than: 30 %%, "
             "during: always}\n",
             rows, columns, neurons);
    return grid_of(yaml);
}

#endif
