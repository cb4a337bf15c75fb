/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NumPy's files, written here byte by byte: good ones, damaged ones and hostile ones. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "close.h"
#include "folder.h"
#include "stimuli/numpy_file.h"

typedef struct bytes {
    unsigned char at[4000];
    size_t count;
} bytes;

static void add(bytes *b, const void *from, size_t count) {
    assert_true(b->count + count <= sizeof b->at);
    memcpy(b->at + b->count, from, count);
    b->count += count;
}

static void add_number(bytes *b, uint32_t number, int count) {
    for (int i = 0; i < count; i++, number >>= 8)
        add(b, &(unsigned char){(unsigned char)number}, 1);
}

static bytes array_of(const char *dictionary, const void *values, size_t count) {
    bytes b = {.count = 0};
    add(&b, "\x93NUMPY\x01\x00", 8);
    add_number(&b, (uint32_t)strlen(dictionary) + 1, 2);
    add(&b, dictionary, strlen(dictionary));
    add(&b, "\n", 1);
    add(&b, values, count);
    return b;
}

static const char *save(const bytes *b) {
    const char *path = in_folder("file");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(b->at, 1, b->count, file), b->count);
    assert_int_equal(fclose(file), 0);
    return path;
}

enum { LOCAL, METHOD, SIZE, PACKED, CHECKSUM, OFFSET, NOTHING };

/* An archive of one array named a.npy; `wrong` is set to `value` in its directory. */
static bytes archive_of(const bytes *array, int deflated, int wrong, uint32_t value) {
    unsigned char packed[4000];
    z_stream stream = {.next_in = (unsigned char *)array->at,
                       .avail_in = (unsigned)array->count,
                       .next_out = packed,
                       .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    const size_t size = deflated ? stream.total_out : array->count;
    deflateEnd(&stream);
    uint32_t fields[NOTHING] = {[METHOD] = deflated ? 8 : 0,
                                [SIZE] = (uint32_t)array->count,
                                [PACKED] = (uint32_t)size,
                                [CHECKSUM] = (uint32_t)crc32(0, array->at, (unsigned)array->count)};
    if (wrong < NOTHING)
        fields[wrong] = value;
    bytes b = {.count = 0};
    add(&b, "PK\x03\x04", 4);
    for (int i = 0; i < 22; i++)
        add(&b, "", 1); /* sizes of 0, as where they follow the data */
    add_number(&b, 5, 2);
    add_number(&b, 0, 2);
    add(&b, "a.npy", 5);
    add(&b, deflated ? packed : array->at, size);
    const size_t directory = b.count;
    add(&b, "PK\x01\x02\x14\x00\x14\x00\x00\x00", 10);
    add_number(&b, fields[METHOD], 2);
    add_number(&b, 0, 4);
    add_number(&b, fields[CHECKSUM], 4);
    add_number(&b, fields[PACKED], 4);
    add_number(&b, fields[SIZE], 4);
    add_number(&b, 5, 2);
    for (int i = 0; i < 12; i++)
        add(&b, "", 1);
    add_number(&b, fields[OFFSET], 4);
    add(&b, "a.npy", 5);
    const size_t end = b.count;
    add(&b, "PK\x05\x06\0\0\0\0\x01\x00\x01\x00", 12);
    add_number(&b, (uint32_t)(end - directory), 4);
    add_number(&b, (uint32_t)directory, 4);
    add_number(&b, 0, 2);
    return b;
}

static const char good[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }";
static const unsigned char values[] = {0, 1, 255, 3, 4, 5};

static void an_array_is_read_alone_and_archived(void **unused) {
    (void)unused;
    const bytes alone = array_of(good, values, 6);
    for (int way = 0; way < 3; way++) {
        tp_byte_array a;
        tp_error error;
        bytes file = way == 0 ? alone : archive_of(&alone, way == 2, NOTHING, 0);
        if (tp_numpy_read(save(&file), way ? "a" : NULL, &a, &error) != TP_OK)
            fail_msg("%s", error.message);
        assert_int_equal(a.rank, 2);
        assert_true(a.dims[0] == 2 && a.dims[1] == 3);
        assert_memory_equal(a.values, values, 6);
        tp_byte_array_free(&a);
    }
}

static void labels_of_other_sizes_are_read(void **unused) {
    (void)unused;
    const unsigned char little[16] = {7, [8] = 200}, big[4] = {0, 7, 0, 200};
    const char *const heads[] = {"{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }",
                                 "{'descr': '>u2', 'fortran_order': False, 'shape': (2,), }"};
    for (int i = 0; i < 2; i++) {
        const bytes b = array_of(heads[i], i ? big : little, i ? 4 : 16);
        tp_byte_array a;
        assert_int_equal(tp_numpy_read(save(&b), NULL, &a, NULL), TP_OK);
        assert_int_equal(a.rank, 1);
        assert_memory_equal(a.values, ((unsigned char[]){7, 200}), 2);
        tp_byte_array_free(&a);
    }
}

static void refused(const bytes *b, const char *name, const char *why) {
    tp_byte_array a = {0};
    tp_error error = {0};
    assert_int_equal(tp_numpy_read(save(b), name, &a, &error), TP_INVALID);
    if (!strstr(error.message, why))
        fail_msg("'%s' says nothing of '%s'", error.message, why);
    assert_null(a.values);
}

static void what_is_no_array_of_bytes_is_refused(void **unused) {
    (void)unused;
    static const struct {
        const char *dictionary, *why;
    } cases[] = {
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }", "Python objects"},
        {"{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (2, 3), }", "structured"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", "'<f8'"},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", "column by column"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 4), }", "cut short"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "4 GiB"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999999,), }",
         "4 GiB"},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (4294967296,), }", "4 GiB"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (-2, 3), }", "whole numbers"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 6), }", "four axes"},
        {"{'descr': '|u1', 'fortran_order': False, }", "lacks a key"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3", "whole numbers"},
        {"{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}", "NumPy's"},
        {"{'descr': '|u1' + evil(), 'fortran_order': False, 'shape': (2, 3), }", "NumPy's"},
        {"no dictionary", "NumPy's"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const bytes b = array_of(cases[i].dictionary, values, 6);
        refused(&b, NULL, cases[i].why);
    }
}

static void a_file_cut_anywhere_is_refused(void **unused) {
    (void)unused;
    const bytes alone = array_of(good, values, 6);
    for (int way = 0; way < 3; way++) {
        bytes file = way == 0 ? alone : archive_of(&alone, way == 2, NOTHING, 0);
        for (size_t all = file.count; file.count-- > 0 && all > 0;) {
            tp_byte_array a = {0};
            assert_int_equal(tp_numpy_read(save(&file), way ? "a" : NULL, &a, NULL), TP_INVALID);
            assert_null(a.values);
        }
    }
}

/* Whatever byte is wrong: it is refused, or not seen because nothing depends on it. */
static void any_wrong_byte_does_no_harm(void **unused) {
    (void)unused;
    const bytes alone = array_of(good, values, 6);
    for (int way = 0; way < 3; way++) {
        const bytes file = way == 0 ? alone : archive_of(&alone, way == 2, NOTHING, 0);
        for (size_t i = 0; i < file.count; i++)
            for (int change = 1; change < 256; change = change * 4 + 3) {
                bytes wrong = file;
                tp_byte_array a = {0};
                wrong.at[i] ^= (unsigned char)change;
                if (tp_numpy_read(save(&wrong), way ? "a" : NULL, &a, NULL) == TP_OK && way)
                    assert_memory_equal(a.values, values, 6);
                tp_byte_array_free(&a);
            }
    }
}

static void lies_in_the_directory_are_refused(void **unused) {
    (void)unused;
    const bytes alone = array_of(good, values, 6);
    static const struct {
        int wrong;
        uint32_t value;
        const char *why;
    } cases[] = {
        {METHOD, 12, "method 12"},
        {METHOD, 0, "can hold"},
        {SIZE, 4000000000, "can hold"},
        {SIZE, 50, "does not unpack"},
        {SIZE, 500, "does not unpack"},
        {PACKED, 4000000, "larger"},
        {CHECKSUM, 1, "checksum"},
        {OFFSET, 3, "leads to no array"},
        {OFFSET, 4000000000, "longer than it is"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const bytes b = archive_of(&alone, 1, cases[i].wrong, cases[i].value);
        refused(&b, "a", cases[i].why);
    }
}

static void an_archive_without_the_array_says_what_it_holds(void **unused) {
    (void)unused;
    const bytes alone = array_of(good, values, 6), file = archive_of(&alone, 1, NOTHING, 0);
    tp_byte_array a;
    tp_error error;
    assert_int_equal(tp_numpy_read(save(&file), "train_images", &a, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "no 'train_images.npy'"));
    assert_non_null(strstr(error.hint, "a.npy"));
    assert_int_equal(tp_numpy_read(save(&alone), "a", &a, &error), TP_INVALID);
    assert_int_equal(tp_numpy_read("/nowhere/there.npz", "a", &a, &error), TP_INVALID);
    assert_int_equal(tp_numpy_read("/tmp", "a", &a, &error), TP_INVALID);
}

static int make(void **unused) {
    (void)unused;
    snprintf(folder, sizeof folder, "%s/tripartite-numpy-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static int leave(void **unused) {
    (void)unused;
    empty_folder(folder, false);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_is_read_alone_and_archived),
        cmocka_unit_test(labels_of_other_sizes_are_read),
        cmocka_unit_test(what_is_no_array_of_bytes_is_refused),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
        cmocka_unit_test(any_wrong_byte_does_no_harm),
        cmocka_unit_test(lies_in_the_directory_are_refused),
        cmocka_unit_test(an_archive_without_the_array_says_what_it_holds),
    };
    return cmocka_run_group_tests_name("numpy", tests, make, leave);
}
