/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups and arrays that are written whole. */
#include "base/fail.h"
#include "base/room.h"
#include "record/hdf5_library.h"
#include "record/writer_private.h"

#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

hid_t tp_type_in_file(tp_type type) {
    switch (type) {
    case TP_FLOAT32:
        return H5T_IEEE_F32LE;
    case TP_FLOAT64:
        return H5T_IEEE_F64LE;
    case TP_UINT8:
    case TP_BYTES:
        return H5T_STD_U8LE;
    case TP_INT32:
        return H5T_STD_I32LE;
    case TP_UINT64:
        return H5T_STD_U64LE;
    }
    return H5I_INVALID_HID;
}

hid_t tp_type_in_memory(tp_type type) {
    switch (type) {
    case TP_FLOAT32:
        return H5T_NATIVE_FLOAT;
    case TP_FLOAT64:
        return H5T_NATIVE_DOUBLE;
    case TP_UINT8:
    case TP_BYTES:
        return H5T_NATIVE_UINT8;
    case TP_INT32:
        return H5T_NATIVE_INT32;
    case TP_UINT64:
        return H5T_NATIVE_UINT64;
    }
    return H5I_INVALID_HID;
}

size_t tp_type_size(tp_type type) {
    switch (type) {
    case TP_UINT8:
    case TP_BYTES:
        return 1;
    case TP_FLOAT32:
    case TP_INT32:
        return 4;
    case TP_FLOAT64:
    case TP_UINT64:
        return 8;
    }
    return 0;
}

bool tp_layout_count(const tp_layout *layout, size_t from, size_t *count) {
    *count = 1;
    for (size_t axis = from; axis < layout->rank; axis++)
        if (__builtin_mul_overflow(*count, layout->dims[axis], count))
            return false;
    return *count <= SIZE_MAX / 16;
}

static bool is_known(const tp_writer *writer, const char *path) {
    /* From the end: arrays of one group are mostly written one after the other. */
    for (size_t i = writer->group_count; i-- > 0;)
        if (strcmp(writer->groups[i], path) == 0)
            return true;
    return false;
}

/* HDF5 need not be asked for it again. */
static tp_status know(tp_writer *writer, const char *path, tp_error *error) {
    void *groups = writer->groups;
    const bool reserved = tp_room_for_one(&groups, writer->group_count, &writer->group_capacity,
                                          sizeof *writer->groups);
    writer->groups = groups;
    char *copy = reserved ? strdup(path) : NULL;
    if (!copy)
        return tp_fail_memory(error, "noting a group");
    writer->groups[writer->group_count++] = copy;
    return TP_OK;
}

static tp_status make_group(tp_writer *writer, const char *path, tp_error *error) {
    if (is_known(writer, path))
        return TP_OK;
    htri_t exists = H5Lexists(writer->file, path, H5P_DEFAULT);
    if (exists < 0)
        return tp_writer_break(writer, error, "looking for '%s'", path);
    if (exists > 0) {
        H5O_info_t info;
        if (H5Oget_info_by_name2(writer->file, path, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
            return tp_writer_break(writer, error, "looking at '%s'", path);
        if (info.type == H5O_TYPE_GROUP)
            return know(writer, path, error);
        return tp_fail(error, TP_FAILED, writer->temporary.target,
                       "'%s' is an array, expected a group", path);
    }
    const tp_forms *forms = &writer->forms;
    hid_t group = H5Gcreate2(writer->file, path, forms->link, forms->group, H5P_DEFAULT);
    if (group < 0 || H5Gclose(group) < 0)
        return tp_writer_break(writer, error, "making group '%s'", path);
    return know(writer, path, error);
}

/* Makes the groups of a path: all of them, or all but the last name. Gives `path` back as it was.
 */
static tp_status make_groups(tp_writer *writer, char *path, bool with_last, tp_error *error) {
    tp_status status = TP_OK;
    for (char *slash = strchr(path + 1, '/'); status == TP_OK && slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        status = make_group(writer, path, error);
        *slash = '/';
    }
    if (status == TP_OK && with_last && path[1])
        status = make_group(writer, path, error);
    return status;
}

tp_status tp_writer_group(tp_writer *writer, const char *path, tp_error *error) {
    tp_status status = tp_writer_ready(writer, error);
    if (status != TP_OK)
        return status;
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "making a group");
    status = make_groups(writer, clean, true, error);
    free(clean);
    return status == TP_OK ? tp_step_group(writer, path, error) : status;
}

static tp_status check_layout(const tp_writer *writer, const char *path, const tp_layout *layout,
                              tp_growth growth, tp_error *error) {
    const char *where = writer->temporary.target;
    size_t count;
    if (strcmp(path, "/") == 0)
        return tp_fail(error, TP_FAILED, where, "an array has no name");
    if (layout->rank > TP_MAX_RANK)
        return tp_fail(error, TP_FAILED, where, "array '%s' has %zu axes, expected at most %d",
                       path, layout->rank, TP_MAX_RANK);
    if (!layout->units || !layout->long_name)
        return tp_fail(error, TP_FAILED, where, "array '%s' has no %s", path,
                       layout->units ? "long_name" : "units");
    for (size_t axis = 0; axis < layout->rank; axis++) {
        const char *name = layout->axes[axis];
        if (!name || !*name || strchr(name, '/') || strcmp(name, ".") == 0)
            return tp_fail(error, TP_FAILED, where,
                           "axis %zu of array '%s' is called '%s', expected a name without '/'",
                           axis, path, name ? name : "");
    }
    if (!tp_layout_count(layout, growth == TP_GROWING ? 1 : 0, &count))
        return tp_fail(error, TP_FAILED, where, "array '%s' is larger than memory can be", path);
    return TP_OK;
}

/* What the same array always gets, whatever HDF5's defaults are: a list of its own, for the caller
 * to close, where it lies in chunks, else that of the forms. */
static hid_t creation_list(const tp_forms *forms, const tp_layout *layout, hid_t type,
                           tp_growth growth) {
    hsize_t chunk[TP_MAX_RANK];
    size_t size = H5Tget_size(type);
    if (size == 0)
        return H5I_INVALID_HID;
    /* Strings lie in a heap; their array holds only pointers, which packing does no good. */
    if (H5Tget_class(type) == H5T_STRING || !tp_chunk_shape(layout, size, growth, chunk))
        return forms->whole;
    hid_t list = H5Pcopy(forms->whole);
    if (list < 0 || H5Pset_chunk(list, (int)layout->rank, chunk) < 0)
        return H5I_INVALID_HID;
    if (layout->type == TP_BYTES)
        return H5Pset_fletcher32(list) < 0 ? H5I_INVALID_HID : list;
    if ((size > 1 && H5Pset_shuffle(list) < 0) || H5Pset_deflate(list, TP_DEFLATE_LEVEL) < 0)
        return H5I_INVALID_HID;
    return list;
}

static hid_t creation_space(const tp_layout *layout, tp_growth growth) {
    hsize_t dims[TP_MAX_RANK], most[TP_MAX_RANK];
    for (size_t axis = 0; axis < layout->rank; axis++) {
        dims[axis] = layout->dims[axis];
        most[axis] = dims[axis];
    }
    if (growth == TP_GROWING) {
        dims[0] = 0;
        most[0] = H5S_UNLIMITED;
        /* A chunk has at least one value along each axis, and an axis may not end before it. */
        for (size_t axis = 1; axis < layout->rank; axis++)
            most[axis] = most[axis] > 0 ? most[axis] : 1;
    }
    if (layout->rank == 0)
        return H5Screate(H5S_SCALAR);
    return H5Screate_simple((int)layout->rank, dims, most);
}

static herr_t set_text(const tp_forms *forms, hid_t dataset, const char *name, const char *text) {
    return tp_attribute_fill(
        H5Acreate2(dataset, name, forms->text, forms->single, H5P_DEFAULT, H5P_DEFAULT),
        forms->text, &text);
}

/* Makes the entry's array. */
static hid_t create_dataset(tp_writer *writer, tp_entry *entry, const tp_layout *layout, hid_t type,
                            tp_growth growth) {
    const tp_forms *forms = &writer->forms;
    hid_t create = creation_list(forms, layout, type, growth);
    hid_t space = creation_space(layout, growth);
    if (create < 0 || space < 0)
        return H5I_INVALID_HID;
    /* Streams write whole chunks. Without a cache they go into the file at once, and what else is
     * done meanwhile, such as taking them out again, does not change where in the file they lie. */
    hid_t dataset = H5Dcreate2(writer->file, entry->path, type, space, forms->link, create,
                               growth == TP_GROWING ? forms->growing : H5P_DEFAULT);
    if (dataset < 0 || H5Rcreate(&entry->reference, dataset, ".", H5R_OBJECT, -1) < 0 ||
        set_text(forms, dataset, "units", layout->units) < 0 ||
        set_text(forms, dataset, "long_name", layout->long_name) < 0)
        return H5I_INVALID_HID;
    if (entry->is_scale) {
        writer->axes[entry->axes[0]].reference = entry->reference;
        if (H5DSset_scale(dataset, layout->axes[0]) < 0)
            return H5I_INVALID_HID;
    }
    if (H5Sclose(space) < 0 || (create != forms->whole && H5Pclose(create) < 0))
        return H5I_INVALID_HID;
    return dataset;
}

tp_status tp_writer_add(tp_writer *writer, const char *path, const tp_layout *layout, hid_t type,
                        tp_growth growth, hid_t *dataset, tp_error *error) {
    tp_status status = tp_writer_ready(writer, error);
    if (status != TP_OK)
        return status;
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "writing an array");
    status = check_layout(writer, clean, layout, growth, error);
    if (status == TP_OK)
        status = make_groups(writer, clean, false, error);
    if (status == TP_OK && H5Lexists(writer->file, clean, H5P_DEFAULT) > 0)
        status =
            tp_fail(error, TP_FAILED, writer->temporary.target, "'%s' is written twice", clean);
    if (status == TP_OK)
        status = tp_axis_note(writer, clean, layout, growth, error);
    if (status == TP_OK) {
        tp_entry *entry = &writer->entries[writer->entry_count - 1];
        *dataset = create_dataset(writer, entry, layout, type, growth);
        if (*dataset < 0)
            status = tp_writer_break(writer, error, "making array '%s'", clean);
    }
    free(clean);
    return status;
}

/* Packs what lies in chunks as streams do: HDF5 takes three times as long. */
static tp_status put_values(tp_writer *writer, hid_t dataset, const tp_layout *layout,
                            const void *values, size_t count, tp_error *error) {
    hsize_t chunk[TP_MAX_RANK];
    tp_writer_stream whole = {
        .writer = writer, .entry = writer->entry_count - 1, .dataset = dataset};
    if (count == 0)
        return TP_OK;
    if (tp_chunk_shape(layout, tp_type_size(layout->type), TP_WHOLE, chunk)) {
        tp_stream_shape(&whole, layout);
        if (whole.packs)
            return tp_stream_put_whole(&whole, values, layout->dims[0], error);
    }
    if (H5Dwrite(dataset, tp_type_in_memory(layout->type), H5S_ALL, H5S_ALL, H5P_DEFAULT, values) <
        0)
        return tp_writer_break(writer, error, "writing array '%s'",
                               writer->entries[whole.entry].path);
    return TP_OK;
}

tp_status tp_writer_array(tp_writer *writer, const char *path, const tp_layout *layout,
                          const void *values, tp_error *error) {
    hid_t dataset = H5I_INVALID_HID;
    tp_status status = tp_writer_add(writer, path, layout, tp_type_in_file(layout->type), TP_WHOLE,
                                     &dataset, error);
    if (status != TP_OK)
        return status;
    size_t count = 0;
    (void)tp_layout_count(layout, 0, &count); /* checked by tp_writer_add */
    status = put_values(writer, dataset, layout, values, count, error);
    if (status != TP_OK)
        return status;
    if (H5Dclose(dataset) < 0)
        return tp_writer_break(writer, error, "writing array '%s'", path);
    return tp_step_array(writer, path, layout, values, count * tp_type_size(layout->type), error);
}

tp_status tp_writer_strings(tp_writer *writer, const char *path, const tp_layout *layout,
                            const char *const *values, tp_error *error) {
    if (layout->rank != 1)
        return tp_fail(error, TP_FAILED, writer->temporary.target,
                       "array '%s' of strings has %zu axes, expected 1", path, layout->rank);
    hid_t dataset = H5I_INVALID_HID, type = writer->forms.text;
    tp_status status = tp_writer_add(writer, path, layout, type, TP_WHOLE, &dataset, error);
    if (status != TP_OK)
        return status;
    if ((layout->dims[0] > 0 &&
         H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, writer->forms.convert, values) < 0) ||
        H5Dclose(dataset) < 0)
        return tp_writer_break(writer, error, "writing array '%s'", path);
    return tp_step_strings(writer, path, layout, values, error);
}
