/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole HDF5 file that is no record: of other types, shapes, texts, links and axes than a record
 * has. What reads it is in this process, so that its own faults are seen, and not only HDF5's. The
 * first byte of the input says what is read; the rest, what there is. */
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "record/reader_private.h"
#include "record/reader_process.h"
#include "record_reads.h"
#include "stand_in.h"
#include "structure.h"

static tp_service *service;
static tp_bytes to_child, to_parent;

static void begin(void) {
    if (!(service = tp_service_create(FUZZ_CHILD_END)))
        fuzz_fail("there is no memory");
    to_child.size = to_child.at = to_parent.size = to_parent.at = 0;
}

static int end(void) {
    tp_service_destroy(&service);
    return 0;
}

static void put(tp_bytes *into, const void *bytes, size_t size) {
    if (into->at == into->size)
        into->at = into->size = 0;
    if (!tp_bytes_put(into, bytes, size))
        fuzz_fail("there is no memory");
}

static size_t take(tp_bytes *from, void *bytes, size_t size) {
    const size_t there = from->size - from->at, count = size < there ? size : there;
    (void)tp_bytes_take(from, bytes, count);
    return count;
}

static void ask(const void *bytes, size_t size) {
    put(&to_child, bytes, size);
}

static void answer(const void *bytes, size_t size) {
    put(&to_parent, bytes, size);
}

static size_t hear_request(void *bytes, size_t size) {
    return take(&to_child, bytes, size);
}

/* The child answers when it is waited for. */
static size_t hear_answer(void *bytes, size_t size) {
    while (to_parent.at == to_parent.size)
        if (!tp_service_answer(service))
            fuzz_fail("the service has ended");
    return take(&to_parent, bytes, size);
}

static void read_file(const char *path, bool ours, unsigned part) {
    tp_record *record;
    tp_error error = {0};
    const tp_status status =
        ours ? tp_record_open(path, &record, &error) : tp_record_open_any(path, &record, &error);
    fuzz_check(status, &error);
    if (status != TP_OK)
        return;
    fuzz_read_part(record, part);
    tp_record_close(&record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const fuzz_stand_in here = {.parent_sends = ask,
                                       .parent_takes = hear_answer,
                                       .child_sends = answer,
                                       .child_takes = hear_request,
                                       .begins = begin,
                                       .ends = end};
    const char *path = fuzz_disk_file(data, 0);
    if (size == 0)
        return 0;
    /* Only what is summed up need be a record; the first byte may ask for that without a heading.
     */
    const bool ours = data[0] % FUZZ_PARTS == 0;
    fuzz_structure(data + 1, size - 1, ours && data[0] < 250, path);
    fuzz_stand_in_set(&here);
    read_file(path, ours, data[0]);
    fuzz_stand_in_set(NULL);
    return 0;
}
