/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/image.h"

#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "../close.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- files ------------------------------------------------------------------------------- */

static char folder[64];

static const char *path_of(const char *name) {
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t count) {
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static size_t read_file(const char *name, unsigned char *bytes, size_t size) {
    FILE *file = fopen(path_of(name), "rb");
    assert_non_null(file);
    const size_t count = fread(bytes, 1, size, file);
    assert_true(count < size);
    fclose(file);
    return count;
}

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/tripartite-images-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    const char *names[] = {"a.png", "cut.png", "a.pnm", "a.idx", "a.idx.gz", "cut", "said"};
    for (size_t i = 0; i < COUNT(names); i++)
        remove(path_of(names[i]));
    return rmdir(folder);
}

static tp_status read_named(const char *name, tp_image *image, tp_error *error) {
    memset(error, 0, sizeof *error);
    return tp_image_read(path_of(name), image, error);
}

static void expect_pixels(const tp_image *image, size_t rows, size_t columns,
                          const double *expected) {
    assert_int_equal(image->rows, rows);
    assert_int_equal(image->columns, columns);
    for (size_t i = 0; i < rows * columns; i++)
        assert_close(image->brightness[i], expected[i], 0, 1e-15);
}

static void expect_file(const char *name, size_t rows, size_t columns, const double *expected) {
    tp_image image;
    tp_error error;
    if (read_named(name, &image, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    expect_pixels(&image, rows, columns, expected);
    tp_image_free(&image);
}

/* The message has `fragment` in it, the file is named, and the image is left alone. */
static void expect_refusal_by(tp_status status, const tp_image *image, const tp_error *error,
                              const char *fragment) {
    assert_int_equal(status, TP_INVALID);
    assert_int_equal(error->status, TP_INVALID);
    if (!strstr(error->message, fragment))
        fail_msg("\"%s\" is not in \"%s\"", fragment, error->message);
    assert_non_null(strstr(error->where, folder));
    assert_true(error->hint[0] != '\0');
    assert_null(image->brightness);
}

static void expect_refusal(const char *name, const char *fragment) {
    tp_image image = {0};
    tp_error error;
    const tp_status status = read_named(name, &image, &error);
    expect_refusal_by(status, &image, &error, fragment);
}

/* --- rescaling --------------------------------------------------------------------------- */

static const size_t shapes[][2] = {{1, 1}, {2, 3}, {7, 5}, {13, 40}, {28, 28}, {40, 40}, {57, 31}};

static tp_image random_image(size_t rows, size_t columns) {
    tp_image image;
    assert_int_equal(tp_image_create(rows, columns, &image, NULL), TP_OK);
    for (size_t i = 0; i < rows * columns; i++) {
        assert_true(image.brightness[i] == 0);
        image.brightness[i] = (double)((i * 7919 + 13) % 1009) / 1008;
    }
    return image;
}

static double mean_of(const tp_image *image) {
    double sum = 0;
    for (size_t i = 0; i < image->rows * image->columns; i++)
        sum += image->brightness[i];
    return sum / (double)(image->rows * image->columns);
}

static void area_keeps_mean_and_range(void **state) {
    (void)state;
    for (size_t from = 0; from < COUNT(shapes); from++) {
        tp_image image = random_image(shapes[from][0], shapes[from][1]), out;
        for (size_t to = 0; to < COUNT(shapes); to++) {
            assert_int_equal(
                tp_image_rescale_area(&image, shapes[to][0], shapes[to][1], &out, NULL), TP_OK);
            assert_int_equal(out.rows, shapes[to][0]);
            assert_int_equal(out.columns, shapes[to][1]);
            assert_close(mean_of(&out), mean_of(&image), 1e-13, 0);
            for (size_t i = 0; i < out.rows * out.columns; i++)
                assert_true(out.brightness[i] >= 0 && out.brightness[i] <= 1);
            if (from == to)
                expect_pixels(&out, image.rows, image.columns, image.brightness);
            tp_image_free(&out);
        }
        tp_image_free(&image);
    }
}

static void area_keeps_a_constant(void **state) {
    (void)state;
    const double values[] = {0, 1, 0.3};
    for (size_t v = 0; v < COUNT(values); v++)
        for (size_t to = 0; to < COUNT(shapes); to++) {
            tp_image image = random_image(7, 11), out;
            for (size_t i = 0; i < 77; i++)
                image.brightness[i] = values[v];
            assert_int_equal(
                tp_image_rescale_area(&image, shapes[to][0], shapes[to][1], &out, NULL), TP_OK);
            for (size_t i = 0; i < out.rows * out.columns; i++)
                /* Black and white stay exactly so: thresholds are compared with them. */
                assert_close(out.brightness[i], values[v], v == 2 ? 1e-14 : 0, 0);
            tp_image_free(&image);
            tp_image_free(&out);
        }
}

static void known_rescalings(void **state) {
    (void)state;
    double small[] = {0.1, 0.5, 0.3, 0.9};
    const tp_image two = {.rows = 2, .columns = 2, .brightness = small};
    tp_image out;
    /* The middle third of a side lies half in each pixel. */
    const double larger[] = {0.1, 0.3, 0.5, 0.2, 0.45, 0.7, 0.3, 0.6, 0.9};
    assert_int_equal(tp_image_rescale_area(&two, 3, 3, &out, NULL), TP_OK);
    expect_pixels(&out, 3, 3, larger);
    tp_image_free(&out);
    /* Each half of three pixels: a whole one and half of the middle one. */
    double row[] = {0.6, 0.3, 0.9};
    const tp_image three = {.rows = 1, .columns = 3, .brightness = row};
    const double halves[] = {0.5, 0.7};
    assert_int_equal(tp_image_rescale_area(&three, 1, 2, &out, NULL), TP_OK);
    expect_pixels(&out, 1, 2, halves);
    tp_image_free(&out);
    /* Centres at 1/6, 3/6, 5/6: the middle one lies on the border and belongs to the second. */
    const double nearest[] = {0.1, 0.5, 0.5, 0.3, 0.9, 0.9, 0.3, 0.9, 0.9};
    assert_int_equal(tp_image_rescale_nearest(&two, 3, 3, &out, NULL), TP_OK);
    expect_pixels(&out, 3, 3, nearest);
    tp_image_free(&out);
    const double middle[] = {0.3};
    assert_int_equal(tp_image_rescale_nearest(&three, 1, 1, &out, NULL), TP_OK);
    expect_pixels(&out, 1, 1, middle);
    tp_image_free(&out);
}

static void sizes_have_limits(void **state) {
    (void)state;
    tp_image image = {0};
    tp_error error;
    assert_int_equal(tp_image_create(0, 4, &image, &error), TP_INVALID);
    assert_int_equal(tp_image_create(4, 0, &image, &error), TP_INVALID);
    assert_int_equal(tp_image_create(TP_IMAGE_LONGEST_SIDE + 1, 1, &image, &error), TP_INVALID);
    assert_int_equal(tp_image_create(1, (size_t)-1, &image, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "8192"));
    assert_null(image.brightness);
    double pixel[] = {1};
    const tp_image one = {.rows = 1, .columns = 1, .brightness = pixel};
    assert_int_equal(tp_image_rescale_area(&one, 0, 1, &image, &error), TP_INVALID);
    assert_int_equal(tp_image_rescale_nearest(&one, 1, 9000, &image, &error), TP_INVALID);
    assert_null(image.brightness);
    tp_image_free(&image);
    tp_image_free(NULL);
}

/* --- PNG --------------------------------------------------------------------------------- */

typedef struct png_sample {
    int depth;
    int colour_type;
    int interlace;
    int transparent; /* give it a tRNS */
    unsigned width;
    unsigned height;
    const char *rows; /* the packed bytes */
    size_t row_bytes;
    double expected[6];
} png_sample;

static const png_color palette[3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}};

static void write_png(const char *name, const png_sample *sample) {
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    assert_non_null(info);
    if (setjmp(png_jmpbuf(png)))
        fail_msg("libpng cannot write");
    png_init_io(png, file);
    png_set_benign_errors(png, 1);
    png_set_IHDR(png, info, sample->width, sample->height, sample->depth, sample->colour_type,
                 sample->interlace, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_check_for_invalid_index(png, 0);
    if (sample->colour_type == PNG_COLOR_TYPE_PALETTE)
        png_set_PLTE(png, info, palette, 3);
    png_byte alphas[] = {255, 0};
    png_color_16 key = {.red = 1, .green = 2, .blue = 3, .gray = 1};
    if (sample->transparent)
        png_set_tRNS(png, info, alphas, 2, &key);
    png_text text = {.compression = PNG_TEXT_COMPRESSION_NONE, .key = "Title", .text = "digit"};
    png_set_text(png, info, &text, 1);
    png_write_info(png, info);
    const int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++)
        for (unsigned row = 0; row < sample->height; row++)
            png_write_row(png, (png_const_bytep)sample->rows + row * sample->row_bytes);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    assert_int_equal(fclose(file), 0);
}

#define RED 0.2126
#define GREEN 0.7152
#define BLUE 0.0722

static const png_sample png_samples[] = {
    {1, PNG_COLOR_TYPE_GRAY, 0, 0, 3, 2, "\xa0\x40", 1, {1, 0, 1, 0, 1, 0}},
    {2, PNG_COLOR_TYPE_GRAY, 0, 0, 3, 1, "\x1c", 1, {0, 1 / 3.0, 1}},
    {4, PNG_COLOR_TYPE_GRAY, 0, 0, 2, 1, "\x3f", 1, {0.2, 1}},
    {8, PNG_COLOR_TYPE_GRAY, 0, 0, 3, 2, "\0\x33\xff\xff\x66\0", 3, {0, 0.2, 1, 1, 0.4, 0}},
    {8, PNG_COLOR_TYPE_GRAY, 1, 0, 2, 3, "\0\x33\xff\xff\x66\0", 2, {0, 0.2, 1, 1, 0.4, 0}},
    {8, PNG_COLOR_TYPE_GRAY, 0, 1, 3, 1, "\0\x01\xff", 3, {0, 1, 1}},
    {16, PNG_COLOR_TYPE_GRAY, 0, 0, 3, 1, "\0\0\x01\0\xff\xff", 6, {0, 256 / 65535.0, 1}},
    {8, PNG_COLOR_TYPE_RGB, 0, 0, 2, 1, "\xff\0\0\0\xff\0", 6, {RED, GREEN}},
    {8, PNG_COLOR_TYPE_RGB, 0, 1, 2, 1, "\x33\x33\x33\x01\x02\x03", 6, {0.2, 1}},
    {16, PNG_COLOR_TYPE_RGB, 0, 0, 1, 1, "\0\0\0\0\xff\xff", 6, {BLUE}},
    {8, PNG_COLOR_TYPE_PALETTE, 0, 0, 3, 1, "\0\1\2", 3, {RED, GREEN, BLUE}},
    {2, PNG_COLOR_TYPE_PALETTE, 0, 1, 3, 1, "\x18", 1, {RED, 1, BLUE}},
    {8, PNG_COLOR_TYPE_GRAY_ALPHA, 0, 0, 3, 1, "\0\xff\0\0\0\x33", 6, {0, 1, 0.8}},
    {8,
     PNG_COLOR_TYPE_RGB_ALPHA,
     1,
     0,
     2,
     1,
     "\xff\0\0\xff\0\0\xff\x33",
     8,
     {RED, 0.8 + 0.2 * BLUE}},
    {16, PNG_COLOR_TYPE_RGB_ALPHA, 0, 0, 1, 1, "\0\0\xff\xff\0\0\x33\x33", 8, {0.8 + 0.2 * GREEN}},
};

static void png_of_each_kind(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(png_samples); i++) {
        const png_sample *sample = &png_samples[i];
        write_png("a.png", sample);
        expect_file("a.png", sample->height, sample->width, sample->expected);
    }
}

static int real_stderr = -1;

static int restore_stderr(void **state) {
    (void)state;
    if (real_stderr >= 0) {
        dup2(real_stderr, 2);
        close(real_stderr);
    }
    real_stderr = -1;
    return 0;
}

/* What is written to standard error while `work` runs, in bytes. The test's teardown restores it
 * where `work` fails. */
static long bytes_said(void (*work)(void)) {
    fflush(stderr);
    const int file = open(path_of("said"), O_RDWR | O_CREAT | O_TRUNC, 0600);
    real_stderr = dup(2);
    assert_true(real_stderr >= 0 && dup2(file, 2) == 2);
    work();
    fflush(stderr);
    restore_stderr(NULL);
    const long count = (long)lseek(file, 0, SEEK_END);
    close(file);
    return count;
}

/* Every length and every single flipped bit: checksums cover all, so none may pass. */
static void damage_the_png(void) {
    unsigned char bytes[2048];
    const size_t count = read_file("a.png", bytes, sizeof bytes);
    for (size_t length = 0; length < count; length++) {
        write_file("cut.png", bytes, length);
        expect_refusal("cut.png", length == 0  ? "empty"
                                  : length < 4 ? "unknown kind"
                                               : "it ends after");
    }
    for (size_t bit = 0; bit < 8 * count; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        write_file("cut.png", bytes, count);
        expect_refusal("cut.png", "");
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
}

static void damaged_png(void **state) {
    (void)state;
    const size_t chosen[] = {3, 4, 11, 13};
    for (size_t i = 0; i < COUNT(chosen); i++) {
        write_png("a.png", &png_samples[chosen[i]]);
        assert_int_equal(bytes_said(damage_the_png), 0);
    }
}

static void put(unsigned char *bytes, unsigned long value) {
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(value >> (24 - 8 * i));
}

/* Sets the declared size and mends the checksum, so that the size alone is wrong. */
static void resize_header(unsigned long width, unsigned long height) {
    unsigned char bytes[2048];
    const size_t count = read_file("a.png", bytes, sizeof bytes);
    put(bytes + 16, width);
    put(bytes + 20, height);
    put(bytes + 29, crc32(0, bytes + 12, 17));
    write_file("cut.png", bytes, count);
}

static void read_the_png_with_a_wrong_size(void) {
    resize_header(4, 2);
    expect_refusal("cut.png", "damaged");
    resize_header(3, 100);
    expect_refusal("cut.png", "damaged");
    resize_header(8192, 8192);
    expect_refusal("cut.png", "damaged");
    resize_header(8193, 2);
    expect_refusal("cut.png", "8193 pixels wide");
    resize_header(2, 0xffffffff);
    expect_refusal("cut.png", "8192");
    resize_header(0, 2);
    expect_refusal("cut.png", "0 pixels wide");
}

static void hostile_png(void **state) {
    (void)state;
    write_png("a.png", &png_samples[3]);
    assert_int_equal(bytes_said(read_the_png_with_a_wrong_size), 0);
    const png_sample wrong_index = {8, PNG_COLOR_TYPE_PALETTE, 0, 0, 2, 1, "\2\3", 2, {0}};
    write_png("a.png", &wrong_index);
    expect_refusal("a.png", "palette");
    write_file("cut.png", "\x89PNG\n\x1a\n and more than twenty-four bytes", 40);
    expect_refusal("cut.png", "copied as text");
    write_file("cut.png", "\x89PNG\r\n\x1a\n\0\0\0\0IEND and more than twenty-four", 40);
    expect_refusal("cut.png", "IHDR");
}

/* --- PNM --------------------------------------------------------------------------------- */

typedef struct text_file {
    const char *bytes;
    size_t count;
} text_file;

#define TEXT(literal)                                                                              \
    { literal, sizeof(literal) - 1 }

static const text_file pnm_files[] = {
    TEXT("P1\n# by hand\n3 2\n0 1 0\n101\n"),
    TEXT("P2 3 2 #wide, high\n5\n5 0 5\n0 5 # one more\n0\n"),
    TEXT("P4\n#c\n3 2\n\x40\xbf"), /* 0xbf: bits past the width are of no account */
    TEXT("P5 3 2 255\n\xff\0\xff\0\xff\0"),
    TEXT("P5\n3\n2\n#c\n65535\n\xff\xff\0\0\xff\xff\0\0\xff\xff\0\0"),
    TEXT("P5 3 2 257\n\x01\x01\0\0\x01\x01\0\0\x01\x01\0\0"),
};

static void pnm_of_each_kind(void **state) {
    (void)state;
    const double expected[] = {1, 0, 1, 0, 1, 0};
    for (size_t i = 0; i < COUNT(pnm_files); i++) {
        write_file("a.pnm", pnm_files[i].bytes, pnm_files[i].count);
        expect_file("a.pnm", 2, 3, expected);
    }
    const double grey[] = {0.25, 0.5};
    write_file("a.pnm", "P2\n2 1\n4\n1 2\n", 13);
    expect_file("a.pnm", 1, 2, grey);
    write_file("a.pnm", "P5\n2 1\n1024\n\x01\0\x02\0", 16);
    expect_file("a.pnm", 1, 2, grey);
}

static void cut_pnm(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pnm_files); i++) {
        /* The last white space of a plain bitmap can go: its pixels are complete without. */
        const size_t spare = pnm_files[i].bytes[1] == '1' ? 1 : 0;
        for (size_t length = 0; length + spare < pnm_files[i].count; length++) {
            write_file("cut", pnm_files[i].bytes, length);
            expect_refusal("cut", length == 0 ? "empty" : length == 1 ? "unknown" : "ends in");
        }
    }
}

static void flipped_pnm(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pnm_files); i++) {
        unsigned char bytes[128];
        memcpy(bytes, pnm_files[i].bytes, pnm_files[i].count);
        for (size_t bit = 0; bit < 8 * pnm_files[i].count; bit++) {
            bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
            write_file("cut", bytes, pnm_files[i].count);
            tp_image image = {0};
            tp_error error;
            const tp_status status = read_named("cut", &image, &error);
            /* Many such files are good ones; all must be either read in full or refused. */
            if (status == TP_OK)
                for (size_t p = 0; p < image.rows * image.columns; p++)
                    assert_true(image.brightness[p] >= 0 && image.brightness[p] <= 1);
            else
                expect_refusal_by(status, &image, &error, "");
            tp_image_free(&image);
            bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
    }
}

static void wrong_pnm(void **state) {
    (void)state;
    static const struct {
        text_file file;
        const char *message;
        const char *where;
    } cases[] = {
        {TEXT("P2x 1 1 9\n1\n"), "found 'x'; expected white space", ":1"},
        {TEXT("P2\n3abc 1\n9\n1 2 3\n"), "found 'a'; expected white space after the width", ":2"},
        {TEXT("P2\n-3 1\n9\n1 2 3\n"), "found '-'; expected the width, a whole number", ":2"},
        {TEXT("P2\n1 1.0\n9\n1\n"), "found '.'; expected white space after the height", ":2"},
        {TEXT("P2\n0 1\n9\n"), "the width is 0; expected 1 to 8192", ":2"},
        {TEXT("P5\n1\n8193\n255\n"), "the height is 8193; expected 1 to 8192", ":3"},
        {TEXT("P5\n18446744073709551617 1\n255\n1"), "the width is at least 1", ":2"},
        {TEXT("P2\n1 1\n0\n0\n"), "the largest value is 0; expected 1 to 65535", ":3"},
        {TEXT("P5 1 1 65536\n1"), "the largest value is 65536", ":1"},
        {TEXT("P2\n2 1\n9\n1 10\n"), "row 0, column 1 (from 0) is 10; the header says at most 9",
         ":4"},
        {TEXT("P5 1 2 100\n\x64\x65"), "row 1, column 0 (from 0) is 101", "a.pnm"},
        {TEXT("P5 1 1 256\n\x01\x01"), "is 257", "a.pnm"},
        {TEXT("P1 2 1\n0 2\n"), "found '2'; expected a pixel, 0 or 1", ":2"},
        {TEXT("P2 2 1 9\n1 \x01\n"), "found the byte 0x01", ":2"},
        {TEXT("P2 1 1 9\n1 2\n"), "goes on after its 1 rows of 1 pixels", "a.pnm"},
        {TEXT("P4 8 1\n\x01\x02"), "goes on", "a.pnm"},
        {TEXT("P5 8192 8192 255\n"), "row 0 (from 0) of 8192", "a.pnm"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_file("a.pnm", cases[i].file.bytes, cases[i].file.count);
        tp_image image = {0};
        tp_error error;
        const tp_status status = read_named("a.pnm", &image, &error);
        expect_refusal_by(status, &image, &error, cases[i].message);
        const size_t end = strlen(error.where) - strlen(cases[i].where);
        assert_string_equal(error.where + end, cases[i].where);
    }
}

/* --- other files ------------------------------------------------------------------------- */

static void other_kinds(void **state) {
    (void)state;
    static const struct {
        text_file file;
        const char *message;
    } cases[] = {
        {TEXT(""), "empty"},
        {TEXT("\xff\xd8\xff\xe0\0\x10JFIF"), "JPEG"},
        {TEXT("GIF89a"), "GIF"},
        {TEXT("BM6\0\0\0"), "BMP"},
        {TEXT("II*\0\x08\0\0\0"), "TIFF"},
        {TEXT("MM\0*\0\0\0\x08"), "TIFF"},
        {TEXT("RIFF\x10\0\0\0WEBPVP8 "), "WebP"},
        {TEXT("P3\n1 1 255\n1 2 3\n"), "colour PPM"},
        {TEXT("P6\n1 1 255\n123"), "colour PPM"},
        {TEXT("\x89HDF\r\n\x1a\n12345678"), "HDF5"},
        {TEXT("\x1f\x8b\x08\0"), "gzip"},
        {TEXT("\0\0\x08\x03\0\0\0\x01"), "IDX"},
        {TEXT("hello"), "unknown kind, which begins with the bytes 68 65 6c 6c 6f;"},
        {TEXT("P"), "bytes 50;"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_file("cut", cases[i].file.bytes, cases[i].file.count);
        expect_refusal("cut", cases[i].message);
        expect_refusal("cut", "PNG, PBM (P1, P4) and PGM (P2, P5) files are read");
        assert_int_equal(tp_image_read(path_of("cut"), NULL, NULL), TP_INVALID);
    }
}

static void missing_files(void **state) {
    (void)state;
    tp_image image = {0};
    tp_error error;
    expect_refusal("absent.png", strerror(ENOENT));
    expect_refusal(".", "directory");
    expect_refusal_by(tp_png_read(path_of("absent.png"), &image, &error), &image, &error,
                      strerror(ENOENT));
    expect_refusal_by(tp_pnm_read(path_of("absent"), &image, &error), &image, &error,
                      strerror(ENOENT));
    expect_refusal_by(tp_idx_read(path_of("absent"), 0, &image, &error), &image, &error,
                      strerror(ENOENT));
    expect_refusal_by(tp_png_read(folder, &image, &error), &image, &error, strerror(EISDIR));
    expect_refusal_by(tp_pnm_read(folder, &image, &error), &image, &error, strerror(EISDIR));
    expect_refusal_by(tp_idx_read(folder, 0, &image, &error), &image, &error, "directory");
    assert_int_equal(mkfifo(path_of("a.idx"), 0600), 0);
    expect_refusal("a.idx", "pipe");
    expect_refusal_by(tp_idx_read(path_of("a.idx"), 0, &image, &error), &image, &error, "pipe");
    assert_int_equal(remove(path_of("a.idx")), 0);
    write_file("cut", "P1 1 1 0\n", 9);
    assert_int_equal(chmod(path_of("cut"), 0), 0);
    if (geteuid() != 0) /* root may read it all the same */
        expect_refusal("cut", strerror(EACCES));
    assert_int_equal(chmod(path_of("cut"), 0600), 0);
}

/* --- IDX --------------------------------------------------------------------------------- */

#define IDX_HEADER "\0\0\x08\x03\0\0\0\x03\0\0\0\x02\0\0\0\x02"
#define IDX_PIXELS "\0\xff\x33\x66\xff\0\0\0\x01\x02\x03\xcc"

static const unsigned char idx_bytes[] = IDX_HEADER IDX_PIXELS;
enum { IDX_COUNT = sizeof idx_bytes - 1 };

static const double idx_expected[3][4] = {
    {0, 1, 0.2, 0.4}, {1, 0, 0, 0}, {1 / 255.0, 2 / 255.0, 3 / 255.0, 0.8}};

static tp_status read_idx(const char *name, size_t index, tp_image *image, tp_error *error) {
    memset(error, 0, sizeof *error);
    return tp_idx_read(path_of(name), index, image, error);
}

static void expect_idx_refusal(const char *name, size_t index, const char *fragment) {
    tp_image image = {0};
    tp_error error;
    const tp_status status = read_idx(name, index, &image, &error);
    expect_refusal_by(status, &image, &error, fragment);
}

static void write_gzip(const char *name, const void *bytes, unsigned count) {
    gzFile file = gzopen(path_of(name), "wb9");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, count), (int)count);
    assert_int_equal(gzclose(file), Z_OK);
}

static void idx_by_index(void **state) {
    (void)state;
    write_file("a.idx", idx_bytes, IDX_COUNT);
    write_gzip("a.idx.gz", idx_bytes, IDX_COUNT);
    const char *names[] = {"a.idx", "a.idx.gz"};
    for (size_t n = 0; n < 2; n++) {
        for (size_t index = 0; index < 3; index++) {
            tp_image image;
            assert_int_equal(tp_idx_read(path_of(names[n]), index, &image, NULL), TP_OK);
            expect_pixels(&image, 2, 2, idx_expected[index]);
            tp_image_free(&image);
        }
        expect_idx_refusal(names[n], 3, "there is no image 3; expected 0 to 2");
        expect_idx_refusal(names[n], (size_t)-1, "expected 0 to 2");
    }
}

static void cut_idx(void **state) {
    (void)state;
    for (size_t length = 0; length < IDX_COUNT; length++) {
        write_file("cut", idx_bytes, length);
        const size_t whole = length < 16 ? 0 : (length - 16) / 4;
        char fragment[80];
        snprintf(fragment, sizeof fragment, "it holds %zu whole images of the 3", whole);
        for (size_t index = 0; index < 3; index++) {
            if (index >= whole) {
                expect_idx_refusal("cut", index, length < 16 ? "begins with a header" : fragment);
                continue;
            }
            tp_image image;
            assert_int_equal(tp_idx_read(path_of("cut"), index, &image, NULL), TP_OK);
            expect_pixels(&image, 2, 2, idx_expected[index]);
            tp_image_free(&image);
        }
    }
}

/* A packed file of noise, so large that a cut loses images. */
static void damaged_gzip(void **state) {
    (void)state;
    enum { SIDE = 40, IMAGES = 3, SIZE = SIDE * SIDE };
    static unsigned char bytes[16 + IMAGES * SIZE], packed[2 * sizeof bytes];
    memcpy(bytes, IDX_HEADER, 16);
    bytes[11] = bytes[15] = SIDE;
    unsigned noise = 1;
    for (size_t i = 16; i < sizeof bytes; i++) {
        noise = noise * 1103515245u + 12345u;
        bytes[i] = (unsigned char)(noise >> 16);
    }
    write_gzip("a.idx.gz", bytes, sizeof bytes);
    const size_t count = read_file("a.idx.gz", packed, sizeof packed);
    size_t refused = 0;
    for (size_t length = 0; length < count; length += 7) {
        write_file("cut", packed, length);
        tp_image image = {0};
        tp_error error;
        const tp_status status = read_idx("cut", 1, &image, &error);
        if (status == TP_OK)
            for (size_t i = 0; i < SIZE; i++)
                assert_true(image.brightness[i] == bytes[16 + SIZE + i] / 255.0);
        else
            expect_refusal_by(status, &image, &error, "");
        refused += status != TP_OK;
        tp_image_free(&image);
    }
    assert_in_range(refused, count / 21, count / 7 - 1);
    for (size_t bit = 0; bit < 8 * count; bit += bit < 512 ? 1 : 61) {
        packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
        write_file("cut", packed, count);
        tp_image image = {0};
        tp_error error;
        const tp_status status = read_idx("cut", 2, &image, &error);
        if (status != TP_OK)
            expect_refusal_by(status, &image, &error, "");
        tp_image_free(&image);
        packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    memset(packed + 20, 0xff, 40);
    write_file("cut", packed, count);
    expect_idx_refusal("cut", 2, "gzip file is damaged");
}

static void wrong_idx(void **state) {
    (void)state;
    static const struct {
        text_file file;
        const char *message;
    } cases[] = {
        {TEXT(""), "empty"},
        {TEXT("\0\0\x08\x01\0\0\0\x03\1\2\3"), "labels"},
        {TEXT("\0\0\x0d\x03\0\0\0\x03\0\0\0\x02\0\0\0\x02"), "single-precision numbers"},
        {TEXT("\0\0\x08\x04\0\0\0\x03\0\0\0\x02\0\0\0\x02"), "4 axes"},
        {TEXT("\x03\x08\0\0\0\0\0\x03\0\0\0\x02\0\0\0\x02"), "begins with 03 08 00 00"},
        {TEXT("\0\0\x07\x03\0\0\0\x03\0\0\0\x02\0\0\0\x02"), "not an IDX file"},
        {TEXT("\x89PNG\r\n\x1a\n"), "not an IDX file: it begins with 89 50 4e 47"},
        {TEXT("\0\0\x08\x03\0\0\0\0\0\0\0\x02\0\0\0\x02"), "no images"},
        {TEXT("\0\0\x08\x03\0\0\0\x01\xff\xff\xff\xff\0\0\0\x02"), "4294967295 rows"},
        {TEXT("\0\0\x08\x03\0\0\0\x01\0\0\0\x02\0\0\0\0"), "0 columns"},
        {TEXT("\0\0\x08\x03\xff\xff\xff\xff\0\0\x20\0\0\0\x20\0\1"), "0 whole images"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_file("a.idx", cases[i].file.bytes, cases[i].file.count);
        expect_idx_refusal("a.idx", 0, cases[i].message);
    }
    expect_idx_refusal("a.idx", 4294967294u, "0 whole images of the 4294967295");
    expect_idx_refusal("a.idx", 4294967295u, "expected 0 to 4294967294");
}

static void mnist(void **state) {
    (void)state;
    const char *data = getenv("TRIPARTITE_DATA");
    char path[512];
    snprintf(path, sizeof path, "%s/mnist/t10k-images-idx3-ubyte.gz", data ? data : "");
    if (!data || access(path, R_OK) != 0) {
        print_message("MNIST is not here: set TRIPARTITE_DATA to the folder that holds "
                      "mnist/t10k-images-idx3-ubyte.gz\n");
        skip();
    }
    /* The sums of the bytes of the first and the last image. */
    const size_t indices[] = {0, 9999};
    const double sums[] = {18454, 41833};
    tp_image image = {0};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(tp_idx_read(path, indices[i], &image, NULL), TP_OK);
        assert_int_equal(image.rows, 28);
        assert_int_equal(image.columns, 28);
        assert_close(255 * 784 * mean_of(&image), sums[i], 1e-12, 0);
        tp_image_free(&image);
    }
    tp_error error;
    assert_int_equal(tp_idx_read(path, 10000, &image, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "expected 0 to 9999"));
}

/* --- digits ------------------------------------------------------------------------------ */

static bool row_is_black(const tp_image *image, size_t row) {
    for (size_t column = 0; column < image->columns; column++)
        if (image->brightness[row * image->columns + column] != 0)
            return false;
    return true;
}

static void digits_fill_the_field(void **state) {
    (void)state;
    tp_image digits[10];
    for (int d = 0; d < 10; d++) {
        assert_int_equal(tp_image_digit(d, &digits[d], NULL), TP_OK);
        const tp_image *digit = &digits[d];
        assert_int_equal(digit->rows, 40);
        assert_int_equal(digit->columns, 40);
        for (size_t i = 0; i < 1600; i++)
            assert_true(digit->brightness[i] == 0 || digit->brightness[i] == 1);
        const double share = mean_of(digit);
        assert_true(share > 0.1 && share < 0.5);
        assert_false(row_is_black(digit, 0) && row_is_black(digit, 1) && row_is_black(digit, 2));
        assert_false(row_is_black(digit, 39) && row_is_black(digit, 38) && row_is_black(digit, 37));
        for (int other = 0; other < d; other++)
            assert_memory_not_equal(digit->brightness, digits[other].brightness,
                                    1600 * sizeof(double));
    }
    for (size_t i = 0; i < 1600; i++) /* a 9 is a 6 upside down */
        assert_true(digits[6].brightness[i] == digits[9].brightness[1599 - i]);
    for (int d = 0; d < 10; d++)
        tp_image_free(&digits[d]);
    tp_image none = {0};
    tp_error error;
    assert_int_equal(tp_image_digit(10, &none, &error), TP_INVALID);
    assert_int_equal(tp_image_digit(-1, &none, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "digit -1; expected 0 to 9"));
    assert_null(none.brightness);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(area_keeps_mean_and_range),
        cmocka_unit_test(area_keeps_a_constant),
        cmocka_unit_test(known_rescalings),
        cmocka_unit_test(sizes_have_limits),
        cmocka_unit_test(png_of_each_kind),
        cmocka_unit_test_teardown(damaged_png, restore_stderr),
        cmocka_unit_test_teardown(hostile_png, restore_stderr),
        cmocka_unit_test(pnm_of_each_kind),
        cmocka_unit_test(cut_pnm),
        cmocka_unit_test(flipped_pnm),
        cmocka_unit_test(wrong_pnm),
        cmocka_unit_test(other_kinds),
        cmocka_unit_test(missing_files),
        cmocka_unit_test(idx_by_index),
        cmocka_unit_test(cut_idx),
        cmocka_unit_test(damaged_gzip),
        cmocka_unit_test(wrong_idx),
        cmocka_unit_test(mnist),
        cmocka_unit_test(digits_fill_the_field),
    };
    return cmocka_run_group_tests_name("images", tests, make_folder, remove_folder);
}
