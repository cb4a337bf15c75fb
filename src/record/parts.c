/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"

static const char PREFIX[] = "part-", ENDING[] = ".h5";

static bool is_part(const char *name) {
    const size_t length = strlen(name);
    return strncmp(name, PREFIX, sizeof PREFIX - 1) == 0 &&
           length > sizeof PREFIX + sizeof ENDING &&
           strcmp(name + length - (sizeof ENDING - 1), ENDING) == 0;
}

static char *joined(const char *folder, const char *name) {
    const size_t room = strlen(folder) + strlen(name) + 2;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s/%s", folder, name);
    return path;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static tp_status list(DIR *directory, tp_parts *parts, tp_error *error) {
    size_t room = 0;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (!is_part(entry->d_name))
            continue;
        if (parts->count == room) {
            room = room ? 2 * room : 16;
            char **paths = realloc(parts->paths, room * sizeof *paths);
            if (!paths)
                return tp_fail_memory(error, "looking for parts");
            parts->paths = paths;
        }
        char *path = joined(parts->folder, entry->d_name);
        if (!path)
            return tp_fail_memory(error, "looking for parts");
        parts->paths[parts->count++] = path;
    }
    if (parts->count > 1)
        qsort(parts->paths, parts->count, sizeof *parts->paths, by_name);
    return TP_OK;
}

tp_status tp_parts_find(const char *record, tp_parts *parts, tp_error *error) {
    *parts = (tp_parts){0};
    const size_t room = strlen(record) + sizeof ".parts";
    parts->folder = malloc(room);
    if (!parts->folder)
        return tp_fail_memory(error, "looking for parts");
    snprintf(parts->folder, room, "%s.parts", record);
    DIR *directory = opendir(parts->folder);
    if (!directory && errno == ENOENT)
        return TP_OK;
    tp_status status =
        directory ? list(directory, parts, error)
                  : tp_fail(error, TP_FAILED, parts->folder,
                            "the parts of an earlier run cannot be read: %s", strerror(errno));
    if (directory)
        closedir(directory);
    if (status != TP_OK)
        tp_parts_free(parts);
    return status;
}

void tp_parts_free(tp_parts *parts) {
    for (size_t i = 0; i < parts->count; i++)
        free(parts->paths[i]);
    free(parts->paths);
    free(parts->folder);
    *parts = (tp_parts){0};
}

tp_status tp_parts_make_folder(const tp_parts *parts, tp_error *error) {
    if (mkdir(parts->folder, 0777) == 0 || errno == EEXIST)
        return TP_OK;
    return tp_fail(error, TP_FAILED, parts->folder, "the folder cannot be made: %s",
                   strerror(errno));
}

char *tp_parts_path(const tp_parts *parts, size_t number) {
    char name[40];
    snprintf(name, sizeof name, "%s%012zu%s", PREFIX, number, ENDING);
    return joined(parts->folder, name);
}

/* What parts that were never whole have left: their names begin with a dot. Nothing is ever gone on
 * from them, so that one that stays does no harm. */
static void remove_unfinished(DIR *directory, const char *folder) {
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (entry->d_name[0] != '.' || strncmp(entry->d_name + 1, PREFIX, sizeof PREFIX - 1) != 0)
            continue;
        char *path = joined(folder, entry->d_name);
        if (path)
            (void)unlink(path);
        free(path);
    }
}

void tp_parts_clear(const tp_parts *parts) {
    DIR *directory = opendir(parts->folder);
    if (!directory)
        return;
    remove_unfinished(directory, parts->folder);
    closedir(directory);
}

static tp_status cannot_remove(const char *path, const char *why, tp_error *error) {
    tp_fail(error, TP_FAILED, path, "the parts cannot be removed: %s", why);
    tp_hint(error, "remove the folder");
    return TP_FAILED;
}

/* The last first, up to the first that stays: those that are left can be gone on from, whenever
 * this is ended. */
static tp_status remove_whole(const tp_parts *parts, tp_error *error) {
    for (size_t i = parts->count; i-- > 0;)
        if (unlink(parts->paths[i]) != 0 && errno != ENOENT)
            return cannot_remove(parts->paths[i], strerror(errno), error);
    return TP_OK;
}

tp_status tp_parts_remove(const tp_parts *parts, tp_error *error) {
    tp_parts now = {.folder = parts->folder};
    DIR *directory = opendir(parts->folder);
    if (!directory)
        return errno == ENOENT ? TP_OK : cannot_remove(parts->folder, strerror(errno), error);
    remove_unfinished(directory, parts->folder);
    rewinddir(directory);
    tp_status status = list(directory, &now, NULL);
    closedir(directory);
    status = status == TP_OK ? remove_whole(&now, error)
                             : cannot_remove(parts->folder, "out of memory", error);
    now.folder = NULL;
    tp_parts_free(&now);
    /* Without parts it may stay: it may be a link to another disk, or have other files in it. */
    if (status == TP_OK)
        (void)rmdir(parts->folder);
    return status;
}

tp_status tp_parts_done(const tp_parts *parts, tp_error *error) {
    const tp_status status = tp_parts_remove(parts, error);
    if (status != TP_OK)
        tp_hint(error, "the record is whole; remove the folder");
    return status;
}
