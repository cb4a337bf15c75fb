/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that reads records, gone mad: HDF5 has overwritten its memory, and it answers what it
 * likes. Who has asked must get an error or something sound. The first byte of the input says what
 * is asked, the second how the process ends; the rest are its answers. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "record/reader_private.h"
#include "record_reads.h"
#include "stand_in.h"

static struct {
    const uint8_t *bytes;
    size_t left;
    int status;
    int processes;
} answers;

static void hear(const void *bytes, size_t size) {
    (void)bytes;
    (void)size;
}

static size_t say(void *bytes, size_t size) {
    const size_t count = size < answers.left ? size : answers.left;
    memcpy(bytes, answers.bytes, count);
    answers.bytes += count;
    answers.left -= count;
    return count;
}

/* A process may take all of its time before it ends. */
enum { MOST_PROCESSES = 5 };

static void begin(void) {
    if (++answers.processes > MOST_PROCESSES)
        fuzz_fail("processes are started for ever");
}

static int end(void) {
    return answers.status;
}

/* A size that makes no sense is one for which there is no memory. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1:max_allocation_size_mb=64";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const fuzz_stand_in mad = {
        .parent_sends = hear, .parent_takes = say, .begins = begin, .ends = end};
    static const int ends[] = {0, SIGSEGV, SIGPROF, SIGKILL};
    if (size < 2)
        return 0;
    answers.bytes = data + 2;
    answers.left = size - 2;
    answers.processes = 0;
    answers.status = ends[data[1] % 4]; /* of a process that a signal has ended */
    fuzz_stand_in_set(&mad);
    fuzz_errors_are_foreign = true;
    tp_record *record;
    tp_error error = {0};
    const tp_status status = tp_record_open("record.h5", &record, &error);
    fuzz_check(status, &error);
    if (status == TP_OK) {
        fuzz_read_part(record, data[0]);
        tp_record_close(&record);
    }
    fuzz_stand_in_set(NULL);
    return 0;
}
