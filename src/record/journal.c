/* SPDX-License-Identifier: GPL-3.0-or-later */
/* O_TMPFILE is Linux's own. */
#define _GNU_SOURCE
#include "record/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"

enum { MOST_IN_MEMORY = 4 << 20 };

tp_status tp_journal_create(const char *folder, tp_journal **journal, tp_error *error) {
    tp_journal *made = calloc(1, sizeof *made);
    if (made)
        made->folder = malloc(strlen(folder) + 1);
    if (!made || !made->folder) {
        free(made);
        return tp_fail_memory(error, "making a journal");
    }
    strcpy(made->folder, folder);
    *journal = made;
    return TP_OK;
}

void tp_journal_clear(tp_journal *journal) {
    if (journal->older)
        fclose(journal->older);
    journal->older = NULL;
    journal->recent.size = 0;
}

void tp_journal_destroy(tp_journal **journal) {
    if (!*journal)
        return;
    tp_journal_clear(*journal);
    tp_bytes_free(&(*journal)->recent);
    free((*journal)->folder);
    free(*journal);
    *journal = NULL;
}

static tp_status fail(const tp_journal *journal, tp_error *error, const char *what) {
    return tp_fail(error, TP_FAILED, journal->folder, "a file without a name cannot be %s: %s",
                   what, strerror(errno));
}

/* Nobody else is to see it, and it goes with the process, however that ends. */
static tp_status open_older(tp_journal *journal, tp_error *error) {
    static const char name[] = "/.tripartite-journal-XXXXXX";
    char *path = malloc(strlen(journal->folder) + sizeof name);
    if (!path)
        return tp_fail_memory(error, "keeping a journal");
    strcpy(path, journal->folder);
    strcat(path, name);
    /* Where the file system can, it never has a name, so that a killed process leaves none. */
    int descriptor = open(journal->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        descriptor = mkstemp(path);
        if (descriptor >= 0)
            unlink(path);
    }
    if (descriptor >= 0)
        journal->older = fdopen(descriptor, "w+b");
    free(path);
    if (journal->older)
        return TP_OK;
    tp_status status = fail(journal, error, "made");
    if (descriptor >= 0)
        close(descriptor);
    return status;
}

bool tp_journal_begin(tp_journal *journal, tp_step_kind kind, size_t *mark) {
    *mark = journal->recent.size;
    return tp_bytes_put_number(&journal->recent, kind) && tp_bytes_put_number(&journal->recent, 0);
}

tp_status tp_journal_end(tp_journal *journal, size_t mark, tp_error *error) {
    tp_bytes *recent = &journal->recent;
    const uint64_t length = recent->size - mark - 2 * sizeof length;
    memcpy(recent->data + mark + sizeof length, &length, sizeof length);
    if (recent->size < MOST_IN_MEMORY)
        return TP_OK;
    tp_status status = journal->older ? TP_OK : open_older(journal, error);
    if (status == TP_OK && fwrite(recent->data, 1, recent->size, journal->older) != recent->size)
        status = fail(journal, error, "written");
    recent->size = 0;
    return status;
}

typedef tp_status visit_step(void *context, tp_step_kind kind, tp_bytes *step, tp_error *error);

/* Reads one step of the older ones; at their end it is TP_OK, and *kind 0, which no step has. */
static tp_status read_older(tp_journal *journal, uint64_t *kind, tp_bytes *step, tp_error *error) {
    uint64_t head[2];
    *kind = 0;
    step->size = step->at = 0;
    const size_t read = fread(head, 1, sizeof head, journal->older);
    if (read == 0 && !ferror(journal->older))
        return TP_OK;
    if (read != sizeof head)
        return fail(journal, error, "read");
    void *place = tp_bytes_reserve(step, (size_t)head[1]);
    if (!place)
        return tp_fail_memory(error, "committing");
    if (fread(place, 1, (size_t)head[1], journal->older) != head[1])
        return fail(journal, error, "read");
    *kind = head[0];
    return TP_OK;
}

static tp_status walk_older(tp_journal *journal, visit_step *visit, void *context,
                            tp_error *error) {
    tp_bytes step = {0};
    uint64_t kind = 1;
    tp_status status = TP_OK;
    if (fflush(journal->older) != 0 || fseek(journal->older, 0, SEEK_SET) != 0)
        status = fail(journal, error, "read");
    while (status == TP_OK && kind != 0) {
        status = read_older(journal, &kind, &step, error);
        if (status == TP_OK && kind != 0)
            status = visit(context, (tp_step_kind)kind, &step, error);
    }
    tp_bytes_free(&step);
    /* What is added next goes behind. */
    if (status == TP_OK && fseek(journal->older, 0, SEEK_END) != 0)
        status = fail(journal, error, "read");
    return status;
}

tp_status tp_journal_walk(tp_journal *journal, visit_step *visit, void *context, tp_error *error) {
    tp_status status = journal->older ? walk_older(journal, visit, context, error) : TP_OK;
    tp_bytes *recent = &journal->recent;
    recent->at = 0;
    while (status == TP_OK && recent->at < recent->size) {
        uint64_t kind = 0, length = 0;
        tp_bytes_take_number(recent, &kind);
        tp_bytes_take_number(recent, &length);
        tp_bytes step = {.data = recent->data + recent->at, .size = (size_t)length};
        recent->at += (size_t)length;
        status = visit(context, (tp_step_kind)kind, &step, error);
    }
    return status;
}
