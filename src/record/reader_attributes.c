/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/reader_attributes.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/hdf5_library.h"
#include "record/reader_private.h"

static bool notes_axes(const char *name) {
    static const char *const names[] = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return strncmp(name, "_Netcdf4", strlen("_Netcdf4")) == 0;
}

/* An enumeration is the number behind it. */
static tp_listed_kind kind_of(hid_t type) {
    if (H5Tget_class(type) != H5T_ENUM)
        return tp_listed_kind_of(type);
    hid_t plain = H5Tget_super(type);
    const tp_listed_kind kind = plain >= 0 ? tp_listed_kind_of(plain) : TP_LISTED_OTHER;
    if (plain >= 0)
        H5Tclose(plain);
    return kind;
}

static bool add(tp_attributes *attributes, const char *name, tp_listed_kind kind) {
    if (attributes->count == attributes->room) {
        const size_t room = attributes->room ? 2 * attributes->room : 16;
        void *grown = realloc(attributes->items, room * sizeof *attributes->items);
        if (!grown)
            return false;
        attributes->items = grown;
        attributes->room = room;
    }
    char *copy = malloc(strlen(name) + 1);
    if (copy)
        attributes->items[attributes->count++] = (tp_listed_attribute){strcpy(copy, name), kind};
    return copy;
}

static herr_t visit(hid_t object, const char *name, const H5A_info_t *info, void *data) {
    (void)info;
    if (notes_axes(name))
        return 0;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t space = attribute >= 0 ? H5Aget_space(attribute) : H5I_INVALID_HID;
    hid_t type = attribute >= 0 ? H5Aget_type(attribute) : H5I_INVALID_HID;
    bool added = space >= 0 && type >= 0;
    if (added && H5Sget_simple_extent_npoints(space) == 1) {
        const tp_listed_kind kind = kind_of(type);
        added = kind == TP_LISTED_OTHER || add(data, name, kind);
    }
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    if (attribute >= 0)
        H5Aclose(attribute);
    return added ? 0 : -1;
}

static int compare(const void *a, const void *b) {
    return strcmp(((const tp_listed_attribute *)a)->name, ((const tp_listed_attribute *)b)->name);
}

tp_status tp_record_attributes(const tp_record *record, const char *path, tp_attributes *attributes,
                               tp_error *error) {
    *attributes = (tp_attributes){0};
    char *clean = tp_hdf5_path(path);
    if (!clean)
        return tp_fail_memory(error, "listing attributes");
    tp_status status = TP_OK;
    hsize_t index = 0;
    if (H5Aiterate_by_name(record->file, clean, H5_INDEX_NAME, H5_ITER_NATIVE, &index, visit,
                           attributes, H5P_DEFAULT) < 0)
        status = tp_record_damaged(record, error, "attributes of '%s'", clean);
    else if (attributes->count > 0)
        qsort(attributes->items, attributes->count, sizeof *attributes->items, compare);
    free(clean);
    return status;
}

void tp_attributes_free(tp_attributes *attributes) {
    for (size_t i = 0; i < attributes->count; i++)
        free(attributes->items[i].name);
    free(attributes->items);
    *attributes = (tp_attributes){0};
}
