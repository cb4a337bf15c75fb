/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/image.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"

typedef struct reading {
    const char *path;
    FILE *file;
    size_t line;     /* of the last character read */
    bool line_ended; /* that character was the line's end */
    tp_error *error;
} reading;

typedef struct header {
    char kind; /* '1', '2', '4' or '5' */
    size_t columns;
    size_t rows;
    unsigned long white; /* the value that stands for white: 1 in a PBM */
} header;

/* Where text is read, the line; a raw picture has none. */
static const char *line_of(const reading *r, char *text, size_t size) {
    snprintf(text, size, "%s:%zu", r->path, r->line);
    return text;
}

static const char *name_of(int character, char *text, size_t size) {
    if (character > ' ' && character < 127)
        snprintf(text, size, "'%c'", character);
    else
        snprintf(text, size, "the byte 0x%02x", (unsigned)character);
    return text;
}

static tp_status ends(reading *r, const char *where) {
    if (ferror(r->file)) {
        const tp_status status = errno == EISDIR ? TP_INVALID : TP_FAILED;
        tp_fail(r->error, status, r->path, "cannot read the image: %s", strerror(errno));
        tp_hint(r->error, "check that the name is a file's, and the disk");
        return status;
    }
    tp_fail(r->error, TP_INVALID, r->path, "the file ends in %s; it is cut short", where);
    return tp_hint(r->error, "save or copy the image again");
}

static tp_status found(reading *r, int character, const char *expected) {
    char where[512], what[32];
    tp_fail(r->error, TP_INVALID, line_of(r, where, sizeof where), "found %s; expected %s",
            name_of(character, what, sizeof what), expected);
    return tp_hint(r->error, "mend the file, or save the image again as PGM or PNG");
}

static bool is_space(int character) {
    return character == ' ' || (character >= '\t' && character <= '\r');
}

/* The next character; a comment, from '#' on, reads as the end of its line. */
static int next_character(reading *r) {
    if (r->line_ended)
        r->line++;
    int character = getc(r->file);
    if (character == '#')
        while (character != '\n' && character != '\r' && character != EOF)
            character = getc(r->file);
    r->line_ended = character == '\n';
    return character;
}

static int next_visible(reading *r) {
    int character = next_character(r);
    while (is_space(character))
        character = next_character(r);
    return character;
}

/* Reads a number and the one white-space character that must follow it. */
static tp_status read_number(reading *r, const char *what, unsigned long *value) {
    char text[80];
    int character = next_visible(r);
    if (character == EOF)
        return ends(r, what);
    if (character < '0' || character > '9') {
        snprintf(text, sizeof text, "%s, a whole number", what);
        return found(r, character, text);
    }
    *value = 0;
    for (; character >= '0' && character <= '9'; character = next_character(r))
        if (*value < 100000000)
            *value = 10 * *value + (unsigned long)(character - '0');
    /* The format asks for white space after the last number too. Without it, 25 and a cut 255
     * would be one. */
    if (character == EOF) {
        snprintf(text, sizeof text, "%s, with no line end after it", what);
        return ends(r, text);
    }
    if (!is_space(character)) {
        snprintf(text, sizeof text, "white space after %s", what);
        return found(r, character, text);
    }
    return TP_OK;
}

static tp_status read_field(reading *r, const char *what, unsigned long largest,
                            unsigned long *value) {
    char where[512];
    tp_status status = read_number(r, what, value);
    if (status != TP_OK || (*value >= 1 && *value <= largest))
        return status;
    status = tp_fail(r->error, TP_INVALID, line_of(r, where, sizeof where),
                     "%s is %s%lu; expected 1 to %lu", what, *value < 100000000 ? "" : "at least ",
                     *value, largest);
    tp_hint(r->error, "scale the image, or save it again as PGM or PNG");
    return status;
}

bool tp_pnm_begins(int first, int second) {
    return first == 'P' && (second == '1' || second == '2' || second == '4' || second == '5');
}

static tp_status read_header(reading *r, header *h) {
    const int first = getc(r->file), second = getc(r->file);
    if (first == EOF || second == EOF)
        return ends(r, "the format's mark");
    if (!tp_pnm_begins(first, second)) {
        tp_fail(r->error, TP_INVALID, r->path, "not a PBM or PGM; expected P1, P2, P4 or P5 first");
        return tp_hint(r->error, "convert it to PGM or PNG");
    }
    h->kind = (char)second;
    const int third = next_character(r);
    if (third == EOF)
        return ends(r, "the header");
    if (!is_space(third))
        return found(r, third, "white space after the format's mark");
    unsigned long columns = 0, rows = 0;
    h->white = 1;
    tp_status status = read_field(r, "the width", TP_IMAGE_LONGEST_SIDE, &columns);
    if (status == TP_OK)
        status = read_field(r, "the height", TP_IMAGE_LONGEST_SIDE, &rows);
    if (status == TP_OK && (h->kind == '2' || h->kind == '5'))
        status = read_field(r, "the largest value", 65535, &h->white);
    h->columns = columns;
    h->rows = rows;
    return status;
}

static tp_status too_bright(reading *r, const header *h, size_t pixel, unsigned long value) {
    char where[512];
    tp_fail(r->error, TP_INVALID, h->kind == '2' ? line_of(r, where, sizeof where) : r->path,
            "the pixel in row %zu, column %zu (from 0) is %lu; the header says at most %lu",
            pixel / h->columns, pixel % h->columns, value, h->white);
    return tp_hint(r->error, "write the true largest value into the header");
}

static tp_status read_plain(reading *r, const header *h, double *brightness) {
    for (size_t pixel = 0; pixel < h->rows * h->columns; pixel++) {
        if (h->kind == '1') {
            const int character = next_visible(r); /* digits need no space between them */
            if (character == EOF)
                return ends(r, "the pixels");
            if (character != '0' && character != '1')
                return found(r, character, "a pixel, 0 or 1");
            brightness[pixel] = character == '0' ? 1 : 0;
            continue;
        }
        unsigned long value = 0;
        const tp_status status = read_number(r, "the pixels", &value);
        if (status != TP_OK)
            return status;
        if (value > h->white)
            return too_bright(r, h, pixel, value);
        brightness[pixel] = (double)value / (double)h->white;
    }
    return TP_OK;
}

static tp_status read_raw(reading *r, const header *h, double *brightness) {
    unsigned char bytes[2 * TP_IMAGE_LONGEST_SIDE];
    const size_t width = h->white > 255 ? 2 : 1;
    const size_t row_bytes = h->kind == '4' ? (h->columns + 7) / 8 : width * h->columns;
    for (size_t row = 0; row < h->rows; row++) {
        if (fread(bytes, 1, row_bytes, r->file) != row_bytes) {
            char where[80];
            snprintf(where, sizeof where, "row %zu (from 0) of %zu rows", row, h->rows);
            return ends(r, where);
        }
        for (size_t column = 0; column < h->columns; column++) {
            const size_t pixel = row * h->columns + column;
            if (h->kind == '4') {
                brightness[pixel] = bytes[column / 8] >> (7 - column % 8) & 1 ? 0 : 1;
                continue;
            }
            unsigned long value = bytes[width * column];
            if (width == 2)
                value = value << 8 | bytes[width * column + 1];
            if (value > h->white)
                return too_bright(r, h, pixel, value);
            brightness[pixel] = (double)value / (double)h->white;
        }
    }
    return TP_OK;
}

/* What is left over says that the size in the header is not the picture's. */
static tp_status check_end(reading *r, const header *h) {
    const int character = next_visible(r);
    if (character == EOF)
        return ferror(r->file) ? ends(r, "the pixels") : TP_OK;
    tp_fail(r->error, TP_INVALID, r->path,
            "the file goes on after its %zu rows of %zu pixels; expected its end", h->rows,
            h->columns);
    return tp_hint(r->error, "correct the size in the header; keep one image in each file");
}

static tp_status read_picture(reading *r, tp_image *image) {
    header h = {0};
    tp_status status = read_header(r, &h);
    if (status == TP_OK)
        status = tp_image_create(h.rows, h.columns, image, r->error);
    if (status != TP_OK)
        return status;
    if (h.kind == '1' || h.kind == '2')
        status = read_plain(r, &h, image->brightness);
    else
        status = read_raw(r, &h, image->brightness);
    return status == TP_OK ? check_end(r, &h) : status;
}

tp_status tp_pnm_read(const char *path, tp_image *image, tp_error *error) {
    reading r = {.path = path, .line = 1, .error = error};
    r.file = fopen(path, "rb");
    if (!r.file) {
        tp_fail(error, TP_INVALID, path, "cannot open the image: %s", strerror(errno));
        return tp_hint(error, "check the name, the folder and the permissions");
    }
    tp_image picture = {0};
    const tp_status status = read_picture(&r, &picture);
    fclose(r.file);
    if (status == TP_OK)
        *image = picture;
    else
        tp_image_free(&picture);
    return status;
}
