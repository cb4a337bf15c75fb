/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fail.h"
#include "base/room.h"
#include "record/writer_private.h"

#include <hdf5_hl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The path of the array that would be the scale of `axis` for the array at `path`. */
static char *scale_path(const char *path, const char *axis) {
    size_t group = (size_t)(strrchr(path, '/') - path) + 1;
    char *scale = malloc(group + strlen(axis) + 1);
    if (scale) {
        memcpy(scale, path, group);
        strcpy(scale + group, axis);
    }
    return scale;
}

static size_t find_axis(const tp_writer *writer, const char *path) {
    /* From the end: arrays of one group are mostly written one after the other. */
    for (size_t i = writer->axis_count; i-- > 0;)
        if (strcmp(writer->axes[i].path, path) == 0)
            return i;
    return writer->axis_count;
}

static tp_status settle(tp_writer *writer, size_t index, const char *array, uint64_t length,
                        tp_error *error) {
    tp_axis *axis = &writer->axes[index];
    if (axis->settled && axis->length != length)
        return tp_fail(error, TP_FAILED, writer->temporary.target,
                       "axis '%s' is %" PRIu64 " long in array '%s', but %" PRIu64
                       " long in array '%s'",
                       axis->path, length, array, axis->length, axis->array);
    if (axis->settled)
        return TP_OK;
    axis->array = malloc(strlen(array) + 1);
    if (!axis->array)
        return tp_fail_memory(error, "noting an axis");
    strcpy(axis->array, array);
    axis->length = length;
    axis->settled = true;
    return TP_OK;
}

/* The index of the axis, made where it is new. */
static tp_status note_axis(tp_writer *writer, const char *path, const char *name, size_t *index,
                           tp_error *error) {
    char *scale = scale_path(path, name);
    if (!scale)
        return tp_fail_memory(error, "noting an axis");
    *index = find_axis(writer, scale);
    if (*index < writer->axis_count) {
        free(scale);
        return TP_OK;
    }
    void *axes = writer->axes;
    bool reserved =
        tp_room_for_one(&axes, writer->axis_count, &writer->axis_capacity, sizeof(tp_axis));
    writer->axes = axes;
    if (!reserved) {
        free(scale);
        return tp_fail_memory(error, "noting an axis");
    }
    writer->axes[writer->axis_count++] = (tp_axis){.path = scale};
    return TP_OK;
}

tp_status tp_axis_note(tp_writer *writer, const char *path, const tp_layout *layout,
                       tp_growth growth, tp_error *error) {
    tp_entry entry = {.rank = layout->rank};
    for (size_t axis = 0; axis < layout->rank; axis++) {
        tp_status status = note_axis(writer, path, layout->axes[axis], &entry.axes[axis], error);
        if (status == TP_OK && !(growth == TP_GROWING && axis == 0))
            status = settle(writer, entry.axes[axis], path, layout->dims[axis], error);
        if (status != TP_OK)
            return status;
    }
    void *entries = writer->entries;
    bool reserved =
        tp_room_for_one(&entries, writer->entry_count, &writer->entry_capacity, sizeof(tp_entry));
    writer->entries = entries;
    entry.path = malloc(strlen(path) + 1);
    if (!reserved || !entry.path) {
        free(entry.path);
        return tp_fail_memory(error, "noting an array");
    }
    strcpy(entry.path, path);
    entry.is_scale = layout->rank == 1 && strcmp(writer->axes[entry.axes[0]].path, path) == 0;
    if (entry.is_scale)
        writer->axes[entry.axes[0]].has_scale = true;
    writer->entries[writer->entry_count++] = entry;
    return TP_OK;
}

tp_status tp_axis_settle(tp_writer *writer, const tp_entry *entry, uint64_t length,
                         tp_error *error) {
    return settle(writer, entry->axes[0], entry->path, length, error);
}

/* What netCDF-4 writes for a dimension without a variable: readers know it by its NAME. */
static tp_status make_bare(tp_writer *writer, tp_axis *axis, tp_error *error) {
    htri_t taken = H5Lexists(writer->file, axis->path, H5P_DEFAULT);
    if (taken > 0)
        return tp_fail(error, TP_FAILED, writer->temporary.target,
                       "array '%s' has an axis '%s', but what is written under that name is not an "
                       "array along that axis alone",
                       axis->array, axis->path);
    char name[96];
    snprintf(name, sizeof name, "This is a netCDF dimension but not a netCDF variable.%10" PRIu64,
             axis->length);
    const hsize_t length = axis->length;
    const tp_forms *forms = &writer->forms;
    hid_t space = H5Screate_simple(1, &length, NULL), dataset = -1;
    if (taken < 0 || space < 0 ||
        (dataset = H5Dcreate2(writer->file, axis->path, H5T_IEEE_F32BE, space, forms->link,
                              forms->whole, H5P_DEFAULT)) < 0 ||
        H5DSset_scale(dataset, name) < 0 ||
        H5Rcreate(&axis->reference, dataset, ".", H5R_OBJECT, -1) < 0 || H5Dclose(dataset) < 0 ||
        H5Sclose(space) < 0)
        return tp_writer_break(writer, error, "making dimension '%s'", axis->path);
    return TP_OK;
}

tp_status tp_axis_attach(tp_writer *writer, tp_error *error) {
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < writer->axis_count; i++)
        if (!writer->axes[i].has_scale)
            status = make_bare(writer, &writer->axes[i], error);
    return status == TP_OK ? tp_axis_write_lists(writer, error) : status;
}
