/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a record holds as recordings of cells: populations, and segment by segment their spikes,
 * their sampled states, and the images that were shown. */
#ifndef TP_EXPORTS_RECORDINGS_H
#define TP_EXPORTS_RECORDINGS_H

#include "exports/job.h"

/* Of a population, a segment, or an array; longer ones are refused. */
enum { TP_LONGEST_NAME = 100 };

/* The cells of one kind. */
typedef struct tp_population {
    const char *name;  /* "neurons" */
    const char *model; /* "izhikevich"; "" where the record does not say */
    size_t count;      /* nodes: 0 ... count - 1 */
    size_t columns;    /* of a grid, node = row * columns + column; 0 where there is none */
    /* Where a rectangle of a larger grid of unknown size was recorded: its first cell. */
    size_t first_row, first_column;
} tp_population;

/* A state that was sampled. */
typedef struct tp_trace {
    const tp_listed *array; /* [time, ...] of one cell for each value of a row */
    size_t population;
    const tp_listed *time;    /* in ms; NULL: first_ms + i * step_ms */
    double first_ms, step_ms; /* the step is NaN where the instants are not evenly spaced */
    size_t instants, cells;
    /* The cells, in the order of a row. */
    size_t first_row, first_column, rows, columns;
} tp_trace;

typedef struct tp_recorded_spikes {
    const tp_listed *timestamps, *node_ids; /* ms, nodes */
    size_t population;
} tp_recorded_spikes;

typedef struct tp_recorded_segment {
    const char *path;        /* "/recall/0" */
    const char *name;        /* the same without what cannot be in a name: "recall-0" */
    double start_ms, end_ms; /* of the samples, where the record does not say; else NaN */
    tp_recorded_spikes *spikes;
    size_t spikes_count;
    tp_trace *traces;
    size_t trace_count;
    /* Images, and when they came on (ms); NULL where there are none. */
    const tp_listed *images, *onsets;
} tp_recorded_segment;

typedef struct tp_recordings {
    tp_population *populations;
    size_t population_count;
    tp_recorded_segment *segments;
    size_t segment_count;
    double tick_ms; /* NaN where the record does not say */
} tp_recordings;

/* All of it lies in the job's arena. TP_INVALID where the record has no recordings of cells, with
 * what can be done instead. `format` is named in the message. */
tp_status tp_recordings_find(tp_export_job *job, const char *format, tp_recordings *recordings);

/* The node of one cell of a trace's row. */
uint64_t tp_trace_node(const tp_recordings *recordings, const tp_trace *trace, size_t cell);

#endif
