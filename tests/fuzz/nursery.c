/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "nursery.h"

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input.h"
#include "record/file.h"
#include "record/reader_process.h"

enum { FAULT_OF_OURS = 77 };

static pid_t owner;
static int nursery = -1; /* to it */
static int report;       /* what the sanitizers print in the processes that come from it */
static int child_end;    /* of the last connection made */

int __real_socketpair(int domain, int type, int protocol, int ends[2]);
pid_t __real_fork(void);
pid_t __real_waitpid(pid_t process, int *status, int options);
int __wrap_socketpair(int domain, int type, int protocol, int ends[2]);
pid_t __wrap_fork(void);
pid_t __wrap_waitpid(pid_t process, int *status, int options);

/* There where the sanitizers are. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));
__attribute__((weak)) int __asan_report_present(void);
__attribute__((weak)) void *__asan_get_report_pc(void);

/* Whether what ends the process is a report of UndefinedBehaviorSanitizer, and not that
 * AddressSanitizer cannot go on, as over a size of HDF5's that it takes to be impossible. */
static bool is_undefined_behaviour(void) {
    char printed[1024];
    const ssize_t size = pread(STDERR_FILENO, printed, sizeof printed, 0);
    static const char mark[] = "runtime error:";
    return size < 0 || memmem(printed, (size_t)size, mark, sizeof mark - 1);
}

/* HDF5 is not compiled for a sanitizer: what UndefinedBehaviorSanitizer finds is in this tree, and
 * what AddressSanitizer finds too, unless it is in a library, or in AddressSanitizer's own memcpy
 * and the like, which HDF5 calls as this tree does (the program's only names that libraries see):
 * the target `structure` has the faults of this tree's that are missed there. */
static void die(void) {
    Dl_info found, own;
    if (!__asan_report_present || !__asan_report_present())
        _exit(is_undefined_behaviour() ? FAULT_OF_OURS : 1);
    const bool known = dladdr(__asan_get_report_pc(), &found) != 0 && dladdr(&owner, &own) != 0;
    _exit(known && found.dli_fbase == own.dli_fbase && !found.dli_sname ? FAULT_OF_OURS : 1);
}

/* HDF5 makes its tables at its first file. */
static void warm_up(const char *path) {
    tp_file *file;
    tp_listing listing;
    (void)H5set_free_list_limits(-1, -1, -1, -1, -1, -1);
    if (tp_file_open(path, path, false, &file, NULL) != TP_OK ||
        tp_file_list(file, &listing, NULL) != TP_OK)
        fuzz_fail("run it in the project's folder, or name that in TRIPARTITE_SOURCE");
    tp_listing_free(&listing);
    tp_file_close(&file);
}

/* A connection that came through the other one; < 0 where its end is gone. */
static int take_connection(int from) {
    char byte;
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec one = {&byte, 1};
    struct msghdr message = {.msg_iov = &one,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    int connection = -1;
    if (TEMP_FAILURE_RETRY(recvmsg(from, &message, MSG_CMSG_CLOEXEC)) == 1 &&
        CMSG_FIRSTHDR(&message))
        memcpy(&connection, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof connection);
    return connection;
}

/* A fuzzer has a clock of its own, which interrupts calls. */
static void hand_over(int to, int connection) {
    char byte = 0;
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec one = {&byte, 1};
    struct msghdr message = {.msg_iov = &one,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    *CMSG_FIRSTHDR(&message) = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
    memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &connection, sizeof connection);
    if (TEMP_FAILURE_RETRY(sendmsg(to, &message, MSG_NOSIGNAL)) != 1)
        fuzz_fail("the nursery has ended");
}

/* As long as the fuzzer lives. With CLONE_PARENT what is started is the fuzzer's child, which waits
 * for it. */
_Noreturn static void serve(int fuzzer, const char *path) {
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(die);
    warm_up(path);
    (void)dup2(report, STDERR_FILENO);
    for (int connection; (connection = take_connection(fuzzer)) >= 0;) {
        const pid_t child = (pid_t)syscall(SYS_clone, (long)CLONE_PARENT | SIGCHLD, 0L, 0L, 0L, 0L);
        if (child == 0)
            tp_reader_child(connection);
        (void)close(connection);
        (void)send(fuzzer, &child, sizeof child, MSG_NOSIGNAL);
    }
    _exit(0);
}

void fuzz_nursery_begin(const char *path) {
    int ends[2];
    if (nursery >= 0 && owner == getpid())
        return;
    report = memfd_create("report", MFD_CLOEXEC);
    if (report < 0 || __real_socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        fuzz_fail("the nursery cannot be reached");
    const pid_t process = __real_fork();
    if (process < 0)
        fuzz_fail("the nursery cannot be started");
    if (process == 0) {
        (void)close(ends[0]);
        serve(ends[1], path);
    }
    (void)close(ends[1]);
    nursery = ends[0];
    owner = getpid();
}

int __wrap_socketpair(int domain, int type, int protocol, int ends[2]) {
    const int made = __real_socketpair(domain, type, protocol, ends);
    child_end = ends[1];
    return made;
}

pid_t __wrap_fork(void) {
    pid_t child;
    if (nursery < 0)
        return __real_fork();
    if (ftruncate(report, 0) != 0 || lseek(report, 0, SEEK_SET) != 0)
        fuzz_fail("the reports cannot be put away");
    hand_over(nursery, child_end);
    if (TEMP_FAILURE_RETRY(recv(nursery, &child, sizeof child, MSG_WAITALL)) != sizeof child)
        fuzz_fail("the nursery has ended");
    return child;
}

pid_t __wrap_waitpid(pid_t process, int *status, int options) {
    const pid_t ended = __real_waitpid(process, status, options);
    if (nursery >= 0 && ended > 0 && WIFEXITED(*status) && WEXITSTATUS(*status) == FAULT_OF_OURS) {
        char piece[4096];
        ssize_t size;
        for (off_t at = 0; (size = pread(report, piece, sizeof piece, at)) > 0; at += size)
            (void)fwrite(piece, 1, (size_t)size, stderr);
        fuzz_fail("a fault in the process that reads, and not HDF5's");
    }
    return ended;
}
