/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streaming the states and spikes of one segment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/memory_record.h"

enum { MOST_PROBES = TP_MAX_STATES + 2 };

typedef struct probe {
    tp_channel channel;
    tp_writer_stream *stream;
} probe;

/* The recorded rectangle of one kind of cell. */
typedef struct view {
    size_t columns; /* of the whole grid of cells */
    size_t first_row, first_column, rows, cols;
    tp_writer_stream *time;
    probe probes[MOST_PROBES];
    size_t probe_count;
} view;

struct tp_segment_recorder {
    const tp_memory_plan *plan;
    tp_writer *writer;
    bool resumed;
    view views[2]; /* by tp_cells */
    tp_writer_stream *timestamps, *node_ids;
    double *row; /* one recorded map */
    double *spike_times;
    uint64_t *spike_nodes;
    size_t spike_room;
};

static const char *const cell_names[] = {"neurons", "astrocytes"};

static tp_status open_stream(tp_segment_recorder *r, const char *path, const tp_layout *layout,
                             tp_writer_stream **stream, tp_error *error) {
    if (!r->resumed)
        return tp_writer_stream_open(r->writer, path, layout, stream, error);
    *stream = tp_writer_stream_find(r->writer, path);
    return *stream
               ? TP_OK
               : tp_fail(error, TP_INVALID, "", "what was committed lacks the array '%s'", path);
}

static tp_status open_probe(tp_segment_recorder *r, view *v, const char *group, const char *name,
                            tp_cells cells, size_t instants, tp_error *error) {
    probe *p = &v->probes[v->probe_count];
    for (size_t i = 0; tp_channel_at(r->plan->grid, cells, i, &p->channel); i++) {
        if (strcmp(p->channel.name, name) != 0)
            continue;
        char path[160];
        snprintf(path, sizeof path, "%s/%s", group, name);
        const bool single = r->plan->description.record.precision == TP_PRECISION_SINGLE;
        const tp_layout layout = {
            .type = p->channel.flags ? TP_UINT8
                    : single         ? TP_FLOAT32
                                     : TP_FLOAT64,
            .rank = 3,
            .dims = {instants, v->rows, v->cols},
            .axes = {"time", "row", "column"},
            .units = p->channel.unit,
            .long_name = p->channel.long_name,
        };
        v->probe_count++;
        return open_stream(r, path, &layout, &p->stream, error);
    }
    return tp_fail(error, TP_FAILED, "", "there is no channel %s", name);
}

static tp_status open_view(tp_segment_recorder *r, const tp_segment *segment, tp_cells cells,
                           tp_error *error) {
    const tp_memory_plan *plan = r->plan;
    const tp_tiling *tiling = &plan->grid->tiling;
    const struct tp_memory_recording *record = &plan->description.record;
    const bool neurons = cells == TP_CELLS_NEURONS;
    const tp_region *region = neurons ? &record->neuron_region : &record->astrocyte_region;
    const tp_text_list *names = neurons ? &record->neurons : &record->astrocytes;
    const size_t rows = neurons ? tiling->rows : tiling->tile_rows;
    view *v = &r->views[cells];
    v->columns = neurons ? tiling->columns : tiling->tile_columns;
    v->first_row = (size_t)region->first_row;
    v->first_column = (size_t)region->first_column;
    v->rows = region->rows ? (size_t)region->rows : rows - v->first_row;
    v->cols = region->columns ? (size_t)region->columns : v->columns - v->first_column;
    if (names->count == 0)
        return TP_OK;
    const size_t instants =
        (size_t)((segment->end - segment->start + plan->every - 1) / plan->every);
    char group[64], path[80];
    snprintf(group, sizeof group, "%s/%s", segment->name, cell_names[cells]);
    snprintf(path, sizeof path, "%s/time", group);
    const tp_layout time = {.type = TP_FLOAT64,
                            .rank = 1,
                            .dims = {instants},
                            .axes = {"time"},
                            .units = "ms",
                            .long_name = "time since the start of the run"};
    tp_status status = open_stream(r, path, &time, &v->time, error);
    if (status == TP_OK && !r->resumed)
        status = tp_record_index(r->writer, group, "row", v->first_row, v->rows, error);
    if (status == TP_OK && !r->resumed)
        status = tp_record_index(r->writer, group, "column", v->first_column, v->cols, error);
    for (size_t k = 0; status == TP_OK && k < names->count; k++)
        status = open_probe(r, v, group, names->items[k], cells, instants, error);
    return status;
}

/* Makes or, in a run that is taken up, finds all streams. */
static tp_status open_all(tp_segment_recorder *r, const tp_segment *segment, tp_error *error) {
    tp_status status = TP_OK;
    char group[64], path[96];
    for (int cells = 0; status == TP_OK && cells < 2; cells++)
        status = open_view(r, segment, (tp_cells)cells, error);
    if (status != TP_OK || !r->plan->description.record.spikes)
        return status;
    snprintf(group, sizeof group, "%s/spikes/neurons", segment->name);
    if (!r->resumed)
        return tp_record_open_spikes(r->writer, group, "neuron: row * columns + column",
                                     &r->timestamps, &r->node_ids, error);
    snprintf(path, sizeof path, "%s/timestamps", group);
    status = open_stream(r, path, NULL, &r->timestamps, error);
    snprintf(path, sizeof path, "%s/node_ids", group);
    return status == TP_OK ? open_stream(r, path, NULL, &r->node_ids, error) : status;
}

static tp_status write_extent(const tp_segment_recorder *r, const tp_segment *segment,
                              tp_error *error) {
    const tp_clock *clock = &r->plan->clock;
    tp_status status = tp_writer_number(r->writer, segment->name, "start",
                                        tp_clock_ms(clock, (double)segment->start), error);
    if (status == TP_OK)
        status = tp_writer_number(r->writer, segment->name, "end",
                                  tp_clock_ms(clock, (double)segment->end), error);
    return status;
}

tp_status tp_segment_recorder_create(const tp_memory_plan *plan, const tp_segment *segment,
                                     bool resumed, tp_writer *writer,
                                     tp_segment_recorder **recorder, tp_error *error) {
    tp_segment_recorder *r = calloc(1, sizeof *r);
    if (!r)
        return tp_fail_memory(error, "recording");
    r->plan = plan;
    r->writer = writer;
    r->resumed = resumed;
    const size_t cells = plan->neuron_count > plan->grid->astrocyte_count
                             ? plan->neuron_count
                             : plan->grid->astrocyte_count;
    r->row = malloc(cells * sizeof *r->row);
    tp_status status = r->row ? TP_OK : tp_fail_memory(error, "recording");
    if (status == TP_OK && !resumed)
        status = write_extent(r, segment, error);
    if (status == TP_OK)
        status = open_all(r, segment, error);
    if (status != TP_OK) {
        tp_segment_recorder_destroy(&r);
        return status;
    }
    *recorder = r;
    return TP_OK;
}

tp_status tp_segment_recorder_close(tp_segment_recorder *r, tp_error *error) {
    tp_status status = TP_OK;
    for (int cells = 0; cells < 2; cells++) {
        const view *v = &r->views[cells];
        if (status == TP_OK && v->time)
            status = tp_writer_stream_close(v->time, error);
        for (size_t k = 0; status == TP_OK && k < v->probe_count; k++)
            status = tp_writer_stream_close(v->probes[k].stream, error);
    }
    if (status == TP_OK && r->timestamps)
        status = tp_writer_stream_close(r->timestamps, error);
    if (status == TP_OK && r->node_ids)
        status = tp_writer_stream_close(r->node_ids, error);
    return status;
}

void tp_segment_recorder_destroy(tp_segment_recorder **recorder) {
    if (!*recorder)
        return;
    free((*recorder)->row);
    free((*recorder)->spike_times);
    free((*recorder)->spike_nodes);
    free(*recorder);
    *recorder = NULL;
}

static tp_status sample_probe(tp_segment_recorder *r, const view *v, const probe *p,
                              tp_error *error) {
    double *to = r->row;
    for (size_t row = 0; row < v->rows; row++) {
        const size_t from = (v->first_row + row) * v->columns + v->first_column;
        for (size_t column = 0; column < v->cols; column++)
            *to++ = p->channel.flags ? p->channel.flags[from + column]
                                     : p->channel.values[from + column];
    }
    return tp_writer_append_doubles(p->stream, r->row, 1, error);
}

tp_status tp_segment_recorder_sample(tp_segment_recorder *r, tp_error *error) {
    const double now = tp_clock_ms(&r->plan->clock, (double)r->plan->grid->tick);
    for (int cells = 0; cells < 2; cells++) {
        const view *v = &r->views[cells];
        if (!v->time)
            continue;
        tp_status status =
            cells == TP_CELLS_NEURONS ? tp_tiled_grid_settle(r->plan->grid, error) : TP_OK;
        if (status == TP_OK)
            status = tp_writer_append_doubles(v->time, &now, 1, error);
        for (size_t k = 0; status == TP_OK && k < v->probe_count; k++)
            status = sample_probe(r, v, &v->probes[k], error);
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}

static tp_status reserve_spikes(tp_segment_recorder *r, size_t count, tp_error *error) {
    if (count <= r->spike_room)
        return TP_OK;
    double *times = realloc(r->spike_times, count * sizeof *times);
    if (times)
        r->spike_times = times;
    uint64_t *nodes = realloc(r->spike_nodes, count * sizeof *nodes);
    if (nodes)
        r->spike_nodes = nodes;
    if (!times || !nodes)
        return tp_fail_memory(error, "recording spikes");
    r->spike_room = count;
    return TP_OK;
}

tp_status tp_segment_recorder_spikes(tp_segment_recorder *r, tp_error *error) {
    const tp_spikes *spikes = &r->plan->grid->interval;
    if (!r->timestamps || spikes->count == 0)
        return TP_OK;
    tp_status status = reserve_spikes(r, spikes->count, error);
    if (status != TP_OK)
        return status;
    for (size_t k = 0; k < spikes->count; k++) {
        r->spike_times[k] = tp_tiled_grid_spike_ms(r->plan->grid, &spikes->items[k]);
        r->spike_nodes[k] = spikes->items[k].cell;
    }
    status = tp_writer_append(r->timestamps, r->spike_times, spikes->count, error);
    if (status == TP_OK)
        status = tp_writer_append(r->node_ids, r->spike_nodes, spikes->count, error);
    return status;
}
