/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A damaged record, or any HDF5 file. HDF5 may crash over the input or never end: that must come
 * back as an error. */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "input.h"
#include "nursery.h"
#include "record/reader_private.h"
#include "record/reader_process.h"
#include "record_reads.h"

static const char *seed(void) {
    static char path[4096];
    const char *root = getenv("TRIPARTITE_SOURCE");
    snprintf(path, sizeof path, "%s/tests/fuzz/corpus/record/foreign-earliest.h5",
             root ? root : ".");
    return path;
}

/* The process that reads ends with the last record: this one stays open, so that not every input
 * starts one. */
static void keep_process(void) {
    static tp_record *kept;
    if (!kept && tp_record_open_any(seed(), &kept, NULL) != TP_OK)
        fuzz_fail("run it in the project's folder, or name that in TRIPARTITE_SOURCE");
}

tp_status __real_tp_reader_nonsense(const char *path, tp_error *error);
tp_status __wrap_tp_reader_nonsense(const char *path, tp_error *error);

/* HDF5 overwrites nothing where nothing is damaged, as no seed is: an answer that makes no sense is
 * then a fault of what answers. */
tp_status __wrap_tp_reader_nonsense(const char *path, tp_error *error) {
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    fuzz_fail("an answer about a seed makes no sense");
#endif
    return __real_tp_reader_nonsense(path, error);
}

/* A fuzzer has one part read, as the input's sum says: each request takes two switches between
 * processes. Of the inputs over which HDF5 ends the process, it lets one in eight do so as often as
 * it may, the others once: each time another has to be started. */
static void read_all(tp_record *record, const uint8_t *data, size_t size) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    const unsigned sum = (unsigned)crc32(0, data, (uInt)size);
    record->ends = sum / FUZZ_PARTS % 8 ? 2 : 0;
    fuzz_read_part(record, sum);
#else
    (void)data;
    (void)size;
    for (unsigned part = 0; part < FUZZ_PARTS; part++)
        fuzz_read_part(record, part);
    if (!tp_reader_runs())
        fuzz_fail("the process that reads has ended over a seed, none of which is damaged");
#endif
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    fuzz_nursery_begin(seed());
#endif
    keep_process();
    const char *path = fuzz_disk_file(data, size);
    tp_record *record;
    tp_error error = {0};
    tp_status status = tp_record_open(path, &record, &error);
    fuzz_check(status, &error);
    if (status != TP_OK && tp_reader_runs())
        status = tp_record_open_any(path, &record, &error);
    fuzz_check(status, &error);
    if (status == TP_OK) {
        read_all(record, data, size);
        tp_record_close(&record);
    }
    return 0;
}
