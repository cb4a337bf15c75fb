/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/reader_private.h"

enum { BLOCK_BYTES = 4 << 20 };

tp_status tp_job_go_on(const tp_export_job *job) {
    if (!job->options->stopped || !job->options->stopped(job->options->context))
        return TP_OK;
    return tp_fail(job->error, TP_INTERRUPTED, job->path,
                   "the export was interrupted; nothing was written");
}

tp_read_as tp_job_type(const tp_listed *array) {
    const bool is_signed = array->kind == TP_LISTED_SIGNED;
    if (array->kind == TP_LISTED_FLOAT)
        return array->bytes <= 4 ? TP_AS_FLOAT : TP_AS_DOUBLE;
    switch (array->bytes) {
    case 1:
        return is_signed ? TP_AS_INT8 : TP_AS_UINT8;
    case 2:
        return is_signed ? TP_AS_INT16 : TP_AS_UINT16;
    case 4:
        return is_signed ? TP_AS_INT32 : TP_AS_UINT32;
    default:
        return is_signed ? TP_AS_INT64 : TP_AS_UINT64;
    }
}

size_t tp_job_rows(const tp_listed *array) {
    return array->rank > 0 ? array->dims[0] : 1;
}

size_t tp_job_row_values(const tp_listed *array) {
    size_t values = 1;
    for (size_t axis = 1; axis < array->rank; axis++)
        if (__builtin_mul_overflow(values, array->dims[axis], &values))
            return SIZE_MAX; /* of a damaged file: reading it will say so */
    return values;
}

tp_status tp_job_each(tp_export_job *job, const tp_listed *array, tp_job_take *take,
                      void *context) {
    const tp_read_as type = tp_job_type(array);
    const size_t rows = tp_job_rows(array), values = tp_job_row_values(array);
    size_t block = values > 0 ? BLOCK_BYTES / sizeof(double) / values : rows;
    block = block > 0 ? block : 1;
    size_t start[TP_MAX_RANK] = {0}, count[TP_MAX_RANK];
    memcpy(count, array->dims, sizeof count);
    tp_status status = TP_OK;
    for (size_t first = 0; status == TP_OK && first < rows; first += block) {
        tp_array part;
        start[0] = first;
        count[0] = rows - first < block ? rows - first : block;
        status = tp_job_go_on(job);
        if (status != TP_OK)
            break;
        status =
            tp_record_slice_as(job->record, array->path, start, count, type, &part, job->error);
        if (status == TP_OK)
            status = take(context, part.values, first, count[0]);
        tp_array_free(&part);
    }
    return status;
}

const tp_listed *tp_job_find(const tp_export_job *job, const char *group, const char *name) {
    char path[512];
    const bool root = strcmp(group, "/") == 0;
    const int length = snprintf(path, sizeof path, "%s/%s", root ? "" : group, name);
    return length > 0 && (size_t)length < sizeof path ? tp_listing_find(&job->listing, path) : NULL;
}

const char *tp_job_text(tp_export_job *job, const char *path, const char *attribute) {
    char *text = NULL;
    if (tp_record_text(job->record, path, attribute, &text, NULL) != TP_OK)
        return "";
    const char *kept = tp_arena_text(&job->arena, text);
    free(text);
    return kept ? kept : "";
}

double tp_job_number(const tp_export_job *job, const char *path, const char *attribute) {
    double number = NAN;
    (void)tp_record_number(job->record, path, attribute, &number, NULL);
    return number;
}

uint64_t tp_job_seed(const tp_export_job *job) {
    uint64_t seed = 0;
    (void)tp_record_integer(job->record, "/", "seed", &seed, NULL);
    return seed;
}
