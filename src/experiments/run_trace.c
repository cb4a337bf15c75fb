/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/run_trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/room.h"

tp_status tp_run_trace_create(tp_memory_plan *plan, tp_run_trace *trace, tp_error *error) {
    const size_t segments = plan->repeat + plan->test_count;
    tp_run_trace t = {.plan = plan};
    t.segments = calloc(segments, sizeof *t.segments);
    t.driven = calloc(plan->grid->astrocyte_count, 1);
    t.feeding = calloc(plan->grid->astrocyte_count, 1);
    if (!t.segments || !t.driven || !t.feeding) {
        tp_run_trace_free(&t);
        return tp_fail_memory(error, "tracing a run");
    }
    *trace = t;
    return TP_OK;
}

void tp_run_trace_free(tp_run_trace *trace) {
    for (size_t i = 0; i < trace->segment_count; i++) {
        free(trace->segments[i].spikes);
        free(trace->segments[i].switches);
        free(trace->segments[i].calcium);
        free(trace->segments[i].calcium_ms);
        free(trace->segments[i].recalled);
    }
    free(trace->segments);
    free(trace->driven);
    free(trace->feeding);
    *trace = (tp_run_trace){0};
}

static tp_segment_trace *present(tp_run_trace *trace) {
    return &trace->segments[trace->segment_count - 1];
}

static tp_status begun(void *context, const tp_segment *segment, tp_error *error) {
    tp_run_trace *trace = context;
    tp_segment_trace *s = &trace->segments[trace->segment_count++];
    s->segment = segment;
    s->recalled = calloc(trace->plan->neuron_count, 1);
    return s->recalled ? TP_OK : tp_fail_memory(error, "tracing a run");
}

static tp_status trace_calcium(tp_segment_trace *s, const tp_tiled_grid *grid, tp_error *error) {
    const size_t n = grid->astrocyte_count;
    size_t room = s->instant_room;
    if (!tp_room_for_one((void **)&s->calcium_ms, s->instant_count, &room, sizeof(double)) ||
        !tp_room_for_one((void **)&s->calcium, s->instant_count, &s->instant_room,
                         n * sizeof(double)))
        return tp_fail_memory(error, "tracing calcium");
    s->calcium_ms[s->instant_count] = tp_clock_ms(&grid->clock, (double)grid->tick);
    memcpy(s->calcium + s->instant_count++ * n, grid->astrocytes->state[grid->calcium],
           n * sizeof(double));
    return TP_OK;
}

static tp_status trace_switch(tp_segment_trace *s, const tp_tiled_grid *grid, size_t astrocyte,
                              tp_switch_kind kind, tp_error *error) {
    if (!tp_room_for_one((void **)&s->switches, s->switch_count, &s->switch_room,
                         sizeof *s->switches))
        return tp_fail_memory(error, "tracing the coupling");
    s->switches[s->switch_count++] = (tp_traced_switch){grid->tick, (uint32_t)astrocyte, kind};
    return TP_OK;
}

static tp_status exchanged(void *context, const tp_tiled_grid *grid, tp_error *error) {
    tp_run_trace *trace = context;
    tp_segment_trace *s = present(trace);
    tp_status status = TP_OK;
    if (grid->tick % grid->astrocyte_exchange == 0)
        status = trace_calcium(s, grid, error);
    for (size_t j = 0; status == TP_OK && j < grid->astrocyte_count; j++) {
        const uint8_t driven = grid->drive.ip3_rate[j] > 0, feeding = grid->feedback[j];
        if (driven != trace->driven[j])
            status = trace_switch(s, grid, j, TP_SWITCH_DRIVE, error);
        if (status == TP_OK && feeding != trace->feeding[j])
            status = trace_switch(s, grid, j, TP_SWITCH_FEEDBACK, error);
        trace->driven[j] = driven;
        trace->feeding[j] = feeding;
    }
    return status;
}

static tp_status stepped(void *context, const tp_tiled_grid *grid, tp_error *error) {
    tp_segment_trace *s = present(context);
    for (size_t k = 0; k < grid->interval.count; k++) {
        if (!tp_room_for_one((void **)&s->spikes, s->spike_count, &s->spike_room,
                             sizeof *s->spikes))
            return tp_fail_memory(error, "tracing spikes");
        s->spikes[s->spike_count++] =
            (tp_traced_spike){(uint32_t)grid->interval.items[k].cell,
                              tp_tiled_grid_spike_ms(grid, &grid->interval.items[k])};
    }
    return TP_OK;
}

static void tested(void *context, size_t k, const tp_test_result *result) {
    tp_run_trace *trace = context;
    tp_segment_trace *s = present(trace);
    (void)k;
    memcpy(s->recalled, result->responses, trace->plan->neuron_count);
    s->recall = result->readouts[0];
    s->input = result->input;
    s->tested = true;
}

tp_memory_watcher tp_run_trace_watcher(tp_run_trace *trace) {
    return (tp_memory_watcher){trace, begun, exchanged, stepped, tested};
}
