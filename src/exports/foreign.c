/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/foreign.h"

#include <string.h>

#include "base/fail.h"
#include "record/hdf5_library.h"
#include "record/writer_private.h"

static tp_status broken(tp_foreign *file, const char *what, const char *path) {
    char reason[512];
    tp_hdf5_reason(reason, sizeof reason);
    file->broken = true;
    return tp_fail(file->job->error, TP_FAILED, file->target, "writing %s '%s' failed: %s", what,
                   path, reason);
}

tp_status tp_foreign_create(tp_export_job *job, const char *path, const char *target,
                            tp_foreign *file) {
    *file = (tp_foreign){.job = job, .target = target};
    file->file = tp_hdf5_create(path);
    return file->file >= 0 ? TP_OK : broken(file, "the file", target);
}

tp_status tp_foreign_finish(tp_foreign *file, const char *path) {
    /* H5Fclose may report success where it could not write: all is written before it. */
    if (H5Fflush(file->file, H5F_SCOPE_GLOBAL) < 0 || H5Fclose(file->file) < 0)
        return broken(file, "the file", file->target);
    file->file = H5I_INVALID_HID;
    hid_t again = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (again < 0 || H5Fclose(again) < 0)
        return broken(file, "the file", file->target);
    return TP_OK;
}

void tp_foreign_abandon(tp_foreign *file) {
    if (file->file >= 0 && !file->broken)
        (void)H5Fclose(file->file);
    file->file = H5I_INVALID_HID;
}

tp_status tp_foreign_group(tp_foreign *file, const char *path) {
    hid_t create = H5Pcreate(H5P_GROUP_CREATE), group = H5I_INVALID_HID;
    if (create < 0 || H5Pset_obj_track_times(create, false) < 0 ||
        (group = H5Gcreate2(file->file, path, H5P_DEFAULT, create, H5P_DEFAULT)) < 0 ||
        H5Gclose(group) < 0 || H5Pclose(create) < 0)
        return broken(file, "group", path);
    return TP_OK;
}

/* --- arrays --------------------------------------------------------------------------------- */

static hid_t create(tp_foreign *file, const char *path, hid_t type, size_t rank,
                    const size_t *dims) {
    hsize_t space_dims[TP_MAX_RANK], chunk[TP_MAX_RANK];
    tp_layout layout = {.rank = rank};
    for (size_t axis = 0; axis < rank; axis++)
        space_dims[axis] = layout.dims[axis] = dims[axis];
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = rank > 0 ? H5Screate_simple((int)rank, space_dims, NULL) : H5Screate(H5S_SCALAR);
    const size_t bytes = H5Tget_size(type);
    if (list < 0 || space < 0 || bytes == 0 || H5Pset_obj_track_times(list, false) < 0)
        return H5I_INVALID_HID;
    if (rank > 0 && H5Tget_class(type) != H5T_STRING &&
        tp_chunk_shape(&layout, bytes, TP_WHOLE, chunk) &&
        (H5Pset_chunk(list, (int)rank, chunk) < 0 || (bytes > 1 && H5Pset_shuffle(list) < 0) ||
         H5Pset_deflate(list, TP_DEFLATE_LEVEL) < 0))
        return H5I_INVALID_HID;
    hid_t dataset = H5Dcreate2(file->file, path, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (H5Sclose(space) < 0 || H5Pclose(list) < 0)
        return H5I_INVALID_HID;
    return dataset;
}

static bool is_empty(size_t rank, const size_t *dims) {
    for (size_t axis = 0; axis < rank; axis++)
        if (dims[axis] == 0)
            return true;
    return false;
}

tp_status tp_foreign_array(tp_foreign *file, const char *path, hid_t type, size_t rank,
                           const size_t *dims, const void *values) {
    hid_t dataset = create(file, path, type, rank, dims);
    if (dataset < 0 ||
        (!is_empty(rank, dims) &&
         H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) ||
        H5Dclose(dataset) < 0)
        return broken(file, "array", path);
    return TP_OK;
}

typedef struct copying {
    tp_foreign *file;
    hid_t dataset, type;
    size_t rank;
    hsize_t dims[TP_MAX_RANK];
    const char *path;
} copying;

static tp_status copy_rows(void *context, const void *rows, size_t first, size_t count) {
    const copying *c = context;
    hsize_t start[TP_MAX_RANK] = {first}, shape[TP_MAX_RANK];
    memcpy(shape, c->dims, sizeof shape);
    shape[0] = count;
    hid_t memory = H5Screate_simple((int)c->rank, shape, NULL);
    hid_t space = H5Dget_space(c->dataset);
    if (memory < 0 || space < 0 ||
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, shape, NULL) < 0 ||
        H5Dwrite(c->dataset, c->type, memory, space, H5P_DEFAULT, rows) < 0 ||
        H5Sclose(space) < 0 || H5Sclose(memory) < 0)
        return broken(c->file, "array", c->path);
    return TP_OK;
}

hid_t tp_foreign_type(const tp_listed *array) {
    return tp_hdf5_native_type(tp_job_type(array));
}

tp_status tp_foreign_copy(tp_foreign *file, const char *path, const tp_listed *array, hid_t type,
                          size_t rank, const size_t *dims) {
    copying c = {.file = file, .type = tp_foreign_type(array), .rank = rank, .path = path};
    for (size_t axis = 0; axis < rank; axis++)
        c.dims[axis] = dims[axis];
    c.dataset = create(file, path, type, rank, dims);
    if (c.dataset < 0)
        return broken(file, "array", path);
    tp_status status = is_empty(rank, dims) ? TP_OK : tp_job_each(file->job, array, copy_rows, &c);
    if (!file->broken && H5Dclose(c.dataset) < 0 && status == TP_OK)
        status = broken(file, "array", path);
    return status;
}

tp_status tp_foreign_open(tp_foreign *file, const char *path, hid_t type, size_t count,
                          hid_t *dataset) {
    *dataset = create(file, path, type, 1, &count);
    return *dataset >= 0 ? TP_OK : broken(file, "array", path);
}

tp_status tp_foreign_put(tp_foreign *file, hid_t dataset, hid_t type, size_t first, size_t count,
                         const void *values) {
    copying c = {.file = file, .dataset = dataset, .type = type, .rank = 1, .path = file->target};
    return count > 0 ? copy_rows(&c, values, first, count) : TP_OK;
}

tp_status tp_foreign_close(tp_foreign *file, hid_t dataset) {
    return file->broken || H5Dclose(dataset) >= 0 ? TP_OK : broken(file, "array", file->target);
}

tp_status tp_foreign_texts(tp_foreign *file, const char *path, const char *const *texts,
                           size_t count) {
    hid_t type = tp_hdf5_text_type();
    if (type < 0)
        return broken(file, "texts", path);
    tp_status status = tp_foreign_array(file, path, type, 1, &count, texts);
    (void)H5Tclose(type);
    return status;
}

tp_status tp_foreign_text(tp_foreign *file, const char *path, const char *text) {
    hid_t type = tp_hdf5_text_type();
    if (type < 0)
        return broken(file, "text", path);
    tp_status status = tp_foreign_array(file, path, type, 0, NULL, &text);
    (void)H5Tclose(type);
    return status;
}

/* --- attributes and links ------------------------------------------------------------------- */

tp_status tp_foreign_attribute(tp_foreign *file, const char *path, const char *name, hid_t type,
                               const void *value) {
    hid_t object = H5Oopen(file->file, path, H5P_DEFAULT);
    if (object < 0 || tp_attribute_scalar(object, name, type, type, value) < 0 ||
        H5Oclose(object) < 0)
        return broken(file, "an attribute of", path);
    return TP_OK;
}

tp_status tp_foreign_attribute_text(tp_foreign *file, const char *path, const char *name,
                                    const char *text) {
    hid_t object = H5Oopen(file->file, path, H5P_DEFAULT);
    if (object < 0 || tp_attribute_text(object, name, text) < 0 || H5Oclose(object) < 0)
        return broken(file, "an attribute of", path);
    return TP_OK;
}

tp_status tp_foreign_attribute_list(tp_foreign *file, const char *path, const char *name,
                                    hid_t type, size_t count, const void *values) {
    const hsize_t dims = count;
    hid_t object = H5Oopen(file->file, path, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &dims, NULL);
    hid_t attribute = object >= 0 && space >= 0
                          ? H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT)
                          : H5I_INVALID_HID;
    if (attribute < 0 || H5Awrite(attribute, type, values) < 0 || H5Aclose(attribute) < 0 ||
        H5Sclose(space) < 0 || H5Oclose(object) < 0)
        return broken(file, "an attribute of", path);
    return TP_OK;
}

tp_status tp_foreign_attribute_texts(tp_foreign *file, const char *path, const char *name,
                                     const char *const *texts, size_t count) {
    hid_t type = tp_hdf5_text_type();
    if (type < 0)
        return broken(file, "an attribute of", path);
    tp_status status = tp_foreign_attribute_list(file, path, name, type, count, texts);
    (void)H5Tclose(type);
    return status;
}

tp_status tp_foreign_attribute_object(tp_foreign *file, const char *path, const char *name,
                                      const char *object) {
    hobj_ref_t reference;
    if (H5Rcreate(&reference, file->file, object, H5R_OBJECT, -1) < 0)
        return broken(file, "a reference to", object);
    return tp_foreign_attribute(file, path, name, H5T_STD_REF_OBJ, &reference);
}

tp_status tp_foreign_link(tp_foreign *file, const char *object, const char *name) {
    if (H5Lcreate_hard(file->file, object, file->file, name, H5P_DEFAULT, H5P_DEFAULT) < 0)
        return broken(file, "a link to", object);
    return TP_OK;
}
