/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/image.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"

#define READ_KINDS "PNG, PBM (P1, P4) and PGM (P2, P5) files are read"
#define TO_PNG "convert it to PNG, for example with ImageMagick: convert FILE FILE.png"

tp_status tp_image_create(size_t rows, size_t columns, tp_image *image, tp_error *error) {
    if (rows < 1 || columns < 1 || rows > TP_IMAGE_LONGEST_SIDE || columns > TP_IMAGE_LONGEST_SIDE)
        return tp_fail(error, TP_INVALID, "",
                       "an image of %zu rows and %zu columns; expected 1 to %d of each", rows,
                       columns, (int)TP_IMAGE_LONGEST_SIDE);
    double *brightness = calloc(rows * columns, sizeof *brightness);
    if (!brightness)
        return tp_fail_memory(error, "making an image");
    *image = (tp_image){.rows = rows, .columns = columns, .brightness = brightness};
    return TP_OK;
}

void tp_image_free(tp_image *image) {
    if (!image)
        return;
    free(image->brightness);
    *image = (tp_image){0};
}

/* Files that people have at hand, named so that the message says what they gave. */
typedef struct foreign_kind {
    const char *magic;
    size_t length;
    size_t offset;
    const char *name;
    const char *hint;
} foreign_kind;

static const foreign_kind foreign_kinds[] = {
    {"\xff\xd8\xff", 3, 0, "a JPEG image", TO_PNG},
    {"GIF8", 4, 0, "a GIF image", TO_PNG},
    {"BM", 2, 0, "a BMP image", TO_PNG},
    {"II*\0", 4, 0, "a TIFF image", TO_PNG},
    {"MM\0*", 4, 0, "a TIFF image", TO_PNG},
    {"WEBP", 4, 8, "a WebP image", TO_PNG},
    {"P3", 2, 0, "a colour PPM image (P3)", "convert it to PNG, or to grey with ppmtopgm"},
    {"P6", 2, 0, "a colour PPM image (P6)", "convert it to PNG, or to grey with ppmtopgm"},
    {"P7", 2, 0, "a PAM image (P7)", TO_PNG},
    {"%PDF", 4, 0, "a PDF document", TO_PNG},
    {"<svg", 4, 0, "an SVG drawing", TO_PNG},
    {"<?xml", 5, 0, "an XML file (an SVG drawing?)", TO_PNG},
    {"\x89HDF\r\n\x1a\n", 8, 0, "an HDF5 file", "save the picture that it holds as PNG"},
    {"\x93NUMPY", 6, 0, "a NumPy array", "save the array as a picture, in PNG"},
    {"\x1f\x8b", 2, 0, "a gzip-compressed file",
     "unpack it with gunzip, or, if it is an MNIST (IDX) file, ask for an image of it by index"},
    {"\0\0\x08\x03", 4, 0, "an IDX file, which holds many images (MNIST's form)",
     "ask for one image of it by index"},
};

static tp_status refuse_kind(const char *path, const unsigned char *head, size_t count,
                             tp_error *error) {
    if (count == 0) {
        tp_fail(error, TP_INVALID, path, "the file is empty; " READ_KINDS);
        return tp_hint(error, "write the image again, or give another file");
    }
    for (size_t i = 0; i < sizeof foreign_kinds / sizeof foreign_kinds[0]; i++) {
        const foreign_kind *kind = &foreign_kinds[i];
        if (count >= kind->offset + kind->length &&
            memcmp(head + kind->offset, kind->magic, kind->length) == 0) {
            tp_fail(error, TP_INVALID, path, "found %s; " READ_KINDS, kind->name);
            return tp_hint(error, "%s", kind->hint);
        }
    }
    char bytes[3 * 8 + 1] = "";
    for (size_t i = 0; i < count && i < 8; i++)
        snprintf(bytes + 3 * i, sizeof bytes - 3 * i, " %02x", head[i]);
    tp_fail(error, TP_INVALID, path,
            "found a file of an unknown kind, which begins with the bytes%s; " READ_KINDS, bytes);
    return tp_hint(error, "give a PNG, PBM or PGM file; convert others to PNG");
}

static tp_status read_head(const char *path, unsigned char *head, size_t size, size_t *count,
                           tp_error *error) {
    struct stat about;
    if (stat(path, &about) != 0) {
        tp_fail(error, TP_INVALID, path, "cannot open the image: %s", strerror(errno));
        return tp_hint(error, "check the name, the folder and the permissions");
    }
    if (S_ISDIR(about.st_mode)) {
        tp_fail(error, TP_INVALID, path, "found a directory; expected an image file");
        return tp_hint(error, "name one image file in it");
    }
    /* A pipe cannot be read twice, and opening one can wait for ever. */
    if (!S_ISREG(about.st_mode)) {
        tp_fail(error, TP_INVALID, path, "found a pipe or device; expected an image file");
        return tp_hint(error, "write the image to a file first");
    }
    FILE *file = fopen(path, "rb");
    if (!file) {
        tp_fail(error, TP_INVALID, path, "cannot open the image: %s", strerror(errno));
        return tp_hint(error, "check the name, the folder and the permissions");
    }
    *count = fread(head, 1, size, file);
    const bool failed = ferror(file) != 0;
    const int reason = errno;
    fclose(file);
    if (failed)
        return tp_fail(error, TP_FAILED, path, "cannot read the image: %s", strerror(reason));
    return TP_OK;
}

tp_status tp_image_read(const char *path, tp_image *image, tp_error *error) {
    unsigned char head[16];
    size_t count = 0;
    const tp_status status = read_head(path, head, sizeof head, &count, error);
    if (status != TP_OK)
        return status;
    /* Four bytes of the eight are enough: the reader then says what is wrong with the others. */
    if (count >= 4 && memcmp(head, "\x89PNG", 4) == 0)
        return tp_png_read(path, image, error);
    if (count >= 2 && tp_pnm_begins(head[0], head[1]))
        return tp_pnm_read(path, image, error);
    return refuse_kind(path, head, count, error);
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t common_divisor(size_t a, size_t b) {
    while (b) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Pixels that lie `step` doubles apart. */
typedef struct line {
    size_t count;
    size_t step;
} line;

/* Adds up each new pixel's old pixels, each times its overlap. Lengths are whole numbers here: an
 * old pixel is `old_length` long and a new one `new_length`, without common factor. So sums over
 * black and white pixels are exact, and a line of unchanged length stays as it is. */
static void sum_overlaps(const double *from, line old, double *to, line new) {
    const size_t divisor = common_divisor(old.count, new.count);
    const size_t old_length = new.count / divisor, new_length = old.count / divisor;
    for (size_t i = 0; i < new.count; i++) {
        const size_t end = (i + 1) * new_length;
        double sum = 0;
        for (size_t at = i * new_length; at < end;) {
            const size_t pixel = at / old_length;
            const size_t next = smaller(end, (pixel + 1) * old_length);
            sum += (double)(next - at) * from[pixel * old.step];
            at = next;
        }
        to[i * new.step] = sum;
    }
}

tp_status tp_image_rescale_area(const tp_image *image, size_t rows, size_t columns, tp_image *out,
                                tp_error *error) {
    tp_image result = {0}, wide = {0};
    tp_status status = tp_image_create(rows, columns, &result, error);
    if (status != TP_OK)
        return status;
    status = tp_image_create(image->rows, columns, &wide, error);
    if (status != TP_OK) {
        tp_image_free(&result);
        return status;
    }
    for (size_t row = 0; row < image->rows; row++)
        sum_overlaps(image->brightness + row * image->columns, (line){image->columns, 1},
                     wide.brightness + row * columns, (line){columns, 1});
    for (size_t column = 0; column < columns; column++)
        sum_overlaps(wide.brightness + column, (line){image->rows, columns},
                     result.brightness + column, (line){rows, columns});
    tp_image_free(&wide);
    const size_t down = image->rows / common_divisor(image->rows, rows);
    const size_t across = image->columns / common_divisor(image->columns, columns);
    const double area = (double)down * (double)across;
    for (size_t i = 0; i < rows * columns; i++)
        result.brightness[i] /= area;
    *out = result;
    return TP_OK;
}

tp_status tp_image_rescale_nearest(const tp_image *image, size_t rows, size_t columns,
                                   tp_image *out, tp_error *error) {
    tp_image result;
    const tp_status status = tp_image_create(rows, columns, &result, error);
    if (status != TP_OK)
        return status;
    for (size_t row = 0; row < rows; row++) {
        const size_t old_row = (2 * row + 1) * image->rows / (2 * rows);
        for (size_t column = 0; column < columns; column++) {
            const size_t old_column = (2 * column + 1) * image->columns / (2 * columns);
            result.brightness[row * columns + column] =
                image->brightness[old_row * image->columns + old_column];
        }
    }
    *out = result;
    return TP_OK;
}
