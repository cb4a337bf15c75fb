/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spikes, cell by cell. The record has them by time: they are sorted by cell some millions at a
 * time, so that any number of them will do. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "exports/nwb_object.h"
#include "record/reader_private.h"

enum { BLOCK_SPIKES = 1 << 18, MOST_SORTED = 1 << 22 };

typedef struct units {
    tp_nwb *nwb;
    const tp_population *population;
    size_t rows;    /* cells of all segments that have spikes */
    uint64_t *ends; /* of each row's spikes */
    size_t spikes;
} units;

/* --- the record's spikes, some at a time ---------------------------------------------------- */

typedef tp_status take_spikes(void *context, const double *times, const uint64_t *nodes,
                              size_t count);

static tp_status each_spike(tp_export_job *job, const tp_recorded_spikes *spikes, take_spikes *take,
                            void *context) {
    const size_t count = spikes->timestamps->dims[0];
    tp_status status = TP_OK;
    for (size_t first = 0; status == TP_OK && first < count; first += BLOCK_SPIKES) {
        const size_t part = count - first < BLOCK_SPIKES ? count - first : BLOCK_SPIKES;
        tp_array times = {0}, nodes = {0};
        status = tp_job_go_on(job);
        if (status == TP_OK)
            status = tp_record_slice(job->record, spikes->timestamps->path, &first, &part, &times,
                                     job->error);
        if (status == TP_OK)
            status = tp_record_slice_as(job->record, spikes->node_ids->path, &first, &part,
                                        TP_AS_UINT64, &nodes, job->error);
        if (status == TP_OK)
            status =
                take(context, times.values, (const uint64_t *)(const void *)nodes.values, part);
        tp_array_free(&times);
        tp_array_free(&nodes);
    }
    return status;
}

typedef struct counting {
    units *of;
    uint64_t *counts; /* of each node, from the segment's first row on */
} counting;

static tp_status count_spikes(void *context, const double *times, const uint64_t *nodes,
                              size_t count) {
    const counting *c = context;
    (void)times;
    for (size_t i = 0; i < count; i++) {
        if (nodes[i] >= c->of->population->count)
            return tp_fail(c->of->nwb->job->error, TP_INVALID, c->of->nwb->job->path,
                           "tells of a spike of cell %llu, expected one of %zu cells",
                           (unsigned long long)nodes[i], c->of->population->count);
        c->counts[nodes[i]]++;
    }
    return TP_OK;
}

/* --- sorted by cell ------------------------------------------------------------------------- */

typedef struct sorting {
    uint64_t first, end; /* nodes */
    uint64_t *next;      /* where the next spike of each goes */
    double *sorted;      /* in seconds */
} sorting;

static tp_status sort_spikes(void *context, const double *times, const uint64_t *nodes,
                             size_t count) {
    const sorting *s = context;
    for (size_t i = 0; i < count; i++)
        if (nodes[i] >= s->first && nodes[i] < s->end)
            s->sorted[s->next[nodes[i] - s->first]++] = times[i] / 1000;
    return TP_OK;
}

/* The spikes of some cells of a segment; `ends` begins with its first row. */
static tp_status write_part(units *u, const tp_recorded_spikes *spikes, hid_t dataset,
                            const uint64_t *ends, uint64_t before, size_t first, size_t end) {
    const uint64_t begin = first > 0 ? ends[first - 1] : before;
    const size_t count = (size_t)(ends[end - 1] - begin);
    sorting s = {.first = first,
                 .end = end,
                 .next = malloc((end - first) * sizeof *s.next),
                 .sorted = malloc((count ? count : 1) * sizeof *s.sorted)};
    tp_status status =
        s.next && s.sorted ? TP_OK : tp_fail_memory(u->nwb->job->error, "sorting spikes");
    for (size_t n = first; status == TP_OK && n < end; n++)
        s.next[n - first] = (n > 0 ? ends[n - 1] : before) - begin;
    if (status == TP_OK)
        status = each_spike(u->nwb->job, spikes, sort_spikes, &s);
    if (status == TP_OK)
        status = tp_foreign_put(&u->nwb->file, dataset, H5T_NATIVE_DOUBLE, (size_t)begin, count,
                                s.sorted);
    free(s.next);
    free(s.sorted);
    return status;
}

static tp_status write_segment(units *u, const tp_recorded_spikes *spikes, hid_t dataset,
                               const uint64_t *ends, uint64_t before) {
    const size_t cells = u->population->count;
    tp_status status = TP_OK;
    for (size_t first = 0, end; status == TP_OK && first < cells; first = end) {
        const uint64_t begin = first > 0 ? ends[first - 1] : before;
        for (end = first + 1; end < cells && ends[end] - begin <= MOST_SORTED;)
            end++;
        status = write_part(u, spikes, dataset, ends, before, first, end);
    }
    return status;
}

/* --- the columns ---------------------------------------------------------------------------- */

static bool has_spikes(const tp_recorded_segment *segment) {
    return segment->spikes_count > 0;
}

static tp_status write_times(units *u) {
    tp_nwb *nwb = u->nwb;
    hid_t dataset;
    tp_status status =
        tp_foreign_open(&nwb->file, "/units/spike_times", H5T_NATIVE_DOUBLE, u->spikes, &dataset);
    if (status != TP_OK)
        return status;
    const uint64_t *ends = u->ends;
    for (size_t s = 0; status == TP_OK && s < nwb->recordings.segment_count; s++) {
        const tp_recorded_segment *segment = &nwb->recordings.segments[s];
        if (!has_spikes(segment))
            continue;
        const uint64_t before = ends > u->ends ? ends[-1] : 0;
        status = write_segment(u, &segment->spikes[0], dataset, ends, before);
        ends += u->population->count;
    }
    const tp_status closed = tp_foreign_close(&nwb->file, dataset);
    status = status == TP_OK ? closed : status;
    if (status == TP_OK)
        status = tp_nwb_column(nwb, "/units/spike_times",
                               "times of the spikes (s), since the start of the run");
    return status == TP_OK ? tp_nwb_index(nwb, "/units", "spike_times", u->rows, u->ends) : status;
}

typedef enum place { PLACE_NODE, PLACE_ROW, PLACE_COLUMN, PLACE_SEGMENT } place;

static int64_t place_of(const units *u, place what, size_t segment, size_t node) {
    const tp_population *p = u->population;
    switch (what) {
    case PLACE_ROW:
        return (int64_t)(p->first_row + node / p->columns);
    case PLACE_COLUMN:
        return (int64_t)(p->first_column + node % p->columns);
    case PLACE_SEGMENT:
        return (int64_t)segment;
    default:
        return (int64_t)node;
    }
}

static tp_status write_places(units *u, place what, const char *name, const char *description) {
    tp_nwb *nwb = u->nwb;
    int64_t *values = malloc((u->rows ? u->rows : 1) * sizeof *values);
    if (!values)
        return tp_fail_memory(nwb->job->error, "exporting cells");
    size_t row = 0;
    for (size_t s = 0; s < nwb->recordings.segment_count; s++)
        if (has_spikes(&nwb->recordings.segments[s]))
            for (size_t node = 0; node < u->population->count; node++)
                values[row++] = place_of(u, what, s, node);
    tp_status status =
        tp_nwb_numbers(nwb, "/units", name, H5T_NATIVE_INT64, u->rows, values, description);
    free(values);
    return status;
}

/* When each cell was looked at: in its segment. */
static tp_status write_intervals(units *u) {
    tp_nwb *nwb = u->nwb;
    double *intervals = malloc(2 * (u->rows ? u->rows : 1) * sizeof *intervals);
    uint64_t *ends = malloc((u->rows ? u->rows : 1) * sizeof *ends);
    const size_t dims[] = {u->rows, 2};
    tp_status status =
        intervals && ends ? TP_OK : tp_fail_memory(nwb->job->error, "exporting cells");
    size_t row = 0;
    for (size_t s = 0; status == TP_OK && s < nwb->recordings.segment_count; s++) {
        const tp_recorded_segment *segment = &nwb->recordings.segments[s];
        for (size_t node = 0; has_spikes(segment) && node < u->population->count; node++, row++) {
            intervals[2 * row] = segment->start_ms / 1000;
            intervals[2 * row + 1] = segment->end_ms / 1000;
            ends[row] = row + 1;
        }
    }
    if (status == TP_OK)
        status = tp_foreign_array(&nwb->file, "/units/obs_intervals", H5T_NATIVE_DOUBLE, 2, dims,
                                  intervals);
    if (status == TP_OK)
        status = tp_nwb_column(nwb, "/units/obs_intervals", "begin and end of the segment (s)");
    if (status == TP_OK)
        status = tp_nwb_index(nwb, "/units", "obs_intervals", u->rows, ends);
    free(intervals);
    free(ends);
    return status;
}

/* --- all of it ------------------------------------------------------------------------------ */

/* One population alone has spikes in the records that there are. */
static tp_status find_population(units *u) {
    const tp_recordings *recordings = &u->nwb->recordings;
    size_t with_spikes = 0;
    for (size_t s = 0; s < recordings->segment_count; s++) {
        const tp_recorded_segment *segment = &recordings->segments[s];
        for (size_t k = 0; k < segment->spikes_count; k++) {
            const tp_population *p = &recordings->populations[segment->spikes[k].population];
            if (u->population && p != u->population)
                return tp_fail(u->nwb->job->error, TP_INVALID, u->nwb->job->path,
                               "holds spikes of '%s' and of '%s'; NWB's table of units is for one "
                               "population",
                               u->population->name, p->name);
            u->population = p;
        }
        with_spikes += has_spikes(segment);
    }
    u->rows = u->population ? with_spikes * u->population->count : 0;
    return TP_OK;
}

static tp_status find_ends(units *u) {
    const tp_recordings *recordings = &u->nwb->recordings;
    u->ends = calloc(u->rows ? u->rows : 1, sizeof *u->ends);
    if (!u->ends)
        return tp_fail_memory(u->nwb->job->error, "exporting spikes");
    counting c = {.of = u, .counts = u->ends};
    tp_status status = TP_OK;
    for (size_t s = 0; status == TP_OK && s < recordings->segment_count; s++) {
        if (!has_spikes(&recordings->segments[s]))
            continue;
        status = each_spike(u->nwb->job, &recordings->segments[s].spikes[0], count_spikes, &c);
        c.counts += u->population->count;
    }
    for (size_t row = 1; row < u->rows; row++)
        u->ends[row] += u->ends[row - 1];
    u->spikes = u->rows > 0 ? (size_t)u->ends[u->rows - 1] : 0;
    return status;
}

static tp_status write_segments(units *u) {
    tp_nwb *nwb = u->nwb;
    tp_status status =
        write_places(u, PLACE_SEGMENT, "segment", "the segment: its row in /intervals/epochs");
    if (status == TP_OK)
        status = tp_nwb_type(nwb, "/units/segment", "DynamicTableRegion", "hdmf-common");
    return status == TP_OK ? tp_foreign_attribute_object(&nwb->file, "/units/segment", "table",
                                                         "/intervals/epochs")
                           : status;
}

static tp_status write_units(units *u) {
    tp_nwb *nwb = u->nwb;
    const char *columns[6];
    size_t count = 0;
    const bool grid = u->population->columns > 0;
    char description[300];
    snprintf(description, sizeof description,
             "spikes of the %s: a row for each cell in each segment, also where it has none",
             u->population->name);
    if (nwb->epochs)
        columns[count++] = "segment";
    columns[count++] = "node_id";
    if (grid) {
        columns[count++] = "row";
        columns[count++] = "column";
    }
    if (nwb->epochs)
        columns[count++] = "obs_intervals";
    columns[count++] = "spike_times";
    tp_status status = tp_nwb_table(nwb, "/units", "Units", description, columns, count, u->rows);
    if (status == TP_OK && nwb->epochs)
        status = write_segments(u);
    if (status == TP_OK)
        status = write_places(u, PLACE_NODE, "node_id", "number of the cell in its population");
    if (status == TP_OK && grid)
        status = write_places(u, PLACE_ROW, "row", "row of the cell in the grid");
    if (status == TP_OK && grid)
        status = write_places(u, PLACE_COLUMN, "column", "column of the cell in the grid");
    if (status == TP_OK && nwb->epochs)
        status = write_intervals(u);
    return status == TP_OK ? write_times(u) : status;
}

tp_status tp_nwb_units(tp_nwb *nwb) {
    units u = {.nwb = nwb};
    tp_status status = find_population(&u);
    if (status != TP_OK || !u.population)
        return status;
    status = find_ends(&u);
    if (status == TP_OK)
        status = write_units(&u);
    if (status == TP_OK)
        fprintf(nwb->job->told, "  /units: %zu spike%s of %zu %s\n", u.spikes,
                u.spikes == 1 ? "" : "s", u.population->count, u.population->name);
    free(u.ends);
    return status;
}
