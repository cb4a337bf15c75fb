/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and their columns. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "exports/nwb_object.h"

static tp_status write_ids(tp_nwb *nwb, const char *table, size_t rows) {
    char path[512];
    snprintf(path, sizeof path, "%s/id", table);
    int64_t *ids = malloc((rows ? rows : 1) * sizeof *ids);
    if (!ids)
        return tp_fail_memory(nwb->job->error, "exporting a table");
    for (size_t i = 0; i < rows; i++)
        ids[i] = (int64_t)i;
    tp_status status = tp_foreign_array(&nwb->file, path, H5T_NATIVE_INT64, 1, &rows, ids);
    free(ids);
    return status == TP_OK ? tp_nwb_type(nwb, path, "ElementIdentifiers", "hdmf-common") : status;
}

tp_status tp_nwb_table(tp_nwb *nwb, const char *path, const char *type, const char *description,
                       const char *const *columns, size_t column_count, size_t rows) {
    tp_status status = tp_foreign_group(&nwb->file, path);
    if (status == TP_OK)
        status = tp_nwb_type(nwb, path, type, "core");
    if (status == TP_OK)
        status = tp_foreign_attribute_text(&nwb->file, path, "description", description);
    if (status == TP_OK)
        status = tp_foreign_attribute_texts(&nwb->file, path, "colnames", columns, column_count);
    return status == TP_OK ? write_ids(nwb, path, rows) : status;
}

tp_status tp_nwb_column(tp_nwb *nwb, const char *path, const char *description) {
    tp_status status = tp_nwb_type(nwb, path, "VectorData", "hdmf-common");
    return status == TP_OK ? tp_foreign_attribute_text(&nwb->file, path, "description", description)
                           : status;
}

tp_status tp_nwb_numbers(tp_nwb *nwb, const char *table, const char *name, hid_t type, size_t count,
                         const void *values, const char *description) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", table, name);
    tp_status status = tp_foreign_array(&nwb->file, path, type, 1, &count, values);
    return status == TP_OK ? tp_nwb_column(nwb, path, description) : status;
}

tp_status tp_nwb_index(tp_nwb *nwb, const char *table, const char *name, size_t count,
                       const uint64_t *ends) {
    char path[520], target[512], description[200];
    snprintf(target, sizeof target, "%s/%s", table, name);
    snprintf(path, sizeof path, "%s_index", target);
    snprintf(description, sizeof description, "where the values of each row end in '%s'", name);
    tp_status status = tp_foreign_array(&nwb->file, path, H5T_NATIVE_UINT64, 1, &count, ends);
    if (status == TP_OK)
        status = tp_nwb_type(nwb, path, "VectorIndex", "hdmf-common");
    if (status == TP_OK)
        status = tp_foreign_attribute_text(&nwb->file, path, "description", description);
    return status == TP_OK ? tp_foreign_attribute_object(&nwb->file, path, "target", target)
                           : status;
}
