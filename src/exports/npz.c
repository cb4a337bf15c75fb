/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record as an archive of NumPy's arrays: PATH for an array, PATH@ATTRIBUTE for an attribute of
 * an array or a group, @ATTRIBUTE for one of the record, PATH@axes for the names of an array's
 * axes. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "exports/export_kind.h"
#include "exports/npy.h"
#include "record/reader_attributes.h"
#include "record/reader_private.h"

static tp_status write_attribute(tp_export_job *job, tp_zip_writer *zip, const char *path,
                                 const tp_listed_attribute *attribute) {
    const char *name = attribute->name;
    const char *entry = tp_arena_format(&job->arena, "%s@%s", path + 1, name);
    char *text = NULL;
    double number = 0;
    uint64_t whole = 0;
    if (!entry)
        return tp_fail_memory(job->error, "exporting attributes");
    tp_status status = TP_OK;
    switch (attribute->kind) {
    case TP_LISTED_TEXT:
        status = tp_record_text(job->record, path, name, &text, job->error);
        if (status == TP_OK)
            status = tp_npy_texts(zip, entry, (const char *const[]){text}, 1, true, job->error);
        free(text);
        break;
    case TP_LISTED_FLOAT:
        status = tp_record_number(job->record, path, name, &number, job->error);
        if (status == TP_OK)
            status = tp_npy_number(zip, entry, "<f8", &number, job->error);
        break;
    case TP_LISTED_SIGNED:
    case TP_LISTED_UNSIGNED:
        status = tp_record_integer(job->record, path, name, &whole, job->error);
        if (status == TP_OK)
            status = tp_npy_number(zip, entry, "<u8", &whole, job->error);
        break;
    case TP_LISTED_BARE:
    case TP_LISTED_OTHER:
        fprintf(job->told, "left out: %s@%s (no single number or text)\n", path, name);
    }
    return status;
}

static tp_status write_attributes(tp_export_job *job, tp_zip_writer *zip, const char *path) {
    tp_attributes list;
    tp_status status = tp_record_attributes(job->record, path, &list, job->error);
    for (size_t i = 0; status == TP_OK && i < list.count; i++)
        if (list.items[i].name[0] != '_') /* netCDF-4's own */
            status = write_attribute(job, zip, path, &list.items[i]);
    tp_attributes_free(&list);
    return status;
}

static tp_status write_axes(tp_export_job *job, tp_zip_writer *zip, const tp_listed *array) {
    const char *names[TP_MAX_RANK];
    if (array->rank == 0 || array->is_axis)
        return TP_OK;
    for (size_t axis = 0; axis < array->rank; axis++)
        names[axis] = array->axes[axis] ? strrchr(array->axes[axis], '/') + 1 : "";
    const char *entry = tp_arena_format(&job->arena, "%s@axes", array->path + 1);
    return entry ? tp_npy_texts(zip, entry, names, array->rank, false, job->error)
                 : tp_fail_memory(job->error, "exporting axes");
}

/* Whether the array, or the group, is asked for. */
static bool is_wanted(const tp_export_job *job, const char *path) {
    const size_t length = job->group ? strlen(job->group) : 0;
    if (!job->group || length == 1)
        return true;
    return strncmp(path, job->group, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static tp_status write_everything(tp_export_job *job, tp_zip_writer *zip) {
    size_t count = 0;
    tp_status status = TP_OK;
    for (size_t g = 0; status == TP_OK && g < job->listing.group_count; g++) {
        const char *group = job->listing.groups[g];
        if (strcmp(group, "/") == 0 || is_wanted(job, group))
            status = write_attributes(job, zip, group);
    }
    for (size_t i = 0; status == TP_OK && i < job->listing.count; i++) {
        const tp_listed *array = &job->listing.arrays[i];
        if (array->kind == TP_LISTED_BARE || !is_wanted(job, array->path))
            continue;
        if (array->kind == TP_LISTED_OTHER || (array->kind == TP_LISTED_TEXT && array->rank > 1)) {
            fprintf(job->told, "left out: %s (neither numbers nor a list of text)\n", array->path);
            continue;
        }
        count++;
        status = tp_npy_array(job, zip, array->path + 1, array);
        if (status == TP_OK)
            status = write_axes(job, zip, array);
        if (status == TP_OK)
            status = write_attributes(job, zip, array->path);
    }
    if (status == TP_OK)
        fprintf(job->told, "%s: %zu array%s%s\n", job->output.target, count, count == 1 ? "" : "s",
                job->output.existed ? " (replaced)" : "");
    return status;
}

static tp_status write(tp_export_job *job) {
    tp_zip_writer *zip;
    tp_status status =
        tp_zip_open(tp_output_file(&job->output), job->output.target, 0, &zip, job->error);
    if (status == TP_OK)
        status = write_everything(job, zip);
    if (status == TP_OK)
        status = tp_zip_finish(zip, job->error);
    tp_zip_close(&zip);
    return status;
}

const tp_export_kind tp_export_npz = {
    .format = {.name = "npz", .summary = "every array and attribute, for NumPy", .groups = true},
    .output = TP_OUTPUT_FILE,
    .write = write,
};
