/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening files and reading their numbers. */
#include "record/file.h"
#include "base/fail.h"
#include "record/hdf5_library.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FORMAT_VERSION = 1,
    PACKED_AT_MOST = 1100 /* deflate packs 1032 bytes into one, and no more */
};

tp_status tp_file_damaged(const tp_file *record, tp_error *error, const char *format, ...) {
    char reason[512], what[400];
    tp_hdf5_reason(reason, sizeof reason);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    tp_fail(error, TP_INVALID, record->path, "%s cannot be read: %s", what, reason);
    tp_hint(error, "the file may be damaged; write the record again");
    return TP_INVALID;
}

tp_status tp_file_lacks(const tp_file *record, htri_t there, tp_error *error, const char *path) {
    if (there < 0)
        return tp_file_damaged(record, error, "'%s'", path);
    tp_fail(error, TP_INVALID, record->path, "holds no '%s'", path);
    return tp_hint(error, "the record may be damaged, or of a run that had no such thing");
}

static tp_status check_file(tp_file *record, const char *place, tp_error *error) {
    struct stat found;
    /* A pipe would hold the opening up. */
    int descriptor = open(place, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool known = descriptor >= 0 && fstat(descriptor, &found) == 0;
    int reason = errno;
    if (descriptor >= 0)
        (void)close(descriptor);
    if (!known) {
        tp_fail(error, TP_INVALID, record->path, "cannot be opened: %s", strerror(reason));
        if (reason == ENOENT)
            tp_hint(error, "check the name, and the directory that you are in");
        return TP_INVALID;
    }
    if (!S_ISREG(found.st_mode))
        return tp_fail(error, TP_INVALID, record->path, "is %s, expected a record",
                       S_ISDIR(found.st_mode) ? "a directory" : "not a regular file");
    record->bytes = (uint64_t)found.st_size;
    return TP_OK;
}

static tp_status open_file(tp_file *record, const char *place, tp_error *error) {
    tp_status status = check_file(record, place, error);
    if (status != TP_OK)
        return status;
    if (H5Fis_hdf5(place) <= 0) {
        tp_fail(error, TP_INVALID, record->path, "is not an HDF5 file");
        tp_hint(error, "give a record, the .h5 file that a run writes");
        return TP_INVALID;
    }
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0)
        record->file = H5Fopen(place, H5F_ACC_RDONLY, access);
    char reason[512];
    if (record->file < 0)
        tp_hdf5_reason(reason, sizeof reason);
    if (access >= 0)
        H5Pclose(access);
    if (record->file >= 0)
        return TP_OK;
    tp_fail(error, TP_INVALID, record->path, "is an HDF5 file that cannot be opened: %s", reason);
    tp_hint(error, "the file may be cut short or damaged; write the record again");
    return TP_INVALID;
}

static tp_status check_format(const tp_file *record, tp_error *error) {
    double version = 0;
    char *source = NULL;
    tp_error reason;
    tp_status status = tp_file_number(record, "/", "format_version", &version, &reason);
    if (status == TP_OK)
        status = tp_file_text(record, "/", "source", &source, &reason);
    const bool ours = status == TP_OK && strncmp(source, "tripartite", strlen("tripartite")) == 0;
    free(source);
    if (status == TP_FAILED) { /* no memory is no word about the file */
        if (error)
            *error = reason;
        return status;
    }
    if (!ours) {
        tp_fail(error, TP_INVALID, record->path, "is no record of Tripartite");
        tp_hint(error, "expected the attributes format_version and source ('tripartite VERSION')");
        return TP_INVALID;
    }
    if (!(version <= FORMAT_VERSION)) {
        tp_fail(error, TP_INVALID, record->path,
                "is a record of format version %g, expected %d at most", version, FORMAT_VERSION);
        tp_hint(error, "read it with a newer Tripartite");
        return TP_INVALID;
    }
    return TP_OK;
}

tp_status tp_file_open(const char *path, const char *place, bool ours, tp_file **record,
                       tp_error *error) {
    *record = NULL;
    tp_hdf5_start();
    tp_file *made = calloc(1, sizeof *made);
    if (!made)
        return tp_fail_memory(error, "opening a record");
    made->file = H5I_INVALID_HID;
    made->recent = calloc(1, sizeof *made->recent);
    made->path = malloc(strlen(path) + 1);
    tp_status status = TP_OK;
    if (!made->recent || !made->path) {
        status = tp_fail_memory(error, "opening a record");
    } else {
        made->recent->dataset = H5I_INVALID_HID;
        strcpy(made->path, path);
        status = open_file(made, place, error);
    }
    if (status == TP_OK && ours)
        status = check_format(made, error);
    if (status == TP_OK)
        *record = made;
    else
        tp_file_close(&made);
    return status;
}

static void forget_recent(tp_file_recent *recent) {
    if (recent->dataset >= 0)
        H5Dclose(recent->dataset);
    free(recent->path);
    *recent = (tp_file_recent){.dataset = H5I_INVALID_HID};
}

void tp_file_close(tp_file **record) {
    if (!record || !*record)
        return;
    tp_file *gone = *record;
    if (gone->recent)
        forget_recent(gone->recent);
    if (gone->file >= 0)
        H5Fclose(gone->file);
    free(gone->recent);
    free(gone->path);
    free(gone);
    *record = NULL;
}

tp_status tp_file_has(const tp_file *record, const char *path, bool *has, tp_error *error) {
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "reading a record");
    const htri_t there = tp_hdf5_exists(record->file, clean);
    tp_status status = there < 0 ? tp_file_lacks(record, there, error, clean) : TP_OK;
    *has = there > 0;
    free(clean);
    return status;
}

/* That the array is one of numbers, and not larger than the file can hold: a damaged size must not
 * become a request for memory. */
static tp_status check_array(const tp_file *record, const tp_file_recent *array, hid_t type,
                             tp_error *error) {
    H5T_class_t class = H5Tget_class(type);
    if (class != H5T_INTEGER && class != H5T_FLOAT)
        return tp_fail(error, TP_INVALID, record->path, "array '%s' holds %s, expected numbers",
                       array->path, class == H5T_STRING ? "strings" : "something else");
    uint64_t stored = H5Dget_storage_size(array->dataset), values = 1;
    bool fits = true;
    for (size_t axis = 0; fits && axis < array->rank; axis++)
        fits = !__builtin_mul_overflow(values, array->dims[axis], &values);
    if (fits && values > 0 && stored == 0)
        return tp_fail(error, TP_INVALID, record->path,
                       "'%s' is a dimension without values, expected an array", array->path);
    if (!fits || stored > record->bytes || values / PACKED_AT_MOST > stored) {
        tp_fail(error, TP_INVALID, record->path,
                "array '%s' claims more values than the file can hold", array->path);
        tp_hint(error, "the file is damaged; write the record again");
        return TP_INVALID;
    }
    return TP_OK;
}

static tp_status open_recent(const tp_file *record, const char *clean, tp_error *error) {
    tp_file_recent *recent = record->recent;
    hsize_t dims[TP_MAX_RANK] = {0};
    recent->path = malloc(strlen(clean) + 1);
    if (!recent->path)
        return tp_fail_memory(error, "opening an array");
    strcpy(recent->path, clean);
    recent->dataset = H5Dopen2(record->file, clean, H5P_DEFAULT);
    if (recent->dataset < 0)
        return tp_file_damaged(record, error, "array '%s'", clean);
    hid_t space = H5Dget_space(recent->dataset), type = H5Dget_type(recent->dataset);
    int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    tp_status status = TP_OK;
    if (type < 0 || rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL)
        status = tp_file_damaged(record, error, "array '%s'", clean);
    else if (rank > TP_MAX_RANK)
        status = tp_fail(error, TP_INVALID, record->path,
                         "array '%s' has %d axes, expected at most %d", clean, rank, TP_MAX_RANK);
    else if (H5Sget_simple_extent_dims(space, dims, NULL) < 0)
        status = tp_file_damaged(record, error, "array '%s'", clean);
    if (status == TP_OK) {
        recent->rank = (size_t)rank;
        for (size_t axis = 0; axis < recent->rank; axis++)
            recent->dims[axis] = (size_t)dims[axis];
        status = check_array(record, recent, type, error);
    }
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return status;
}

/* Makes the array the recent one. */
static tp_status find_array(const tp_file *record, const char *path, tp_error *error) {
    tp_file_recent *recent = record->recent;
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "opening an array");
    tp_status status = TP_OK;
    if (!recent->path || strcmp(recent->path, clean) != 0) {
        forget_recent(recent);
        H5O_info_t info;
        const htri_t there = tp_hdf5_exists(record->file, clean);
        if (there <= 0)
            status = tp_file_lacks(record, there, error, clean);
        else if (H5Oget_info_by_name2(record->file, clean, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
            status = tp_file_damaged(record, error, "array '%s'", clean);
        else if (info.type != H5O_TYPE_DATASET)
            status = tp_fail(error, TP_INVALID, record->path, "'%s' is a group, expected an array",
                             clean);
        else
            status = open_recent(record, clean, error);
        if (status != TP_OK)
            forget_recent(recent);
    }
    free(clean);
    return status;
}

tp_status tp_file_shape(const tp_file *record, const char *path, const size_t *start,
                        tp_shape *shape, tp_error *error) {
    tp_status status = find_array(record, path, error);
    if (status != TP_OK)
        return status;
    const tp_file_recent *recent = record->recent;
    shape->rank = recent->rank;
    if (!start) {
        memcpy(shape->dims, recent->dims, sizeof shape->dims);
        return TP_OK;
    }
    for (size_t axis = 0; axis < recent->rank; axis++) {
        const size_t count = shape->dims[axis];
        if (start[axis] > recent->dims[axis] || count > recent->dims[axis] - start[axis]) {
            tp_fail(error, TP_INVALID, record->path,
                    "array '%s' is %zu long along axis %zu, which has no %zu values from number "
                    "%zu on",
                    recent->path, recent->dims[axis], axis, count, start[axis]);
            return tp_hint(error, "expected a part that lies within the array");
        }
    }
    return TP_OK;
}

tp_status tp_file_read(const tp_file *record, const char *path, const size_t *start,
                       const tp_shape *shape, tp_read_as as, void *values, tp_error *error) {
    tp_status status = find_array(record, path, error);
    if (status != TP_OK)
        return status;
    const tp_file_recent *recent = record->recent;
    hsize_t from[TP_MAX_RANK], count[TP_MAX_RANK];
    for (size_t axis = 0; axis < shape->rank; axis++) {
        from[axis] = start ? start[axis] : 0;
        count[axis] = shape->dims[axis];
    }
    hid_t file = H5S_ALL, memory = H5S_ALL;
    bool read = shape->rank == recent->rank;
    if (read && shape->rank > 0) {
        file = H5Dget_space(recent->dataset);
        memory = H5Screate_simple((int)shape->rank, count, NULL);
        read = file >= 0 && memory >= 0 &&
               H5Sselect_hyperslab(file, H5S_SELECT_SET, from, NULL, count, NULL) >= 0;
    }
    read = read && H5Dread(recent->dataset, tp_hdf5_native_type(as), memory, file, H5P_DEFAULT,
                           values) >= 0;
    status = read ? TP_OK : tp_file_damaged(record, error, "array '%s'", recent->path);
    if (file > H5S_ALL)
        H5Sclose(file);
    if (memory > H5S_ALL)
        H5Sclose(memory);
    return status;
}
