/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gnuplot reads its script, and writes picture and complaints, by files without names: no file name
 * ever goes through a script or a shell, and nothing is left behind whatever ends either program.
 */
#include "figures/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fail.h"

extern char **environ;

enum { COMPLAINT_ROOM = 600 };

typedef struct streams {
    FILE *script, *picture, *complaint;
} streams;

static void close_all(streams *s) {
    FILE *files[] = {s->script, s->picture, s->complaint};
    for (int i = 0; i < 3; i++)
        if (files[i])
            (void)fclose(files[i]);
    *s = (streams){0};
}

static tp_status open_all(streams *s, const char *script, size_t length, tp_error *error) {
    FILE **files[] = {&s->script, &s->picture, &s->complaint};
    bool made = true;
    for (int i = 0; made && i < 3; i++) {
        *files[i] = tmpfile();
        made = *files[i] && fcntl(fileno(*files[i]), F_SETFD, FD_CLOEXEC) == 0;
    }
    if (made && fwrite(script, 1, length, s->script) == length && fflush(s->script) == 0 &&
        lseek(fileno(s->script), 0, SEEK_SET) == 0)
        return TP_OK;
    const int reason = errno;
    close_all(s);
    tp_fail(error, TP_FAILED, "/tmp", "a temporary file for gnuplot cannot be written: %s",
            strerror(reason));
    return tp_hint(error, "make room there");
}

static int spawn(const streams *s, pid_t *child) {
    /* -d: whatever the user's own .gnuplot sets must not change the picture. */
    char program[] = "gnuplot", defaults[] = "-d", input[] = "-";
    char *arguments[] = {program, defaults, input, NULL};
    posix_spawn_file_actions_t actions;
    int reason = posix_spawn_file_actions_init(&actions);
    if (reason != 0)
        return reason;
    posix_spawnattr_t attributes;
    reason = posix_spawnattr_init(&attributes);
    if (reason == 0) {
        sigset_t none, defaulted;
        sigemptyset(&none);
        sigemptyset(&defaulted);
        sigaddset(&defaulted, SIGPIPE);
        sigaddset(&defaulted, SIGINT);
        sigaddset(&defaulted, SIGCHLD);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &defaulted);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        FILE *const files[] = {s->script, s->picture, s->complaint};
        for (int i = 0; reason == 0 && i < 3; i++)
            reason = posix_spawn_file_actions_adddup2(&actions, fileno(files[i]), i);
        if (reason == 0)
            reason = posix_spawnp(child, program, &actions, &attributes, arguments, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return reason;
}

/* What gnuplot wrote to its standard error, in one line, with its last words whole. */
static void read_complaint(FILE *complaint, char *text) {
    text[0] = '\0';
    if (fseek(complaint, 0, SEEK_END) != 0)
        return;
    const long size = ftell(complaint), room = COMPLAINT_ROOM - 1;
    if (size <= 0 || fseek(complaint, size > room ? size - room : 0, SEEK_SET) != 0)
        return;
    const size_t length = fread(text, 1, COMPLAINT_ROOM - 1, complaint);
    text[length] = '\0';
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        const char letter = (unsigned char)text[i] < ' ' ? ' ' : text[i];
        if (letter != ' ' || (kept > 0 && text[kept - 1] != ' '))
            text[kept++] = letter;
    }
    text[kept] = '\0';
}

static tp_status judge(const streams *s, int state, tp_error *error) {
    char complaint[COMPLAINT_ROOM];
    read_complaint(s->complaint, complaint);
    const char *said = complaint[0] ? complaint : "it did not say why";
    if (WIFSIGNALED(state))
        return tp_fail(error, TP_FAILED, "", "gnuplot was ended by signal %d: %s", WTERMSIG(state),
                       said);
    if (!WIFEXITED(state) || WEXITSTATUS(state) != 0) {
        tp_fail(error, TP_FAILED, "", "gnuplot failed: %s", said);
        return tp_hint(error, "expected gnuplot 5.4 or newer, with its Cairo terminals (Debian's "
                              "package gnuplot-nox)");
    }
    if (fseek(s->picture, 0, SEEK_END) != 0 || ftell(s->picture) <= 0)
        return tp_fail(error, TP_FAILED, "", "gnuplot drew nothing: %s", said);
    rewind(s->picture);
    return TP_OK;
}

tp_status tp_gnuplot_run(const char *script, size_t length, FILE **picture, tp_error *error) {
    streams s = {0};
    tp_status status = open_all(&s, script, length, error);
    if (status != TP_OK)
        return status;
    pid_t child = 0;
    int reason = spawn(&s, &child), state = 0;
    if (reason != 0) {
        tp_fail(error, TP_FAILED, "", "gnuplot, which draws the figures, cannot be started: %s",
                strerror(reason));
        status = tp_hint(error, "install Debian's package gnuplot-nox");
    } else {
        pid_t ended;
        do {
            ended = waitpid(child, &state, 0);
        } while (ended < 0 && errno == EINTR);
        /* ECHILD: the caller does not follow its children; then the picture alone must tell. */
        if (ended < 0 && errno != ECHILD)
            status =
                tp_fail(error, TP_FAILED, "", "gnuplot cannot be waited for: %s", strerror(errno));
        else
            status = judge(&s, ended < 0 ? 0 : state, error);
    }
    if (status == TP_OK) {
        *picture = s.picture;
        s.picture = NULL;
    }
    close_all(&s);
    return status;
}
