/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One export under way, and how it reads its record: never more of an array than some MiB. */
#ifndef TP_EXPORTS_JOB_H
#define TP_EXPORTS_JOB_H

#include <stdio.h>
#include <tripartite/export.h>

#include "base/arena.h"
#include "exports/output.h"
#include "record/reader_list.h"
#include "record/reader_private.h"

typedef struct tp_export_job {
    const tp_record *record;
    const char *path;  /* of the record */
    const char *group; /* as tp_hdf5_path gives it; NULL: all */
    tp_listing listing;
    tp_output output;
    FILE *told; /* kept until all is written */
    const tp_export_options *options;
    tp_arena arena; /* for as long as the job lasts */
    tp_error *error;
} tp_export_job;

/* TP_INTERRUPTED where the caller wants the export to end. */
tp_status tp_job_go_on(const tp_export_job *job);

/* What an array of numbers is handed out as: what it is in the file. */
tp_read_as tp_job_type(const tp_listed *array);

/* Rows are slices across the first axis; an array without axes is one row. */
size_t tp_job_rows(const tp_listed *array);
size_t tp_job_row_values(const tp_listed *array);

/* Hands `take` all rows of an array of numbers, some at a time, in order. */
typedef tp_status tp_job_take(void *context, const void *rows, size_t first, size_t count);
tp_status tp_job_each(tp_export_job *job, const tp_listed *array, tp_job_take *take, void *context);

/* The array GROUP/NAME; NULL where there is none. */
const tp_listed *tp_job_find(const tp_export_job *job, const char *group, const char *name);

/* An attribute of an array or a group that is a text, in the job's arena; "" where there is none.
 */
const char *tp_job_text(tp_export_job *job, const char *path, const char *attribute);
/* One that is a number; NaN where there is none. */
double tp_job_number(const tp_export_job *job, const char *path, const char *attribute);
/* The seed of the record; 0 where it tells none. */
uint64_t tp_job_seed(const tp_export_job *job);

#endif
