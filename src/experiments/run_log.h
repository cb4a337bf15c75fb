/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RECORD.log.json: what a record may not hold because it differs between equal runs. */
#ifndef TP_EXPERIMENTS_RUN_LOG_H
#define TP_EXPERIMENTS_RUN_LOG_H

#include <time.h>
#include <tripartite/error.h>

typedef struct tp_run_log {
    struct timespec started; /* of the day */
    struct timespec clock;   /* monotonic */
} tp_run_log;

void tp_run_log_start(tp_run_log *log);

/* Writes RECORD.log.json beside the record, under a temporary name first. */
tp_status tp_run_log_write(const tp_run_log *log, const char *record, tp_status ran,
                           tp_error *error);

/* Removes what unfinished logs of the record have left, where no other process can be writing one.
 */
void tp_run_log_clear(const char *record);

#endif
