/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/scenario_difference.h"

#include <stdio.h>
#include <stdlib.h>
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

bool tp_path_within_any(const char *path, const char *const *blocks) {
    for (; *blocks; blocks++)
        if (tp_path_within(path, *blocks))
            return true;
    return false;
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

tp_status tp_scenario_difference_from(const tp_scenario *now, const tp_record *record,
                                      const char *stored_in,
                                      bool (*ignored)(const char *path, const void *context),
                                      const void *context, char *out, size_t room,
                                      tp_error *error) {
    char *stored;
    tp_status status = tp_record_text(record, "/", "resolved_scenario", &stored, error);
    if (status != TP_OK)
        return status;
    status = tp_scenario_difference(now, stored, stored_in, ignored, context, out, room, error);
    free(stored);
    return status;
}

/* The next entry with a value that is not ignored; NULL past the last. */
static const tp_entry *next_of(const tp_scenario *scenario, size_t *at,
                               bool (*ignored)(const char *path, const void *context),
                               const void *context) {
    const tp_resolved *resolved = &scenario->resolved;
    while (*at < resolved->count) {
        const tp_entry *entry = &resolved->entries[(*at)++];
        if (entry->text && !ignored(entry->path, context))
            return entry;
    }
    return NULL;
}

bool tp_scenarios_alike(const tp_scenario *a, const tp_scenario *b,
                        bool (*ignored)(const char *path, const void *context),
                        const void *context) {
    for (size_t i = 0, j = 0;;) {
        const tp_entry *of_a = next_of(a, &i, ignored, context);
        const tp_entry *of_b = next_of(b, &j, ignored, context);
        if (!of_a || !of_b)
            return of_a == of_b;
        if (strcmp(of_a->path, of_b->path) != 0 || strcmp(of_a->text, of_b->text) != 0)
            return false;
    }
}
