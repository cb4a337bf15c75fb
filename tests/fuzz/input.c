/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "input.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct memory_file {
    int descriptor;
    char path[40];
} memory_file;

static const char *fill(memory_file *file, const uint8_t *data, size_t size) {
    if (!*file->path) {
        file->descriptor = memfd_create("input", MFD_CLOEXEC);
        if (file->descriptor < 0)
            fuzz_fail("memfd_create failed");
        snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->descriptor);
    }
    if (ftruncate(file->descriptor, 0) != 0 ||
        pwrite(file->descriptor, data, size, 0) != (ssize_t)size)
        fuzz_fail("the input could not be written");
    return file->path;
}

const char *fuzz_file(const uint8_t *data, size_t size) {
    static memory_file file;
    return fill(&file, data, size);
}

const char *fuzz_other_file(const uint8_t *data, size_t size) {
    static memory_file file;
    return fill(&file, data, size);
}

static char disk_path[64];

static void remove_disk_file(void) {
    (void)unlink(disk_path);
}

const char *fuzz_disk_file(const uint8_t *data, size_t size) {
    if (!*disk_path) {
        /* Where that is memory, it is faster. */
        const bool shared = access("/dev/shm", W_OK) == 0;
        snprintf(disk_path, sizeof disk_path, "%s/tripartite-fuzz-%d", shared ? "/dev/shm" : "/tmp",
                 (int)getpid());
        atexit(remove_disk_file);
    }
    FILE *file = fopen(disk_path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        fuzz_fail("the input could not be written");
    return disk_path;
}

bool fuzz_errors_are_foreign;

void fuzz_check(tp_status status, const tp_error *error) {
    if (status == TP_OK)
        return;
    if (error->status != status)
        fuzz_fail("the error has another status than was returned");
    if (!memchr(error->where, '\0', sizeof error->where) ||
        !memchr(error->message, '\0', sizeof error->message) ||
        !memchr(error->hint, '\0', sizeof error->hint))
        fuzz_fail("an error whose text does not end");
    if (!*error->message)
        fuzz_fail("an error without a message");
    if (fuzz_errors_are_foreign)
        return;
    if (status != TP_INVALID)
        return;
    if (!*error->where)
        fuzz_fail("an error without a place");
    if (!*error->hint && !strstr(error->message, "expected")) {
        fprintf(stderr, "%s: %s\n", error->where, error->message);
        fuzz_fail("an error that says neither what was expected nor how to mend it");
    }
}

void fuzz_fail(const char *what) {
    fprintf(stderr, "fuzz target: %s\n", what);
    abort();
}
