/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that reads. HDF5 1.10 crashes over some damaged files and goes round for ever over
 * others, foreign ones among them; so no file is given to it here, but in a child process, with a
 * limit on its time for each request and on its memory. When it ends before it has answered, that
 * is an error of the file; so is an answer that makes no sense, since HDF5 may have overwritten
 * anything there. There is one as long as any record is open. */
#ifndef TP_RECORD_READER_PROCESS_H
#define TP_RECORD_READER_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <tripartite/error.h>

#include "base/bytes.h"

/* Each answer begins with one; that of an array's values is followed by more of them. */
typedef struct tp_answer_head {
    uint32_t status; /* tp_status; where it is not TP_OK, a tp_error follows */
    uint32_t unused;
    uint64_t size; /* bytes that follow */
} tp_answer_head;

typedef enum tp_request {
    TP_REQUEST_OPEN,
    TP_REQUEST_CLOSE,
    TP_REQUEST_HAS,
    TP_REQUEST_SHAPE,
    TP_REQUEST_ARRAY,
    TP_REQUEST_TEXT,
    TP_REQUEST_NUMBER,
    TP_REQUEST_INTEGER,
    TP_REQUEST_STRING,
    TP_REQUEST_STRINGS,
    TP_REQUEST_LIST,
    TP_REQUEST_ATTRIBUTES
} tp_request;

/* Locks the process for one request and its answer; starts one where there is none. Gives its
 * generation, which is another for every process. tp_reader_leave unlocks it, in any case. */
tp_status tp_reader_enter(uint64_t *generation, tp_error *error);
void tp_reader_leave(void);

/* Locks it too, and starts none: whether the one of that generation runs still. */
bool tp_reader_enter_again(uint64_t generation);

/* Counts the records that are open: the process ends with the last. */
void tp_reader_hold(void);
void tp_reader_release(void);

/* Sends a request. */
tp_status tp_reader_ask(const tp_bytes *request, const char *path, tp_error *error);

/* Takes the head of an answer; the error that it holds is handed on. */
tp_status tp_reader_answer(uint64_t *size, const char *path, tp_error *error);

/* Takes `size` bytes of an answer. */
tp_status tp_reader_take(void *bytes, size_t size, const char *path, tp_error *error);

/* Takes so many into `bytes`. Memory is taken as they come: a size may make no sense. */
tp_status tp_reader_take_all(tp_bytes *bytes, uint64_t size, const char *path, tp_error *error);

/* Whether there is a process, in one's turn. */
bool tp_reader_runs(void);

/* Ends the process where the rest of its answer is not wanted, or cannot be told from the next. */
void tp_reader_abandon(void);

/* The error of an answer that HDF5 has overwritten: TP_INVALID, of the file. */
tp_status tp_reader_nonsense(const char *path, tp_error *error);

/* What the process is from its start to its end: it keeps nothing of its parent's but the
 * connection, and serves there. */
_Noreturn void tp_reader_child(int connection);

/* What the child does: answers what comes through the socket until it is closed. */
void tp_reader_serve(int connection);

/* The same request by request: false where the other end is gone, or its request is none. */
typedef struct tp_service tp_service;
tp_service *tp_service_create(int connection); /* NULL where memory is out */
bool tp_service_answer(tp_service *service);
void tp_service_destroy(tp_service **service);

/* Sends, or takes, all of so many bytes; false where the other end is gone. A head and what follows
 * are sent at once, so that the other end does not wake for the head alone. */
bool tp_socket_send(int connection, const void *head, size_t head_size, const void *bytes,
                    size_t size);
bool tp_socket_take(int connection, void *bytes, size_t size);

#endif
