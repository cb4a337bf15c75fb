/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Axes of arrays, by HDF5's dimension scales. Its functions for them believe that each attribute
 * they read is of the type and length that they would write, and write behind their memory where it
 * is not: so that is looked at before. */
#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

#include "record/file.h"

/* As HDF5's own, of an attribute: positive where it is there, 0 where it is not, negative where
 * that cannot be told. */

/* Its type, and the number of its values. */
static htri_t look_at(hid_t dataset, const char *name, hid_t *type, hssize_t *values) {
    *type = H5I_INVALID_HID;
    const htri_t there = H5Aexists(dataset, name);
    if (there <= 0)
        return there;
    const hid_t attribute = H5Aopen(dataset, name, H5P_DEFAULT);
    const hid_t space = attribute >= 0 ? H5Aget_space(attribute) : H5I_INVALID_HID;
    if (space >= 0) {
        *type = H5Aget_type(attribute);
        *values = H5Sget_simple_extent_npoints(space);
        H5Sclose(space);
    }
    if (attribute >= 0)
        H5Aclose(attribute);
    return *type >= 0 ? 1 : -1;
}

/* Reads one that is one text of fixed length; 0 where it is another. */
static htri_t short_text(hid_t dataset, const char *name, char *text, size_t room) {
    hid_t type;
    hssize_t values;
    htri_t found = look_at(dataset, name, &type, &values);
    if (found <= 0)
        return found;
    memset(text, 0, room);
    if (values != 1 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 ||
        H5Tget_size(type) >= room) {
        H5Tclose(type);
        return 0;
    }
    const hid_t attribute = H5Aopen(dataset, name, H5P_DEFAULT);
    found = attribute >= 0 && H5Aread(attribute, type, text) >= 0 ? 1 : -1;
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Tclose(type);
    return found;
}

static htri_t is_scale(hid_t dataset) {
    char text[64];
    const htri_t found = short_text(dataset, "CLASS", text, sizeof text);
    return found > 0 ? strcmp(text, "DIMENSION_SCALE") == 0 : found;
}

/* netCDF-4's words for an axis without values. */
static htri_t is_bare(hid_t dataset) {
    static const char words[] = "This is a netCDF dimension but not a netCDF variable";
    char text[256];
    const htri_t found = short_text(dataset, "NAME", text, sizeof text);
    return found > 0 ? strncmp(text, words, sizeof words - 1) == 0 : found;
}

/* A list of references to scales for each axis. */
static htri_t lists_scales(hid_t dataset, size_t rank) {
    hid_t type;
    hssize_t values;
    const htri_t found = look_at(dataset, "DIMENSION_LIST", &type, &values);
    if (found <= 0)
        return found;
    const hid_t item = H5Tget_class(type) == H5T_VLEN ? H5Tget_super(type) : H5I_INVALID_HID;
    const bool lists =
        item >= 0 && H5Tequal(item, H5T_STD_REF_OBJ) > 0 && values >= 0 && (size_t)values == rank;
    if (item >= 0)
        H5Tclose(item);
    H5Tclose(type);
    return lists;
}

/* How going through the scales of an axis has ended. */
enum { FIRST_WILL_DO = 1, OUT_OF_MEMORY = 2 };

static herr_t note_scale(hid_t array, unsigned axis, hid_t scale, void *data) {
    (void)array;
    (void)axis;
    char **path = data;
    const ssize_t length = H5Iget_name(scale, NULL, 0);
    if (length < 0)
        return -1;
    if (length == 0) /* it has none */
        return 0;
    *path = malloc((size_t)length + 1);
    if (!*path)
        return OUT_OF_MEMORY;
    return H5Iget_name(scale, *path, (size_t)length + 1) == length ? FIRST_WILL_DO : -1;
}

bool tp_file_axes(hid_t dataset, tp_listed *array, bool *out_of_memory) {
    const htri_t scale = is_scale(dataset), bare = scale > 0 ? is_bare(dataset) : 0;
    array->is_axis = scale > 0;
    if (bare > 0)
        array->kind = TP_LISTED_BARE;
    const htri_t lists = scale == 0 ? lists_scales(dataset, array->rank) : 0;
    bool known = scale >= 0 && bare >= 0 && lists >= 0;
    for (size_t axis = 0; known && lists > 0 && axis < array->rank && axis < TP_MAX_RANK; axis++) {
        const herr_t ended =
            H5DSiterate_scales(dataset, (unsigned)axis, NULL, note_scale, &array->axes[axis]);
        *out_of_memory |= ended == OUT_OF_MEMORY;
        known = ended >= 0;
    }
    return known;
}
