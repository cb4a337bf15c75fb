/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening records and reading their numbers. */
#include "base/fail.h"
#include "record/hdf5_library.h"
#include "record/reader_private.h"

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

tp_status tp_record_damaged(const tp_record *record, tp_error *error, const char *format, ...) {
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

static tp_status check_file(tp_record *record, tp_error *error) {
    struct stat found;
    /* A pipe would hold the opening up. */
    int descriptor = open(record->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
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

static tp_status open_file(tp_record *record, tp_error *error) {
    tp_status status = check_file(record, error);
    if (status != TP_OK)
        return status;
    if (H5Fis_hdf5(record->path) <= 0) {
        tp_fail(error, TP_INVALID, record->path, "is not an HDF5 file");
        tp_hint(error, "give a record, the .h5 file that a run writes");
        return TP_INVALID;
    }
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0)
        record->file = H5Fopen(record->path, H5F_ACC_RDONLY, access);
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

static tp_status check_format(const tp_record *record, tp_error *error) {
    double version = 0;
    char *source = NULL;
    tp_error reason;
    tp_status status = tp_record_number(record, "/", "format_version", &version, &reason);
    if (status == TP_OK)
        status = tp_record_text(record, "/", "source", &source, &reason);
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

static tp_status open_as(const char *path, bool ours, tp_record **record, tp_error *error) {
    *record = NULL;
    tp_hdf5_start();
    tp_record *made = calloc(1, sizeof *made);
    if (!made)
        return tp_fail_memory(error, "opening a record");
    made->file = H5I_INVALID_HID;
    made->recent = calloc(1, sizeof *made->recent);
    made->path = malloc((path ? strlen(path) : 0) + 1);
    tp_status status = TP_OK;
    if (!made->recent || !made->path) {
        status = tp_fail_memory(error, "opening a record");
    } else {
        made->recent->dataset = H5I_INVALID_HID;
        strcpy(made->path, path ? path : "");
        status = open_file(made, error);
    }
    if (status == TP_OK && ours)
        status = check_format(made, error);
    if (status == TP_OK)
        *record = made;
    else
        tp_record_close(&made);
    return status;
}

tp_status tp_record_open(const char *path, tp_record **record, tp_error *error) {
    return open_as(path, true, record, error);
}

tp_status tp_record_open_any(const char *path, tp_record **file, tp_error *error) {
    return open_as(path, false, file, error);
}

static void forget_recent(tp_record_recent *recent) {
    if (recent->dataset >= 0)
        H5Dclose(recent->dataset);
    free(recent->path);
    *recent = (tp_record_recent){.dataset = H5I_INVALID_HID};
}

void tp_record_close(tp_record **record) {
    if (!record || !*record)
        return;
    tp_record *gone = *record;
    if (gone->recent)
        forget_recent(gone->recent);
    if (gone->file >= 0)
        H5Fclose(gone->file);
    free(gone->recent);
    free(gone->path);
    free(gone);
    *record = NULL;
}

int tp_record_has(const tp_record *record, const char *path) {
    char *clean = path ? tp_hdf5_path(path) : NULL;
    bool has = clean && tp_hdf5_exists(record->file, clean);
    free(clean);
    return has;
}

/* That the array is one of numbers, and not larger than the file can hold: a damaged size must not
 * become a request for memory. */
static tp_status check_array(const tp_record *record, const tp_record_recent *array, hid_t type,
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

static tp_status open_recent(const tp_record *record, const char *clean, tp_error *error) {
    tp_record_recent *recent = record->recent;
    hsize_t dims[TP_MAX_RANK];
    recent->path = malloc(strlen(clean) + 1);
    if (!recent->path)
        return tp_fail_memory(error, "opening an array");
    strcpy(recent->path, clean);
    recent->dataset = H5Dopen2(record->file, clean, H5P_DEFAULT);
    if (recent->dataset < 0)
        return tp_record_damaged(record, error, "array '%s'", clean);
    hid_t space = H5Dget_space(recent->dataset), type = H5Dget_type(recent->dataset);
    int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    tp_status status = TP_OK;
    if (type < 0 || rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL)
        status = tp_record_damaged(record, error, "array '%s'", clean);
    else if (rank > TP_MAX_RANK)
        status = tp_fail(error, TP_INVALID, record->path,
                         "array '%s' has %d axes, expected at most %d", clean, rank, TP_MAX_RANK);
    else if (H5Sget_simple_extent_dims(space, dims, NULL) < 0)
        status = tp_record_damaged(record, error, "array '%s'", clean);
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
static tp_status find_array(const tp_record *record, const char *path, tp_error *error) {
    tp_record_recent *recent = record->recent;
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "opening an array");
    tp_status status = TP_OK;
    if (!recent->path || strcmp(recent->path, clean) != 0) {
        forget_recent(recent);
        H5O_info_t info;
        if (!tp_hdf5_exists(record->file, clean))
            status = tp_fail(error, TP_INVALID, record->path, "holds no '%s'", clean);
        else if (H5Oget_info_by_name2(record->file, clean, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
            status = tp_record_damaged(record, error, "array '%s'", clean);
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

static tp_status read_recent(const tp_record *record, const size_t *start, hid_t type,
                             tp_array *array, tp_error *error) {
    const tp_record_recent *recent = record->recent;
    hsize_t from[TP_MAX_RANK], shape[TP_MAX_RANK];
    size_t bytes = sizeof *array->values;
    bool fits = true;
    for (size_t axis = 0; axis < array->rank; axis++) {
        from[axis] = start ? start[axis] : 0;
        shape[axis] = array->dims[axis];
        fits = fits && !__builtin_mul_overflow(bytes, array->dims[axis], &bytes);
    }
    array->values = fits ? malloc(bytes > 0 ? bytes : 1) : NULL;
    if (!array->values)
        return tp_fail_memory(error, "reading an array");
    if (bytes == 0)
        return TP_OK;
    hid_t file = H5S_ALL, memory = H5S_ALL;
    bool read = true;
    if (array->rank > 0) {
        file = H5Dget_space(recent->dataset);
        memory = H5Screate_simple((int)array->rank, shape, NULL);
        read = file >= 0 && memory >= 0 &&
               H5Sselect_hyperslab(file, H5S_SELECT_SET, from, NULL, shape, NULL) >= 0;
    }
    read = read && H5Dread(recent->dataset, type, memory, file, H5P_DEFAULT, array->values) >= 0;
    tp_status status = read ? TP_OK : tp_record_damaged(record, error, "array '%s'", recent->path);
    if (file > H5S_ALL)
        H5Sclose(file);
    if (memory > H5S_ALL)
        H5Sclose(memory);
    if (status != TP_OK)
        tp_array_free(array);
    return status;
}

tp_status tp_record_array_as(const tp_record *record, const char *path, hid_t type, tp_array *array,
                             tp_error *error) {
    *array = (tp_array){0};
    tp_status status = find_array(record, path, error);
    if (status != TP_OK)
        return status;
    array->rank = record->recent->rank;
    memcpy(array->dims, record->recent->dims, sizeof array->dims);
    return read_recent(record, NULL, type, array, error);
}

tp_status tp_record_array(const tp_record *record, const char *path, tp_array *array,
                          tp_error *error) {
    return tp_record_array_as(record, path, H5T_NATIVE_DOUBLE, array, error);
}

tp_status tp_record_slice_as(const tp_record *record, const char *path, const size_t *start,
                             const size_t *count, hid_t type, tp_array *array, tp_error *error) {
    *array = (tp_array){0};
    tp_status status = find_array(record, path, error);
    if (status != TP_OK)
        return status;
    const tp_record_recent *recent = record->recent;
    for (size_t axis = 0; axis < recent->rank; axis++) {
        if (start[axis] > recent->dims[axis] || count[axis] > recent->dims[axis] - start[axis])
            return tp_fail(error, TP_INVALID, record->path,
                           "array '%s' is %zu long along axis %zu, which has no %zu values from "
                           "number %zu on",
                           recent->path, recent->dims[axis], axis, count[axis], start[axis]);
        array->dims[axis] = count[axis];
    }
    array->rank = recent->rank;
    return read_recent(record, start, type, array, error);
}

tp_status tp_record_slice(const tp_record *record, const char *path, const size_t *start,
                          const size_t *count, tp_array *array, tp_error *error) {
    return tp_record_slice_as(record, path, start, count, H5T_NATIVE_DOUBLE, array, error);
}

void tp_array_free(tp_array *array) {
    if (!array)
        return;
    free(array->values);
    *array = (tp_array){0};
}
