/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/reader_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

static bool put_array(const tp_listed *array, tp_bytes *bytes) {
    bool fits = tp_bytes_put_text(bytes, array->path) && tp_bytes_put_number(bytes, array->kind) &&
                tp_bytes_put_number(bytes, array->rank) &&
                tp_bytes_put(bytes, array->dims, sizeof array->dims) &&
                tp_bytes_put_number(bytes, array->bytes) &&
                tp_bytes_put_number(bytes, array->stored) &&
                tp_bytes_put_number(bytes, array->is_axis);
    for (int axis = 0; axis < TP_MAX_RANK; axis++)
        fits = fits && tp_bytes_put_text(bytes, array->axes[axis] ? array->axes[axis] : "");
    return fits;
}

bool tp_listing_put(const tp_listing *listing, tp_bytes *bytes) {
    bool fits = tp_bytes_put_number(bytes, listing->count);
    for (size_t i = 0; fits && i < listing->count; i++)
        fits = put_array(&listing->arrays[i], bytes);
    fits = fits && tp_bytes_put_number(bytes, listing->group_count);
    for (size_t i = 0; fits && i < listing->group_count; i++)
        fits = tp_bytes_put_text(bytes, listing->groups[i]);
    return fits;
}

bool tp_take_copy(tp_bytes *bytes, char **copy) {
    const char *text = tp_bytes_view_text(bytes);
    *copy = text ? malloc(strlen(text) + 1) : NULL;
    if (*copy)
        strcpy(*copy, text);
    return *copy != NULL;
}

static bool take_array(tp_bytes *bytes, tp_listed *array) {
    uint64_t kind, rank, size, is_axis;
    *array = (tp_listed){0};
    if (!tp_take_copy(bytes, &array->path) || !tp_bytes_take_number(bytes, &kind) ||
        !tp_bytes_take_number(bytes, &rank) ||
        !tp_bytes_take(bytes, array->dims, sizeof array->dims) ||
        !tp_bytes_take_number(bytes, &size) || !tp_bytes_take_number(bytes, &array->stored) ||
        !tp_bytes_take_number(bytes, &is_axis))
        return false;
    const char *slash = strrchr(array->path, '/');
    array->name = slash ? array->path + (slash - array->path) + 1 : array->path;
    array->kind = (tp_listed_kind)kind;
    array->rank = (size_t)rank;
    array->bytes = (size_t)size;
    array->is_axis = is_axis != 0;
    for (int axis = 0; axis < TP_MAX_RANK; axis++) {
        if (!tp_take_copy(bytes, &array->axes[axis]))
            return false;
        if (!*array->axes[axis]) {
            free(array->axes[axis]);
            array->axes[axis] = NULL;
        }
    }
    return true;
}

static bool take_listing(tp_bytes *bytes, tp_listing *listing) {
    uint64_t arrays, groups;
    if (!tp_bytes_take_number(bytes, &arrays) || arrays > bytes->size ||
        !(listing->arrays = calloc((size_t)arrays + 1, sizeof *listing->arrays)))
        return false;
    while (listing->count < arrays)
        if (!take_array(bytes, &listing->arrays[listing->count++]))
            return false;
    if (!tp_bytes_take_number(bytes, &groups) || groups > bytes->size ||
        !(listing->groups = calloc((size_t)groups + 1, sizeof *listing->groups)))
        return false;
    while (listing->group_count < groups)
        if (!tp_take_copy(bytes, &listing->groups[listing->group_count++]))
            return false;
    return true;
}

tp_status tp_listing_take(tp_bytes *bytes, tp_listing *listing, tp_error *error) {
    return take_listing(bytes, listing) ? TP_OK : tp_fail_memory(error, "listing a record");
}

void tp_listing_free(tp_listing *listing) {
    for (size_t i = 0; i < listing->count; i++) {
        free(listing->arrays[i].path);
        for (size_t axis = 0; axis < TP_MAX_RANK; axis++)
            free(listing->arrays[i].axes[axis]);
    }
    for (size_t i = 0; i < listing->group_count; i++)
        free(listing->groups[i]);
    free(listing->arrays);
    free(listing->groups);
    *listing = (tp_listing){0};
}

const tp_listed *tp_listing_find(const tp_listing *listing, const char *path) {
    for (size_t i = 0; path && i < listing->count; i++)
        if (strcmp(listing->arrays[i].path, path) == 0)
            return &listing->arrays[i];
    return NULL;
}
