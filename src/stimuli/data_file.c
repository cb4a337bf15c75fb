/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/data_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"

static char *joined(const char *folder, size_t folder_length, const char *name) {
    size_t room = folder_length + strlen(name) + 2;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%.*s%s%s", (int)folder_length, folder, folder_length ? "/" : "",
                 name);
    return path;
}

/* NULL where the file is not there, or where there is no memory. */
static char *if_there(const char *folder, size_t folder_length, const char *name) {
    char *path = joined(folder, folder_length, name);
    if (path && access(path, F_OK) == 0)
        return path;
    free(path);
    return NULL;
}

static char *in_data_folders(const char *name) {
    const char *folders = getenv("TRIPARTITE_DATA");
    while (folders && *folders) {
        size_t length = strcspn(folders, ":");
        char *found = length ? if_there(folders, length, name) : NULL;
        if (found)
            return found;
        folders += length + (folders[length] == ':');
    }
    return NULL;
}

tp_status tp_data_file_find(const char *name, const tp_resolved *resolved, const char *path,
                            char **found, tp_error *error) {
    if (!*name)
        return tp_resolved_fail(resolved, error, path, "expected the name of a file");
    const tp_entry *entry = tp_resolved_entry(resolved, path);
    const char *folder = entry && entry->node && entry->node->folder ? entry->node->folder : "";
    if (name[0] == '/')
        folder = "";
    *found = if_there(folder, strlen(folder), name);
    if (!*found && name[0] != '/')
        *found = in_data_folders(name);
    if (*found)
        return TP_OK;
    const char *data = getenv("TRIPARTITE_DATA");
    tp_resolved_fail(resolved, error, path, "there is no file '%s%s%s'", folder, *folder ? "/" : "",
                     name);
    return tp_hint(error,
                   "a relative name starts at the scenario's folder, then at the folders of the "
                   "environment variable TRIPARTITE_DATA (%s%s)",
                   data ? "now " : "not set", data ? data : "");
}

char *tp_data_file_stem(const char *name, int64_t index) {
    const char *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;
    size_t length = strcspn(base, ".");
    if (length == 0)
        length = strlen(base);
    size_t room = length + 32;
    char *stem = malloc(room);
    if (stem && index >= 0)
        snprintf(stem, room, "%.*s %lld", (int)length, base, (long long)index);
    else if (stem)
        snprintf(stem, room, "%.*s", (int)length, base);
    return stem;
}
