/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/temporary.h"
#include "base/fail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_KEPT = 200, ATTEMPTS = 100 };

tp_status tp_temporary_check(const char *target, tp_error *error) {
    size_t length = target ? strlen(target) : 0;
    if (length == 0) {
        tp_fail(error, TP_FAILED, "", "the name of the file to write is empty");
        tp_hint(error, "give a file name, such as output/run.h5");
        return TP_FAILED;
    }
    struct stat found;
    if (target[length - 1] == '/' || (stat(target, &found) == 0 && S_ISDIR(found.st_mode))) {
        tp_fail(error, TP_FAILED, target, "is a directory, expected the name of a file to write");
        tp_hint(error, "add a file name to it");
        return TP_FAILED;
    }
    if (stat(target, &found) != 0)
        return TP_OK;
    /* Renaming would put a plain file in the place of a device, and would not mind a file's own
     * write protection. */
    if (!S_ISREG(found.st_mode))
        return tp_fail(error, TP_FAILED, target, "exists and is not a regular file");
    if (access(target, W_OK) != 0) {
        tp_fail(error, TP_FAILED, target, "exists and cannot be replaced: %s", strerror(errno));
        tp_hint(error, "choose another name, or make the file writable");
        return TP_FAILED;
    }
    return TP_OK;
}

static tp_status check_directory(const tp_temporary *temporary, tp_error *error) {
    struct stat found;
    if (stat(temporary->directory, &found) != 0) {
        int reason = errno;
        tp_fail(error, TP_FAILED, temporary->target, "cannot be written: its directory '%s': %s",
                temporary->directory, strerror(reason));
        if (reason == ENOENT)
            tp_hint(error, "make the directory first: mkdir -p '%s'", temporary->directory);
        return TP_FAILED;
    }
    if (!S_ISDIR(found.st_mode))
        return tp_fail(error, TP_FAILED, temporary->target,
                       "cannot be written: '%s' is not a directory", temporary->directory);
    return TP_OK;
}

static tp_status fill_names(tp_temporary *temporary, const char *target, tp_error *error) {
    size_t length = strlen(target);
    const char *slash = strrchr(target, '/');
    size_t parent = slash ? (size_t)(slash - target) : 0;
    temporary->target = malloc(length + 1);
    temporary->directory = malloc(length + 2);
    temporary->path = malloc(length + 64);
    if (!temporary->target || !temporary->directory || !temporary->path)
        return tp_fail_memory(error, "naming a temporary file");
    memcpy(temporary->target, target, length + 1);
    if (!slash)
        strcpy(temporary->directory, ".");
    else
        snprintf(temporary->directory, length + 2, "%.*s", parent ? (int)parent : 1, target);
    return TP_OK;
}

static tp_status make_file(tp_temporary *temporary, tp_error *error) {
    const char *slash = strrchr(temporary->target, '/');
    const char *name = slash ? slash + 1 : temporary->target;
    int parent = (int)(name - temporary->target);
    size_t size = strlen(temporary->target) + 64;
    int descriptor = -1;
    errno = EEXIST;
    /* A name is taken where this process writes the same target twice, or one of the same number
     * was killed. */
    for (int attempt = 0; attempt < ATTEMPTS && descriptor < 0 && errno == EEXIST; attempt++) {
        char number[16] = "";
        if (attempt > 0)
            snprintf(number, sizeof number, ".%d", attempt);
        snprintf(temporary->path, size, "%.*s.%.*s.%ld%s.tmp", parent, temporary->target, NAME_KEPT,
                 name, (long)getpid(), number);
        descriptor = open(temporary->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    if (descriptor < 0) {
        int reason = errno;
        tp_fail(error, TP_FAILED, temporary->target,
                "cannot be written: no file can be made in '%s': %s", temporary->directory,
                strerror(reason));
        tp_hint(error, "choose a directory that you may write to");
        return TP_FAILED;
    }
    if (close(descriptor) != 0) {
        int reason = errno;
        unlink(temporary->path);
        return tp_fail(error, TP_FAILED, temporary->target, "cannot be written: %s",
                       strerror(reason));
    }
    return TP_OK;
}

tp_status tp_temporary_create(tp_temporary *temporary, const char *target, tp_error *error) {
    *temporary = (tp_temporary){0};
    tp_status status = tp_temporary_check(target, error);
    if (status == TP_OK)
        status = fill_names(temporary, target, error);
    if (status == TP_OK)
        status = check_directory(temporary, error);
    if (status == TP_OK)
        status = make_file(temporary, error);
    if (status != TP_OK)
        tp_temporary_free(temporary);
    return status;
}

tp_status tp_temporary_sync(const char *path, const char *target, tp_error *error) {
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    bool synced = descriptor >= 0 && fsync(descriptor) == 0;
    int reason = errno;
    if (descriptor >= 0 && close(descriptor) != 0 && synced) {
        synced = false;
        reason = errno;
    }
    if (!synced)
        return tp_fail(error, TP_FAILED, target, "could not be brought to the disk safely: %s",
                       strerror(reason));
    return TP_OK;
}

tp_status tp_temporary_publish(const tp_temporary *temporary, tp_error *error) {
    tp_status status = tp_temporary_sync(temporary->path, temporary->target, error);
    if (status != TP_OK)
        return status;
    if (rename(temporary->path, temporary->target) != 0)
        return tp_fail(error, TP_FAILED, temporary->target, "could not be given its name: %s",
                       strerror(errno));
    /* The file is whole under its name by now. Some file systems cannot sync a directory, and one
     * may write in a directory without being allowed to read it: neither makes the file wrong. */
    int directory = open(temporary->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        (void)fsync(directory);
        (void)close(directory);
    }
    return TP_OK;
}

tp_status tp_temporary_retarget(tp_temporary *temporary, const char *target, tp_error *error) {
    char *copy = malloc(strlen(target) + 1);
    if (!copy)
        return tp_fail_memory(error, "naming a file");
    strcpy(copy, target);
    free(temporary->target);
    temporary->target = copy;
    return TP_OK;
}

void tp_temporary_drop(tp_temporary *temporary) {
    if (temporary->path) {
        /* Emptied first: a descriptor that is left open would hold on to the disk space. */
        if (truncate(temporary->path, 0) == 0 || errno != ENOENT)
            (void)unlink(temporary->path);
    }
    tp_temporary_free(temporary);
}

void tp_temporary_free(tp_temporary *temporary) {
    free(temporary->target);
    free(temporary->directory);
    free(temporary->path);
    *temporary = (tp_temporary){0};
}

/* .NAME.PROCESS.tmp or .NAME.PROCESS.NUMBER.tmp, as make_file names them. */
static bool is_temporary_of(const char *file, const char *name) {
    const size_t length = strlen(name);
    if (*file != '.' || strncmp(file + 1, name, length) != 0)
        return false;
    const char *rest = file + 1 + length;
    for (int numbers = 0; numbers < 2 && *rest == '.'; numbers++) {
        const size_t digits = strspn(rest + 1, "0123456789");
        if (digits == 0)
            break;
        rest += 1 + digits;
        if (strcmp(rest, ".tmp") == 0)
            return true;
    }
    return false;
}

void tp_temporary_clear(const char *target) {
    tp_temporary names = {0};
    const char *slash = strrchr(target, '/'), *name = slash ? slash + 1 : target;
    if (strlen(name) > NAME_KEPT || fill_names(&names, target, NULL) != TP_OK) {
        tp_temporary_free(&names); /* a name that was cut can be another file's too */
        return;
    }
    DIR *directory = opendir(names.directory);
    for (struct dirent *entry = NULL; directory && (entry = readdir(directory));)
        if (is_temporary_of(entry->d_name, name))
            (void)unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory)
        closedir(directory);
    tp_temporary_free(&names);
}

static tp_status write_bytes(const tp_temporary *temporary, const char *bytes, size_t length,
                             tp_error *error) {
    FILE *file = fopen(temporary->path, "wb");
    bool written = file && fwrite(bytes, 1, length, file) == length;
    int reason = errno;
    if (file && fclose(file) != 0 && written) {
        written = false;
        reason = errno;
    }
    if (!written)
        return tp_fail(error, TP_FAILED, temporary->target, "cannot be written: %s",
                       strerror(reason));
    return TP_OK;
}

tp_status tp_temporary_write(const char *target, const char *bytes, size_t length,
                             tp_error *error) {
    tp_temporary temporary;
    tp_status status = tp_temporary_create(&temporary, target, error);
    if (status != TP_OK)
        return status;
    status = write_bytes(&temporary, bytes, length, error);
    if (status == TP_OK)
        status = tp_temporary_publish(&temporary, error);
    if (status == TP_OK)
        tp_temporary_free(&temporary);
    else
        tp_temporary_drop(&temporary);
    return status;
}
