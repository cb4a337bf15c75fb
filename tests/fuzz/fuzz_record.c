/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A damaged record, or any HDF5 file. HDF5 may crash over the input or never end: that must come
 * back as an error. */
#include <stdio.h>
#include <stdlib.h>

#include "input.h"
#include "record/reader_private.h"
#include "record_reads.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    keep_process();
    const char *path = fuzz_disk_file(data, size);
    tp_record *record;
    tp_error error = {0};
    tp_status status = tp_record_open(path, &record, &error);
    fuzz_check(status, &error);
    if (status != TP_OK)
        status = tp_record_open_any(path, &record, &error);
    if (status == TP_OK)
        for (unsigned part = 0; part < FUZZ_PARTS; part++)
            fuzz_read_part(record, part);
    if (status == TP_OK)
        tp_record_close(&record);
    return 0;
}
