/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/embed.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/json.h"
#include "record/reader_attributes.h"
#include "record/reader_private.h"
#include "report/encode.h"

/* Integers above it are not all doubles, and so not all numbers of JavaScript: they become text. */
#define LARGEST_INTEGER 9007199254740992.0
/* Integers up to it are all floats. */
#define LARGEST_SINGLE 16777216.0

typedef struct embedding {
    const tp_record *record;
    const tp_listing *listing;
    FILE *file;
    tp_error *error;
} embedding;

/* --- attributes ------------------------------------------------------------------------------ */

static tp_status write_text(const embedding *e, const char *path, const char *name) {
    char *text;
    tp_status status = tp_record_text(e->record, path, name, &text, e->error);
    if (status == TP_OK)
        tp_json_write_text(e->file, text);
    free(text);
    return status;
}

static tp_status write_number(const embedding *e, const char *path,
                              const tp_listed_attribute *attribute) {
    double number;
    tp_status status = tp_record_number(e->record, path, attribute->name, &number, e->error);
    uint64_t integer = 0;
    const bool large = attribute->kind == TP_LISTED_UNSIGNED && number > LARGEST_INTEGER;
    if (status == TP_OK && large)
        status = tp_record_integer(e->record, path, attribute->name, &integer, e->error);
    if (status == TP_OK && large)
        fprintf(e->file, "\"%" PRIu64 "\"", integer);
    else if (status == TP_OK)
        tp_json_write_number(e->file, number);
    return status;
}

static tp_status write_attributes(const embedding *e, const char *path) {
    tp_attributes attributes;
    tp_status status = tp_record_attributes(e->record, path, &attributes, e->error);
    size_t written = 0;
    fputs("{\"attributes\":{", e->file);
    for (size_t i = 0; status == TP_OK && i < attributes.count; i++) {
        const tp_listed_attribute *attribute = &attributes.items[i];
        if (attribute->kind == TP_LISTED_OTHER)
            continue;
        if (written++ > 0)
            fputc(',', e->file);
        tp_json_write_text(e->file, attribute->name);
        fputc(':', e->file);
        status = attribute->kind == TP_LISTED_TEXT ? write_text(e, path, attribute->name)
                                                   : write_number(e, path, attribute);
    }
    fputc('}', e->file);
    tp_attributes_free(&attributes);
    return status;
}

/* --- arrays ---------------------------------------------------------------------------------- */

static size_t kept_rows(const tp_listed *array, const tp_embedded *plan) {
    return array->rank > 0 ? (array->dims[0] + plan->every - 1) / plan->every : 1;
}

static size_t columns_of(const tp_listed *array) {
    size_t columns = 1;
    for (size_t axis = 1; axis < array->rank; axis++)
        columns *= array->dims[axis];
    return columns;
}

/* Reads every so many-th row, row by row: the whole may be larger than memory. */
static tp_status read_thinned(const embedding *e, const tp_listed *array, const tp_embedded *plan,
                              tp_array *read) {
    const size_t rows = kept_rows(array, plan), columns = columns_of(array);
    size_t start[TP_MAX_RANK] = {0}, count[TP_MAX_RANK];
    memcpy(count, array->dims, sizeof count);
    count[0] = 1;
    size_t bytes = sizeof *read->values;
    *read = (tp_array){0};
    if (!__builtin_mul_overflow(bytes, rows, &bytes) &&
        !__builtin_mul_overflow(bytes, columns, &bytes))
        read->values = malloc(bytes + 1);
    if (!read->values)
        return tp_fail_memory(e->error, "embedding an array");
    tp_status status = TP_OK;
    for (size_t row = 0; status == TP_OK && row < rows; row++) {
        tp_array one;
        start[0] = row * plan->every;
        status = tp_record_slice(e->record, array->path, start, count, &one, e->error);
        if (status == TP_OK)
            memcpy(read->values + row * columns, one.values, columns * sizeof *one.values);
        tp_array_free(&one);
    }
    return status;
}

static double largest_of(const double *values, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(values[i]));
    return largest;
}

/* Integers that are no doubles, as texts. */
static tp_status write_integers(const embedding *e, const tp_listed *array,
                                const tp_embedded *plan) {
    const bool is_signed = array->kind == TP_LISTED_SIGNED;
    tp_array read;
    tp_status status = tp_record_array_as(e->record, array->path,
                                          is_signed ? TP_AS_INT64 : TP_AS_UINT64, &read, e->error);
    fputs(",\"type\":\"text\",\"values\":[", e->file);
    const size_t rows = kept_rows(array, plan), columns = columns_of(array);
    for (size_t i = 0; status == TP_OK && i < rows * columns; i++) {
        const size_t from = i / columns * plan->every * columns + i % columns;
        uint64_t bits;
        memcpy(&bits, &read.values[from], sizeof bits);
        if (is_signed)
            fprintf(e->file, "%s\"%" PRId64 "\"", i > 0 ? "," : "", (int64_t)bits);
        else
            fprintf(e->file, "%s\"%" PRIu64 "\"", i > 0 ? "," : "", bits);
    }
    fputc(']', e->file);
    tp_array_free(&read);
    return status;
}

static tp_status write_numbers(const embedding *e, const tp_listed *array,
                               const tp_embedded *plan) {
    const size_t rows = kept_rows(array, plan), columns = columns_of(array);
    tp_array read;
    tp_status status = plan->every > 1 ? read_thinned(e, array, plan, &read)
                                       : tp_record_array(e->record, array->path, &read, e->error);
    if (status == TP_OK) {
        const double largest =
            array->kind == TP_LISTED_FLOAT ? 0 : largest_of(read.values, rows * columns);
        const bool is_single = array->kind == TP_LISTED_FLOAT ? array->bytes == sizeof(float)
                                                              : largest <= LARGEST_SINGLE;
        if (largest > LARGEST_INTEGER) {
            status = write_integers(e, array, plan);
        } else {
            fprintf(e->file, ",\"type\":\"%s\",\"data\":\"", is_single ? "float32" : "float64");
            status = tp_encode_numbers(e->file, read.values, rows, columns, is_single, e->error);
            fputc('"', e->file);
        }
    }
    tp_array_free(&read);
    return status;
}

static tp_status write_texts(const embedding *e, const tp_listed *array, const tp_embedded *plan) {
    char **texts;
    size_t count;
    tp_status status = tp_record_strings(e->record, array->path, &texts, &count, e->error);
    fputs(",\"type\":\"text\",\"values\":[", e->file);
    for (size_t i = 0; i < count; i += plan->every) {
        if (i > 0)
            fputc(',', e->file);
        tp_json_write_text(e->file, texts[i]);
    }
    fputc(']', e->file);
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
    return status;
}

static void write_layout(const embedding *e, const tp_listed *array, const tp_embedded *plan) {
    fputs(",\"shape\":[", e->file);
    for (size_t axis = 0; axis < array->rank; axis++)
        fprintf(e->file, "%s%zu", axis > 0 ? "," : "",
                axis > 0 ? array->dims[axis] : kept_rows(array, plan));
    fputs("],\"axes\":[", e->file);
    for (size_t axis = 0; axis < array->rank; axis++) {
        const char *path = array->is_axis ? array->path : array->axes[axis];
        if (axis > 0)
            fputc(',', e->file);
        if (path)
            tp_json_write_text(e->file, path);
        else
            fputs("null", e->file);
    }
    fprintf(e->file, "],\"isAxis\":%s", array->is_axis ? "true" : "false");
    if (plan->every > 1)
        fprintf(e->file, ",\"every\":%zu", plan->every);
}

static tp_status write_array(const embedding *e, const tp_listed *array, const tp_embedded *plan) {
    tp_status status = write_attributes(e, array->path);
    write_layout(e, array, plan);
    if (status != TP_OK)
        return status;
    switch (array->kind) {
    case TP_LISTED_FLOAT:
    case TP_LISTED_SIGNED:
    case TP_LISTED_UNSIGNED:
        return write_numbers(e, array, plan);
    case TP_LISTED_TEXT:
        return write_texts(e, array, plan);
    default:
        fputs(",\"type\":\"bare\"", e->file);
        return TP_OK;
    }
}

tp_status tp_embed_objects(const tp_record *record, const tp_listing *listing, tp_embedded *plan,
                           FILE *file, tp_error *error) {
    const embedding e = {record, listing, file, error};
    tp_status status = TP_OK;
    fputc('{', file);
    for (size_t i = 0; status == TP_OK && i < listing->group_count; i++) {
        fputs(i > 0 ? ",\n" : "\n", file);
        tp_json_write_text(file, listing->groups[i]);
        fputc(':', file);
        status = write_attributes(&e, listing->groups[i]);
        fputc('}', file);
    }
    for (size_t i = 0; status == TP_OK && i < listing->count; i++) {
        if (plan[i].omitted)
            continue;
        const long before = ftell(file);
        fputs(",\n", file);
        tp_json_write_text(file, listing->arrays[i].path);
        fputc(':', file);
        status = write_array(&e, &listing->arrays[i], &plan[i]);
        fputc('}', file);
        plan[i].length = (size_t)(ftell(file) - before);
    }
    fputc('}', file);
    return status;
}

void tp_embed_omitted(const tp_listing *listing, const tp_embedded *plan, FILE *file) {
    bool first = true;
    fputc('[', file);
    for (size_t i = 0; i < listing->count; i++) {
        if (!plan[i].omitted)
            continue;
        fputs(first ? "[" : ",[", file);
        tp_json_write_text(file, listing->arrays[i].path);
        fputc(',', file);
        tp_json_write_text(file, plan[i].omitted);
        fputc(']', file);
        first = false;
    }
    fputc(']', file);
}
