/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "record/reader_process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fail.h"

#ifdef TP_COVERAGE
void __gcov_dump(void);
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
    pid_t owner; /* this process: a child of it must not talk on its connection */
    pid_t child;
    int connection; /* < 0: there is no child */
    uint64_t generation;
    size_t held;
} reader = {.connection = -1};

/* Leaves what is still to be sent of a part; `sent` is then what is gone of those after it. */
static void shorten(struct iovec *part, size_t *sent) {
    const size_t gone = *sent < part->iov_len ? *sent : part->iov_len;
    if (gone == 0)
        return;
    part->iov_base = (char *)part->iov_base + gone;
    part->iov_len -= gone;
    *sent -= gone;
}

bool tp_socket_send(int connection, const void *head, size_t head_size, const void *bytes,
                    size_t size) {
    struct iovec parts[] = {{(void *)(uintptr_t)head, head_size}, {(void *)(uintptr_t)bytes, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        const ssize_t sent = sendmsg(connection, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        size_t gone = (size_t)sent;
        shorten(&parts[0], &gone);
        shorten(&parts[1], &gone);
    }
    return true;
}

bool tp_socket_take(int connection, void *bytes, size_t size) {
    char *to = bytes;
    while (size > 0) {
        const ssize_t taken = recv(connection, to, size, 0);
        if (taken < 0 && errno == EINTR)
            continue;
        if (taken <= 0)
            return false;
        to += taken;
        size -= (size_t)taken;
    }
    return true;
}

static void close_from(int first) {
    if (close_range((unsigned)first, ~0u, 0) == 0)
        return;
    struct rlimit limit; /* kernels before 5.9, and some containers, have no close_range */
    const bool known = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 1 << 20;
    for (int descriptor = first; descriptor < (known ? (int)limit.rlim_cur : 1 << 20); descriptor++)
        (void)close(descriptor);
}

/* The child keeps nothing of its parent's open: a lock on a file, or a pipe's end, would be held
 * longer than the parent lives. */
void tp_reader_child(int connection) {
    const struct rlimit none = {0, 0};
    const int null = open("/dev/null", O_RDWR);
    if (null >= 0) {
        (void)dup2(null, STDIN_FILENO);
        (void)dup2(null, STDOUT_FILENO);
    }
    const int kept = STDERR_FILENO + 1;
    if (connection != kept)
        (void)dup2(connection, kept);
    close_from(kept + 1);
    /* Ctrl-C goes to all processes of a terminal: it is the parent's to heed. */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGQUIT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    /* A handler of the parent's has nothing to say about a crash of HDF5's. */
    static const int crashes[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGPROF};
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        (void)signal(crashes[i], SIG_DFL);
    (void)setrlimit(RLIMIT_CORE, &none);
    tp_reader_serve(kept);
#ifdef TP_COVERAGE
    __gcov_dump(); /* _exit would lose what was counted */
#endif
    _exit(0);
}

static tp_status start(tp_error *error) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return tp_fail(error, TP_FAILED, "", "the process that reads records cannot be reached: %s",
                       strerror(errno));
    const pid_t child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        tp_reader_child(ends[1]);
    }
    const int reason = errno;
    (void)close(ends[1]);
    if (child < 0) {
        (void)close(ends[0]);
        return tp_fail(error, TP_FAILED, "", "the process that reads records cannot be started: %s",
                       strerror(reason));
    }
    reader.owner = getpid();
    reader.child = child;
    reader.connection = ends[0];
    reader.generation++;
    return TP_OK;
}

/* Ends the connection; how the child has ended. */
static int end(void) {
    int state = 0;
    (void)close(reader.connection);
    reader.connection = -1;
    while (reader.owner == getpid() && waitpid(reader.child, &state, 0) < 0 && errno == EINTR) {}
    return state;
}

tp_status tp_reader_enter(uint64_t *generation, tp_error *error) {
    pthread_mutex_lock(&lock);
    if (reader.connection >= 0 && reader.owner != getpid())
        (void)end();
    tp_status status = reader.connection < 0 ? start(error) : TP_OK;
    *generation = reader.generation;
    return status;
}

bool tp_reader_enter_again(uint64_t generation) {
    pthread_mutex_lock(&lock);
    return reader.connection >= 0 && reader.owner == getpid() && reader.generation == generation;
}

void tp_reader_leave(void) {
    pthread_mutex_unlock(&lock);
}

void tp_reader_hold(void) {
    pthread_mutex_lock(&lock);
    reader.held++;
    pthread_mutex_unlock(&lock);
}

void tp_reader_release(void) {
    pthread_mutex_lock(&lock);
    if (--reader.held == 0 && reader.connection >= 0)
        (void)end();
    pthread_mutex_unlock(&lock);
}

bool tp_reader_runs(void) {
    return reader.connection >= 0;
}

void tp_reader_abandon(void) {
    /* It may have lost its wits, and neither read on nor end. */
    if (reader.owner == getpid())
        (void)kill(reader.child, SIGKILL);
    (void)end();
}

tp_status tp_reader_nonsense(const char *path, tp_error *error) {
    tp_fail(error, TP_INVALID, path, "HDF5 crashes over it (what it answers makes no sense)");
    return tp_hint(error, "the file is damaged; write or copy it again");
}

static tp_status gone(const char *path, tp_error *error) {
    const int state = end();
    const int signal_number = WIFSIGNALED(state) ? WTERMSIG(state) : 0;
    if (signal_number == SIGPROF)
        tp_fail(error, TP_INVALID, path, "HDF5 does not come to an end over it");
    else if (signal_number == SIGKILL)
        tp_fail(error, TP_INVALID, path, "the process that reads it was killed");
    else
        tp_fail(error, TP_INVALID, path, "HDF5 crashes over it (%s)",
                signal_number ? strsignal(signal_number) : "it has ended the process that reads");
    return tp_hint(error, "the file is damaged; write or copy it again");
}

tp_status tp_reader_ask(const tp_bytes *request, const char *path, tp_error *error) {
    const uint64_t size = request->size;
    return tp_socket_send(reader.connection, &size, sizeof size, request->data, request->size)
               ? TP_OK
               : gone(path, error);
}

tp_status tp_reader_take(void *bytes, size_t size, const char *path, tp_error *error) {
    return tp_socket_take(reader.connection, bytes, size) ? TP_OK : gone(path, error);
}

tp_status tp_reader_take_all(tp_bytes *bytes, uint64_t size, const char *path, tp_error *error) {
    enum { AT_ONCE = 1 << 20 };
    tp_status status = TP_OK;
    bytes->size = bytes->at = 0;
    while (status == TP_OK && size > 0) {
        const size_t now = size < AT_ONCE ? (size_t)size : AT_ONCE;
        void *place = tp_bytes_reserve(bytes, now);
        if (!place) {
            tp_reader_abandon();
            return tp_fail_memory(error, "reading a record");
        }
        status = tp_reader_take(place, now, path, error);
        size -= now;
    }
    return status;
}

tp_status tp_reader_answer(uint64_t *size, const char *path, tp_error *error) {
    tp_answer_head head;
    tp_error found;
    tp_status status = tp_reader_take(&head, sizeof head, path, error);
    if (status != TP_OK)
        return status;
    *size = head.size;
    if (head.status == TP_OK)
        return TP_OK;
    const bool sized = head.size == sizeof found;
    if (sized)
        status = tp_reader_take(&found, sizeof found, path, error);
    if (status != TP_OK)
        return status;
    if (!sized || found.status != (tp_status)head.status ||
        (found.status != TP_INVALID && found.status != TP_FAILED) || !*found.message) {
        tp_reader_abandon();
        return tp_reader_nonsense(path, error);
    }
    found.where[sizeof found.where - 1] = '\0';
    found.message[sizeof found.message - 1] = '\0';
    found.hint[sizeof found.hint - 1] = '\0';
    if (error)
        *error = found;
    return found.status;
}
