/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"

/* A file of the folder, or a folder in it. */
typedef struct tp_output_item {
    struct tp_output_item *previous, *next;
    const char *staged, *target;
    bool is_folder;
} item;

static bool is_folder(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static tp_status tell_no_folder(const tp_output *output, int reason, tp_error *error) {
    tp_fail(error, TP_FAILED, output->target, "cannot be made a folder: %s", strerror(reason));
    return tp_hint(error, "give the name of a folder, in one that there is");
}

static tp_status check_empty(const tp_output *output, tp_error *error) {
    DIR *folder = opendir(output->target);
    if (!folder)
        return tp_fail(error, TP_FAILED, output->target, "cannot be looked into: %s",
                       strerror(errno));
    bool empty = true;
    for (const struct dirent *entry; empty && (entry = readdir(folder));)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(folder);
    if (empty)
        return TP_OK;
    tp_fail(error, TP_INVALID, output->target, "is a folder that holds files already");
    return tp_hint(error, "give the name of a new folder, or of an empty one");
}

/* The folder is made beside its final place, or, where that is there, in it: there a file can be
 * renamed to its own name. */
static tp_status begin_folder(tp_output *output, tp_error *error) {
    size_t length = strlen(output->target);
    while (length > 1 && output->target[length - 1] == '/')
        length--;
    struct stat found;
    output->existed = stat(output->target, &found) == 0;
    if (output->existed && !S_ISDIR(found.st_mode))
        return tell_no_folder(output, EEXIST, error);
    tp_status status = output->existed && output->kind == TP_OUTPUT_FOLDER_ALONE
                           ? check_empty(output, error)
                           : TP_OK;
    if (status != TP_OK)
        return status;
    output->stage = output->existed ? tp_arena_format(&output->arena, "%s/.%ld.tmp", output->target,
                                                      (long)getpid())
                                    : tp_arena_format(&output->arena, "%.*s.%ld.tmp", (int)length,
                                                      output->target, (long)getpid());
    if (!output->stage)
        return tp_fail_memory(error, "making a folder");
    if (mkdir(output->stage, 0777) != 0)
        return tell_no_folder(output, errno, error);
    output->staged = true;
    return TP_OK;
}

tp_status tp_output_begin(tp_output *output, tp_output_kind kind, const char *target,
                          tp_error *error) {
    *output = (tp_output){.kind = kind};
    output->target = tp_arena_text(&output->arena, target);
    tp_status status = output->target ? TP_OK : tp_fail_memory(error, "making a file");
    if (status == TP_OK && kind == TP_OUTPUT_FILE) {
        output->existed = access(target, F_OK) == 0;
        status = tp_temporary_create(&output->temporary, target, error);
    } else if (status == TP_OK) {
        status = begin_folder(output, error);
    }
    if (status != TP_OK)
        tp_output_drop(output);
    return status;
}

const char *tp_output_file(const tp_output *output) {
    return output->temporary.path;
}

static item *add_item(tp_output *output, const char *name, int length, bool folder) {
    item *added = tp_arena_alloc(&output->arena, sizeof *added);
    if (!added)
        return NULL;
    added->staged = tp_arena_format(&output->arena, "%s/%.*s", output->stage, length, name);
    const size_t target = strlen(output->target);
    const bool slash = target > 0 && output->target[target - 1] == '/';
    added->target =
        tp_arena_format(&output->arena, "%s%s%.*s", output->target, slash ? "" : "/", length, name);
    added->is_folder = folder;
    if (!added->staged || !added->target)
        return NULL;
    added->previous = output->last;
    if (output->last)
        output->last->next = added;
    else
        output->items = added;
    output->last = added;
    return added;
}

/* Makes the folders that the name of a file has in it. */
static tp_status add_folders(tp_output *output, const char *name, tp_error *error) {
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        bool known = false;
        for (const item *i = output->items; i && !known; i = i->next)
            known =
                i->is_folder &&
                strncmp(i->staged + strlen(output->stage) + 1, name, (size_t)(slash - name)) == 0 &&
                i->staged[strlen(output->stage) + 1 + (size_t)(slash - name)] == '\0';
        if (known)
            continue;
        const item *added = add_item(output, name, (int)(slash - name), true);
        if (!added)
            return tp_fail_memory(error, "making a folder");
        if (mkdir(added->staged, 0777) != 0)
            return tp_fail(error, TP_FAILED, added->target, "cannot be made a folder: %s",
                           strerror(errno));
    }
    return TP_OK;
}

tp_status tp_output_add(tp_output *output, const char *name, const char **path, bool *replaces,
                        tp_error *error) {
    tp_status status = add_folders(output, name, error);
    if (status != TP_OK)
        return status;
    const item *added = add_item(output, name, (int)strlen(name), false);
    if (!added)
        return tp_fail_memory(error, "making a file");
    *path = added->staged;
    *replaces = output->existed && access(added->target, F_OK) == 0;
    return output->existed && access(added->target, F_OK) == 0
               ? tp_temporary_check(added->target, error)
               : TP_OK;
}

/* From the folder inside the final one to the final one, file by file. */
static tp_status move_items(tp_output *output, tp_error *error) {
    for (const item *i = output->items; i; i = i->next) {
        if (i->is_folder && mkdir(i->target, 0777) != 0 && !is_folder(i->target))
            return tp_fail(error, TP_FAILED, i->target, "cannot be made a folder: %s",
                           strerror(errno));
        if (!i->is_folder && rename(i->staged, i->target) != 0)
            return tp_fail(error, TP_FAILED, i->target, "could not be given its name: %s",
                           strerror(errno));
    }
    return TP_OK;
}

static tp_status finish_folder(tp_output *output, tp_error *error) {
    tp_status status = TP_OK;
    for (const item *i = output->items; status == TP_OK && i; i = i->next)
        if (!i->is_folder)
            status = tp_temporary_sync(i->staged, i->target, error);
    if (status != TP_OK)
        return status;
    if (output->existed)
        return move_items(output, error);
    if (rename(output->stage, output->target) != 0)
        return tp_fail(error, TP_FAILED, output->target, "could not be given its name: %s",
                       strerror(errno));
    output->staged = false;
    return TP_OK;
}

const char *tp_output_name(tp_output *output, const char *name) {
    const size_t length = strlen(output->target);
    const bool slash = length > 0 && output->target[length - 1] == '/';
    const char *whole =
        tp_arena_format(&output->arena, "%s%s%s", output->target, slash ? "" : "/", name);
    return whole ? whole : name;
}

tp_status tp_output_finish(tp_output *output, tp_error *error) {
    if (output->kind != TP_OUTPUT_FILE)
        return finish_folder(output, error);
    tp_status status = tp_temporary_publish(&output->temporary, error);
    if (status == TP_OK)
        tp_temporary_free(&output->temporary);
    return status;
}

void tp_output_drop(tp_output *output) {
    if (output->staged) {
        for (const item *i = output->last; i; i = i->previous)
            (void)(i->is_folder ? rmdir(i->staged) : unlink(i->staged));
        (void)rmdir(output->stage);
    }
    tp_temporary_drop(&output->temporary);
    tp_arena_free(&output->arena);
    *output = (tp_output){0};
}
