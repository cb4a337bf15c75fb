/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"

/* Of long names the beginning is enough: the file's own has to be one too. */
enum { NAME_KEPT = 200, OWNER_ROOM = 128, ATTEMPTS = 100 };

static char *path_of(const char *record) {
    const char *slash = strrchr(record, '/');
    const char *name = slash ? slash + 1 : record;
    const size_t room = strlen(record) + sizeof "..lock";
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%.*s.%.*s.lock", (int)(name - record), record, NAME_KEPT, name);
    return path;
}

/* One that another user has left can be read, which is enough to lock it. */
static int open_lock(const char *path) {
    const int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    return descriptor < 0 && errno == EACCES ? open(path, O_RDONLY | O_CLOEXEC) : descriptor;
}

/* Whether the file that was locked is still the one of this name: its last owner may have removed
 * it in between. */
static bool is_named(const char *path, int descriptor) {
    struct stat mine, named;
    return fstat(descriptor, &mine) == 0 && stat(path, &named) == 0 &&
           mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

static void write_owner(int descriptor) {
    char host[64] = "", text[OWNER_ROOM];
    gethostname(host, sizeof host - 1);
    const int length = snprintf(text, sizeof text, "process %ld on %s\n", (long)getpid(), host);
    /* For the message alone: where it cannot be written, the lock holds all the same. */
    if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, text, (size_t)length, 0) != length)
        return;
}

static tp_status tell_owner(const char *record, const char *path, int descriptor, tp_error *error) {
    char owner[OWNER_ROOM];
    const ssize_t length = pread(descriptor, owner, sizeof owner - 1, 0);
    owner[length > 0 ? length : 0] = '\0';
    owner[strcspn(owner, "\n")] = '\0';
    tp_fail(error, TP_INVALID, record,
            "another run, sweep or merge into this record is under way: %s holds %s",
            *owner ? owner : "another process", path);
    return tp_hint(error, "wait for its end, or choose another name for the record");
}

tp_status tp_lock_take(const char *record, tp_lock *lock, tp_error *error) {
    *lock = (tp_lock){.path = path_of(record), .descriptor = -1};
    if (!lock->path)
        return tp_fail_memory(error, "locking a record");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        const int descriptor = open_lock(lock->path);
        if (descriptor < 0)
            return TP_OK;
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const bool taken = errno == EWOULDBLOCK;
            const tp_status status =
                taken ? tell_owner(record, lock->path, descriptor, error) : TP_OK;
            close(descriptor);
            return status;
        }
        if (is_named(lock->path, descriptor)) {
            lock->descriptor = descriptor;
            write_owner(descriptor);
            return TP_OK;
        }
        close(descriptor);
    }
    return TP_OK;
}

bool tp_lock_held(const tp_lock *lock) {
    return lock->descriptor >= 0;
}

void tp_lock_release(tp_lock *lock) {
    if (tp_lock_held(lock)) {
        /* Removed while it is still held: nobody can have taken the file that goes. */
        (void)unlink(lock->path);
        close(lock->descriptor);
    }
    free(lock->path);
    *lock = TP_LOCK_NONE;
}
