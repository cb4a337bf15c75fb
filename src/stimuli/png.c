/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/image.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

/* All that one reading needs. It lives in tp_png_read's frame, outside the function that calls
 * setjmp, so libpng's longjmp neither clobbers nor leaks any of it. */
typedef struct reading {
    const char *path;
    FILE *file;
    png_structp png;
    png_infop info;
    png_bytep pixels; /* one row, or all rows of an interlaced file */
    int channels;
    int depth;
    int colours;                            /* in the palette; 0 without one */
    double palette[PNG_MAX_PALETTE_LENGTH]; /* the brightness of each */
    tp_image image;
    tp_error *error;
    tp_status status; /* TP_OK until a message is in `error` */
} reading;

static tp_status damaged(reading *r, const char *what) {
    r->status = tp_fail(r->error, TP_INVALID, r->path, "the PNG is damaged: %s", what);
    tp_hint(r->error, "save or copy the image again");
    return r->status;
}

static tp_status short_read(reading *r) {
    if (ferror(r->file)) {
        const tp_status status = errno == EISDIR ? TP_INVALID : TP_FAILED;
        r->status = tp_fail(r->error, status, r->path, "cannot read the PNG: %s", strerror(errno));
        tp_hint(r->error, "check that the name is a file's, and the disk");
        return r->status;
    }
    char what[80];
    snprintf(what, sizeof what, "it ends after %ld bytes, before its end mark", ftell(r->file));
    return damaged(r, what);
}

static void take_error(png_structp png, png_const_charp text) {
    reading *r = png_get_error_ptr(png);
    if (r->status == TP_OK)
        damaged(r, text);
    png_longjmp(png, 1);
}

/* libpng's own function would print. */
static void take_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void take_bytes(png_structp png, png_bytep bytes, size_t count) {
    reading *r = png_get_io_ptr(png);
    if (fread(bytes, 1, count, r->file) == count)
        return;
    short_read(r);
    png_error(png, "short read");
}

static uint32_t big_endian(const unsigned char *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* libpng has limits as well, but its message names neither the size nor the limit. */
static tp_status check_size(reading *r) {
    unsigned char head[24];
    if (fread(head, 1, sizeof head, r->file) != sizeof head)
        return short_read(r);
    rewind(r->file);
    if (memcmp(head, "\x89PNG\r\n\x1a\n", 8) != 0)
        return damaged(r, "its first 8 bytes are not those of a PNG (was it copied as text?)");
    if (memcmp(head + 12, "IHDR", 4) != 0)
        return damaged(r, "it does not begin with the header (IHDR)");
    const uint32_t width = big_endian(head + 16), height = big_endian(head + 20);
    if (width < 1 || height < 1 || width > TP_IMAGE_LONGEST_SIDE ||
        height > TP_IMAGE_LONGEST_SIDE) {
        r->status =
            tp_fail(r->error, TP_INVALID, r->path,
                    "the PNG says it is %lu pixels wide and %lu high; expected 1 to %d",
                    (unsigned long)width, (unsigned long)height, (int)TP_IMAGE_LONGEST_SIDE);
        tp_hint(r->error, "scale the image down and save it again");
    }
    return r->status;
}

static void set_up(reading *r) {
    png_structp png = r->png;
    png_set_read_fn(png, r, take_bytes);
    png_set_user_limits(png, TP_IMAGE_LONGEST_SIDE, TP_IMAGE_LONGEST_SIDE);
    png_set_chunk_malloc_max(png, 1 << 20);
    png_set_chunk_cache_max(png, 16);
    /* Texts, colour profiles and the like say nothing about the stored brightness: skip all but
     * IHDR, PLTE, tRNS, IDAT and IEND (that is what -1 stands for). */
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    /* A damaged tRNS would change the picture: a wrong checksum is an error anywhere. */
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_read_info(png, r->info);
    if (png_get_color_type(png, r->info) == PNG_COLOR_TYPE_PALETTE)
        png_set_packing(png); /* one index a byte */
    else
        png_set_expand(png); /* 1, 2 and 4 bits to 8, tRNS to alpha */
}

/* All in whole numbers, so that white is exactly 1 and equal R, G, B give exactly that grey. */
static double brightness_of(const uint32_t *sample, int channels, uint32_t largest) {
    const bool colour = channels >= 3, transparent = channels % 2 == 0;
    const uint64_t sum =
        colour ? UINT64_C(2126) * sample[0] + UINT64_C(7152) * sample[1] + UINT64_C(722) * sample[2]
               : UINT64_C(10000) * sample[0];
    const uint64_t white = UINT64_C(10000) * largest;
    const uint64_t alpha = transparent ? sample[channels - 1] : largest;
    return (double)(sum * alpha + white * (largest - alpha)) / (double)(white * largest);
}

static void take_palette(reading *r) {
    png_colorp colours = NULL;
    png_bytep alphas = NULL;
    int transparent = 0;
    png_get_PLTE(r->png, r->info, &colours, &r->colours);
    png_get_tRNS(r->png, r->info, &alphas, &transparent, NULL);
    for (int i = 0; i < r->colours; i++) {
        const uint32_t sample[4] = {colours[i].red, colours[i].green, colours[i].blue,
                                    i < transparent ? alphas[i] : 255};
        r->palette[i] = brightness_of(sample, 4, 255);
    }
}

/* libpng would turn an index past the palette's end into black without a word. */
static void take_indices(reading *r, const unsigned char *bytes, double *brightness) {
    for (size_t column = 0; column < r->image.columns; column++) {
        if (bytes[column] >= r->colours) {
            char what[80];
            snprintf(what, sizeof what, "a pixel has colour %d (from 0) of a palette of %d",
                     bytes[column], r->colours);
            damaged(r, what);
            png_error(r->png, "wrong index");
        }
        brightness[column] = r->palette[bytes[column]];
    }
}

static void take_samples(reading *r, const unsigned char *bytes, double *brightness) {
    for (size_t column = 0; column < r->image.columns; column++) {
        uint32_t sample[4] = {0};
        for (int channel = 0; channel < r->channels; channel++) {
            sample[channel] = *bytes++;
            if (r->depth == 16)
                sample[channel] = sample[channel] << 8 | *bytes++;
        }
        brightness[column] = brightness_of(sample, r->channels, r->depth == 16 ? 65535 : 255);
    }
}

static tp_status read_rows(reading *r, int passes) {
    png_structp png = r->png;
    const size_t columns = png_get_image_width(png, r->info);
    const size_t rows = png_get_image_height(png, r->info);
    const size_t row_bytes = png_get_rowbytes(png, r->info);
    r->status = tp_image_create(rows, columns, &r->image, r->error);
    if (r->status != TP_OK)
        return r->status;
    /* Of an interlaced file, each pass fills some pixels of each row. */
    r->pixels = calloc(passes > 1 ? rows : 1, row_bytes);
    if (!r->pixels)
        return r->status = tp_fail_memory(r->error, "reading a PNG");
    r->channels = png_get_channels(png, r->info);
    r->depth = png_get_bit_depth(png, r->info);
    const bool indexed = png_get_color_type(png, r->info) == PNG_COLOR_TYPE_PALETTE;
    if (indexed)
        take_palette(r);
    for (int pass = 0; pass < passes; pass++)
        for (size_t row = 0; row < rows; row++) {
            unsigned char *bytes = r->pixels + (passes > 1 ? row * row_bytes : 0);
            png_read_row(png, bytes, NULL);
            if (pass < passes - 1)
                continue;
            double *brightness = r->image.brightness + row * columns;
            if (indexed)
                take_indices(r, bytes, brightness);
            else
                take_samples(r, bytes, brightness);
        }
    return TP_OK;
}

/* The only function that libpng's errors jump back to. It changes no local of its own, so none can
 * be clobbered. */
static tp_status decode(reading *r) {
    if (setjmp(png_jmpbuf(r->png)))
        return r->status;
    set_up(r);
    const int passes = png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    if (read_rows(r, passes) != TP_OK)
        return r->status;
    /* To the end mark: the last pixels' checksum comes after them. */
    png_read_end(r->png, NULL);
    return TP_OK;
}

tp_status tp_png_read(const char *path, tp_image *image, tp_error *error) {
    reading r = {.path = path, .error = error};
    r.file = fopen(path, "rb");
    if (!r.file) {
        tp_fail(error, TP_INVALID, path, "cannot open the PNG: %s", strerror(errno));
        return tp_hint(error, "check the name, the folder and the permissions");
    }
    if (check_size(&r) == TP_OK) {
        r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, take_error, take_warning);
        r.info = r.png ? png_create_info_struct(r.png) : NULL;
        if (r.info)
            decode(&r);
        else
            r.status = tp_fail(error, TP_FAILED, path, "libpng cannot be started");
    }
    png_destroy_read_struct(&r.png, &r.info, NULL);
    free(r.pixels);
    fclose(r.file);
    if (r.status == TP_OK)
        *image = r.image;
    else
        tp_image_free(&r.image);
    return r.status;
}
