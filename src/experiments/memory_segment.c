/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/memory_segment.h"

void tp_segment_run_begin(tp_segment_run *run) {
    run->shown = 0;
    tp_tiled_grid_phase(run->grid, run->segment->phase, false);
}

bool tp_segment_restarts(const tp_segment *segment, int64_t restart, int64_t tick) {
    return (tick - segment->start) % restart == 0;
}

/* Puts on and takes off the images as the grid's present tick wants. */
static void show(tp_segment_run *run) {
    tp_tiled_grid *grid = run->grid;
    const tp_segment *segment = run->segment;
    const tp_presentation *shown = segment->presentations + run->shown;
    const tp_presentation *end = segment->presentations + segment->presentation_count;
    if (shown < end && grid->tick == shown->onset + shown->shown) {
        tp_tiled_grid_present(grid, NULL, 0);
        tp_tiled_grid_phase(grid, segment->phase, false);
        run->shown++;
        shown++;
    }
    if (shown < end && grid->tick == shown->onset) {
        tp_tiled_grid_present(grid, shown->image, shown->current);
        tp_tiled_grid_phase(grid, segment->phase, true);
    }
    if (shown < end)
        tp_tiled_grid_expect(grid, grid->tick < shown->onset ? shown->onset
                                                             : shown->onset + shown->shown);
}

tp_status tp_segment_run_tick(tp_segment_run *run, tp_error *error) {
    tp_tiled_grid *grid = run->grid;
    const bool recorded = run->recorder && (grid->tick - run->segment->start) % run->every == 0;
    show(run);
    tp_status status = tp_tiled_grid_exchange(grid, error);
    if (status == TP_OK && recorded)
        status = tp_segment_recorder_sample(run->recorder, error);
    if (status == TP_OK && run->watcher)
        status = run->watcher->exchanged(run->watcher->context, grid, error);
    if (status == TP_OK && run->reading)
        status = tp_test_reading_look(run->reading, grid, error);
    if (status == TP_OK)
        status = tp_tiled_grid_step(grid, error);
    if (status == TP_OK && run->watcher)
        status = run->watcher->stepped(run->watcher->context, grid, error);
    if (status != TP_OK)
        return status;
    if (run->reading)
        tp_test_reading_follow(run->reading, grid);
    status = run->recorder ? tp_segment_recorder_spikes(run->recorder, error) : TP_OK;
    if (status == TP_OK && tp_segment_restarts(run->segment, run->restart, grid->tick))
        status = tp_tiled_grid_restart(grid, error);
    return status;
}
