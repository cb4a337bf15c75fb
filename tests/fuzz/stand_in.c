/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stand_in.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* No process has this id: Linux counts to 2^22. */
enum { NO_PROCESS = 1 << 30 };

static const fuzz_stand_in *current;
static void (*listener)(const void *bytes, size_t size);

void fuzz_stand_in_set(const fuzz_stand_in *stand_in) {
    current = stand_in;
}

void fuzz_stand_in_listen(void (*heard)(const void *bytes, size_t size)) {
    listener = heard;
}

/* The linker puts these in the place of what they are named after, and the originals under
 * __real_. */
int __real_socketpair(int domain, int type, int protocol, int ends[2]);
pid_t __real_fork(void);
pid_t __real_waitpid(pid_t process, int *status, int options);
ssize_t __real_sendmsg(int connection, const struct msghdr *message, int flags);
ssize_t __real_recv(int connection, void *bytes, size_t size, int flags);
int __real_close(int descriptor);
int __real_setitimer(__itimer_which_t which, const struct itimerval *value, struct itimerval *old);
int __wrap_socketpair(int domain, int type, int protocol, int ends[2]);
pid_t __wrap_fork(void);
pid_t __wrap_waitpid(pid_t process, int *status, int options);
ssize_t __wrap_sendmsg(int connection, const struct msghdr *message, int flags);
ssize_t __wrap_recv(int connection, void *bytes, size_t size, int flags);
int __wrap_close(int descriptor);
int __wrap_setitimer(__itimer_which_t which, const struct itimerval *value, struct itimerval *old);

int __wrap_socketpair(int domain, int type, int protocol, int ends[2]) {
    if (!current)
        return __real_socketpair(domain, type, protocol, ends);
    ends[0] = FUZZ_PARENT_END;
    ends[1] = FUZZ_CHILD_END;
    return 0;
}

pid_t __wrap_fork(void) {
    if (!current) {
        const pid_t child = __real_fork();
        if (child == 0)
            listener = NULL; /* it hears its parent */
        return child;
    }
    current->begins();
    return NO_PROCESS;
}

pid_t __wrap_waitpid(pid_t process, int *status, int options) {
    if (process != NO_PROCESS)
        return __real_waitpid(process, status, options);
    *status = current->ends();
    return process;
}

ssize_t __wrap_sendmsg(int connection, const struct msghdr *message, int flags) {
    ssize_t sent = 0;
    if (connection != FUZZ_PARENT_END && connection != FUZZ_CHILD_END)
        return __real_sendmsg(connection, message, flags);
    for (size_t i = 0; i < message->msg_iovlen; i++) {
        const struct iovec *part = &message->msg_iov[i];
        (connection == FUZZ_PARENT_END ? current->parent_sends
                                       : current->child_sends)(part->iov_base, part->iov_len);
        sent += (ssize_t)part->iov_len;
    }
    return sent;
}

ssize_t __wrap_recv(int connection, void *bytes, size_t size, int flags) {
    if (connection == FUZZ_PARENT_END)
        return (ssize_t)current->parent_takes(bytes, size);
    if (connection == FUZZ_CHILD_END)
        return (ssize_t)current->child_takes(bytes, size);
    const ssize_t taken = __real_recv(connection, bytes, size, flags);
    if (listener && taken > 0)
        listener(bytes, (size_t)taken);
    return taken;
}

int __wrap_close(int descriptor) {
    return descriptor == FUZZ_PARENT_END || descriptor == FUZZ_CHILD_END ? 0
                                                                         : __real_close(descriptor);
}

/* There is no process to be ended by SIGPROF. */
int __wrap_setitimer(__itimer_which_t which, const struct itimerval *value, struct itimerval *old) {
    return current && which == ITIMER_PROF ? 0 : __real_setitimer(which, value, old);
}
