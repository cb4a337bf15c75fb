/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairs of IDX files, good, cut, hostile and mismatched; and MNIST's own. */
#include <stdlib.h>

#include "folder.h"
#include "stimuli/labelled.h"

#define IMAGES                                                                                     \
    "\0\0\x08\x03\0\0\0\x03\0\0\0\x02\0\0\0\x02"                                                   \
    "abcdefghijkl"
#define LABELS                                                                                     \
    "\0\0\x08\x01\0\0\0\x03"                                                                       \
    "\x07\x02\x09"

static void put(const char *name, const char *bytes, size_t size) {
    spill(in_folder(name), bytes, size);
}

static tp_status read_pair(const char *images, const char *labels, size_t first, size_t count,
                           tp_labelled *set, tp_error *error) {
    return tp_labelled_read(in_folder(images), in_folder(labels), first, count, set, error);
}

static void expect(const char *images, const char *labels, size_t first, size_t count,
                   const char *fragment) {
    tp_labelled set;
    tp_error error = {0};
    assert_int_equal(read_pair(images, labels, first, count, &set, &error), TP_INVALID);
    if (!strstr(error.message, fragment))
        fail_msg("'%s' does not tell '%s'", error.message, fragment);
    assert_null(set.pixels);
    assert_null(set.labels);
}

static void parts_are_taken_by_index(void **unused) {
    (void)unused;
    put("i", IMAGES, sizeof IMAGES - 1);
    put("l", LABELS, sizeof LABELS - 1);
    tp_labelled set;
    assert_int_equal(read_pair("i", "l", 1, 2, &set, NULL), TP_OK);
    assert_int_equal(set.count, 2);
    assert_int_equal(set.rows, 2);
    assert_int_equal(set.columns, 2);
    assert_memory_equal(set.pixels, "efghijkl", 8);
    assert_memory_equal(set.labels, "\x02\x09", 2);
    tp_labelled_free(&set);
    expect("i", "l", 1, 3, "the file holds 3 images; 1 to 3 were to be read");
    expect("i", "l", 5, 1, "5 to 5 were to be read");
}

static void cut_files_are_told(void **unused) {
    (void)unused;
    put("l", LABELS, sizeof LABELS - 1);
    put("i", IMAGES, sizeof IMAGES - 1);
    for (size_t length = 0; length < sizeof IMAGES - 1; length++) {
        put("cut", IMAGES, length);
        expect("cut", "l", 0, 3, length < 16 ? "" : "the file is cut short");
    }
    for (size_t length = 0; length < sizeof LABELS - 1; length++) {
        put("cut", LABELS, length);
        expect("i", "cut", 0, 3,
               length < 8 ? "begins with a header of 8" : "the file is cut short");
    }
    put("cut", IMAGES, sizeof IMAGES - 2);
    expect("cut", "l", 0, 3, "it holds 2 whole images; 3 were to be read");
    tp_labelled set;
    assert_int_equal(read_pair("cut", "l", 0, 2, &set, NULL),
                     TP_OK); /* what is whole can be used */
    tp_labelled_free(&set);
}

static void wrong_and_hostile_files_are_told(void **unused) {
    (void)unused;
    put("i", IMAGES, sizeof IMAGES - 1);
    put("l", LABELS, sizeof LABELS - 1);
    put("two", "\0\0\x08\x01\0\0\0\x02\x07\x02", 10);
    expect("i", "two", 0, 1, "holds 2 labels, but");
    expect("i", "i", 0, 1, "no IDX file of labels");
    expect("l", "l", 0, 1, "found a file of labels");
    put("text", "1, 2, 3\n4, 5, 6\n7, 8, 9\n", 24);
    expect("text", "l", 0, 1, "not an IDX file");
    expect("i", "text", 0, 1, "no IDX file of labels: it begins with 31 2c 20 32");
    /* Four thousand million images of 64 million pixels, in 20 bytes. */
    put("vast",
        "\0\0\x08\x03\xff\xff\xff\xff\0\0\x20\0\0\0\x20\0"
        "abcd",
        20);
    expect("vast", "l", 0, 10000, "more than 2 GiB");
    expect("vast", "l", 0, 1, "it holds 0 whole images");
    put("wide", "\0\0\x08\x03\0\0\0\x01\xff\xff\xff\xff\xff\xff\xff\xff", 16);
    expect("wide", "l", 0, 1, "rows and 4294967295 columns");
    expect("missing", "l", 0, 1, "cannot open the IDX file");
}

static void mnist_is_read(void **unused) {
    (void)unused;
    const char *data = getenv("TRIPARTITE_DATA");
    char images[600], labels[600];
    snprintf(images, sizeof images, "%s/mnist/t10k-images-idx3-ubyte.gz", data ? data : ".");
    snprintf(labels, sizeof labels, "%s/mnist/t10k-labels-idx1-ubyte.gz", data ? data : ".");
    if (access(images, R_OK) != 0) {
        print_message("skipped for want of MNIST in TRIPARTITE_DATA\n");
        skip();
    }
    tp_labelled set;
    assert_int_equal(tp_labelled_read(images, labels, 0, 10000, &set, NULL), TP_OK);
    assert_int_equal(set.rows * set.columns, 784);
    assert_memory_equal(set.labels, "\7\2\1\0\4\1\4\x9\5\x9", 10);
    size_t of_class[10] = {0};
    for (size_t i = 0; i < 10000; i++)
        of_class[set.labels[i]]++;
    assert_int_equal(of_class[1], 1135); /* published: a net that always says 1 is right 0.1135 */
    assert_int_equal(of_class[0], 980);
    tp_labelled_free(&set);
}

static int open_folder(void **unused) {
    (void)unused;
    snprintf(folder, sizeof folder, "%s/tripartite-labelled-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **unused) {
    (void)unused;
    empty_folder(folder, false);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_taken_by_index),
        cmocka_unit_test(cut_files_are_told),
        cmocka_unit_test(wrong_and_hostile_files_are_told),
        cmocka_unit_test(mnist_is_read),
    };
    return cmocka_run_group_tests_name("labelled", tests, open_folder, close_folder);
}
