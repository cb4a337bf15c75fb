/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PNG files of each kind, cut, damaged and hostile. */
#include <png.h>
#include <zlib.h>

#include "stimuli/image_file.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(png_of_each_kind),
        cmocka_unit_test_teardown(damaged_png, restore_stderr),
        cmocka_unit_test_teardown(hostile_png, restore_stderr),
    };
    return cmocka_run_group_tests_name("PNG", tests, make_folder, remove_folder);
}
