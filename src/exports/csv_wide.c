/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/csv_wide.h"

#include <inttypes.h>
#include <string.h>

#include "exports/csv_values.h"

typedef struct wide {
    const tp_listed *array;
    tp_csv_values axes[TP_MAX_RANK]; /* BARE: they are counted, and the first has no column */
    size_t values;                   /* of a row */
    FILE *stream;
} wide;

static tp_status read_axes(tp_export_job *job, wide *w) {
    tp_status status = TP_OK;
    for (size_t a = 0; status == TP_OK && a < w->array->rank; a++) {
        const tp_listed *scale = tp_listing_find(&job->listing, w->array->axes[a]);
        w->axes[a].kind = TP_LISTED_BARE;
        if (scale && scale->kind != TP_LISTED_BARE && scale->kind != TP_LISTED_OTHER &&
            scale->rank == 1 && scale->dims[0] == w->array->dims[a])
            status = tp_csv_values_read(job->record, scale, &w->axes[a], job->error);
    }
    return status;
}

static void write_headings(const wide *w) {
    const tp_listed *array = w->array;
    size_t places[TP_MAX_RANK] = {0};
    if (w->axes[0].kind != TP_LISTED_BARE) {
        tp_csv_write_heading(strrchr(array->axes[0], '/') + 1, NULL, NULL, 0, w->stream);
        fputs(w->values > 0 ? "," : "", w->stream);
    }
    for (size_t v = 0; v < w->values; v++) {
        fputs(v > 0 ? "," : "", w->stream);
        tp_csv_write_heading(array->name, w->axes + 1, places + 1, array->rank - 1, w->stream);
        for (size_t a = array->rank - 1; a > 0 && ++places[a] == array->dims[a]; a--)
            places[a] = 0;
    }
    fputc('\n', w->stream);
}

/* A number as it lies in a row. */
static void write_number(const tp_listed *array, const void *row, size_t index, FILE *stream) {
    char text[40];
    if (array->kind == TP_LISTED_FLOAT) {
        const bool single = array->bytes <= sizeof(float);
        const double number =
            single ? (double)((const float *)row)[index] : ((const double *)row)[index];
        tp_csv_float_text(number, single, text, sizeof text);
        fputs(text, stream);
        return;
    }
    const bool is_signed = array->kind == TP_LISTED_SIGNED;
    switch (array->bytes) {
    case 1:
        fprintf(stream, "%d",
                is_signed ? ((const int8_t *)row)[index] : ((const uint8_t *)row)[index]);
        break;
    case 2:
        fprintf(stream, "%d",
                is_signed ? ((const int16_t *)row)[index] : ((const uint16_t *)row)[index]);
        break;
    case 4:
        fprintf(stream, "%" PRId64,
                is_signed ? (int64_t)((const int32_t *)row)[index]
                          : (int64_t)((const uint32_t *)row)[index]);
        break;
    default:
        if (is_signed)
            fprintf(stream, "%" PRId64, ((const int64_t *)row)[index]);
        else
            fprintf(stream, "%" PRIu64, ((const uint64_t *)row)[index]);
    }
}

static void write_first(const wide *w, size_t row) {
    const tp_csv_values *first = &w->axes[0];
    char text[40];
    if (first->kind == TP_LISTED_BARE)
        return;
    if (first->kind == TP_LISTED_TEXT) {
        tp_csv_write_quoted(first->texts[row], w->stream);
    } else {
        tp_csv_number_text(first, row, text, sizeof text);
        fputs(text, w->stream);
    }
    fputs(w->values > 0 ? "," : "", w->stream);
}

static tp_status write_block(void *context, const void *rows, size_t first, size_t count) {
    const wide *w = context;
    for (size_t r = 0; r < count && !ferror(w->stream); r++) {
        write_first(w, first + r);
        for (size_t v = 0; v < w->values; v++) {
            fputs(v > 0 ? "," : "", w->stream);
            write_number(w->array, rows, r * w->values + v, w->stream);
        }
        fputc('\n', w->stream);
    }
    return TP_OK;
}

tp_status tp_csv_wide_write(tp_export_job *job, const tp_listed *array, FILE *stream, size_t *rows,
                            size_t *width) {
    wide w = {.array = array, .values = tp_job_row_values(array), .stream = stream};
    tp_status status = read_axes(job, &w);
    if (status == TP_OK) {
        *rows = array->dims[0];
        *width = w.values + (w.axes[0].kind != TP_LISTED_BARE);
        /* A damaged size: reading it says so. */
        if (*rows > 0 && w.values > 0) {
            const size_t none[TP_MAX_RANK] = {0};
            tp_array nothing;
            status = tp_record_slice(job->record, array->path, none, none, &nothing, job->error);
            tp_array_free(&nothing);
        }
    }
    if (status == TP_OK) {
        write_headings(&w);
        status = tp_job_each(job, array, write_block, &w);
    }
    for (size_t a = 0; a < array->rank; a++)
        tp_csv_values_free(&w.axes[a]);
    return status;
}
