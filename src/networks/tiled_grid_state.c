/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a tiled grid, piece by piece. */
#include <stdio.h>

#include "base/fail.h"
#include "networks/tiled_grid.h"

/* A map of one value per cell. */
typedef struct map {
    const char *group, *name;
    tp_type type;
    void *values;
    const char *units, *long_name;
} map;

static tp_status visit_map(const tp_visitor *visitor, size_t rows, size_t columns, const map *m,
                           tp_error *error) {
    char name[120];
    snprintf(name, sizeof name, "%s/%s", m->group, m->name);
    const tp_piece piece = {.name = name,
                            .type = m->type,
                            .values = m->values,
                            .rank = 2,
                            .dims = {rows, columns},
                            .axes = {"row", "column"},
                            .units = m->units,
                            .long_name = m->long_name};
    return visitor->piece(visitor->context, &piece, error);
}

static tp_status visit_population(tp_population *population, const char *group,
                                  const tp_visitor *visitor, size_t rows, size_t columns,
                                  tp_error *error) {
    const tp_model *model = population->model;
    tp_status status = TP_OK;
    for (size_t s = 0; status == TP_OK && s < model->state_count; s++) {
        const map m = {group,
                       model->states[s].name,
                       TP_FLOAT64,
                       population->state[s],
                       model->states[s].unit,
                       model->states[s].long_name};
        status = visit_map(visitor, rows, columns, &m, error);
    }
    for (size_t k = 0; status == TP_OK && k < model->input_count; k++) {
        const map m = {group,
                       model->inputs[k].name,
                       TP_FLOAT64,
                       population->input[k],
                       model->inputs[k].unit,
                       model->inputs[k].long_name};
        status = visit_map(visitor, rows, columns, &m, error);
    }
    return status;
}

static tp_status visit_maps(const tp_visitor *visitor, size_t rows, size_t columns, const map *maps,
                            size_t count, tp_error *error) {
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < count; i++)
        status = visit_map(visitor, rows, columns, &maps[i], error);
    return status;
}

static tp_status visit_coupling(tp_tiled_grid *grid, const tp_visitor *visitor, tp_error *error) {
    const tp_tiling *tiling = &grid->tiling;
    const map neurons[] = {
        {"neurons", "applied_current", TP_FLOAT64, grid->applied, "1", "current of the image"},
        {"neurons", "astrocytic_current", TP_FLOAT64, grid->astrocytic, "1",
         "current fed back by astrocytes"},
    };
    const map astrocytes[] = {
        {"astrocytes", "I_neuro", TP_FLOAT64, grid->drive.ip3_rate, "uM/s",
         "IP3 production driven by neurons"},
        {"astrocytes", "driven", TP_UINT8, grid->drive.holds, "1",
         "1 where more than the given part of the neurons is driven"},
        {"astrocytes", "pulse_until", TP_UINT64, grid->drive.pulse_until, "1",
         "tick at which the pulse of I_neuro ends"},
        {"astrocytes", "feedback", TP_UINT8, grid->feedback, "1", "1 where it feeds back"},
    };
    tp_status status = visit_maps(visitor, tiling->rows, tiling->columns, neurons,
                                  sizeof neurons / sizeof *neurons, error);
    if (status == TP_OK)
        status = visit_maps(visitor, tiling->tile_rows, tiling->tile_columns, astrocytes,
                            sizeof astrocytes / sizeof *astrocytes, error);
    return status;
}

tp_status tp_tiled_grid_visit(tp_tiled_grid *grid, const tp_visitor *visitor, tp_error *error) {
    const tp_tiling *tiling = &grid->tiling;
    uint8_t monitoring = grid->monitoring, feedback_free = grid->feedback_free;
    tp_status status = tp_tiled_grid_settle(grid, error);
    if (status == TP_OK)
        status = tp_visit_value(visitor, "tick", TP_UINT64, &grid->tick, error);
    if (status == TP_OK)
        status = tp_visit_value(visitor, "monitoring", TP_UINT8, &monitoring, error);
    if (status == TP_OK)
        status = tp_visit_value(visitor, "feedback_free", TP_UINT8, &feedback_free, error);
    if (status == TP_OK)
        status = visit_population(grid->neurons, "neurons", visitor, tiling->rows, tiling->columns,
                                  error);
    if (status == TP_OK)
        status = visit_population(grid->astrocytes, "astrocytes", visitor, tiling->tile_rows,
                                  tiling->tile_columns, error);
    if (status == TP_OK)
        status = visit_coupling(grid, visitor, error);
    static const char *const windows[] = {"driven", "active"};
    if (status == TP_OK)
        status = tp_spike_history_visit(&grid->history, windows, visitor, error);
    if (status != TP_OK || !visitor->sets)
        return status;
    grid->monitoring = monitoring != 0;
    grid->feedback_free = feedback_free != 0;
    grid->interval.count = 0;
    grid->ahead.intervals = grid->ahead.passed = grid->ahead.since = 0;
    grid->ahead.kept = grid->ahead.looked = false;
    return tp_tiled_grid_restart(grid, error);
}

tp_status tp_tiled_grid_copy(tp_tiled_grid *to, tp_tiled_grid *from, tp_error *error) {
    tp_bytes bytes = {0};
    const tp_visitor keeper = tp_state_keeper(&bytes), setter = tp_state_setter(&bytes);
    tp_status status = tp_tiled_grid_visit(from, &keeper, error);
    if (status == TP_OK)
        status = tp_tiled_grid_visit(to, &setter, error);
    tp_bytes_free(&bytes);
    return status;
}
