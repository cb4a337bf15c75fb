/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what gnuplot drew to a named file. */
#include <ctype.h>
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
static tp_status sharpen(char **bytes, size_t *length, tp_error *error) {
    static const char image[] = "<image ", style[] = "style='image-rendering:pixelated' ";
    const size_t all = sizeof image - 1;
    char *sharp = NULL;
    size_t sharp_length = 0, done = 0;
    FILE *file = open_memstream(&sharp, &sharp_length);
    if (!file)
        return tp_fail_memory(error, "drawing a figure");
    for (size_t i = 0; i + all <= *length; i++) {
        if ((*bytes)[i] != '<' || memcmp(*bytes + i, image, all) != 0)
            continue;
        fwrite(*bytes + done, 1, i + all - done, file);
        fputs(style, file);
        done = i + all;
    }
    fwrite(*bytes + done, 1, *length - done, file);
    const bool failed = ferror(file);
    if (fclose(file) != 0 || failed) {
        free(sharp);
        return tp_fail_memory(error, "drawing a figure");
    }
    free(*bytes);
    *bytes = sharp;
    *length = sharp_length;
    return TP_OK;
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
        *bytes = NULL;
        return tp_fail(error, TP_FAILED, "", "the picture cannot be read back");
    }
    return TP_OK;
}

tp_status tp_gnuplot_bytes(FILE *picture, char **bytes, size_t *length, tp_error *error) {
    tp_status status = read_all(picture, bytes, length, error);
    if (status != TP_OK)
        return status;
    forget_date(*bytes, *length);
    if (*length > 5 && memcmp(*bytes, "<?xml", 5) == 0)
        status = sharpen(bytes, length, error);
    if (status != TP_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}

tp_status tp_gnuplot_publish(FILE *picture, const char *output, tp_error *error) {
    char *bytes = NULL;
    size_t length = 0;
    tp_status status = tp_gnuplot_bytes(picture, &bytes, &length, error);
    if (status != TP_OK)
        return status;
    status = tp_temporary_write(output, bytes, length, error);
    free(bytes);
    return status;
}
