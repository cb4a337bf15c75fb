/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/reader_attributes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/room.h"
#include "record/file.h"

typedef struct visit {
    const tp_file *record;
    tp_listing *listing;
    size_t array_room, group_room;
    bool out_of_memory;
} visit;

static char *absolute(const char *name) {
    char *path = malloc(strlen(name) + 2);
    if (path)
        sprintf(path, "/%s", strcmp(name, ".") == 0 ? "" : name);
    return path;
}

static tp_listed_kind kind_of(hid_t type) {
    switch (H5Tget_class(type)) {
    case H5T_FLOAT:
        return TP_LISTED_FLOAT;
    case H5T_INTEGER:
        return H5Tget_sign(type) == H5T_SGN_NONE ? TP_LISTED_UNSIGNED : TP_LISTED_SIGNED;
    case H5T_STRING:
        return TP_LISTED_TEXT;
    default:
        return TP_LISTED_OTHER;
    }
}

static bool describe(hid_t dataset, tp_listed *array, bool *out_of_memory) {
    hsize_t dims[H5S_MAX_RANK];
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    const int rank = space >= 0 ? H5Sget_simple_extent_dims(space, dims, NULL) : -1;
    bool known = rank >= 0 && type >= 0;
    if (known) {
        array->kind = rank > TP_MAX_RANK ? TP_LISTED_OTHER : kind_of(type);
        array->rank = (size_t)rank;
        array->bytes = H5Tget_size(type);
        array->stored = H5Dget_storage_size(dataset);
        for (int axis = 0; axis < rank && axis < TP_MAX_RANK; axis++)
            array->dims[axis] = (size_t)dims[axis];
        known = tp_file_axes(dataset, array, out_of_memory);
    }
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return known;
}

static herr_t visit_array(visit *v, const char *name) {
    void *items = v->listing->arrays;
    const bool room =
        tp_room_for_one(&items, v->listing->count, &v->array_room, sizeof *v->listing->arrays);
    v->listing->arrays = items;
    tp_listed array = {.path = room ? absolute(name) : NULL};
    if (!array.path) {
        v->out_of_memory = true;
        return -1;
    }
    array.name = strrchr(array.path, '/') + 1;
    hid_t dataset = H5Dopen2(v->record->file, array.path, H5P_DEFAULT);
    const bool known = dataset >= 0 && describe(dataset, &array, &v->out_of_memory);
    v->listing->arrays[v->listing->count++] = array;
    if (dataset >= 0)
        H5Dclose(dataset);
    return known && !v->out_of_memory ? 0 : -1;
}

static herr_t visit_group(visit *v, const char *name) {
    void *items = v->listing->groups;
    const bool room = tp_room_for_one(&items, v->listing->group_count + 1, &v->group_room,
                                      sizeof *v->listing->groups);
    v->listing->groups = items;
    char *path = room ? absolute(name) : NULL;
    if (!path) {
        v->out_of_memory = true;
        return -1;
    }
    v->listing->groups[v->listing->group_count++] = path;
    v->listing->groups[v->listing->group_count] = NULL;
    return 0;
}

static herr_t visit_object(hid_t file, const char *name, const H5O_info_t *info, void *data) {
    (void)file;
    if (info->type == H5O_TYPE_DATASET)
        return visit_array(data, name);
    return info->type == H5O_TYPE_GROUP ? visit_group(data, name) : 0;
}

static int compare_arrays(const void *a, const void *b) {
    return strcmp(((const tp_listed *)a)->path, ((const tp_listed *)b)->path);
}

static int compare_groups(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

tp_status tp_file_list(const tp_file *record, tp_listing *listing, tp_error *error) {
    *listing = (tp_listing){0};
    visit v = {.record = record, .listing = listing};
    /* In the file's own order: to sort the names of a damaged group, HDF5 1.10 frees what it has
     * not read. */
    if (H5Ovisit2(record->file, H5_INDEX_NAME, H5_ITER_NATIVE, visit_object, &v, H5O_INFO_BASIC) <
        0)
        return v.out_of_memory ? tp_fail_memory(error, "listing a record")
                               : tp_file_damaged(record, error, "what it holds");
    if (listing->count > 0)
        qsort(listing->arrays, listing->count, sizeof *listing->arrays, compare_arrays);
    if (listing->group_count > 0)
        qsort(listing->groups, listing->group_count, sizeof *listing->groups, compare_groups);
    return TP_OK;
}

/* --- attributes ----------------------------------------------------------------------------- */

typedef struct attribute_visit {
    tp_attributes *list;
    size_t room;
    bool out_of_memory;
} attribute_visit;

static bool notes_axes(const char *name) {
    static const char *const names[] = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return strncmp(name, "_Netcdf4", strlen("_Netcdf4")) == 0;
}

/* An enumeration is the number behind it. */
static tp_listed_kind attribute_kind(hid_t object, const char *name) {
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t space = attribute >= 0 ? H5Aget_space(attribute) : H5I_INVALID_HID;
    hid_t type = attribute >= 0 ? H5Aget_type(attribute) : H5I_INVALID_HID;
    hid_t plain =
        type >= 0 && H5Tget_class(type) == H5T_ENUM ? H5Tget_super(type) : H5I_INVALID_HID;
    tp_listed_kind kind = TP_LISTED_OTHER;
    if (space >= 0 && type >= 0 && H5Sget_simple_extent_npoints(space) == 1)
        kind = kind_of(plain >= 0 ? plain : type);
    if (plain >= 0)
        H5Tclose(plain);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    if (attribute >= 0)
        H5Aclose(attribute);
    return kind;
}

static herr_t visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data) {
    attribute_visit *v = data;
    (void)info;
    if (notes_axes(name))
        return 0;
    void *items = v->list->items;
    const bool room = tp_room_for_one(&items, v->list->count, &v->room, sizeof *v->list->items);
    v->list->items = items;
    char *copy = room ? malloc(strlen(name) + 1) : NULL;
    if (!copy) {
        v->out_of_memory = true;
        return -1;
    }
    strcpy(copy, name);
    v->list->items[v->list->count++] =
        (tp_listed_attribute){.name = copy, .kind = attribute_kind(object, name)};
    return 0;
}

static int compare_attributes(const void *a, const void *b) {
    return strcmp(((const tp_listed_attribute *)a)->name, ((const tp_listed_attribute *)b)->name);
}

tp_status tp_file_attributes(const tp_file *record, const char *path, tp_attributes *list,
                             tp_error *error) {
    *list = (tp_attributes){0};
    attribute_visit v = {.list = list};
    hid_t object = H5Oopen(record->file, path, H5P_DEFAULT);
    hsize_t at = 0;
    const bool whole = object >= 0 && H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &at,
                                                  visit_attribute, &v) >= 0;
    tp_status status = TP_OK;
    if (!whole)
        status = v.out_of_memory ? tp_fail_memory(error, "listing attributes")
                                 : tp_file_damaged(record, error, "attributes of '%s'", path);
    if (object >= 0)
        H5Oclose(object);
    if (list->count > 0)
        qsort(list->items, list->count, sizeof *list->items, compare_attributes);
    return status;
}
