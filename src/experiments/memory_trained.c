/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/memory_trained.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/trained_check.h"
#include "record/arrays.h"

static const char GROUP[] = "trained";

static tp_status check_sum(const tp_memory_plan *plan, const tp_record *from, const char *record,
                           tp_error *error) {
    tp_bytes state = {0};
    const tp_visitor keeper = tp_state_keeper(&state);
    tp_status status = tp_tiled_grid_visit(plan->grid, &keeper, error);
    if (status == TP_OK)
        status = tp_trained_check_sum(from, record, GROUP, state.data, state.size, error);
    tp_bytes_free(&state);
    return status;
}

tp_status tp_trained_write(const tp_memory_plan *plan, const tp_bytes *state, tp_writer *writer,
                           tp_error *error) {
    const tp_tiling *tiling = &plan->grid->tiling;
    tp_state_place place = {.writer = writer, .group = GROUP};
    const tp_visitor visitor = tp_state_writer(&place);
    tp_status status = tp_writer_group(writer, GROUP, error);
    if (status == TP_OK)
        status = tp_writer_number(writer, GROUP, "time",
                                  tp_clock_ms(&plan->clock, (double)plan->grid->tick), error);
    if (status == TP_OK)
        status =
            tp_writer_text(writer, GROUP, "source",
                           plan->trained_by ? plan->trained_by : "tripartite " TP_VERSION, error);
    if (status == TP_OK)
        status = tp_tiled_grid_visit(plan->grid, &visitor, error);
    if (status == TP_OK)
        status = tp_trained_write_sum(writer, GROUP, state->data, state->size, error);
    if (status == TP_OK)
        status = tp_record_index(writer, "trained/neurons", "row", 0, tiling->rows, error);
    if (status == TP_OK)
        status = tp_record_index(writer, "trained/neurons", "column", 0, tiling->columns, error);
    if (status == TP_OK)
        status = tp_record_index(writer, "trained/astrocytes", "row", 0, tiling->tile_rows, error);
    if (status == TP_OK)
        status =
            tp_record_index(writer, "trained/astrocytes", "column", 0, tiling->tile_columns, error);
    return status;
}

static bool matters_later(const char *path, const void *context) {
    const tp_memory_description *d = context;
    return tp_memory_matters_later(path, d->network.feedback.during == TP_DURING_ALWAYS);
}

static tp_status check_scenario(const tp_scenario *scenario, const tp_record *from,
                                const char *record, tp_error *error) {
    return tp_trained_check(scenario, from, record, matters_later, scenario->description,
                            "what comes after the pause may differ: recall, record, title, and, "
                            "where there is none in training, the feedback's calcium, more_than, "
                            "current and overlap",
                            error);
}

/* The images of a pattern's file can have changed, and nothing in the scenario with them. */
static tp_status check_patterns(const tp_memory_plan *plan, const tp_record *from,
                                const char *record, tp_error *error) {
    tp_array images;
    tp_status status = tp_record_array(from, "patterns/image", &images, error);
    if (status != TP_OK)
        return status;
    const tp_tiling *tiling = &plan->grid->tiling;
    bool same = images.rank == 3 && images.dims[0] == plan->pattern_count &&
                images.dims[1] == tiling->rows && images.dims[2] == tiling->columns;
    const size_t n = plan->neuron_count;
    for (size_t pattern = 0; same && pattern < plan->pattern_count; pattern++)
        for (size_t i = 0; same && i < n; i++)
            same = images.values[pattern * n + i] == plan->patterns[pattern].pixels[i];
    tp_array_free(&images);
    return same ? TP_OK
                : tp_fail(error, TP_INVALID, record,
                          "was trained with other images: those of the patterns have changed");
}

static tp_status check_state(const tp_record *from, const char *record, tp_error *error) {
    if (tp_record_has(from, GROUP))
        return TP_OK;
    tp_fail(error, TP_INVALID, record, "holds no trained state");
    return tp_hint(error, "its run ended before its tests, or is older than trained states are");
}

/* A state that a program has written, but that no cell can be in. */
static tp_status check_cells(const tp_memory_plan *plan, const char *record, tp_error *error) {
    const tp_tiled_grid *grid = plan->grid;
    const double now = tp_clock_ms(&grid->clock, (double)grid->tick);
    tp_error reason;
    if (tp_population_check(grid->neurons, now, &reason) == TP_OK &&
        tp_population_check(grid->astrocytes, now, &reason) == TP_OK)
        return TP_OK;
    tp_fail(error, TP_INVALID, record, "its trained state is not one: %.500s", reason.message);
    return tp_hint(error, "the file may be damaged; train the network again");
}

static tp_status take(tp_memory_plan *plan, const tp_scenario *scenario, const tp_record *from,
                      const char *record, tp_error *error) {
    tp_state_place place = {.record = from, .record_name = record, .group = GROUP};
    const tp_visitor visitor = tp_state_reader(&place);
    tp_status status = check_scenario(scenario, from, record, error);
    if (status == TP_OK)
        status = check_state(from, record, error);
    if (status == TP_OK)
        status = check_patterns(plan, from, record, error);
    if (status == TP_OK)
        status = tp_tiled_grid_visit(plan->grid, &visitor, error);
    if (status == TP_OK)
        status = check_cells(plan, record, error);
    if (status == TP_OK)
        status = tp_record_text(from, GROUP, "source", &plan->trained_by, error);
    if (status == TP_OK && plan->grid->tick != plan->training.end)
        status = tp_fail(error, TP_INVALID, record, "its state is not that of the pause's end");
    if (status == TP_OK)
        status = check_sum(plan, from, record, error);
    if (status == TP_INVALID && error && !*error->where)
        snprintf(error->where, sizeof error->where, "%s", record);
    return status;
}

tp_status tp_trained_take(tp_memory_plan *plan, const tp_scenario *scenario, const char *record,
                          tp_error *error) {
    tp_record *from;
    tp_status status = tp_record_open(record, &from, error);
    if (status != TP_OK)
        return status;
    status = take(plan, scenario, from, record, error);
    tp_record_close(&from);
    plan->trained = status == TP_OK;
    return status;
}
