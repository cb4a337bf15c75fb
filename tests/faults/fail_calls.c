/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded (LD_PRELOAD), makes one call of a function fail: TRIPARTITE_FAIL=write:7 the seventh
 * write, TRIPARTITE_FAIL=malloc:7+ the seventh allocation and all that follow. The streams of
 * stdio count with the calls below them: their own way to the system does not pass here. Reads and
 * writes of the standard streams are left alone, and so is every program but tripartite, with whose
 * calls those of the process that reads for it are counted. How many calls there were is written to
 * TRIPARTITE_CALLS, a file, when the program ends.
 *
 * With TRIPARTITE_TRIES the program is loaded once for many tries: before its `main` it takes lines
 * from standard input, each "FAIL FOLDER", and does for each what TRIPARTITE_FAIL=FAIL would have
 * done, in a process of its own, with FOLDER for INTO in its arguments; what it prints goes to
 * FOLDER.output and FOLDER.errors. It answers by a line with the exit status, negative a signal's
 * number. */
/* Both names of what has two, pwrite and pwrite64, are defined here. */
#undef _FILE_OFFSET_BITS
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static char wanted[32];
static long at;
static atomic_long *calls; /* one for all processes */
static bool and_all_after, ready;

static bool is_tripartite(void) {
    return strcmp(program_invocation_short_name, "tripartite") == 0;
}

static void begin_with(const char *what) {
    const char *colon = strchr(what, ':');
    snprintf(wanted, sizeof wanted, "%.*s", colon ? (int)(colon - what) : 0, what);
    at = colon ? atol(colon + 1) : 0;
    and_all_after = *what && what[strlen(what) - 1] == '+';
    calls = mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ready = calls != MAP_FAILED;
}

__attribute__((constructor)) static void begin(void) {
    const char *what = getenv("TRIPARTITE_FAIL");
    if (is_tripartite() && what)
        begin_with(what);
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("TRIPARTITE_CALLS");
    if (!path || !ready)
        return;
    ready = false;
    FILE *file = fopen(path, "w");
    if (file) {
        fprintf(file, "%ld\n", atomic_load(calls));
        fclose(file);
    }
}

/* Whether this call is the one that is to fail. */
static bool fails(const char *name) {
    if (!ready || strcmp(name, wanted) != 0)
        return false;
    const long number = atomic_fetch_add(calls, 1) + 1;
    return at > 0 && (number == at || (and_all_after && number > at));
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

ssize_t read(int descriptor, void *bytes, size_t count) {
    if (descriptor > STDERR_FILENO && fails("read")) {
        errno = EIO;
        return -1;
    }
    return REAL(read)(descriptor, bytes, count);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
    if (fails("read")) {
        errno = EIO;
        return -1;
    }
    return REAL(pread64)(descriptor, bytes, count, offset);
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
    if (fails("read")) {
        errno = EIO;
        return -1;
    }
    return REAL(pread)(descriptor, bytes, count, offset);
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

int unlink(const char *path) {
    if (fails("unlink")) {
        errno = EIO;
        return -1;
    }
    return REAL(unlink)(path);
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

pid_t fork(void) {
    if (fails("fork")) {
        errno = EAGAIN;
        return -1;
    }
    return REAL(fork)();
}

int socketpair(int domain, int type, int protocol, int ends[2]) {
    if (fails("socketpair")) {
        errno = EMFILE;
        return -1;
    }
    return REAL(socketpair)(domain, type, protocol, ends);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *),
                   void *context) {
    return fails("thread") ? EAGAIN : REAL(pthread_create)(thread, attributes, work, context);
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

/* Of files that are read alone, the call is open_read. */
static bool opening_fails(bool writes) {
    const bool fail = fails(writes ? "open" : "open_read");
    if (fail)
        errno = EMFILE;
    return fail;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    if (opening_fails((flags & (O_CREAT | O_RDWR | O_WRONLY)) != 0))
        return -1;
    return REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    if (opening_fails((flags & (O_CREAT | O_RDWR | O_WRONLY)) != 0))
        return -1;
    return REAL(open64)(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode) {
    return opening_fails(strpbrk(mode, "wa+")) ? NULL : REAL(fopen)(path, mode);
}

FILE *fopen64(const char *path, const char *mode) {
    return opening_fails(strpbrk(mode, "wa+")) ? NULL : REAL(fopen64)(path, mode);
}

static bool is_a_file(FILE *stream) {
    return fileno(stream) > STDERR_FILENO;
}

size_t fread(void *bytes, size_t size, size_t count, FILE *stream) {
    if (is_a_file(stream) && fails("read")) {
        errno = EIO;
        stream->_flags |= 0x20; /* as glibc's ferror finds it */
        return 0;
    }
    return REAL(fread)(bytes, size, count, stream);
}

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream) {
    if (is_a_file(stream) && fails("write")) {
        errno = ENOSPC;
        stream->_flags |= 0x20;
        return 0;
    }
    return REAL(fwrite)(bytes, size, count, stream);
}

/* What is left in its buffer is lost. */
int fclose(FILE *stream) {
    const bool fail = is_a_file(stream) && fails("close");
    const int result = REAL(fclose)(stream);
    if (!fail)
        return result;
    errno = EIO;
    return EOF;
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

typedef int main_function(int count, char **arguments, char **environment);
static main_function *real_main;

/* The child's side of a try. */
static int try_main(int count, char **arguments, char **environment, const char *fail,
                    const char *folder) {
    char output[4200], errors[4200];
    snprintf(output, sizeof output, "%s.output", folder);
    snprintf(errors, sizeof errors, "%s.errors", folder);
    if (!freopen("/dev/null", "r", stdin) || !freopen(output, "w", stdout) ||
        !freopen(errors, "w", stderr))
        return 125;
    for (int i = 1; i < count; i++) {
        const char *place = strstr(arguments[i], "INTO");
        char *argument;
        if (place && asprintf(&argument, "%.*s%s%s", (int)(place - arguments[i]), arguments[i],
                              folder, place + 4) > 0)
            arguments[i] = argument;
    }
    setvbuf(stderr, NULL, _IONBF, 0);
    begin_with(fail);
    return real_main(count, arguments, environment);
}

static int try_again_and_again(int count, char **arguments, char **environment) {
    char line[4200], fail[64], folder[4096];
    while (fgets(line, sizeof line, stdin)) {
        int state = 0;
        if (sscanf(line, "%63s %4095s", fail, folder) != 2)
            return 125;
        const pid_t child = REAL(fork)();
        if (child == 0)
            exit(try_main(count, arguments, environment, fail, folder));
        if (child < 0 || waitpid(child, &state, 0) != child)
            return 125;
        printf("%d\n", WIFSIGNALED(state) ? -WTERMSIG(state) : WEXITSTATUS(state));
        fflush(stdout);
    }
    return 0;
}

typedef int start_function(main_function *main, int count, char **arguments, void (*init)(void),
                           void (*fini)(void), void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(main_function *main, int count, char **arguments, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end);
int __libc_start_main(main_function *main, int count, char **arguments, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end) {
    start_function *start = (start_function *)dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = main;
    return start(is_tripartite() && getenv("TRIPARTITE_TRIES") ? try_again_and_again : main, count,
                 arguments, init, fini, rtld_fini, stack_end);
}
