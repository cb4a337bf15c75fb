/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening records and reading from them: by requests to the process that reads. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/reader_attributes.h"
#include "record/reader_private.h"
#include "record/reader_process.h"

/* Keeps in mind that the record was not to blame. */
static tp_status note(const tp_record *record, tp_status status) {
    if (status == TP_FAILED)
        __atomic_store_n(&((tp_record *)(uintptr_t)record)->unanswered, true, __ATOMIC_RELAXED);
    return status;
}

static tp_status doubt_of(const tp_record *record, tp_error *error) {
    if (record->doubt.status != TP_OK && error)
        *error = record->doubt;
    return record->doubt.status;
}

tp_status tp_record_answered(const tp_record *record, tp_error *error) {
    if (record->doubt.status != TP_OK)
        return doubt_of(record, error);
    return __atomic_load_n(&record->unanswered, __ATOMIC_RELAXED)
               ? tp_fail(error, TP_FAILED, record->path,
                         "could not be read: out of memory, or of processes")
               : TP_OK;
}

/* Sends a request and takes an answer of one piece; the request is freed. `fits` says whether it
 * could be put together. */
static tp_status ask(const char *path, bool fits, tp_bytes *request, tp_bytes *answer,
                     tp_error *error) {
    uint64_t size = 0;
    tp_status status =
        fits ? tp_reader_ask(request, path, error) : tp_fail_memory(error, "reading a record");
    tp_bytes_free(request);
    if (status == TP_OK)
        status = tp_reader_answer(&size, path, error);
    return status == TP_OK ? tp_reader_take_all(answer, size, path, error) : status;
}

static tp_status open_again(tp_record *record, uint64_t generation, tp_error *error) {
    tp_bytes request = {0}, answer = {0};
    /* /dev/stdin, say, is another file in another process. */
    char *place = realpath(record->path, NULL);
    bool fits = tp_bytes_put_number(&request, TP_REQUEST_OPEN) &&
                tp_bytes_put_text(&request, record->path) &&
                tp_bytes_put_text(&request, place ? place : record->path) &&
                tp_bytes_put_number(&request, (uint64_t)record->ours);
    free(place);
    tp_status status = ask(record->path, fits, &request, &answer, error);
    if (status == TP_OK && (!tp_bytes_take_number(&answer, &record->number) ||
                            !tp_bytes_take_number(&answer, &record->bytes)))
        status = tp_reader_nonsense(record->path, error);
    if (status == TP_OK)
        record->generation = generation;
    tp_bytes_free(&answer);
    return status;
}

/* Each may take its time, and whoever reads may have a thousand requests. */
enum { MOST_ENDS = 3 };

/* Locks the process for a request about this record, and opens the file there where it is not.
 * leave is to be called in any case. What a record is changes by neither. */
static tp_status enter(const tp_record *record, tp_error *error) {
    uint64_t generation;
    tp_status status = tp_reader_enter(&generation, error);
    if (status == TP_OK && record->ends >= MOST_ENDS) {
        tp_fail(error, TP_INVALID, record->path,
                "the process that reads it has ended over it %d times: it is left alone",
                (int)MOST_ENDS);
        return tp_hint(error, "the file is damaged, or memory is short; write or copy it again");
    }
    if (status == TP_OK)
        status = doubt_of(record, error);
    if (status == TP_OK && record->generation != generation)
        status = open_again((tp_record *)(uintptr_t)record, generation, error);
    return status;
}

static void leave(const tp_record *record, tp_status status) {
    if (status != TP_OK && !tp_reader_runs() && record->ends < MOST_ENDS)
        ((tp_record *)(uintptr_t)record)->ends++;
    tp_reader_leave();
}

static bool begin(const tp_record *record, tp_request kind, const char *path, tp_bytes *request) {
    return tp_bytes_put_number(request, kind) && tp_bytes_put_number(request, record->number) &&
           tp_bytes_put_text(request, path);
}

/* A request of a path, and an attribute or an index; one answer. */
static tp_status ask_about(const tp_record *record, tp_request kind, const char *path,
                           const char *attribute, const uint64_t *index, tp_bytes *answer,
                           tp_error *error) {
    tp_bytes request = {0};
    tp_status status = enter(record, error);
    if (status == TP_OK) {
        const bool fits = begin(record, kind, path, &request) &&
                          (!attribute || tp_bytes_put_text(&request, attribute)) &&
                          (!index || tp_bytes_put_number(&request, *index));
        status = ask(record->path, fits, &request, answer, error);
    }
    leave(record, status);
    return note(record, status);
}

static tp_status open_as(const char *path, bool ours, tp_record **record, tp_error *error) {
    *record = NULL;
    tp_record *made = calloc(1, sizeof *made);
    char *name = malloc((path ? strlen(path) : 0) + 1);
    if (!made || !name) {
        free(made);
        free(name);
        return tp_fail_memory(error, "opening a record");
    }
    strcpy(name, path ? path : "");
    *made = (tp_record){.path = name, .ours = ours};
    tp_reader_hold();
    tp_status status = enter(made, error);
    leave(made, status);
    if (status == TP_OK)
        *record = made;
    else
        tp_record_close(&made);
    return status;
}

tp_status tp_record_open(const char *path, tp_record **record, tp_error *error) {
    return open_as(path, true, record, error);
}

tp_status tp_record_open_any(const char *path, tp_record **file, tp_error *error) {
    return open_as(path, false, file, error);
}

void tp_record_close(tp_record **record) {
    if (!record || !*record)
        return;
    tp_record *gone = *record;
    tp_bytes answer = {0};
    if (tp_reader_enter_again(gone->generation)) {
        tp_bytes request = {0};
        const bool fits = begin(gone, TP_REQUEST_CLOSE, "", &request);
        (void)ask(gone->path, fits, &request, &answer, NULL);
    }
    tp_reader_leave();
    tp_reader_release();
    tp_bytes_free(&answer);
    free(gone->path);
    free(gone);
    *record = NULL;
}

static tp_status ask_whether(const tp_record *record, const char *path, uint64_t *has,
                             tp_error *error) {
    tp_bytes answer = {0};
    tp_status status = ask_about(record, TP_REQUEST_HAS, path, NULL, NULL, &answer, error);
    if (status == TP_OK && !tp_bytes_take_number(&answer, has))
        status = tp_reader_nonsense(record->path, error);
    tp_bytes_free(&answer);
    return status;
}

int tp_record_has(const tp_record *record, const char *path) {
    uint64_t has = 0;
    tp_error error;
    if (!path || ask_whether(record, path, &has, &error) == TP_OK)
        return has != 0;
    /* No answer is not "no": nothing more is read, so that whoever goes on is told. */
    (void)tp_reader_enter_again(record->generation);
    ((tp_record *)(uintptr_t)record)->doubt = error;
    tp_reader_leave();
    return 0;
}

/* The shape that an answer is; there is nothing along an axis which it has not. */
static tp_status take_shape(const tp_record *record, tp_bytes *answer, tp_shape *shape,
                            tp_error *error) {
    if (!tp_bytes_take(answer, shape, sizeof *shape) || shape->rank > TP_MAX_RANK)
        return tp_reader_nonsense(record->path, error);
    for (size_t axis = shape->rank; axis < TP_MAX_RANK; axis++)
        shape->dims[axis] = 0;
    return TP_OK;
}

static tp_status shape_of(const tp_record *record, const char *path, tp_shape *shape,
                          tp_error *error) {
    tp_bytes answer = {0};
    tp_status status = ask_about(record, TP_REQUEST_SHAPE, path, NULL, NULL, &answer, error);
    if (status == TP_OK)
        status = take_shape(record, &answer, shape, error);
    tp_bytes_free(&answer);
    return status;
}

size_t tp_read_as_bytes(tp_read_as as) {
    switch (as) {
    case TP_AS_INT8:
    case TP_AS_UINT8:
        return 1;
    case TP_AS_INT16:
    case TP_AS_UINT16:
        return 2;
    case TP_AS_FLOAT:
    case TP_AS_INT32:
    case TP_AS_UINT32:
        return 4;
    case TP_AS_DOUBLE:
    case TP_AS_INT64:
    case TP_AS_UINT64:
        break;
    }
    return 8;
}

static bool same_shape(const tp_shape *a, const tp_shape *b) {
    bool same = a->rank == b->rank;
    for (size_t axis = 0; same && axis < a->rank; axis++)
        same = a->dims[axis] == b->dims[axis];
    return same;
}

/* Asks for an array, or a part of it, and takes its shape; that of a part is the one asked for. */
static tp_status ask_array(const tp_record *record, const char *path, const size_t *start,
                           tp_shape *shape, tp_read_as as, tp_error *error) {
    tp_bytes request = {0}, answer = {0};
    bool fits = begin(record, TP_REQUEST_ARRAY, path, &request) &&
                tp_bytes_put_number(&request, as) && tp_bytes_put_number(&request, start != NULL) &&
                tp_bytes_put_number(&request, shape->rank);
    for (size_t axis = 0; start && axis < shape->rank; axis++)
        fits = fits && tp_bytes_put_number(&request, start[axis]) &&
               tp_bytes_put_number(&request, shape->dims[axis]);
    tp_status status = ask(record->path, fits, &request, &answer, error);
    tp_shape found;
    if (status == TP_OK) {
        status = take_shape(record, &answer, &found, error);
        if (status == TP_OK && start && !same_shape(&found, shape))
            status = tp_reader_nonsense(record->path, error);
        if (status == TP_OK)
            *shape = found;
        else
            tp_reader_abandon(); /* values would follow */
    }
    tp_bytes_free(&answer);
    return status;
}

static tp_status take_values(const tp_record *record, char *to, size_t left, tp_error *error) {
    while (left > 0) {
        uint64_t size = 0;
        tp_status status = tp_reader_answer(&size, record->path, error);
        if (status == TP_OK && (size == 0 || size > left)) {
            tp_reader_abandon();
            return tp_reader_nonsense(record->path, error);
        }
        if (status == TP_OK)
            status = tp_reader_take(to, (size_t)size, record->path, error);
        if (status != TP_OK)
            return status;
        to += size;
        left -= (size_t)size;
    }
    return TP_OK;
}

/* Asks for values, and how many bytes of them the next answers hold. */
static tp_status ask_values(const tp_record *record, const char *path, const size_t *start,
                            tp_shape *shape, tp_read_as as, size_t *bytes, tp_error *error) {
    tp_status status = enter(record, error);
    if (status == TP_OK)
        status = ask_array(record, path, start, shape, as, error);
    *bytes = tp_read_as_bytes(as);
    for (size_t axis = 0; status == TP_OK && axis < shape->rank; axis++)
        if (__builtin_mul_overflow(*bytes, shape->dims[axis], bytes)) {
            tp_reader_abandon();
            status = tp_fail_memory(error, "reading an array");
        }
    return status;
}

static tp_status read_array(const tp_record *record, const char *path, const size_t *start,
                            tp_shape *shape, tp_read_as as, tp_array *array, tp_error *error) {
    size_t bytes;
    void *values = NULL;
    *array = (tp_array){0};
    tp_status status = ask_values(record, path, start, shape, as, &bytes, error);
    if (status == TP_OK && !(values = malloc(bytes > 0 ? bytes : 1))) {
        tp_reader_abandon();
        status = tp_fail_memory(error, "reading an array");
    }
    if (status == TP_OK)
        status = take_values(record, values, bytes, error);
    leave(record, status);
    if (status != TP_OK) {
        free(values);
        return note(record, status);
    }
    array->rank = shape->rank;
    memcpy(array->dims, shape->dims, sizeof array->dims);
    array->values = values;
    return TP_OK;
}

tp_status tp_record_array_as(const tp_record *record, const char *path, tp_read_as as,
                             tp_array *array, tp_error *error) {
    tp_shape shape = {0};
    return read_array(record, path, NULL, &shape, as, array, error);
}

tp_status tp_record_array(const tp_record *record, const char *path, tp_array *array,
                          tp_error *error) {
    return tp_record_array_as(record, path, TP_AS_DOUBLE, array, error);
}

tp_status tp_record_slice_as(const tp_record *record, const char *path, const size_t *start,
                             const size_t *count, tp_read_as as, tp_array *array, tp_error *error) {
    tp_shape shape = {0};
    *array = (tp_array){0};
    tp_status status = shape_of(record, path, &shape, error);
    for (size_t axis = 0; status == TP_OK && axis < shape.rank; axis++)
        shape.dims[axis] = count[axis];
    return status == TP_OK ? read_array(record, path, start, &shape, as, array, error) : status;
}

tp_status tp_record_slice(const tp_record *record, const char *path, const size_t *start,
                          const size_t *count, tp_array *array, tp_error *error) {
    return tp_record_slice_as(record, path, start, count, TP_AS_DOUBLE, array, error);
}

void tp_array_free(tp_array *array) {
    if (!array)
        return;
    free(array->values);
    *array = (tp_array){0};
}

tp_status tp_record_byte_count(const tp_record *record, const char *path, size_t *count,
                               tp_error *error) {
    tp_shape shape = {0};
    tp_status status = shape_of(record, path, &shape, error);
    if (status == TP_OK && shape.rank != 1)
        status = tp_fail(error, TP_INVALID, record->path,
                         "array '%s' has %zu axes, expected 1 of bytes", path, shape.rank);
    if (status == TP_OK)
        *count = shape.dims[0];
    return status;
}

tp_status tp_record_bytes(const tp_record *record, const char *path, size_t start, size_t count,
                          void *place, tp_error *error) {
    tp_shape shape = {.rank = 1, .dims = {count}};
    size_t bytes;
    tp_status status = ask_values(record, path, &start, &shape, TP_AS_UINT8, &bytes, error);
    if (status == TP_OK)
        status = take_values(record, place, bytes, error);
    leave(record, status);
    return note(record, status);
}

/* The text that an answer begins with, as the caller's own. */
static tp_status take_text(const tp_record *record, tp_bytes *answer, char **text,
                           tp_error *error) {
    const char *found = tp_bytes_view_text(answer);
    if (!found)
        return tp_reader_nonsense(record->path, error);
    *text = malloc(strlen(found) + 1);
    if (!*text)
        return note(record, tp_fail_memory(error, "reading a text"));
    strcpy(*text, found);
    return TP_OK;
}

tp_status tp_record_text(const tp_record *record, const char *path, const char *attribute,
                         char **text, tp_error *error) {
    tp_bytes answer = {0};
    *text = NULL;
    tp_status status = ask_about(record, TP_REQUEST_TEXT, path, attribute, NULL, &answer, error);
    if (status == TP_OK)
        status = take_text(record, &answer, text, error);
    tp_bytes_free(&answer);
    return status;
}

static tp_status read_bits(const tp_record *record, tp_request kind, const char *path,
                           const char *attribute, void *number, tp_error *error) {
    tp_bytes answer = {0};
    tp_status status = ask_about(record, kind, path, attribute, NULL, &answer, error);
    if (status == TP_OK && !tp_bytes_take(&answer, number, sizeof(uint64_t)))
        status = tp_reader_nonsense(record->path, error);
    tp_bytes_free(&answer);
    return status;
}

tp_status tp_record_number(const tp_record *record, const char *path, const char *attribute,
                           double *number, tp_error *error) {
    return read_bits(record, TP_REQUEST_NUMBER, path, attribute, number, error);
}

tp_status tp_record_integer(const tp_record *record, const char *path, const char *attribute,
                            uint64_t *number, tp_error *error) {
    return read_bits(record, TP_REQUEST_INTEGER, path, attribute, number, error);
}

tp_status tp_record_string(const tp_record *record, const char *path, size_t index, char **text,
                           tp_error *error) {
    tp_bytes answer = {0};
    const uint64_t number = index;
    *text = NULL;
    tp_status status = ask_about(record, TP_REQUEST_STRING, path, NULL, &number, &answer, error);
    if (status == TP_OK)
        status = take_text(record, &answer, text, error);
    tp_bytes_free(&answer);
    return status;
}

tp_status tp_record_strings(const tp_record *record, const char *path, char ***texts, size_t *count,
                            tp_error *error) {
    tp_bytes answer = {0};
    uint64_t number = 0;
    *texts = NULL;
    *count = 0;
    tp_status status = ask_about(record, TP_REQUEST_STRINGS, path, NULL, NULL, &answer, error);
    if (status == TP_OK &&
        (!tp_bytes_take_number(&answer, &number) || number > answer.size / sizeof number))
        status = tp_reader_nonsense(record->path, error);
    if (status == TP_OK && !(*texts = calloc((size_t)number + 1, sizeof **texts)))
        status = note(record, tp_fail_memory(error, "reading strings"));
    for (; status == TP_OK && *count < number; ++*count) {
        status = take_text(record, &answer, &(*texts)[*count], error);
        if (status != TP_OK)
            break;
    }
    tp_bytes_free(&answer);
    if (status == TP_OK || !*texts)
        return status;
    for (size_t i = 0; i < *count; i++)
        free((*texts)[i]);
    free(*texts);
    *texts = NULL;
    *count = 0;
    return status;
}

tp_status tp_record_attributes(const tp_record *record, const char *path, tp_attributes *list,
                               tp_error *error) {
    tp_bytes answer = {0};
    *list = (tp_attributes){0};
    tp_status status = ask_about(record, TP_REQUEST_ATTRIBUTES, path, NULL, NULL, &answer, error);
    if (status == TP_OK)
        status = note(record, tp_attributes_take(&answer, list, record->path, error));
    tp_bytes_free(&answer);
    return status;
}

tp_status tp_record_list(const tp_record *record, tp_listing *listing, tp_error *error) {
    tp_bytes answer = {0};
    *listing = (tp_listing){0};
    tp_status status = ask_about(record, TP_REQUEST_LIST, "/", NULL, NULL, &answer, error);
    if (status == TP_OK)
        status = note(record, tp_listing_take(&answer, listing, record->path, error));
    tp_bytes_free(&answer);
    return status;
}
