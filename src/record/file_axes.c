/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Axes of arrays, by HDF5's dimension scales. Its functions for them believe that each attribute
 * they read is of the type and length that they would write, and write behind their memory where it
 * is not: so that is looked at before. */
#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

#include "record/file.h"

/* An attribute's type and the number of its values; false where there is none. */
static bool look_at(hid_t dataset, const char *name, hid_t *type, hssize_t *values) {
    *type = H5I_INVALID_HID;
    const bool there = H5Aexists(dataset, name) > 0;
    const hid_t attribute = there ? H5Aopen(dataset, name, H5P_DEFAULT) : H5I_INVALID_HID;
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : H5I_INVALID_HID;
    if (space >= 0) {
        *type = H5Aget_type(attribute);
        *values = H5Sget_simple_extent_npoints(space);
        H5Sclose(space);
    }
    if (attribute >= 0)
        H5Aclose(attribute);
    return *type >= 0;
}

/* Reads an attribute that is one text of fixed length; false where there is no such. */
static bool short_text(hid_t dataset, const char *name, char *text, size_t room) {
    hid_t type;
    hssize_t values;
    if (!look_at(dataset, name, &type, &values))
        return false;
    memset(text, 0, room);
    bool read = values == 1 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
                H5Tget_size(type) < room;
    const hid_t attribute = read ? H5Aopen(dataset, name, H5P_DEFAULT) : H5I_INVALID_HID;
    read = attribute >= 0 && H5Aread(attribute, type, text) >= 0;
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Tclose(type);
    return read;
}

static bool is_scale(hid_t dataset) {
    char text[64];
    return short_text(dataset, "CLASS", text, sizeof text) && strcmp(text, "DIMENSION_SCALE") == 0;
}

/* A list of references to scales for each axis. */
static bool lists_scales(hid_t dataset, size_t rank) {
    hid_t type;
    hssize_t values;
    if (!look_at(dataset, "DIMENSION_LIST", &type, &values))
        return false;
    const hid_t item = H5Tget_class(type) == H5T_VLEN ? H5Tget_super(type) : H5I_INVALID_HID;
    const bool lists =
        item >= 0 && H5Tequal(item, H5T_STD_REF_OBJ) > 0 && values >= 0 && (size_t)values == rank;
    if (item >= 0)
        H5Tclose(item);
    H5Tclose(type);
    return lists;
}

static herr_t note_scale(hid_t array, unsigned axis, hid_t scale, void *data) {
    (void)array;
    (void)axis;
    char **path = data;
    const ssize_t length = H5Iget_name(scale, NULL, 0);
    if (length <= 0)
        return 0;
    *path = malloc((size_t)length + 1);
    if (*path)
        H5Iget_name(scale, *path, (size_t)length + 1);
    return 1; /* the first will do */
}

/* netCDF-4's words for an axis without values. */
static bool is_bare(hid_t dataset) {
    static const char words[] = "This is a netCDF dimension but not a netCDF variable";
    char text[256];
    return short_text(dataset, "NAME", text, sizeof text) &&
           strncmp(text, words, sizeof words - 1) == 0;
}

void tp_file_axes(hid_t dataset, tp_listed *array) {
    array->is_axis = is_scale(dataset);
    if (array->is_axis && is_bare(dataset))
        array->kind = TP_LISTED_BARE;
    if (array->is_axis || !lists_scales(dataset, array->rank))
        return;
    for (size_t axis = 0; axis < array->rank && axis < TP_MAX_RANK; axis++)
        (void)H5DSiterate_scales(dataset, (unsigned)axis, NULL, note_scale, &array->axes[axis]);
}
