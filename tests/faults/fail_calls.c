/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded (LD_PRELOAD), makes one call of a function fail: TRIPARTITE_FAIL=write:7 the seventh
 * write, TRIPARTITE_FAIL=malloc:7+ the seventh allocation and all that follow. Reads and writes of
 * the standard streams are left alone. How many calls there were is written to TRIPARTITE_CALLS, a
 * file, when the program ends. */
/* Both names of what has two, pwrite and pwrite64, are defined here. */
#undef _FILE_OFFSET_BITS
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char wanted[32];
static long at, calls;
static bool and_all_after, ready;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    const char *what = getenv("TRIPARTITE_FAIL");
    if (what) {
        const char *colon = strchr(what, ':');
        snprintf(wanted, sizeof wanted, "%.*s", colon ? (int)(colon - what) : 0, what);
        at = colon ? atol(colon + 1) : 0;
        and_all_after = what[strlen(what) - 1] == '+';
    }
    ready = true;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("TRIPARTITE_CALLS");
    ready = false;
    if (!path)
        return;
    FILE *file = fopen(path, "w");
    if (file) {
        fprintf(file, "%ld\n", calls);
        fclose(file);
    }
}

/* Whether this call is the one that is to fail. */
static bool fails(const char *name) {
    if (!ready || strcmp(name, wanted) != 0)
        return false;
    pthread_mutex_lock(&lock);
    calls++;
    const bool now = at > 0 && (calls == at || (and_all_after && calls > at));
    pthread_mutex_unlock(&lock);
    return now;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int descriptor, const void *bytes, size_t count) {
    if (descriptor > STDERR_FILENO && fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    return REAL(write)(descriptor, bytes, count);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    if (descriptor > STDERR_FILENO && fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    return REAL(pwrite64)(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    if (descriptor > STDERR_FILENO && fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    return REAL(pwrite)(descriptor, bytes, count, offset);
}

int ftruncate64(int descriptor, off64_t length) {
    if (fails("ftruncate")) {
        errno = EIO;
        return -1;
    }
    return REAL(ftruncate64)(descriptor, length);
}

int ftruncate(int descriptor, off_t length) {
    if (fails("ftruncate")) {
        errno = EIO;
        return -1;
    }
    return REAL(ftruncate)(descriptor, length);
}

/* The descriptor is gone all the same, as on Linux. */
int close(int descriptor) {
    const bool fail = descriptor > STDERR_FILENO && fails("close");
    const int result = REAL(close)(descriptor);
    if (!fail)
        return result;
    errno = EIO;
    return -1;
}

int rename(const char *from, const char *to) {
    if (fails("rename")) {
        errno = EACCES;
        return -1;
    }
    return REAL(rename)(from, to);
}

int fsync(int descriptor) {
    if (fails("fsync")) {
        errno = EIO;
        return -1;
    }
    return REAL(fsync)(descriptor);
}

int mkdir(const char *path, mode_t mode) {
    if (fails("mkdir")) {
        errno = EACCES;
        return -1;
    }
    return REAL(mkdir)(path, mode);
}

static int open_anyway(const char *path, int flags, mode_t mode) {
    return REAL(open)(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (flags & (O_CREAT | O_RDWR | O_WRONLY) && fails("open")) {
        errno = EMFILE;
        return -1;
    }
    return open_anyway(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (flags & (O_CREAT | O_RDWR | O_WRONLY) && fails("open")) {
        errno = EMFILE;
        return -1;
    }
    return open_anyway(path, flags, mode);
}

/* Only allocations of the program's own code count: the libraries below it (HDF5, UDUNITS) do not
 * all survive their own. */
static bool is_ours(void *caller) {
    static uintptr_t first, last;
    const uintptr_t at_call = (uintptr_t)caller;
    if (at_call >= first && at_call < last)
        return true;
    Dl_info info;
    struct link_map *map = NULL;
    if (!dladdr1(caller, &info, (void **)&map, RTLD_DL_LINKMAP) || !info.dli_fname ||
        !strstr(info.dli_fname, "libtripartite"))
        return false;
    if (first == 0 || at_call < first)
        first = at_call;
    if (at_call >= last)
        last = at_call + 1;
    return true;
}

/* glibc's own, since dlsym allocates. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size) {
    if (ready && strcmp(wanted, "malloc") == 0 && is_ours(__builtin_return_address(0)) &&
        fails("malloc")) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    if (ready && strcmp(wanted, "malloc") == 0 && is_ours(__builtin_return_address(0)) &&
        fails("malloc")) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    if (ready && strcmp(wanted, "malloc") == 0 && is_ours(__builtin_return_address(0)) &&
        fails("malloc")) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(old, size);
}
