/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/recordings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/reader_private.h"

typedef struct finding {
    tp_export_job *job;
    tp_recordings *found;
    size_t segment_room, population_room;
} finding;

/* --- the lists ------------------------------------------------------------------------------ */

static tp_recorded_segment *segment_of(finding *f, const char *path, size_t length) {
    tp_recordings *found = f->found;
    for (size_t s = 0; s < found->segment_count; s++)
        if (strlen(found->segments[s].path) == length &&
            strncmp(found->segments[s].path, path, length) == 0)
            return &found->segments[s];
    if (found->segment_count == f->segment_room)
        return NULL;
    tp_recorded_segment made = {
        .path = tp_arena_format(&f->job->arena, "%.*s", (int)length, path),
        .name = tp_arena_format(&f->job->arena, "%.*s", (int)length - 1, path + 1),
        .spikes = tp_arena_alloc(&f->job->arena, 4 * sizeof *made.spikes),
        .traces = tp_arena_alloc(&f->job->arena, f->job->listing.count * sizeof *made.traces),
    };
    if (!made.path || !made.name || !made.spikes || !made.traces)
        return NULL;
    for (char *c = (char *)(uintptr_t)made.name; *c; c++)
        *c = *c == '/' ? '-' : *c;
    made.start_ms = tp_job_number(f->job, made.path, "start");
    made.end_ms = tp_job_number(f->job, made.path, "end");
    found->segments[found->segment_count] = made;
    return &found->segments[found->segment_count++];
}

/* A cell's own trace is in the group `cell`, its spikes in that of all cells. */
static const char *population_name(const char *group) {
    return strcmp(group, "cell") == 0 ? "cells" : group;
}

static size_t population_of(finding *f, const char *group) {
    tp_recordings *found = f->found;
    const char *name = population_name(group);
    for (size_t p = 0; p < found->population_count; p++)
        if (strcmp(found->populations[p].name, name) == 0)
            return p;
    if (found->population_count == f->population_room)
        return SIZE_MAX;
    const char *kept = tp_arena_text(&f->job->arena, name);
    if (!kept)
        return SIZE_MAX;
    found->populations[found->population_count] = (tp_population){.name = kept, .model = ""};
    return found->population_count++;
}

/* --- what is in a group --------------------------------------------------------------------- */

/* No record of the program's own has longer names. */
static tp_status check_name(const finding *f, const char *name) {
    if (strlen(name) <= TP_LONGEST_NAME)
        return TP_OK;
    return tp_fail(f->job->error, TP_INVALID, f->job->path,
                   "holds '%.40s...', expected a name of %d characters at most", name,
                   TP_LONGEST_NAME);
}

static tp_status add_spikes(finding *f, const char *group, const tp_listed *timestamps,
                            const tp_listed *node_ids) {
    const char *name = strrchr(group, '/') + 1, *parent = strstr(group, "/spikes/");
    if (!parent || parent == group || strlen(parent) != strlen("/spikes/") + strlen(name))
        return TP_OK;
    if (timestamps->rank != 1 || node_ids->rank != 1 || timestamps->dims[0] != node_ids->dims[0] ||
        timestamps->kind != TP_LISTED_FLOAT || node_ids->kind != TP_LISTED_UNSIGNED)
        return tp_fail(f->job->error, TP_INVALID, f->job->path,
                       "the spikes in '%s' are no times and nodes of equal number", group);
    if (check_name(f, group) != TP_OK)
        return TP_INVALID;
    tp_recorded_segment *segment = segment_of(f, group, (size_t)(parent - group));
    const size_t population = population_of(f, name);
    if (!segment || population == SIZE_MAX || segment->spikes_count == 4)
        return tp_fail_memory(f->job->error, "listing spikes");
    segment->spikes[segment->spikes_count++] =
        (tp_recorded_spikes){timestamps, node_ids, population};
    return TP_OK;
}

static tp_status first_of(finding *f, const tp_listed *array, size_t *first) {
    const size_t none = 0, one = 1;
    *first = 0;
    if (!array || array->rank != 1 || array->dims[0] == 0 || array->kind == TP_LISTED_BARE)
        return TP_OK;
    tp_array value;
    tp_status status =
        tp_record_slice(f->job->record, array->path, &none, &one, &value, f->job->error);
    if (status == TP_OK)
        *first = value.values[0] >= 0 && value.values[0] < 0x1p53 ? (size_t)value.values[0] : 0;
    tp_array_free(&value);
    return status;
}

/* The even spacing of instants; NaN where they are not, to a millionth of a step. */
static tp_status read_times(finding *f, const tp_recorded_segment *segment, tp_trace *trace) {
    tp_array times;
    tp_status status = tp_record_array(f->job->record, trace->time->path, &times, f->job->error);
    if (status != TP_OK || trace->instants == 0) {
        tp_array_free(&times);
        return status;
    }
    const size_t last = trace->instants - 1;
    trace->first_ms = times.values[0];
    trace->step_ms = last > 0 ? (times.values[last] - times.values[0]) / (double)last
                              : segment->end_ms - trace->first_ms;
    for (size_t i = 0; i <= last; i++)
        if (!(fabs(times.values[i] - trace->first_ms - (double)i * trace->step_ms) <=
              1e-6 * trace->step_ms))
            trace->step_ms = NAN;
    tp_array_free(&times);
    return TP_OK;
}

static tp_status add_trace(finding *f, const char *group, const tp_listed *array,
                           const tp_listed *time) {
    const char *slash = strrchr(group, '/');
    if (check_name(f, group) != TP_OK || check_name(f, array->name) != TP_OK)
        return TP_INVALID;
    /* HDF5 lets an array have any axis. */
    if (time && time->dims[0] != array->dims[0])
        return tp_fail(f->job->error, TP_INVALID, f->job->path,
                       "array '%s' has %zu instants, expected %zu, as '%s' has", array->path,
                       array->dims[0], time->dims[0], time->path);
    tp_recorded_segment *segment = segment_of(f, group, (size_t)(slash - group));
    const size_t population = population_of(f, slash + 1);
    if (!segment || population == SIZE_MAX)
        return tp_fail_memory(f->job->error, "listing traces");
    tp_trace trace = {.array = array,
                      .population = population,
                      .time = time,
                      .instants = array->dims[0],
                      .cells = tp_job_row_values(array),
                      .rows = array->rank == 3 ? array->dims[1] : 1,
                      .columns = array->rank > 1 ? array->dims[array->rank - 1] : 1};
    tp_status status = TP_OK;
    if (array->rank == 3) {
        status = first_of(f, tp_listing_find(&f->job->listing, array->axes[1]), &trace.first_row);
        if (status == TP_OK)
            status =
                first_of(f, tp_listing_find(&f->job->listing, array->axes[2]), &trace.first_column);
    }
    if (status == TP_OK && time) {
        status = read_times(f, segment, &trace);
    } else if (status == TP_OK) { /* a step of a reservoir is a tick */
        trace.first_ms = segment->start_ms;
        trace.step_ms = f->found->tick_ms;
    }
    if (status == TP_OK)
        segment->traces[segment->trace_count++] = trace;
    return status;
}

/* Numbers of each cell at each instant: along the group's own time, in ms, or along its steps. */
static tp_status add_traces(finding *f, const char *group) {
    tp_export_job *job = f->job;
    const tp_listed *time = tp_job_find(job, group, "time");
    const bool timed = time && time->is_axis && time->rank == 1 && time->kind == TP_LISTED_FLOAT &&
                       strcmp(tp_job_text(job, time->path, "units"), "ms") == 0;
    char step[512];
    snprintf(step, sizeof step, "%s/step", group);
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < job->listing.count; i++) {
        const tp_listed *array = &job->listing.arrays[i];
        const size_t length = (size_t)(array->name - array->path) - 1;
        if (array->is_axis || !array->axes[0] || array->rank < 1 || array->rank > 3 ||
            (array->kind != TP_LISTED_FLOAT && array->kind != TP_LISTED_UNSIGNED) ||
            strlen(group) != length || strncmp(array->path, group, length) != 0)
            continue;
        if (timed && strcmp(array->axes[0], time->path) == 0)
            status = add_trace(f, group, array, time);
        else if (strcmp(array->axes[0], step) == 0)
            status = add_trace(f, group, array, NULL);
    }
    return status;
}

/* --- how many cells there are --------------------------------------------------------------- */

/* The grid of neurons is as large as the patterns, those of the record or of the run within it. */
static const tp_listed *patterns_for(const tp_export_job *job, const tp_recorded_segment *segment) {
    char group[512];
    snprintf(group, sizeof group, "%s", segment->path);
    for (char *slash; (slash = strrchr(group, '/'));) {
        *slash = '\0';
        const tp_listed *image = tp_job_find(job, *group ? group : "/", "patterns/image");
        if (image && image->rank == 3)
            return image;
    }
    return NULL;
}

static tp_status largest_node(finding *f, const tp_recorded_spikes *spikes, size_t *count);

static void grow(size_t *count, size_t at_least) {
    *count = *count > at_least ? *count : at_least;
}

static tp_status size_population(finding *f, size_t number) {
    tp_recordings *found = f->found;
    tp_population *p = &found->populations[number];
    const tp_listed *kinds = tp_job_find(f->job, "/network", "kind");
    const tp_listed *image = NULL;
    if (strcmp(p->name, "neurons") == 0)
        for (size_t s = 0; s < found->segment_count && !image; s++)
            image = patterns_for(f->job, &found->segments[s]);
    if (image) {
        p->columns = image->dims[2];
        p->count = image->dims[1] * image->dims[2];
    } else if (strcmp(p->name, "units") == 0 && kinds && kinds->rank == 1) {
        p->count = kinds->dims[0];
    }
    tp_status status = TP_OK;
    for (size_t s = 0; status == TP_OK && s < found->segment_count; s++) {
        const tp_recorded_segment *segment = &found->segments[s];
        for (size_t t = 0; t < segment->trace_count; t++) {
            const tp_trace *trace = &segment->traces[t];
            if (trace->population != number || p->columns > 0)
                continue;
            grow(&p->count, trace->cells);
            if (trace->array->rank == 3) {
                p->columns = trace->columns;
                p->first_row = trace->first_row;
                p->first_column = trace->first_column;
            }
        }
        for (size_t k = 0; status == TP_OK && k < segment->spikes_count; k++)
            if (segment->spikes[k].population == number)
                status = largest_node(f, &segment->spikes[k], &p->count);
    }
    return status;
}

typedef struct largest {
    uint64_t node;
    bool any;
} largest;

static tp_status take_nodes(void *context, const void *rows, size_t first, size_t count) {
    largest *l = context;
    const uint64_t *nodes = rows;
    (void)first;
    for (size_t i = 0; i < count; i++) {
        l->node = !l->any || nodes[i] > l->node ? nodes[i] : l->node;
        l->any = true;
    }
    return TP_OK;
}

/* A population is at least as large as its spikes say. */
static tp_status largest_node(finding *f, const tp_recorded_spikes *spikes, size_t *count) {
    enum { MOST_NODES = 1 << 30 };
    largest l = {0};
    tp_status status = spikes->node_ids->bytes == sizeof(uint64_t)
                           ? tp_job_each(f->job, spikes->node_ids, take_nodes, &l)
                           : TP_OK;
    if (status == TP_OK && l.any && l.node >= MOST_NODES)
        return tp_fail(f->job->error, TP_INVALID, f->job->path,
                       "'%s' tells of a cell number %llu, expected fewer than 2^30",
                       spikes->node_ids->path, (unsigned long long)l.node);
    if (status == TP_OK && l.any)
        grow(count, (size_t)l.node + 1);
    return status;
}

/* --- what the scenario says ----------------------------------------------------------------- */

/* The value behind the first line of the resolved scenario that begins so; it is written by the
 * program, one value a line. */
static const char *resolved_value(finding *f, const char *resolved, const char *line) {
    const size_t length = strlen(line);
    for (const char *at = resolved; at; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, line, length) == 0)
            return tp_arena_format(&f->job->arena, "%.*s", (int)strcspn(at + length, "\n, }"),
                                   at + length);
        if (!*at)
            break;
    }
    return NULL;
}

/* `model` of the block of that name in `network`; "" where there is none. */
static const char *resolved_model(finding *f, const char *resolved, const char *block) {
    static const char indent[] = "    ", key[] = "    model: ";
    char opening[TP_LONGEST_NAME + 8];
    snprintf(opening, sizeof opening, "\n  %s:\n", block);
    const char *line = strstr(resolved, opening);
    line = line ? line + strlen(opening) : NULL;
    while (line && strncmp(line, indent, strlen(indent)) == 0) {
        const char *model =
            strncmp(line, key, strlen(key)) == 0 ? resolved_value(f, line, key) : NULL;
        if (model)
            return model;
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return "";
}

static void read_scenario(finding *f) {
    const char *resolved = tp_job_text(f->job, "/", "resolved_scenario");
    const char *tick = resolved_value(f, resolved, "tick: ");
    f->found->tick_ms = tick ? strtod(tick, NULL) : NAN;
    if (!(f->found->tick_ms > 0))
        f->found->tick_ms = NAN;
}

static void name_models(finding *f) {
    const char *resolved = tp_job_text(f->job, "/", "resolved_scenario");
    for (size_t p = 0; p < f->found->population_count; p++) {
        tp_population *population = &f->found->populations[p];
        const char *model = resolved_model(f, resolved, population->name);
        if (strcmp(population->name, "cells") == 0)
            model = tp_job_text(f->job, "/response/cell", "model");
        population->model = model;
    }
}

/* --- all of it ------------------------------------------------------------------------------ */

static tp_status find_in_group(finding *f, const char *group) {
    const tp_listed *timestamps = tp_job_find(f->job, group, "timestamps");
    const tp_listed *node_ids = tp_job_find(f->job, group, "node_ids");
    if (timestamps && node_ids)
        return add_spikes(f, group, timestamps, node_ids);
    /* A group of cells lies in a segment, not at the top. */
    const char *slash = strrchr(group, '/');
    return slash && slash != group ? add_traces(f, group) : TP_OK;
}

/* A cell's segment tells its extent by its samples alone. */
static void find_extents(finding *f) {
    for (size_t s = 0; s < f->found->segment_count; s++) {
        tp_recorded_segment *segment = &f->found->segments[s];
        if (!isnan(segment->start_ms) && !isnan(segment->end_ms))
            continue;
        for (size_t t = 0; t < segment->trace_count; t++) {
            const tp_trace *trace = &segment->traces[t];
            segment->start_ms = fmin(segment->start_ms, trace->first_ms);
            segment->end_ms =
                fmax(segment->end_ms, trace->first_ms + (double)trace->instants * trace->step_ms);
        }
    }
}

static void find_images(finding *f) {
    for (size_t s = 0; s < f->found->segment_count; s++) {
        tp_recorded_segment *segment = &f->found->segments[s];
        const tp_listed *images = tp_job_find(f->job, segment->path, "stimulus/image");
        const tp_listed *onsets = tp_job_find(f->job, segment->path, "stimulus/onset");
        if (images && onsets && images->rank == 3 && onsets->rank == 1 &&
            images->dims[0] == onsets->dims[0] && onsets->kind == TP_LISTED_FLOAT) {
            segment->images = images;
            segment->onsets = onsets;
        }
    }
}

static tp_status tell_none(const tp_export_job *job, const char *format) {
    char *experiment = NULL;
    (void)tp_record_text(job->record, "/", "experiment", &experiment, NULL);
    tp_fail(job->error, TP_INVALID, job->path,
            "is the record of experiment '%.60s' and holds neither spikes nor traces of cells, "
            "which %s is for",
            experiment ? experiment : "", format);
    free(experiment);
    return tp_hint(job->error, "export it by --csv or --npz, which hold anything");
}

tp_status tp_recordings_find(tp_export_job *job, const char *format, tp_recordings *recordings) {
    finding f = {.job = job, .found = recordings};
    *recordings = (tp_recordings){0};
    f.segment_room = f.population_room = job->listing.group_count + 1;
    read_scenario(&f);
    recordings->segments =
        tp_arena_alloc(&job->arena, f.segment_room * sizeof *recordings->segments);
    recordings->populations =
        tp_arena_alloc(&job->arena, f.population_room * sizeof *recordings->populations);
    if (!recordings->segments || !recordings->populations)
        return tp_fail_memory(job->error, "listing recordings");
    tp_status status = TP_OK;
    for (size_t g = 0; status == TP_OK && g < job->listing.group_count; g++)
        status = find_in_group(&f, job->listing.groups[g]);
    for (size_t p = 0; status == TP_OK && p < recordings->population_count; p++)
        status = size_population(&f, p);
    if (status != TP_OK)
        return status;
    find_extents(&f);
    name_models(&f);
    find_images(&f);
    return recordings->segment_count > 0 ? TP_OK : tell_none(job, format);
}

uint64_t tp_trace_node(const tp_recordings *recordings, const tp_trace *trace, size_t cell) {
    const tp_population *p = &recordings->populations[trace->population];
    if (trace->array->rank < 3)
        return cell;
    const size_t row = trace->first_row - p->first_row + cell / trace->columns;
    const size_t column = trace->first_column - p->first_column + cell % trace->columns;
    return (uint64_t)row * p->columns + column;
}
