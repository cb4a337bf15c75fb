/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/run_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/json.h"

void tp_run_log_start(tp_run_log *log) {
    clock_gettime(CLOCK_REALTIME, &log->started);
    clock_gettime(CLOCK_MONOTONIC, &log->clock);
}

static void write_log(const tp_run_log *log, const char *record, tp_status ran, FILE *file) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds = (double)(now.tv_sec - log->clock.tv_sec) +
                     1e-9 * (double)(now.tv_nsec - log->clock.tv_nsec);
    char started[40] = "";
    struct tm utc;
    if (gmtime_r(&log->started.tv_sec, &utc))
        strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", &utc);
    struct utsname machine = {.nodename = ""};
    uname(&machine);
    const char *const texts[][2] = {
        {"record", record},
        {"program", "tripartite " TP_VERSION},
        {"status", ran == TP_OK ? "complete" : "partial"},
        {"started", started},
        {"host", machine.nodename},
        {"system", machine.sysname},
        {"machine", machine.machine},
    };
    fputs("{\n", file);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fprintf(file, "  \"%s\": ", texts[i][0]);
        tp_json_write_text(file, texts[i][1]);
        fputs(",\n", file);
    }
    fprintf(file, "  \"wall_seconds\": %.6f,\n  \"processors\": %ld\n}\n", seconds,
            sysconf(_SC_NPROCESSORS_ONLN));
}

tp_status tp_run_log_write(const tp_run_log *log, const char *record, tp_status ran,
                           tp_error *error) {
    enum { NUMBER_ROOM = 24 };
    size_t room = strlen(record) + sizeof ".log.json..tmp" + NUMBER_ROOM;
    char *path = malloc(room), *temporary = malloc(room);
    tp_status status = TP_OK;
    if (!path || !temporary) {
        status = tp_fail_memory(error, "writing the log");
        goto end;
    }
    snprintf(path, room, "%s.log.json", record);
    /* Two runs may write one record at a time. */
    snprintf(temporary, room, "%s.log.json.%ld.tmp", record, (long)getpid());
    FILE *file = fopen(temporary, "w");
    if (!file) {
        status = tp_fail(error, TP_FAILED, path, "the log cannot be written: %s", strerror(errno));
        goto end;
    }
    write_log(log, record, ran, file);
    int failed = ferror(file);
    if (fclose(file) != 0 || failed || rename(temporary, path) != 0) {
        status = tp_fail(error, TP_FAILED, path, "the log cannot be written: %s", strerror(errno));
        unlink(temporary);
    }
end:
    free(path);
    free(temporary);
    return status;
}
