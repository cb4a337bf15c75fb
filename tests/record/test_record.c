/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records, written and read back. `test_record --write FILE` writes one for read_layout.py. */
#include "sample.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <time.h>

/* ---- round trips ---- */

static void expect_array(const tp_record *record, const char *path, size_t count,
                         const double *expected) {
    tp_array array;
    tp_error error = {0};
    if (tp_record_array(record, path, &array, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    size_t found = 1;
    for (size_t axis = 0; axis < array.rank; axis++)
        found *= array.dims[axis];
    assert_int_equal(found, count);
    for (size_t i = 0; i < count; i++)
        assert_close(array.values[i], expected[i], 0, 0);
    tp_array_free(&array);
    assert_null(array.values);
}

static void arrays_come_back(void **state) {
    (void)state;
    tp_record *record = open_sample();
    expect_array(record, "/patterns/label", 3, (double[]){INT32_MIN, 0, INT32_MAX});
    expect_array(record, "patterns/level", 3, (double[]){0.5, -1.25, 3e38f});
    expect_array(record, "/patterns//image/", 6, (double[]){0, 255, 1, 2, 3, 4});
    expect_array(record, "/patterns/lone", 1, (double[]){3.14159});
    expect_array(record, "/patterns/none", 0, NULL);
    expect_array(record, "/patterns/never_fed", 0, NULL);
    expect_array(record, "/patterns/hollow_rows", 0, NULL);
    double time[FRAMES], v[FRAMES * ROWS * COLUMNS];
    for (size_t frame = 0; frame < FRAMES; frame++) {
        time[frame] = 0.5 * (double)frame;
        for (size_t cell = 0; cell < ROWS * COLUMNS; cell++)
            v[frame * ROWS * COLUMNS + cell] = frame_value(frame, cell);
    }
    expect_array(record, "/training/neurons/time", FRAMES, time);
    expect_array(record, "/training/neurons/v", FRAMES * ROWS * COLUMNS, v);
    static double ids[NOISE];
    for (uint64_t i = 0; i < NOISE; i++)
        ids[i] = (double)(i * UINT64_C(0x9E3779B97F4A7C15));
    expect_array(record, "/training/spikes/neurons/node_ids", NOISE, ids);
    tp_record_close(&record);
    assert_null(record);
    tp_record_close(&record);
}

static void slices_come_back(void **state) {
    (void)state;
    tp_record *record = open_sample();
    tp_array array;
    tp_error error;
    for (size_t frame = 0; frame < FRAMES; frame++) {
        size_t start[] = {frame, 1, 2}, count[] = {1, 2, 2};
        assert_int_equal(
            tp_record_slice(record, "/training/neurons/v", start, count, &array, &error), TP_OK);
        assert_int_equal(array.rank, 3);
        assert_int_equal(array.dims[1], 2);
        assert_close(array.values[0], frame_value(frame, 6), 0, 0);
        assert_close(array.values[3], frame_value(frame, 11), 0, 0);
        tp_array_free(&array);
    }
    size_t start[] = {FRAMES, 0, 0}, count[] = {0, ROWS, COLUMNS};
    assert_int_equal(tp_record_slice(record, "/training/neurons/v", start, count, &array, &error),
                     TP_OK);
    tp_array_free(&array);
    count[0] = 1;
    assert_int_equal(tp_record_slice(record, "/training/neurons/v", start, count, &array, &error),
                     TP_INVALID);
    assert_non_null(strstr(error.message, "11 long along axis 0"));
    start[0] = 1;
    count[0] = SIZE_MAX;
    assert_int_equal(tp_record_slice(record, "/training/neurons/v", start, count, &array, &error),
                     TP_INVALID);
    tp_record_close(&record);
}

static void expect_text(const tp_record *record, const char *name, const char *expected) {
    char *text;
    tp_error error = {0};
    if (tp_record_text(record, "/", name, &text, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    assert_string_equal(text, expected);
    free(text);
}

static void attributes_come_back(void **state) {
    (void)state;
    tp_record *record = open_sample();
    expect_text(record, "title", "Zwei Muster für 5 µM");
    expect_text(record, "empty", "");
    expect_text(record, "status", "complete");
    char *text;
    double number;
    tp_error error;
    assert_int_equal(tp_record_text(record, "/", "scenario", &text, &error), TP_OK);
    assert_int_equal(strlen(text), LONG_TEXT);
    free(text);
    assert_int_equal(tp_record_text(record, "training/neurons/v", "units", &text, &error), TP_OK);
    assert_string_equal(text, "mV");
    free(text);
    const char *neurons = "/training/spikes/neurons";
    assert_int_equal(tp_record_number(record, "/", "seed", &number, &error), TP_OK);
    assert_close(number, 0x1p64, 0, 0);
    assert_int_equal(tp_record_number(record, neurons, "sorting", &number, &error), TP_OK);
    assert_close(number, 2, 0, 0);
    assert_int_equal(tp_record_number(record, neurons, "tick", &number, &error), TP_OK);
    assert_close(number, 0.1, 0, 0);
    assert_int_equal(tp_record_number(record, "/", "title", &number, &error), TP_INVALID);
    assert_int_equal(tp_record_text(record, "/", "seed", &text, &error), TP_INVALID);
    assert_int_equal(tp_record_text(record, "/", "none", &text, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "no attribute 'none'"));
    assert_string_equal(error.where, in_folder("sample.h5"));
    tp_record_close(&record);
}

static void strings_and_paths(void **state) {
    (void)state;
    tp_record *record = open_sample();
    const char *expected[] = {"zero", "größer", ""};
    char *text;
    tp_error error;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(tp_record_string(record, "/patterns/sample", i, &text, &error), TP_OK);
        assert_string_equal(text, expected[i]);
        free(text);
    }
    assert_int_equal(tp_record_string(record, "/patterns/sample", 3, &text, &error), TP_INVALID);
    assert_int_equal(tp_record_string(record, "/patterns/label", 0, &text, &error), TP_INVALID);
    assert_int_equal(tp_record_string(record, "/patterns", 0, &text, &error), TP_INVALID);
    tp_array array;
    const char *refused[] = {"/patterns/sample", "/patterns", "/", "/patterns/pixel", "/no/such"};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(tp_record_array(record, refused[i], &array, &error), TP_INVALID);
        assert_null(array.values);
        assert_non_null(strstr(error.message, refused[i]));
    }
    assert_int_equal(tp_record_has(record, "/"), 1);
    assert_int_equal(tp_record_has(record, "recall/0"), 1);
    assert_int_equal(tp_record_has(record, "/patterns/label"), 1);
    assert_int_equal(tp_record_has(record, "/recall/1"), 0);
    assert_int_equal(tp_record_has(record, "/recall/1/neurons/time"), 0);
    assert_int_equal(tp_record_has(record, "/patterns/label/deeper"), 0);
    tp_record_close(&record);
}

/* ---- layout ---- */

static void expect_attached(hid_t file, const char *array, const char *scale, unsigned axis) {
    hid_t one = H5Dopen2(file, array, H5P_DEFAULT), other = H5Dopen2(file, scale, H5P_DEFAULT);
    assert_true(one >= 0 && other >= 0);
    assert_int_equal(H5DSis_scale(other), 1);
    assert_int_equal(H5DSis_attached(one, other, axis), 1);
    H5Dclose(one);
    H5Dclose(other);
}

static void scales_are_attached(void **state) {
    (void)state;
    tp_record *record = open_sample();
    tp_record_close(&record);
    hid_t file = H5Fopen(in_folder("sample.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    expect_attached(file, "/training/neurons/v", "/training/neurons/time", 0);
    expect_attached(file, "/training/neurons/v", "/training/neurons/row", 1);
    expect_attached(file, "/training/neurons/v", "/training/neurons/column", 2);
    expect_attached(file, "/patterns/label", "/patterns/sample", 0);
    expect_attached(file, "/patterns/image", "/patterns/sample", 0);
    expect_attached(file, "/patterns/image", "/patterns/pixel", 1);
    expect_attached(file, "/patterns/never_fed", "/patterns/never", 0);
    H5Fclose(file);
}

static void expect_chunk(const char *path, size_t rank, const hsize_t *expected) {
    hsize_t chunk[TP_MAX_RANK];
    hid_t file = H5Fopen(in_folder("chunks.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT), list = H5Dget_create_plist(dataset);
    assert_int_equal(H5Pget_layout(list), rank ? H5D_CHUNKED : H5D_CONTIGUOUS);
    if (rank)
        assert_int_equal(H5Pget_chunk(list, TP_MAX_RANK, chunk), rank);
    for (size_t axis = 0; axis < rank; axis++)
        assert_int_equal(chunk[axis], expected[axis]);
    H5Pclose(list);
    H5Dclose(dataset);
    H5Fclose(file);
}

static void chunks_are_flat(void **state) {
    (void)state;
    tp_writer *writer;
    tp_writer_stream *stream;
    tp_layout wide = {TP_FLOAT64, 3, {7, 300, 1000}, {"t", "y", "x"}, "1", "wide"};
    tp_layout low = {TP_FLOAT32, 2, {30, 100}, {"T", "X"}, "1", "low"};
    tp_layout tall = {TP_FLOAT32, 2, {0, 1024}, {"s", "u"}, "1", "tall"};
    tp_layout small = {TP_FLOAT64, 1, {511}, {"small"}, "1", "small"};
    double *values = calloc(7 * 300 * 1000, sizeof *values);
    assert_int_equal(tp_writer_create(in_folder("chunks.h5"), &writer, NULL), TP_OK);
    assert_int_equal(tp_writer_array(writer, "/wide", &wide, values, NULL), TP_OK);
    assert_int_equal(tp_writer_array(writer, "/small", &small, values, NULL), TP_OK);
    assert_int_equal(tp_writer_stream_open(writer, "/low", &low, &stream, NULL), TP_OK);
    assert_int_equal(tp_writer_stream_open(writer, "/tall", &tall, &stream, NULL), TP_OK);
    assert_int_equal(tp_writer_append_doubles(stream, values, 1000, NULL), TP_OK);
    assert_int_equal(tp_writer_finish(&writer, NULL), TP_OK);
    assert_null(writer);
    free(values);
    expect_chunk("/wide", 3, (hsize_t[]){1, 32, 1000});
    expect_chunk("/low", 2, (hsize_t[]){30, 100});
    expect_chunk("/tall", 2, (hsize_t[]){64, 1024});
    expect_chunk("/small", 0, NULL);
    unlink(in_folder("chunks.h5"));
}

static void unequal_axes_are_refused(void **state) {
    (void)state;
    tp_writer *writer;
    tp_writer_stream *stream;
    tp_error error;
    double values[4] = {0};
    tp_layout three = {TP_FLOAT64, 1, {3}, {"time"}, "1", "three"};
    tp_layout four = {TP_FLOAT64, 1, {4}, {"time"}, "1", "four"};
    const char *path = in_folder("axes.h5");
    assert_int_equal(tp_writer_create(path, &writer, NULL), TP_OK);
    assert_int_equal(tp_writer_array(writer, "/a/three", &three, values, &error), TP_OK);
    assert_int_equal(tp_writer_array(writer, "/b/four", &four, values, &error), TP_OK);
    assert_int_equal(tp_writer_array(writer, "/a/four", &four, values, &error), TP_FAILED);
    assert_string_equal(
        error.message,
        "axis '/a/time' is 4 long in array '/a/four', but 3 long in array '/a/three'");
    assert_int_equal(tp_writer_array(writer, "/a/three", &three, values, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "written twice"));
    assert_int_equal(tp_writer_array(writer, "/a/three/x", &three, values, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "'/a/three' is an array"));
    assert_int_equal(tp_writer_text(writer, "/c", "x", "y", &error), TP_FAILED);
    assert_int_equal(tp_writer_stream_open(writer, "/a/late", &four, &stream, &error), TP_OK);
    assert_int_equal(tp_writer_append(stream, values, 4, &error), TP_OK);
    assert_int_equal(tp_writer_finish(&writer, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "'/a/late'"));

    tp_layout taken = {TP_FLOAT64, 1, {4}, {"other"}, "1", "not a scale"};
    assert_int_equal(tp_writer_create(path, &writer, NULL), TP_OK);
    assert_int_equal(tp_writer_array(writer, "/time", &taken, values, &error), TP_OK);
    assert_int_equal(tp_writer_array(writer, "/three", &three, values, &error), TP_OK);
    assert_int_equal(tp_writer_finish(&writer, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "'/time'"));

    tp_layout bytes = {TP_UINT8, 1, {0}, {"t"}, "1", "bytes"};
    assert_int_equal(tp_writer_create(path, &writer, NULL), TP_OK);
    assert_int_equal(tp_writer_stream_open(writer, "/bytes", &bytes, &stream, &error), TP_OK);
    assert_int_equal(tp_writer_append_doubles(stream, (double[]){255}, 1, &error), TP_OK);
    assert_int_equal(tp_writer_append_doubles(stream, (double[]){256}, 1, &error), TP_FAILED);
    assert_int_equal(tp_writer_append_doubles(stream, (double[]){NAN}, 1, &error), TP_FAILED);
    bytes.units = NULL;
    assert_int_equal(tp_writer_stream_open(writer, "/x", &bytes, &stream, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "no units"));
    tp_writer_discard(&writer);
    assert_null(writer);
    tp_writer_discard(&writer);
}

static void equal_calls_give_equal_bytes(void **state) {
    (void)state;
    size_t size, again;
    assert_int_equal(write_sample(in_folder("one.h5"), NULL), TP_OK);
    nanosleep(&(struct timespec){1, 100000000}, NULL);
    assert_int_equal(write_sample(in_folder("two.h5"), NULL), TP_OK);
    char *one = slurp(in_folder("one.h5"), &size), *two = slurp(in_folder("two.h5"), &again);
    assert_int_equal(size, again);
    assert_memory_equal(one, two, size);
    free(one);
    free(two);
    unlink(in_folder("one.h5"));
    unlink(in_folder("two.h5"));
}

int main(int count, char **words) {
    if (count == 3 && strcmp(words[1], "--write") == 0) {
        tp_error error = {0};
        if (write_sample(words[2], &error) == TP_OK)
            return 0;
        fprintf(stderr, "%s: %s\n", error.where, error.message);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_come_back),         cmocka_unit_test(slices_come_back),
        cmocka_unit_test(attributes_come_back),     cmocka_unit_test(strings_and_paths),
        cmocka_unit_test(scales_are_attached),      cmocka_unit_test(chunks_are_flat),
        cmocka_unit_test(unequal_axes_are_refused), cmocka_unit_test(equal_calls_give_equal_bytes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
