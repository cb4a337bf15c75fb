/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/reader_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/reader_process.h"

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

tp_status tp_take_copy(tp_bytes *bytes, char **copy) {
    const char *text = tp_bytes_view_text(bytes);
    *copy = text ? malloc(strlen(text) + 1) : NULL;
    if (*copy)
        strcpy(*copy, text);
    return *copy ? TP_OK : text ? TP_FAILED : TP_INVALID;
}

/* What the status of the functions above and below says of an answer. */
tp_status tp_take_failed(tp_status status, const char *path, tp_error *error) {
    if (status == TP_FAILED)
        return tp_fail_memory(error, "listing a record");
    return status == TP_OK ? TP_OK : tp_reader_nonsense(path, error);
}

/* "/" and what follows. */
static tp_status take_path(tp_bytes *bytes, char **path) {
    const tp_status status = tp_take_copy(bytes, path);
    return status == TP_OK && **path != '/' ? TP_INVALID : status;
}

static tp_status take_axis(tp_bytes *bytes, char **path) {
    const tp_status status = tp_take_copy(bytes, path);
    if (status == TP_OK && !**path) {
        free(*path);
        *path = NULL;
    }
    return status;
}

static tp_status take_array(tp_bytes *bytes, tp_listed *array) {
    uint64_t kind, rank, size, is_axis;
    *array = (tp_listed){0};
    tp_status status = take_path(bytes, &array->path);
    if (status != TP_OK)
        return status;
    if (!tp_bytes_take_number(bytes, &kind) || !tp_bytes_take_number(bytes, &rank) ||
        !tp_bytes_take(bytes, array->dims, sizeof array->dims) ||
        !tp_bytes_take_number(bytes, &size) || !tp_bytes_take_number(bytes, &array->stored) ||
        !tp_bytes_take_number(bytes, &is_axis) || kind > TP_LISTED_OTHER ||
        (rank > TP_MAX_RANK && kind != TP_LISTED_OTHER))
        return TP_INVALID;
    array->name = strrchr(array->path, '/') + 1;
    array->kind = (tp_listed_kind)kind;
    array->rank = (size_t)rank;
    array->bytes = (size_t)size;
    array->is_axis = is_axis != 0;
    for (size_t axis = array->rank; axis < TP_MAX_RANK; axis++)
        array->dims[axis] = 0;
    for (int axis = 0; status == TP_OK && axis < TP_MAX_RANK; axis++)
        status = take_axis(bytes, &array->axes[axis]);
    return status;
}

/* Each takes a byte at least: a count that makes no sense must not become a request for memory. */
static tp_status take_count(tp_bytes *bytes, size_t item, uint64_t *count, void **items) {
    if (!tp_bytes_take_number(bytes, count) || *count > bytes->size - bytes->at)
        return TP_INVALID;
    *items = calloc((size_t)*count + 1, item);
    return *items ? TP_OK : TP_FAILED;
}

static tp_status take_listing(tp_bytes *bytes, tp_listing *listing) {
    uint64_t arrays, groups;
    void *items = NULL;
    tp_status status = take_count(bytes, sizeof *listing->arrays, &arrays, &items);
    listing->arrays = items;
    while (status == TP_OK && listing->count < arrays)
        status = take_array(bytes, &listing->arrays[listing->count++]);
    if (status != TP_OK)
        return status;
    status = take_count(bytes, sizeof *listing->groups, &groups, &items);
    listing->groups = status == TP_OK ? items : NULL;
    while (status == TP_OK && listing->group_count < groups)
        status = take_path(bytes, &listing->groups[listing->group_count++]);
    return status;
}

tp_status tp_listing_take(tp_bytes *bytes, tp_listing *listing, const char *path, tp_error *error) {
    return tp_take_failed(take_listing(bytes, listing), path, error);
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
