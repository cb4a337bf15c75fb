/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the process that reads does: it takes requests, and answers them by HDF5. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fail.h"
#include "record/file.h"
#include "record/reader_process.h"

/* The sanitizers take more memory than any machine has, and never touch most of it. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

/* Of the processor, for one request or one piece of an array. A fuzzer comes over much that has no
 * end: it allows one tick of the kernel's clock. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
enum { MOST_MILLISECONDS = 4 };
#else
enum { MOST_MILLISECONDS = 5000 };
#endif

enum {
    PIECE = 8 << 20, /* bytes of an array that are read and sent at a time */
    LONGEST_REQUEST = 1 << 20
};

struct tp_service {
    int connection;
    tp_file **files;
    size_t count;
    tp_bytes request, answer;
};

/* A request that goes on for longer ends the process, by SIGPROF. Counted is what the processor has
 * done, so that a slow disk or a busy machine is no reason. */
static void limit_time(void) {
    const struct itimerval limit = {.it_value = {.tv_sec = MOST_MILLISECONDS / 1000,
                                                 .tv_usec = MOST_MILLISECONDS % 1000 * 1000}};
    (void)setitimer(ITIMER_PROF, &limit, NULL);
}

/* A damaged size must not take the machine's memory: half of it is left to others. */
static void limit_memory(void) {
#ifndef SANITIZED
    struct rlimit limit;
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || size <= 0 || getrlimit(RLIMIT_DATA, &limit) != 0)
        return;
    const rlim_t half = (rlim_t)pages / 2 * (rlim_t)size;
    if (half < limit.rlim_cur) {
        limit.rlim_cur = half;
        (void)setrlimit(RLIMIT_DATA, &limit);
    }
#endif
}

static bool send_error(const tp_service *s, tp_status status, const tp_error *error) {
    const tp_answer_head head = {.status = status, .size = sizeof *error};
    return tp_socket_send(s->connection, &head, sizeof head, error, sizeof *error);
}

static bool send_bytes(const tp_service *s, const void *bytes, size_t size) {
    const tp_answer_head head = {.status = TP_OK, .size = size};
    return tp_socket_send(s->connection, &head, sizeof head, bytes, size);
}

static tp_status put(bool fits, tp_error *error) {
    return fits ? TP_OK : tp_fail_memory(error, "reading a record");
}

static tp_status answer_open(tp_service *s, tp_error *error) {
    uint64_t ours = 0;
    const char *path = tp_bytes_view_text(&s->request), *place = tp_bytes_view_text(&s->request);
    if (!path || !place || !tp_bytes_take_number(&s->request, &ours))
        return tp_fail(error, TP_FAILED, "", "a request that makes no sense");
    tp_file **grown = realloc(s->files, (s->count + 1) * sizeof *grown);
    if (!grown)
        return tp_fail_memory(error, "opening a record");
    s->files = grown;
    tp_status status = tp_file_open(path, place, ours != 0, &s->files[s->count], error);
    if (status != TP_OK)
        return status;
    s->count++;
    return put(tp_bytes_put_number(&s->answer, s->count - 1) &&
                   tp_bytes_put_number(&s->answer, s->files[s->count - 1]->bytes),
               error);
}

/* An attribute, or one text of an array. */
static tp_status answer_text(tp_service *s, const tp_file *file, tp_request kind, const char *path,
                             const char *name, uint64_t index, tp_error *error) {
    char *text;
    tp_status status = kind == TP_REQUEST_TEXT ? tp_file_text(file, path, name, &text, error)
                                               : tp_file_string(file, path, index, &text, error);
    if (status != TP_OK)
        return status;
    status = put(tp_bytes_put_text(&s->answer, text), error);
    free(text);
    return status;
}

static tp_status answer_strings(tp_service *s, const tp_file *file, const char *path,
                                tp_error *error) {
    char **texts;
    size_t count;
    tp_status status = tp_file_strings(file, path, &texts, &count, error);
    if (status != TP_OK)
        return status;
    bool fits = tp_bytes_put_number(&s->answer, count);
    for (size_t i = 0; i < count; i++) {
        fits = fits && tp_bytes_put_text(&s->answer, texts[i]);
        free(texts[i]);
    }
    free(texts);
    return put(fits, error);
}

static tp_status answer_number(tp_service *s, const tp_file *file, tp_request kind,
                               const char *path, const char *name, tp_error *error) {
    double number = 0;
    uint64_t bits = 0;
    tp_status status = kind == TP_REQUEST_NUMBER ? tp_file_number(file, path, name, &number, error)
                                                 : tp_file_integer(file, path, name, &bits, error);
    if (kind == TP_REQUEST_NUMBER)
        memcpy(&bits, &number, sizeof bits);
    return status == TP_OK ? put(tp_bytes_put_number(&s->answer, bits), error) : status;
}

static tp_status answer_list(tp_service *s, const tp_file *file, tp_error *error) {
    tp_listing listing;
    tp_status status = tp_file_list(file, &listing, error);
    if (status == TP_OK)
        status = put(tp_listing_put(&listing, &s->answer), error);
    tp_listing_free(&listing);
    return status;
}

static tp_status answer_attributes(tp_service *s, const tp_file *file, const char *path,
                                   tp_error *error) {
    tp_attributes list;
    tp_status status = tp_file_attributes(file, path, &list, error);
    if (status == TP_OK)
        status = put(tp_attributes_put(&list, &s->answer), error);
    tp_attributes_free(&list);
    return status;
}

static tp_status take_shape(tp_service *s, bool part, size_t *start, tp_shape *shape,
                            tp_error *error) {
    uint64_t number = 0;
    bool sound = tp_bytes_take_number(&s->request, &number) && number <= TP_MAX_RANK;
    shape->rank = sound ? (size_t)number : 0;
    for (size_t axis = 0; part && axis < shape->rank; axis++) {
        sound = sound && tp_bytes_take_number(&s->request, &number);
        start[axis] = (size_t)number;
        sound = sound && tp_bytes_take_number(&s->request, &number);
        shape->dims[axis] = (size_t)number;
    }
    return sound ? TP_OK : tp_fail(error, TP_FAILED, "", "a request that makes no sense");
}

/* The shape, then the values, rows of the first axis at a time. False where the parent is gone. */
static bool send_array(tp_service *s, const tp_file *file, const char *path) {
    uint64_t as = 0, part = 0;
    size_t start[TP_MAX_RANK] = {0};
    tp_shape shape = {0};
    tp_error error;
    bool sound = tp_bytes_take_number(&s->request, &as) && tp_bytes_take_number(&s->request, &part);
    tp_status status = sound ? take_shape(s, part != 0, start, &shape, &error)
                             : tp_fail(&error, TP_FAILED, "", "a request that makes no sense");
    const size_t rank = shape.rank;
    if (status == TP_OK)
        status = tp_file_shape(file, path, part ? start : NULL, &shape, &error);
    if (status == TP_OK && part && shape.rank != rank)
        status = tp_fail(&error, TP_INVALID, file->path,
                         "array '%s' has changed; expected that "
                         "nothing writes into the file",
                         path);
    size_t row = tp_read_as_bytes((tp_read_as)as), rows = shape.rank > 0 ? shape.dims[0] : 1;
    bool fits = true;
    for (size_t axis = 1; axis < shape.rank; axis++)
        fits = fits && !__builtin_mul_overflow(row, shape.dims[axis], &row);
    if (row == 0)
        rows = 0;
    const size_t most = row > 0 && PIECE / row > 0 ? PIECE / row : 1,
                 at_once = rows < most ? rows : most;
    void *values = status == TP_OK && fits ? malloc(at_once * row + 1) : NULL;
    if (status == TP_OK && !values)
        status = tp_fail_memory(&error, "reading an array");
    bool heard = status != TP_OK || send_bytes(s, &shape, sizeof shape);
    for (size_t done = 0; status == TP_OK && heard && done < rows;) {
        const size_t left = rows - done, now = left < at_once ? left : at_once;
        if (shape.rank > 0)
            shape.dims[0] = now;
        limit_time();
        status = tp_file_read(file, path, start, &shape, (tp_read_as)as, values, &error);
        heard = status != TP_OK || send_bytes(s, values, now * row);
        start[0] += now;
        done += now;
    }
    free(values);
    return heard && (status == TP_OK || send_error(s, status, &error));
}

static tp_status answer_about(tp_service *s, tp_request kind, tp_file *file, const char *path,
                              tp_error *error) {
    const char *name = "";
    uint64_t index = 0;
    tp_shape shape = {0};
    switch (kind) {
    case TP_REQUEST_HAS: {
        bool has;
        tp_status status = tp_file_has(file, path, &has, error);
        return status == TP_OK ? put(tp_bytes_put_number(&s->answer, has), error) : status;
    }
    case TP_REQUEST_SHAPE: {
        tp_status status = tp_file_shape(file, path, NULL, &shape, error);
        return status == TP_OK ? put(tp_bytes_put(&s->answer, &shape, sizeof shape), error)
                               : status;
    }
    case TP_REQUEST_TEXT:
    case TP_REQUEST_NUMBER:
    case TP_REQUEST_INTEGER:
        if (!(name = tp_bytes_view_text(&s->request)))
            break;
        return kind == TP_REQUEST_TEXT ? answer_text(s, file, kind, path, name, 0, error)
                                       : answer_number(s, file, kind, path, name, error);
    case TP_REQUEST_STRING:
        if (!tp_bytes_take_number(&s->request, &index))
            break;
        return answer_text(s, file, kind, path, name, index, error);
    case TP_REQUEST_STRINGS:
        return answer_strings(s, file, path, error);
    case TP_REQUEST_LIST:
        return answer_list(s, file, error);
    case TP_REQUEST_ATTRIBUTES:
        return answer_attributes(s, file, path, error);
    case TP_REQUEST_OPEN:
    case TP_REQUEST_CLOSE:
    case TP_REQUEST_ARRAY:
        break;
    }
    return tp_fail(error, TP_FAILED, "", "a request that makes no sense");
}

/* False where the parent is gone. */
static bool answer(tp_service *s) {
    uint64_t kind = 0, number = 0;
    const char *path = "";
    tp_error error = {0};
    tp_status status = TP_OK;
    s->answer.size = 0;
    (void)tp_bytes_take_number(&s->request, &kind);
    if (kind == TP_REQUEST_OPEN) {
        status = answer_open(s, &error);
    } else if (!tp_bytes_take_number(&s->request, &number) || number >= s->count ||
               !s->files[number] || !(path = tp_bytes_view_text(&s->request))) {
        status = tp_fail(&error, TP_FAILED, "", "a request that makes no sense");
    } else if (kind == TP_REQUEST_CLOSE) {
        tp_file_close(&s->files[number]);
    } else if (kind == TP_REQUEST_ARRAY) {
        return send_array(s, s->files[number], path);
    } else {
        status = answer_about(s, (tp_request)kind, s->files[number], path, &error);
    }
    return status == TP_OK ? send_bytes(s, s->answer.data, s->answer.size)
                           : send_error(s, status, &error);
}

/* Takes a request for which there is no memory, so that the next one is found, and says so. */
static bool refuse_request(const tp_service *s, uint64_t size) {
    char piece[256];
    tp_error error = {0};
    for (uint64_t left = size; left > 0;) {
        const size_t now = left < sizeof piece ? (size_t)left : sizeof piece;
        if (!tp_socket_take(s->connection, piece, now))
            return false;
        left -= now;
    }
    return send_error(s, tp_fail_memory(&error, "reading a record"), &error);
}

tp_service *tp_service_create(int connection) {
    tp_service *s = calloc(1, sizeof *s);
    if (s)
        s->connection = connection;
    return s;
}

bool tp_service_answer(tp_service *s) {
    uint64_t size;
    if (!tp_socket_take(s->connection, &size, sizeof size) || size > LONGEST_REQUEST)
        return false;
    s->request.size = s->request.at = 0;
    void *request = tp_bytes_reserve(&s->request, (size_t)size);
    if (!request)
        return refuse_request(s, size);
    if (!tp_socket_take(s->connection, request, (size_t)size))
        return false;
    limit_time();
    return answer(s);
}

void tp_service_destroy(tp_service **service) {
    if (!*service)
        return;
    for (size_t i = 0; i < (*service)->count; i++)
        tp_file_close(&(*service)->files[i]);
    free((*service)->files);
    tp_bytes_free(&(*service)->request);
    tp_bytes_free(&(*service)->answer);
    free(*service);
    *service = NULL;
}

void tp_reader_serve(int connection) {
    tp_service service = {.connection = connection}; /* needs no memory */
    limit_memory();
    while (tp_service_answer(&service)) {}
    /* What is open stays so: the process ends, and HDF5 need not close what is damaged. */
}
