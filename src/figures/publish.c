/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what gnuplot drew to a named file. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "figures/gnuplot.h"
#include "record/temporary.h"

/* A PDF says when it was made; equal records shall give equal files. Its size stays as it was. */
static void forget_date(char *bytes, size_t length) {
    static const char key[] = "/CreationDate (D:", fixed[] = "20000101000000";
    const size_t all = sizeof key - 1 + sizeof fixed - 1;
    if (length < all || memcmp(bytes, "%PDF", 4) != 0)
        return;
    /* It stands near the end; a stream of bytes before it may look like anything. */
    for (size_t i = length - all + 1; i-- > 0;) {
        if (bytes[i] != '/' || memcmp(bytes + i, key, sizeof key - 1) != 0)
            continue;
        char *date = bytes + i + sizeof key - 1;
        bool digits = true;
        for (size_t k = 0; k < sizeof fixed - 1; k++)
            digits = digits && isdigit((unsigned char)date[k]);
        if (digits)
            memcpy(date, fixed, sizeof fixed - 1);
        return;
    }
}

/* What shows an SVG is free to blur the borders between the pixels of an image; in a map each is a
 * cell. */
static bool write_sharp(FILE *file, const char *bytes, size_t length) {
    static const char image[] = "<image ", style[] = "style='image-rendering:pixelated' ";
    const size_t all = sizeof image - 1;
    size_t done = 0;
    for (size_t i = 0; i + all <= length; i++) {
        if (bytes[i] != '<' || memcmp(bytes + i, image, all) != 0)
            continue;
        fwrite(bytes + done, 1, i + all - done, file);
        fputs(style, file);
        done = i + all;
    }
    fwrite(bytes + done, 1, length - done, file);
    return !ferror(file);
}

static tp_status read_all(FILE *picture, char **bytes, size_t *length, tp_error *error) {
    long size = -1;
    if (fseek(picture, 0, SEEK_END) == 0)
        size = ftell(picture);
    rewind(picture);
    if (size <= 0)
        return tp_fail(error, TP_FAILED, "", "the picture cannot be read back");
    *length = (size_t)size;
    *bytes = malloc(*length);
    if (!*bytes)
        return tp_fail_memory(error, "drawing a figure");
    if (fread(*bytes, 1, *length, picture) != *length) {
        free(*bytes);
        return tp_fail(error, TP_FAILED, "", "the picture cannot be read back");
    }
    return TP_OK;
}

static tp_status write_all(const tp_temporary *temporary, const char *bytes, size_t length,
                           tp_error *error) {
    FILE *file = fopen(temporary->path, "wb");
    const bool svg = length > 5 && memcmp(bytes, "<?xml", 5) == 0;
    bool written =
        file && (svg ? write_sharp(file, bytes, length) : fwrite(bytes, 1, length, file) == length);
    int reason = errno;
    if (file && fclose(file) != 0 && written) {
        written = false;
        reason = errno;
    }
    if (!written)
        return tp_fail(error, TP_FAILED, temporary->target, "cannot be written: %s",
                       strerror(reason));
    return TP_OK;
}

tp_status tp_gnuplot_publish(FILE *picture, const char *output, tp_error *error) {
    char *bytes = NULL;
    size_t length = 0;
    tp_status status = read_all(picture, &bytes, &length, error);
    if (status != TP_OK)
        return status;
    forget_date(bytes, length);
    tp_temporary temporary;
    status = tp_temporary_create(&temporary, output, error);
    if (status == TP_OK) {
        status = write_all(&temporary, bytes, length, error);
        if (status == TP_OK)
            status = tp_temporary_publish(&temporary, error);
        if (status == TP_OK)
            tp_temporary_free(&temporary);
        else
            tp_temporary_drop(&temporary);
    }
    free(bytes);
    return status;
}
