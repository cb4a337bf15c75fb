/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/reader_attributes.h"

#include <stdlib.h>

bool tp_attributes_put(const tp_attributes *list, tp_bytes *bytes) {
    bool fits = tp_bytes_put_number(bytes, list->count);
    for (size_t i = 0; fits && i < list->count; i++)
        fits = tp_bytes_put_text(bytes, list->items[i].name) &&
               tp_bytes_put_number(bytes, list->items[i].kind);
    return fits;
}

static tp_status take_attributes(tp_bytes *bytes, tp_attributes *list) {
    uint64_t count, kind;
    if (!tp_bytes_take_number(bytes, &count) || count > bytes->size - bytes->at)
        return TP_INVALID;
    if (!(list->items = calloc((size_t)count + 1, sizeof *list->items)))
        return TP_FAILED;
    while (list->count < count) {
        tp_listed_attribute *attribute = &list->items[list->count++];
        const tp_status status = tp_take_copy(bytes, &attribute->name);
        if (status != TP_OK)
            return status;
        if (!tp_bytes_take_number(bytes, &kind) || kind > TP_LISTED_OTHER)
            return TP_INVALID;
        attribute->kind = (tp_listed_kind)kind;
    }
    return TP_OK;
}

tp_status tp_attributes_take(tp_bytes *bytes, tp_attributes *list, const char *path,
                             tp_error *error) {
    return tp_take_failed(take_attributes(bytes, list), path, error);
}

void tp_attributes_free(tp_attributes *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].name);
    free(list->items);
    *list = (tp_attributes){0};
}
