/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading attributes and strings of a record. */
#include "base/fail.h"
#include "record/file.h"
#include "record/hdf5_library.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_single(hid_t space) {
    return space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
}

static tp_status copy_text(const char *found, size_t most, char **text, tp_error *error) {
    size_t length = 0;
    while (found && length < most && found[length])
        length++;
    *text = malloc(length + 1);
    if (!*text)
        return tp_fail_memory(error, "reading a text");
    memcpy(*text, found ? found : "", length);
    (*text)[length] = '\0';
    return TP_OK;
}

/* Where one text is read from: an attribute, or one element of an array. */
typedef struct text_source {
    hid_t attribute;
    hid_t dataset, memory, file;
    hid_t type;
} text_source;

static bool read_raw(const text_source *source, hid_t type, void *into) {
    if (source->attribute >= 0)
        return H5Aread(source->attribute, type, into) >= 0;
    return H5Dread(source->dataset, type, source->memory, source->file, H5P_DEFAULT, into) >= 0;
}

static tp_status read_text(const tp_file *record, const text_source *source, const char *what,
                           const char *path, char **text, tp_error *error) {
    if (H5Tget_class(source->type) != H5T_STRING)
        return tp_fail(error, TP_INVALID, record->path, "%s of '%s' is no text; expected one", what,
                       path);
    tp_status status = TP_OK;
    if (H5Tis_variable_str(source->type) > 0) {
        char *found = NULL;
        hid_t type = H5Tcopy(source->type);
        if (type < 0 || !read_raw(source, type, &found))
            status = tp_file_damaged(record, error, "%s of '%s'", what, path);
        else
            status = copy_text(found, SIZE_MAX, text, error);
        if (found)
            H5free_memory(found);
        if (type >= 0)
            H5Tclose(type);
        return status;
    }
    const size_t size = H5Tget_size(source->type);
    if (size == 0 || size > record->bytes)
        return tp_file_damaged(record, error, "%s of '%s'", what, path);
    char *found = malloc(size);
    if (!found)
        return tp_fail_memory(error, "reading a text");
    if (!read_raw(source, source->type, found))
        status = tp_file_damaged(record, error, "%s of '%s'", what, path);
    else
        status = copy_text(found, size, text, error);
    free(found);
    return status;
}

/* Opens an attribute that holds one value. */
static tp_status open_attribute(const tp_file *record, const char *path, const char *name,
                                hid_t *attribute, hid_t *type, tp_error *error) {
    *attribute = *type = H5I_INVALID_HID;
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "reading an attribute");
    tp_status status = TP_OK;
    htri_t exists = 0;
    const htri_t there = tp_hdf5_exists(record->file, clean);
    if (there <= 0)
        status = tp_file_lacks(record, there, error, clean);
    else if ((exists = H5Aexists_by_name(record->file, clean, name, H5P_DEFAULT)) == 0)
        status = tp_fail(error, TP_INVALID, record->path,
                         "'%s' has no attribute '%s'; expected one", clean, name);
    else if (exists < 0 || (*attribute = H5Aopen_by_name(record->file, clean, name, H5P_DEFAULT,
                                                         H5P_DEFAULT)) < 0)
        status = tp_file_damaged(record, error, "%s of '%s'", name, clean);
    if (status == TP_OK) {
        hid_t space = H5Aget_space(*attribute);
        *type = H5Aget_type(*attribute);
        if (*type < 0 || space < 0)
            status = tp_file_damaged(record, error, "%s of '%s'", name, clean);
        else if (!is_single(space))
            status =
                tp_fail(error, TP_INVALID, record->path,
                        "attribute '%s' of '%s' does not hold one value, as expected", name, clean);
        if (space >= 0)
            H5Sclose(space);
    }
    free(clean);
    return status;
}

static void close_attribute(hid_t attribute, hid_t type) {
    if (type >= 0)
        H5Tclose(type);
    if (attribute >= 0)
        H5Aclose(attribute);
}

tp_status tp_file_text(const tp_file *record, const char *path, const char *attribute, char **text,
                       tp_error *error) {
    *text = NULL;
    text_source source = {.dataset = H5I_INVALID_HID};
    tp_status status =
        open_attribute(record, path, attribute, &source.attribute, &source.type, error);
    if (status == TP_OK)
        status = read_text(record, &source, attribute, path, text, error);
    close_attribute(source.attribute, source.type);
    return status;
}

/* The type to be read as: that of the values behind an enumeration, else the type itself. */
static hid_t number_type(hid_t type) {
    switch (H5Tget_class(type)) {
    case H5T_ENUM:
        return H5Tget_super(type);
    case H5T_INTEGER:
    case H5T_FLOAT:
        return H5Tcopy(type);
    default:
        return H5I_INVALID_HID;
    }
}

/* Reads an attribute as a number of the native type `wanted`, which has `size` bytes. */
static tp_status read_number(const tp_file *record, const char *path, const char *attribute,
                             hid_t wanted, size_t size, void *number, tp_error *error) {
    hid_t found, type;
    tp_status status = open_attribute(record, path, attribute, &found, &type, error);
    if (status == TP_OK) {
        unsigned char raw[64] = {0};
        hid_t plain = number_type(type);
        if (plain < 0 || H5Tget_size(plain) > sizeof raw)
            status = tp_fail(error, TP_INVALID, record->path,
                             "attribute '%s' of '%s' is no number, as expected", attribute, path);
        /* HDF5 does not turn an enumeration into a number by itself. */
        else if (H5Aread(found, type, raw) < 0 ||
                 H5Tconvert(plain, wanted, 1, raw, NULL, H5P_DEFAULT) < 0)
            status = tp_file_damaged(record, error, "%s of '%s'", attribute, path);
        else
            memcpy(number, raw, size);
        if (plain >= 0)
            H5Tclose(plain);
    }
    close_attribute(found, type);
    return status;
}

tp_status tp_file_number(const tp_file *record, const char *path, const char *attribute,
                         double *number, tp_error *error) {
    return read_number(record, path, attribute, H5T_NATIVE_DOUBLE, sizeof *number, number, error);
}

tp_status tp_file_integer(const tp_file *record, const char *path, const char *attribute,
                          uint64_t *number, tp_error *error) {
    return read_number(record, path, attribute, H5T_NATIVE_UINT64, sizeof *number, number, error);
}

static tp_status read_element(const tp_file *record, hid_t dataset, const char *path, size_t index,
                              char **text, tp_error *error) {
    text_source source = {.attribute = H5I_INVALID_HID, .dataset = dataset};
    hsize_t length = 0, start = index, one = 1;
    source.file = H5Dget_space(dataset);
    source.memory = H5Screate_simple(1, &one, NULL);
    source.type = H5Dget_type(dataset);
    tp_status status = TP_OK;
    if (source.file < 0 || source.memory < 0 || source.type < 0)
        status = tp_file_damaged(record, error, "a string of '%s'", path);
    else if (H5Sget_simple_extent_ndims(source.file) != 1 ||
             H5Sget_simple_extent_dims(source.file, &length, NULL) < 0)
        status = tp_fail(error, TP_INVALID, record->path,
                         "array '%s' is not one-dimensional, as expected", path);
    else if (index >= length)
        status = tp_fail(error, TP_INVALID, record->path,
                         "array '%s' has %llu strings, expected one of number %zu (from 0)", path,
                         (unsigned long long)length, index);
    else if (H5Sselect_hyperslab(source.file, H5S_SELECT_SET, &start, NULL, &one, NULL) < 0)
        status = tp_file_damaged(record, error, "a string of '%s'", path);
    else
        status = read_text(record, &source, "a string", path, text, error);
    if (source.type >= 0)
        H5Tclose(source.type);
    if (source.memory >= 0)
        H5Sclose(source.memory);
    if (source.file >= 0)
        H5Sclose(source.file);
    return status;
}

tp_status tp_file_string(const tp_file *record, const char *path, size_t index, char **text,
                         tp_error *error) {
    *text = NULL;
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "reading a string");
    tp_status status = TP_OK;
    const htri_t there = tp_hdf5_exists(record->file, clean);
    if (there <= 0) {
        status = tp_file_lacks(record, there, error, clean);
    } else {
        hid_t dataset = H5Dopen2(record->file, clean, H5P_DEFAULT);
        if (dataset < 0)
            status = tp_file_damaged(record, error, "array '%s'", clean);
        else
            status = read_element(record, dataset, clean, index, text, error);
        if (dataset >= 0)
            H5Dclose(dataset);
    }
    free(clean);
    return status;
}

tp_status tp_file_strings(const tp_file *record, const char *path, char ***texts, size_t *count,
                          tp_error *error) {
    *texts = NULL;
    *count = 0;
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "reading strings");
    hid_t dataset = H5Dopen2(record->file, clean, H5P_DEFAULT);
    hid_t space = dataset >= 0 ? H5Dget_space(dataset) : H5I_INVALID_HID;
    const hssize_t length = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    tp_status status = TP_OK;
    /* A string takes some bytes of the file: a damaged length must not become a request for
     * memory. */
    if (length < 0 || (uint64_t)length > record->bytes)
        status = tp_file_damaged(record, error, "array '%s'", clean);
    else if ((*texts = calloc((size_t)length + 1, sizeof **texts)) == NULL)
        status = tp_fail_memory(error, "reading strings");
    for (; status == TP_OK && *texts && *count < (size_t)length; ++*count) {
        status = read_element(record, dataset, clean, *count, *texts + *count, error);
        if (status != TP_OK)
            break;
    }
    if (space >= 0)
        H5Sclose(space);
    if (dataset >= 0)
        H5Dclose(dataset);
    if (status != TP_OK && *texts) {
        for (size_t i = 0; i < *count; i++)
            free((*texts)[i]);
        free(*texts);
        *texts = NULL;
        *count = 0;
    }
    free(clean);
    return status;
}
