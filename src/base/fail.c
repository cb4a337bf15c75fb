/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* What is told may be a name out of a damaged file, or cut off within a letter; a message is UTF-8.
 */
static void make_utf8(char *text) {
    unsigned long character;
    while (*text) {
        const size_t length = tp_text_character(text, &character);
        if (length == 0)
            *text = '?';
        text += length ? length : 1;
    }
}

tp_status(tp_fail)(tp_error *error, tp_status status, const char *where, const char *format, ...) {
    if (error) {
        error->status = status;
        snprintf(error->where, sizeof error->where, "%s", where ? where : "");
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        make_utf8(error->message);
        error->hint[0] = '\0';
    }
    return status;
}

tp_status(tp_hint)(tp_error *error, const char *format, ...) {
    if (!error)
        return TP_INVALID;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
    make_utf8(error->hint);
    return error->status;
}

static const char OUT_OF_MEMORY[] = "out of memory while ";

tp_status(tp_fail_memory)(tp_error *error, const char *what) {
    return tp_fail(error, TP_FAILED, "", "%s%s", OUT_OF_MEMORY, what);
}

bool tp_failed_for_memory(const tp_error *error) {
    return error->status == TP_FAILED &&
           strncmp(error->message, OUT_OF_MEMORY, sizeof OUT_OF_MEMORY - 1) == 0;
}
