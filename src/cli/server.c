/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TOKEN_BYTES = 16,
    MOST_CONNECTIONS = 32,
    MOST_REQUEST_BYTES = 16 << 10, /* of a request's line and headers */
    IDLE_SECONDS = 60,
    LONGEST_NUMBER = 18, /* digits that fit 64 bits */
    HOST_ROOM = 32
};

struct server {
    struct MHD_Daemon *daemon;
    const char *page;
    size_t page_length;
    int file;
    uint64_t file_length;
    char token[2 * TOKEN_BYTES + 1];
    char hosts[2][HOST_ROOM]; /* what a browser calls this server */
    char address[SERVER_ADDRESS_ROOM];
};

/* --- answers ---------------------------------------------------------------------------------- */

static enum MHD_Result answer(struct MHD_Connection *to, unsigned status,
                              struct MHD_Response *response, const char *type) {
    /* No other site may show, read or keep what is served; and none is told the address. */
    static const char *const headers[][2] = {
        {"Cache-Control", "no-store"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
    };
    if (!response)
        return MHD_NO;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    const enum MHD_Result queued = MHD_queue_response(to, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result refuse(struct MHD_Connection *to, unsigned status, const char *why) {
    return answer(to, status,
                  MHD_create_response_from_buffer(strlen(why), (void *)(uintptr_t)why,
                                                  MHD_RESPMEM_PERSISTENT),
                  "text/plain; charset=utf-8");
}

static bool read_digits(const char **text, uint64_t *number) {
    size_t digits = strspn(*text, "0123456789");
    if (digits == 0 || digits > LONGEST_NUMBER)
        return false;
    *number = strtoull(*text, NULL, 10);
    *text += digits;
    return true;
}

/* "bytes=FROM-TO", "bytes=FROM-" or "bytes=-LAST": false where it is none of these, or asks for
 * nothing that there is. */
static bool read_range(const char *text, uint64_t length, uint64_t *from, uint64_t *to) {
    static const char unit[] = "bytes=";
    if (strncmp(text, unit, sizeof unit - 1) != 0)
        return false;
    text += sizeof unit - 1;
    uint64_t last = 0;
    if (*text == '-') {
        text++;
        if (!read_digits(&text, &last) || *text || last == 0 || length == 0)
            return false;
        *from = last < length ? length - last : 0;
        *to = length - 1;
        return true;
    }
    if (!read_digits(&text, from) || *text++ != '-')
        return false;
    *to = length - 1;
    if (*text && (!read_digits(&text, to) || *text))
        return false;
    if (*to >= length)
        *to = length - 1;
    return *from < length && *from <= *to;
}

static enum MHD_Result send_file(const server *s, struct MHD_Connection *to) {
    uint64_t first = 0, last = s->file_length ? s->file_length - 1 : 0;
    const char *range = MHD_lookup_connection_value(to, MHD_HEADER_KIND, MHD_HTTP_HEADER_RANGE);
    char text[100];
    if (range && !read_range(range, s->file_length, &first, &last))
        return refuse(to, MHD_HTTP_RANGE_NOT_SATISFIABLE, "no such range\n");
    /* The response closes what it is given. */
    const int file = fcntl(s->file, F_DUPFD_CLOEXEC, 0);
    if (file < 0)
        return refuse(to, MHD_HTTP_INTERNAL_SERVER_ERROR, "the record cannot be read\n");
    const uint64_t length = s->file_length ? last - first + 1 : 0;
    struct MHD_Response *response = MHD_create_response_from_fd_at_offset64(length, file, first);
    if (!response) {
        close(file);
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
    if (range) {
        snprintf(text, sizeof text, "bytes %llu-%llu/%llu", (unsigned long long)first,
                 (unsigned long long)last, (unsigned long long)s->file_length);
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_RANGE, text);
    }
    return answer(to, range ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, response,
                  "application/x-hdf5");
}

/* --- who may ask, and for what ---------------------------------------------------------------- */

/* A page of another site can make a browser ask here, under a name of its own that it lets point to
 * this machine, or straight: neither is answered. */
static bool is_welcome(const server *s, struct MHD_Connection *from) {
    const char *host = MHD_lookup_connection_value(from, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    const char *site = MHD_lookup_connection_value(from, MHD_HEADER_KIND, "Sec-Fetch-Site");
    const bool named =
        host && (strcasecmp(host, s->hosts[0]) == 0 || strcasecmp(host, s->hosts[1]) == 0);
    return named && (!site || (strcmp(site, "cross-site") != 0 && strcmp(site, "same-site") != 0));
}

/* What follows "/TOKEN/"; NULL where the path does not begin so. How long it takes tells nothing of
 * the token. */
static const char *behind_token(const server *s, const char *path) {
    const size_t length = sizeof s->token - 1;
    if (strnlen(path, length + 2) < length + 2 || path[0] != '/' || path[length + 1] != '/')
        return NULL;
    unsigned char differs = 0;
    for (size_t i = 0; i < length; i++)
        differs |= (unsigned char)(path[1 + i] ^ s->token[i]);
    return differs ? NULL : path + length + 2;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *from, const char *path,
                              const char *method, const char *version, const char *body,
                              size_t *body_length, void **request) {
    const server *s = context;
    (void)version;
    (void)body;
    (void)request;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return refuse(from, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    if (*body_length > 0)
        return MHD_NO;
    if (!is_welcome(s, from))
        return refuse(from, MHD_HTTP_FORBIDDEN, "not for you\n");
    const char *what = behind_token(s, path);
    if (what && *what == '\0')
        return answer(from, MHD_HTTP_OK,
                      MHD_create_response_from_buffer(s->page_length, (void *)(uintptr_t)s->page,
                                                      MHD_RESPMEM_PERSISTENT),
                      "text/html; charset=utf-8");
    if (what && strcmp(what, "record") == 0)
        return send_file(s, from);
    return refuse(from, MHD_HTTP_NOT_FOUND, "there is nothing here\n");
}

/* --- from start to stop ----------------------------------------------------------------------- */

static bool make_token(server *s) {
    unsigned char bytes[TOKEN_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(s->token + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

static bool open_file(server *s, const char *path) {
    struct stat found;
    s->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->file < 0 || fstat(s->file, &found) != 0)
        return false;
    s->file_length = (uint64_t)found.st_size;
    return true;
}

/* Addresses are compared as they were sent: none of ours has anything to decode. */
static size_t leave_encoded(void *context, struct MHD_Connection *from, char *text) {
    (void)context;
    (void)from;
    return strlen(text);
}

static bool listen_on(server *s, unsigned short port) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    errno = 0;
    s->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, port, NULL, NULL, handle, s,
        MHD_OPTION_SOCK_ADDR, &here, MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)MOST_REQUEST_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_encoded, NULL, MHD_OPTION_END);
    const union MHD_DaemonInfo *bound =
        s->daemon ? MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!bound)
        return false;
    snprintf(s->hosts[0], HOST_ROOM, "127.0.0.1:%u", (unsigned)bound->port);
    snprintf(s->hosts[1], HOST_ROOM, "localhost:%u", (unsigned)bound->port);
    snprintf(s->address, sizeof s->address, "http://%s/%s/", s->hosts[0], s->token);
    return true;
}

server *server_start(unsigned short port, const char *page, size_t page_length, const char *file) {
    server *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->page = page;
    s->page_length = page_length;
    s->file = -1;
    if (open_file(s, file) && make_token(s) && listen_on(s, port))
        return s;
    const int reason = errno;
    server_stop(&s);
    errno = reason;
    return NULL;
}

const char *server_address(const server *of) {
    return of->address;
}

void server_stop(server **of) {
    server *s = *of;
    if (!s)
        return;
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    if (s->file >= 0)
        close(s->file);
    free(s);
    *of = NULL;
}
