/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PBM and PGM files, and all that is no image. */
#include "stimuli/image_file.h"

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pnm_of_each_kind), cmocka_unit_test(cut_pnm),
        cmocka_unit_test(flipped_pnm),      cmocka_unit_test(wrong_pnm),
        cmocka_unit_test(other_kinds),      cmocka_unit_test(missing_files),
    };
    return cmocka_run_group_tests_name("PNM and other files", tests, make_folder, remove_folder);
}
