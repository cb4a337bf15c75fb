/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/arrays.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fail.h"

tp_status tp_record_put(tp_writer *writer, const char *group, const char *name, tp_layout layout,
                        const void *values, tp_error *error) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", group, name);
    return tp_writer_array(writer, path, &layout, values, error);
}

tp_layout tp_layout_along(tp_type type, const char *axis, size_t count, const char *units,
                          const char *long_name) {
    return (tp_layout){.type = type,
                       .rank = 1,
                       .dims = {count},
                       .axes = {axis},
                       .units = units,
                       .long_name = long_name};
}

tp_status tp_record_index(tp_writer *writer, const char *group, const char *axis, size_t first,
                          size_t count, tp_error *error) {
    int32_t *index = malloc((count ? count : 1) * sizeof *index);
    if (!index)
        return tp_fail_memory(error, "recording");
    for (size_t i = 0; i < count; i++)
        index[i] = (int32_t)(first + i);
    tp_status status = tp_record_put(
        writer, group, axis, tp_layout_along(TP_INT32, axis, count, "1", axis), index, error);
    free(index);
    return status;
}

const char *const tp_spike_sortings[] = {"none", "by_id", "by_time", NULL};

tp_status tp_record_open_spikes(tp_writer *writer, const char *group, const char *node,
                                tp_writer_stream **timestamps, tp_writer_stream **node_ids,
                                tp_error *error) {
    char path[160];
    snprintf(path, sizeof path, "%s/timestamps", group);
    tp_layout layout = tp_layout_along(TP_FLOAT64, "spike", 0, "ms",
                                       "time of the spike since the start of the run");
    tp_status status = tp_writer_stream_open(writer, path, &layout, timestamps, error);
    snprintf(path, sizeof path, "%s/node_ids", group);
    layout = tp_layout_along(TP_UINT64, "spike", 0, "1", node);
    if (status == TP_OK)
        status = tp_writer_stream_open(writer, path, &layout, node_ids, error);
    if (status == TP_OK)
        status = tp_writer_enumeration(writer, group, "sorting", tp_spike_sortings, 2, error);
    return status;
}
