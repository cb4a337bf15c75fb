/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record as an archive of NumPy's arrays: PATH for an array, PATH@ATTRIBUTE for an attribute of
 * an array or a group, @ATTRIBUTE for one of the record, PATH@axes for the names of an array's
 * axes. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "exports/export_kind.h"
#include "exports/npy.h"
#include "record/reader_private.h"

typedef struct attributes {
    tp_export_job *job;
    tp_zip_writer *zip;
    const char *path; /* of the object */
    tp_status status;
} attributes;

/* HDF5's and netCDF-4's own, which say what tp_npy's axes say. */
static bool is_internal(const char *name) {
    static const char *const names[] = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return name[0] == '_';
}

static tp_status write_attribute(const attributes *a, const char *name, H5T_class_t class) {
    tp_export_job *job = a->job;
    const char *entry = tp_arena_format(&job->arena, "%s@%s", a->path + 1, name);
    char *text = NULL;
    double number = 0;
    uint64_t whole = 0;
    if (!entry)
        return tp_fail_memory(job->error, "exporting attributes");
    tp_status status;
    if (class == H5T_STRING) {
        status = tp_record_text(job->record, a->path, name, &text, job->error);
        if (status == TP_OK)
            status = tp_npy_texts(a->zip, entry, (const char *const[]){text}, 1, true, job->error);
        free(text);
    } else if (class == H5T_FLOAT) {
        status = tp_record_number(job->record, a->path, name, &number, job->error);
        if (status == TP_OK)
            status = tp_npy_number(a->zip, entry, "<f8", &number, job->error);
    } else {
        status = tp_record_integer(job->record, a->path, name, &whole, job->error);
        if (status == TP_OK)
            status = tp_npy_number(a->zip, entry, "<u8", &whole, job->error);
    }
    return status;
}

static herr_t take_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data) {
    attributes *a = data;
    (void)info;
    if (is_internal(name))
        return 0;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = attribute >= 0 ? H5Aget_type(attribute) : H5I_INVALID_HID;
    hid_t space = attribute >= 0 ? H5Aget_space(attribute) : H5I_INVALID_HID;
    const H5T_class_t class = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
    const bool single = space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    if (attribute >= 0)
        H5Aclose(attribute);
    if (single &&
        (class == H5T_STRING || class == H5T_FLOAT || class == H5T_INTEGER || class == H5T_ENUM))
        a->status = write_attribute(a, name, class);
    else
        fprintf(a->job->told, "left out: %s@%s (no single number or text)\n", a->path, name);
    return a->status == TP_OK ? 0 : -1;
}

static tp_status write_attributes(tp_export_job *job, tp_zip_writer *zip, const char *path) {
    attributes a = {.job = job, .zip = zip, .path = path};
    hid_t object = H5Oopen(job->record->file, path, H5P_DEFAULT);
    hsize_t at = 0;
    const bool whole = object >= 0 && H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &at,
                                                  take_attribute, &a) >= 0;
    if (object >= 0)
        H5Oclose(object);
    if (a.status == TP_OK && !whole)
        a.status = tp_record_damaged(job->record, job->error, "attributes of '%s'", path);
    return a.status;
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
