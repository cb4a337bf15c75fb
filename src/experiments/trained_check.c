/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/trained_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/fail.h"
#include "experiments/scenario_difference.h"

static const char CHECKSUM[] = "checksum";

static tp_status check_kind(const tp_scenario *scenario, const tp_record *from, const char *record,
                            tp_error *error) {
    const char *expected = scenario->experiment->name;
    char *experiment;
    tp_status status = tp_record_text(from, "/", "experiment", &experiment, error);
    if (status != TP_OK)
        return status;
    if (strcmp(experiment, expected) != 0)
        status = tp_fail(error, TP_INVALID, record, "is a record of %s, expected one of %s",
                         experiment, expected);
    free(experiment);
    return status;
}

tp_status tp_trained_check(const tp_scenario *scenario, const tp_record *from, const char *record,
                           bool (*may_differ)(const char *path, const void *context),
                           const void *context, const char *what_may_differ, tp_error *error) {
    char where[300], difference[700];
    tp_status status = check_kind(scenario, from, record, error);
    snprintf(where, sizeof where, "%s (its scenario)", record);
    if (status == TP_OK)
        status = tp_scenario_difference_from(scenario, from, where, may_differ, context, difference,
                                             sizeof difference, error);
    if (status != TP_OK || !*difference)
        return status;
    tp_fail(error, TP_INVALID, record, "was trained by another scenario: %s", difference);
    return tp_hint(error, "%s", what_may_differ);
}

tp_status tp_trained_write_sum(tp_writer *writer, const char *path, const void *data, size_t size,
                               tp_error *error) {
    return tp_writer_integer(writer, path, CHECKSUM, crc32_z(0, data, size), error);
}

tp_status tp_trained_check_sum(const tp_record *from, const char *record, const char *path,
                               const void *data, size_t size, tp_error *error) {
    uint64_t sum;
    tp_status status = tp_record_integer(from, path, CHECKSUM, &sum, error);
    if (status == TP_OK && sum != crc32_z(0, data, size))
        status =
            tp_fail(error, TP_INVALID, record, "'%s' is damaged: its checksum is another", path);
    return status == TP_INVALID ? tp_hint(error, "train it again") : status;
}
