/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/reader_attributes.h"

#include <stdlib.h>

#include "base/fail.h"

bool tp_attributes_put(const tp_attributes *list, tp_bytes *bytes) {
    bool fits = tp_bytes_put_number(bytes, list->count);
    for (size_t i = 0; fits && i < list->count; i++)
        fits = tp_bytes_put_text(bytes, list->items[i].name) &&
               tp_bytes_put_number(bytes, list->items[i].kind);
    return fits;
}

static bool take_attributes(tp_bytes *bytes, tp_attributes *list) {
    uint64_t count, kind;
    if (!tp_bytes_take_number(bytes, &count) || count > bytes->size ||
        !(list->items = calloc((size_t)count + 1, sizeof *list->items)))
        return false;
    while (list->count < count) {
        tp_listed_attribute *attribute = &list->items[list->count++];
        if (!tp_take_copy(bytes, &attribute->name) || !tp_bytes_take_number(bytes, &kind))
            return false;
        attribute->kind = (tp_listed_kind)kind;
    }
    return true;
}

tp_status tp_attributes_take(tp_bytes *bytes, tp_attributes *list, tp_error *error) {
    return take_attributes(bytes, list) ? TP_OK : tp_fail_memory(error, "listing attributes");
}

void tp_attributes_free(tp_attributes *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].name);
    free(list->items);
    *list = (tp_attributes){0};
}
