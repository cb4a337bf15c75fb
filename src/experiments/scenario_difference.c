/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/scenario_difference.h"

#include <stdio.h>
#include <string.h>

typedef struct listing {
    bool (*ignored)(const char *path, const void *context);
    const void *context;
    char *out;
    size_t room, used;
    size_t left; /* differences that there was no room for */
} listing;

bool tp_path_within(const char *path, const char *block) {
    const size_t length = strlen(block);
    return strncmp(path, block, length) == 0 && (path[length] == '\0' || path[length] == '.');
}

/* The value of an entry as it is told; NULL where the entry is none or has none. */
static const char *value_of(const tp_entry *entry) {
    return entry && !entry->left_out ? entry->text : NULL;
}

/* Whether an entry is a block, whose values have entries of their own. */
static bool opens(const tp_entry *entry) {
    return entry && !entry->left_out && !entry->text;
}

static void list_difference(listing *l, const char *path, const tp_entry *now,
                            const tp_entry *then) {
    enum { ROOM_FOR_REST = 24 };
    const char *value = value_of(now), *was = value_of(then);
    const bool same = value && was ? strcmp(value, was) == 0 : value == was;
    if (same || opens(now) || opens(then) || (l->ignored && l->ignored(path, l->context)))
        return;
    char text[400];
    snprintf(text, sizeof text, "%s%.100s: %.120s, was %.120s", l->used ? "; " : "", path,
             value ? value : "not there", was ? was : "not there");
    const size_t length = strlen(text);
    if (l->left == 0 && l->used + length + ROOM_FOR_REST < l->room) {
        memcpy(l->out + l->used, text, length + 1);
        l->used += length;
    } else {
        l->left++;
    }
}

tp_status tp_scenario_difference(const tp_scenario *now, const char *stored_text,
                                 const char *stored_in,
                                 bool (*ignored)(const char *path, const void *context),
                                 const void *context, char *out, size_t room, tp_error *error) {
    listing l = {.ignored = ignored, .context = context, .out = out, .room = room};
    tp_scenario *then;
    tp_status status = tp_scenario_parse(stored_text, stored_in, &then, error);
    if (status != TP_OK)
        return status;
    *out = '\0';
    for (size_t i = 0; i < now->resolved.count; i++) {
        const tp_entry *entry = &now->resolved.entries[i];
        list_difference(&l, entry->path, entry, tp_resolved_entry(&then->resolved, entry->path));
    }
    for (size_t i = 0; i < then->resolved.count; i++) {
        const tp_entry *entry = &then->resolved.entries[i];
        if (!tp_resolved_entry(&now->resolved, entry->path))
            list_difference(&l, entry->path, NULL, entry);
    }
    if (l.left > 0)
        snprintf(out + l.used, room - l.used, "%sand %zu more", l.used ? " " : "", l.left);
    tp_scenario_destroy(&then);
    return TP_OK;
}
