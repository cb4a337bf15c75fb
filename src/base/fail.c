/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>

tp_status(tp_fail)(tp_error *error, tp_status status, const char *where, const char *format, ...) {
    if (error) {
        error->status = status;
        snprintf(error->where, sizeof error->where, "%s", where ? where : "");
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
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
    return error->status;
}

tp_status(tp_fail_memory)(tp_error *error, const char *what) {
    return tp_fail(error, TP_FAILED, "", "out of memory while %s", what);
}
