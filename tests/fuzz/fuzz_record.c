/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A damaged record, or any HDF5 file: what it holds, its summary, its texts and arrays, as `info`,
 * `plot`, `export`, `merge`, `--from` and `--resume` read them. HDF5 may crash over the input or
 * never end: that must come back as an error. */
#include <stdio.h>
#include <stdlib.h>

#include "input.h"
#include "record/part.h"
#include "record/reader_list.h"
#include "record/reader_private.h"

/* The process that reads ends with the last record: this one stays open, so that not every input
 * starts one. */
static void keep_process(void) {
    static tp_record *kept;
    static const char *seed = "tests/fuzz/corpus/record/foreign-earliest.h5";
    char path[4096];
    const char *root = getenv("TRIPARTITE_SOURCE");
    snprintf(path, sizeof path, "%s/%s", root ? root : ".", seed);
    if (!kept && tp_record_open_any(path, &kept, NULL) != TP_OK)
        fuzz_fail("run it in the project's folder, or name that in TRIPARTITE_SOURCE");
}

static void read_array(const tp_record *record, const tp_listed *listed) {
    tp_array array = {0};
    tp_error error = {0};
    char *text = NULL;
    size_t values = 1;
    for (size_t axis = 0; axis < listed->rank && axis < TP_MAX_RANK; axis++)
        if (__builtin_mul_overflow(values, listed->dims[axis], &values))
            values = SIZE_MAX;
    if (listed->kind == TP_LISTED_TEXT) {
        fuzz_check(tp_record_string(record, listed->path, 0, &text, &error), &error);
        free(text);
    } else if (values < 1 << 20) {
        fuzz_check(tp_record_array(record, listed->path, &array, &error), &error);
        tp_array_free(&array);
    }
    text = NULL;
    fuzz_check(tp_record_text(record, listed->path, "units", &text, &error), &error);
    free(text);
}

static void read_record(const tp_record *record, FILE *nowhere) {
    tp_listing listing;
    tp_error error = {0};
    char *text = NULL;
    double number;
    const tp_status status = tp_record_list(record, &listing, &error);
    fuzz_check(status, &error);
    for (size_t i = 0; status == TP_OK && i < listing.count; i++)
        read_array(record, &listing.arrays[i]);
    tp_listing_free(&listing);
    fuzz_check(tp_record_text(record, "/", "resolved_scenario", &text, &error), &error);
    free(text);
    fuzz_check(tp_record_number(record, "/", "seed", &number, &error), &error);
    fuzz_check(tp_record_describe(record, nowhere, &error), &error);
    tp_bytes state = {0};
    fuzz_check(tp_part_bytes(record, "state", &state, &error), &error);
    tp_bytes_free(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static FILE *nowhere;
    if (!nowhere && !(nowhere = fopen("/dev/null", "w")))
        fuzz_fail("/dev/null cannot be opened");
    keep_process();
    const char *path = fuzz_disk_file(data, size);
    tp_record *record;
    tp_error error = {0};
    tp_status status = tp_record_open(path, &record, &error);
    fuzz_check(status, &error);
    if (status != TP_OK)
        status = tp_record_open_any(path, &record, &error);
    if (status == TP_OK)
        read_record(record, nowhere);
    if (status == TP_OK)
        tp_record_close(&record);
    return 0;
}
