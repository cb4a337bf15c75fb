/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/numpy_header.h"

#include <string.h>

#include "base/fail.h"

typedef struct parsing {
    const char *at, *end;
    const char *where, *what;
    tp_error *error;
} parsing;

static tp_status damaged(const parsing *p, const char *why) {
    tp_fail(p->error, TP_INVALID, p->where, "%.80s: %s", p->what, why);
    return tp_hint(p->error, "save it by numpy.save, numpy.savez or numpy.savez_compressed");
}

static void skip_spaces(parsing *p) {
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\t'))
        p->at++;
}

static int takes(parsing *p, const char *token) {
    const size_t length = strlen(token);
    skip_spaces(p);
    if ((size_t)(p->end - p->at) < length || memcmp(p->at, token, length) != 0)
        return 0;
    p->at += length;
    return 1;
}

/* 'text' or "text", of at most room - 1 characters, none of them escaped. */
static int takes_text(parsing *p, char *text, size_t room) {
    skip_spaces(p);
    if (p->at >= p->end || (*p->at != '\'' && *p->at != '"'))
        return 0;
    const char quote = *p->at++;
    size_t length = 0;
    while (p->at < p->end && *p->at != quote && *p->at != '\\' && length + 1 < room)
        text[length++] = *p->at++;
    text[length] = '\0';
    if (p->at >= p->end || *p->at != quote)
        return 0;
    p->at++;
    return 1;
}

static tp_status read_type(parsing *p, tp_numpy_header *h) {
    char type[24] = "";
    skip_spaces(p);
    if (p->at < p->end && *p->at == '[')
        return damaged(p, "found a structured array; expected unsigned bytes (uint8)");
    if (!takes_text(p, type, sizeof type))
        return damaged(p, "its header names no type");
    if (strchr(type, 'O')) {
        tp_fail(p->error, TP_INVALID, p->where,
                "%.80s: found Python objects (type %s), which are read by executing them; they "
                "are refused",
                p->what, type);
        return tp_hint(p->error, "save it as an array of numbers: numpy.asarray(a, dtype='uint8')");
    }
    const size_t length = strlen(type);
    const int known = length == 3 && strchr("|<>=", type[0]) && strchr("uib", type[1]) &&
                      strchr("1248", type[2]) && (type[1] != 'b' || type[2] == '1');
    if (!known) {
        tp_fail(p->error, TP_INVALID, p->where,
                "%.80s: found numbers of type '%s'; expected unsigned bytes (uint8)", p->what,
                type);
        return tp_hint(p->error, "save it by a.astype('uint8'), grey values 0 to 255");
    }
    h->item = (size_t)(type[2] - '0');
    h->is_signed = type[1] == 'i';
    h->big_endian = type[0] == '>';
    return TP_OK;
}

static tp_status read_shape(parsing *p, tp_numpy_header *h) {
    h->count = 1;
    if (!takes(p, "("))
        return damaged(p, "its header names no shape");
    while (!takes(p, ")")) {
        uint64_t size = 0;
        skip_spaces(p);
        if (p->at >= p->end || *p->at < '0' || *p->at > '9')
            return damaged(p, "its shape is no list of whole numbers");
        for (; p->at < p->end && *p->at >= '0' && *p->at <= '9'; p->at++) {
            size = 10 * size + (uint64_t)(*p->at - '0');
            if (size > TP_BYTES_MOST)
                return damaged(p, "its shape says it has more than 4 GiB");
        }
        if (h->rank == TP_BYTES_AXES)
            return damaged(p, "it has more than four axes");
        h->dims[h->rank++] = (size_t)size;
        if (size > 0 && h->count > TP_BYTES_MOST / size)
            return damaged(p, "its shape says it has more than 4 GiB");
        h->count *= size;
        if (!takes(p, ",") && !(p->at < p->end && *p->at == ')'))
            return damaged(p, "its shape is no list of whole numbers");
    }
    return h->count * h->item <= TP_BYTES_MOST
               ? TP_OK
               : damaged(p, "its shape says it has more than 4 GiB");
}

static tp_status read_dictionary(parsing *p, tp_numpy_header *h) {
    int types = 0, orders = 0, shapes = 0;
    tp_status status = TP_OK;
    if (!takes(p, "{"))
        return damaged(p, "its header is not NumPy's");
    while (!takes(p, "}")) {
        char key[20];
        if (!takes_text(p, key, sizeof key) || !takes(p, ":"))
            return damaged(p, "its header is not NumPy's");
        if (strcmp(key, "descr") == 0 && types++ == 0)
            status = read_type(p, h);
        else if (strcmp(key, "shape") == 0 && shapes++ == 0)
            status = read_shape(p, h);
        else if (strcmp(key, "fortran_order") == 0 && orders++ == 0) {
            if (takes(p, "True"))
                status = damaged(p, "it is stored column by column (fortran_order); expected row "
                                    "by row");
            else if (!takes(p, "False"))
                status = damaged(p, "its header is not NumPy's");
        } else
            return damaged(p, "its header is not NumPy's");
        if (status != TP_OK)
            return status;
        if (!takes(p, ",") && !(p->at < p->end && *p->at == '}'))
            return damaged(p, "its header is not NumPy's");
    }
    return types && orders && shapes ? TP_OK : damaged(p, "its header lacks a key");
}

tp_status tp_numpy_header_read(const unsigned char *bytes, size_t length, const char *where,
                               const char *what, tp_numpy_header *header, tp_error *error) {
    parsing p = {.where = where, .what = what, .error = error};
    *header = (tp_numpy_header){0};
    if (length < 10 || memcmp(bytes, "\x93NUMPY", 6) != 0)
        return damaged(&p, "it is no array of NumPy's (.npy)");
    const int version = bytes[6];
    size_t start = 10, size = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (version == 2 || version == 3) {
        if (length < 12)
            return damaged(&p, "it is cut short");
        start = 12;
        size |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    } else if (version != 1)
        return damaged(&p, "its format is newer than 3.0");
    if (size > TP_NUMPY_LONGEST_HEADER - start)
        return damaged(&p, "its header is longer than that of any array of bytes");
    if (size > length - start)
        return damaged(&p, "it is cut short");
    p.at = (const char *)bytes + start;
    p.end = p.at + size;
    header->bytes = start + size;
    return read_dictionary(&p, header);
}
