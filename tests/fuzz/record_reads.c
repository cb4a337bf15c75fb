/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record_reads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "input.h"
#include "record/part.h"
#include "record/reader_attributes.h"
#include "record/reader_private.h"
#include "stimuli/series.h"

enum { MOST_VALUES = 1 << 20 };

/* All that was read is looked at, so that a sanitizer sees what is not there. */
static double sum(const tp_array *array) {
    size_t values = 1;
    double total = 0;
    if (array->rank > TP_MAX_RANK)
        fuzz_fail("an array of more axes than there may be");
    for (size_t axis = 0; axis < array->rank; axis++)
        values *= array->dims[axis];
    for (size_t i = 0; i < values; i++)
        total += isnan(array->values[i]) ? 0 : array->values[i];
    for (size_t axis = array->rank; axis < TP_MAX_RANK; axis++)
        if (array->dims[axis] != 0)
            fuzz_fail("an array that is long along an axis which it has not");
    return total;
}

static void read_part(const tp_record *record, const tp_listed *listed) {
    tp_array array;
    tp_error error = {0};
    size_t start[TP_MAX_RANK], count[TP_MAX_RANK];
    for (size_t axis = 0; axis < listed->rank; axis++) {
        count[axis] = listed->dims[axis] / 2;
        start[axis] = listed->dims[axis] - count[axis];
    }
    const tp_status status = tp_record_slice(record, listed->path, start, count, &array, &error);
    fuzz_check(status, &error);
    if (status == TP_OK)
        (void)sum(&array);
    tp_array_free(&array);
}

static void read_numbers(const tp_record *record, const tp_listed *listed) {
    tp_array array;
    tp_error error = {0};
    const tp_status status = tp_record_array(record, listed->path, &array, &error);
    fuzz_check(status, &error);
    if (status == TP_OK)
        (void)sum(&array);
    tp_array_free(&array);
    if (listed->rank <= TP_MAX_RANK)
        read_part(record, listed);
}

static void read_texts(const tp_record *record, const tp_listed *listed) {
    tp_error error = {0};
    char *text, **texts;
    size_t count;
    fuzz_check(tp_record_string(record, listed->path, 0, &text, &error), &error);
    free(text);
    fuzz_check(tp_record_strings(record, listed->path, &texts, &count, &error), &error);
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

static void read_arrays(const tp_record *record) {
    tp_listing listing;
    tp_error error = {0};
    const tp_status status = tp_record_list(record, &listing, &error);
    fuzz_check(status, &error);
    for (size_t i = 0; status == TP_OK && i < listing.count; i++) {
        const tp_listed *listed = &listing.arrays[i];
        if (listed->rank > TP_MAX_RANK && listed->kind != TP_LISTED_OTHER)
            fuzz_fail("an array of more axes than there may be is listed as one of numbers");
        size_t values = 1;
        for (size_t axis = 0; axis < listed->rank && axis < TP_MAX_RANK; axis++)
            if (__builtin_mul_overflow(values, listed->dims[axis], &values))
                values = SIZE_MAX;
        if (listed->kind == TP_LISTED_TEXT)
            read_texts(record, listed);
        else if (values < MOST_VALUES)
            read_numbers(record, listed);
        char *units;
        fuzz_check(tp_record_text(record, listed->path, "units", &units, &error), &error);
        free(units);
    }
    tp_listing_free(&listing);
}

static void read_attributes_of(const tp_record *record, const char *path) {
    tp_attributes list;
    tp_error error = {0};
    const tp_status status = tp_record_attributes(record, path, &list, &error);
    fuzz_check(status, &error);
    for (size_t i = 0; status == TP_OK && i < list.count; i++) {
        const char *name = list.items[i].name;
        char *text;
        double number;
        uint64_t integer;
        const tp_listed_kind kind = list.items[i].kind;
        if (kind == TP_LISTED_TEXT || kind == TP_LISTED_OTHER) {
            fuzz_check(tp_record_text(record, path, name, &text, &error), &error);
            free(text);
        }
        if (kind != TP_LISTED_TEXT) {
            fuzz_check(tp_record_number(record, path, name, &number, &error), &error);
            fuzz_check(tp_record_integer(record, path, name, &integer, &error), &error);
        }
    }
    tp_attributes_free(&list);
}

static void read_attributes(const tp_record *record) {
    tp_listing listing;
    tp_error error = {0};
    double number;
    fuzz_check(tp_record_number(record, "/", "seed", &number, &error), &error);
    read_attributes_of(record, "/");
    const tp_status status = tp_record_list(record, &listing, &error);
    fuzz_check(status, &error);
    for (size_t i = 0; status == TP_OK && i < listing.count; i++)
        read_attributes_of(record, listing.arrays[i].path);
    for (size_t i = 0; status == TP_OK && i < listing.group_count; i++)
        read_attributes_of(record, listing.groups[i]);
    tp_listing_free(&listing);
}

static void read_summary(const tp_record *record) {
    static FILE *nowhere;
    tp_error error = {0};
    if (!nowhere && !(nowhere = fopen("/dev/null", "w")))
        fuzz_fail("/dev/null cannot be opened");
    fuzz_check(tp_record_describe(record, nowhere, &error), &error);
}

static void read_bytes(const tp_record *record) {
    tp_error error = {0};
    tp_bytes state;
    fuzz_check(tp_part_bytes(record, "state", &state, &error), &error);
    tp_bytes_free(&state);
}

/* A series is read from a path: that of the record. */
static void read_series(const tp_record *record) {
    const tp_series_description description = {
        .kind = TP_SERIES_FILE, .interval = 1, .dataset = "/summary/accuracy"};
    tp_series series = {0};
    tp_error error = {0};
    if (tp_record_has(record, description.dataset))
        fuzz_check(tp_series_read_hdf5(&description, record->path, &series, &error), &error);
    tp_series_free(&series);
}

void fuzz_read_part(const tp_record *record, unsigned part) {
    void (*const parts[FUZZ_PARTS])(const tp_record *) = {read_summary, read_arrays,
                                                          read_attributes, read_bytes, read_series};
    parts[part % FUZZ_PARTS](record);
}
