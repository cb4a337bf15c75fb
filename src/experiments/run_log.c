/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/run_log.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/json.h"
#include "record/temporary.h"

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

static char *path_of(const char *record) {
    const size_t room = strlen(record) + sizeof ".log.json";
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s.log.json", record);
    return path;
}

static tp_status write_whole(const tp_run_log *log, const char *record, tp_status ran,
                             const tp_temporary *temporary, tp_error *error) {
    FILE *file = fopen(temporary->path, "w");
    if (file) {
        write_log(log, record, ran, file);
        const bool failed = ferror(file) != 0;
        if (fclose(file) == 0 && !failed)
            return tp_temporary_publish(temporary, error);
    }
    return tp_fail(error, TP_FAILED, temporary->target, "the log cannot be written: %s",
                   strerror(errno));
}

tp_status tp_run_log_write(const tp_run_log *log, const char *record, tp_status ran,
                           tp_error *error) {
    char *path = path_of(record);
    if (!path)
        return tp_fail_memory(error, "writing the log");
    tp_temporary temporary;
    tp_status status = tp_temporary_create(&temporary, path, error);
    free(path);
    if (status != TP_OK)
        return status;
    status = write_whole(log, record, ran, &temporary, error);
    if (status == TP_OK)
        tp_temporary_free(&temporary);
    else
        tp_temporary_drop(&temporary);
    return status;
}

void tp_run_log_clear(const char *record) {
    char *path = path_of(record);
    if (path)
        tp_temporary_clear(path);
    free(path);
}
