/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX files, plain and gzip, cut, damaged and wrong. */
#include <zlib.h>

#include "stimuli/image_file.h"

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
    remove(path_of(name));
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idx_by_index), cmocka_unit_test(cut_idx), cmocka_unit_test(damaged_gzip),
        cmocka_unit_test(wrong_idx),    cmocka_unit_test(mnist),
    };
    return cmocka_run_group_tests_name("IDX", tests, make_folder, remove_folder);
}
