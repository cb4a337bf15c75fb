/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fail.h"
#include "record/hdf5_library.h"
#include "record/writer_private.h"

#include <stdlib.h>
#include <string.h>

herr_t tp_attribute_fill(hid_t attribute, hid_t memory_type, const void *value) {
    if (attribute < 0 || H5Awrite(attribute, memory_type, value) < 0)
        return -1;
    return H5Aclose(attribute);
}

herr_t tp_attribute_scalar(hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                           const void *value) {
    htri_t exists = H5Aexists(object, name);
    if (exists < 0 || (exists > 0 && H5Adelete(object, name) < 0))
        return -1;
    hid_t space = H5Screate(H5S_SCALAR);
    if (space < 0)
        return -1;
    if (tp_attribute_fill(H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT),
                          memory_type, value) < 0)
        return -1;
    return H5Sclose(space);
}

herr_t tp_attribute_text(hid_t object, const char *name, const char *text) {
    hid_t type = tp_hdf5_text_type();
    if (type < 0 || tp_attribute_scalar(object, name, type, type, &text) < 0)
        return -1;
    return H5Tclose(type);
}

typedef struct attribute_value {
    const char *name;
    hid_t file_type;
    hid_t memory_type;
    const void *value;
} attribute_value;

static tp_status write_attribute(tp_writer *writer, const char *path, const attribute_value *value,
                                 tp_error *error) {
    tp_status status = tp_writer_ready(writer, error);
    if (status != TP_OK)
        return status;
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "writing an attribute");
    if (tp_hdf5_exists(writer->file, clean) <= 0) {
        status = tp_fail(error, TP_FAILED, writer->temporary.target,
                         "attribute '%s' is meant for '%s', which has not been written yet",
                         value->name, clean);
        free(clean);
        return status;
    }
    hid_t object = H5Oopen(writer->file, clean, H5P_DEFAULT);
    herr_t written = -1;
    if (object >= 0)
        written = tp_attribute_scalar(object, value->name, value->file_type, value->memory_type,
                                      value->value);
    if (written < 0 || H5Oclose(object) < 0)
        status =
            tp_writer_break(writer, error, "writing attribute '%s' of '%s'", value->name, clean);
    free(clean);
    return status;
}

tp_status tp_writer_text(tp_writer *writer, const char *path, const char *name, const char *text,
                         tp_error *error) {
    const char *written = text ? text : "";
    attribute_value value = {.name = name,
                             .file_type = writer->forms.text,
                             .memory_type = writer->forms.text,
                             .value = &written};
    tp_status status = write_attribute(writer, path, &value, error);
    return status == TP_OK ? tp_step_attribute(writer, TP_STEP_TEXT, path, name, written,
                                               strlen(written) + 1, error)
                           : status;
}

tp_status tp_writer_number(tp_writer *writer, const char *path, const char *name, double number,
                           tp_error *error) {
    attribute_value value = {.name = name,
                             .file_type = H5T_IEEE_F64LE,
                             .memory_type = H5T_NATIVE_DOUBLE,
                             .value = &number};
    tp_status status = write_attribute(writer, path, &value, error);
    return status == TP_OK ? tp_step_attribute(writer, TP_STEP_NUMBER, path, name, &number,
                                               sizeof number, error)
                           : status;
}

tp_status tp_writer_integer(tp_writer *writer, const char *path, const char *name, uint64_t number,
                            tp_error *error) {
    attribute_value value = {.name = name,
                             .file_type = H5T_STD_U64LE,
                             .memory_type = H5T_NATIVE_UINT64,
                             .value = &number};
    tp_status status = write_attribute(writer, path, &value, error);
    return status == TP_OK ? tp_step_attribute(writer, TP_STEP_INTEGER, path, name, &number,
                                               sizeof number, error)
                           : status;
}

hid_t tp_enumeration_type(const char *const *names) {
    hid_t type = H5Tenum_create(H5T_STD_U8LE);
    for (unsigned char i = 0; type >= 0 && names[i]; i++)
        if (H5Tenum_insert(type, names[i], &i) < 0)
            return H5I_INVALID_HID;
    return type;
}

tp_status tp_writer_enumeration(tp_writer *writer, const char *path, const char *name,
                                const char *const *names, int value, tp_error *error) {
    int count = 0;
    while (count < UINT8_MAX && names[count])
        count++;
    if (names[count] || value < 0 || value >= count)
        return tp_fail(error, TP_FAILED, writer->temporary.target,
                       "attribute '%s' of '%s': %d is none of its %d names (of %d at most)", name,
                       path, value, count, UINT8_MAX);
    hid_t type = tp_enumeration_type(names);
    if (type < 0)
        return tp_writer_break(writer, error, "making the enumeration '%s' of '%s'", name, path);
    unsigned char byte = (unsigned char)value;
    attribute_value attribute = {
        .name = name, .file_type = type, .memory_type = type, .value = &byte};
    tp_status status = write_attribute(writer, path, &attribute, error);
    /* A type of its own, not the file's: closing it writes nothing. */
    (void)H5Tclose(type);
    return status == TP_OK ? tp_step_enumeration(writer, path, name, names, value, error) : status;
}
