/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that are packed beside the run are, unpacked by HDF5, what it packs itself, and lie where
 * they would lie without any threads. */
#include "../folder.h"
#include "sample.h"

#include <hdf5.h>

#include "record/pack.h"
#include "record/part.h"
#include "record/writer_private.h"

enum { ROWS_WRITTEN = 70, DEFLATE_LEVEL = 1 };

/* What it holds: nothing to pack, or always the same but for one row in the midst of a chunk. */
typedef enum content { PATTERN, RANDOM, AT_REST } content;

typedef struct shape {
    const char *path;
    tp_layout layout;
    content content;
} shape;

/* Whole rows in a chunk, rows of several chunks with an edge, one value, one byte each, chunks like
 * the one before. */
static const shape shapes[] = {
    {"a/small", {TP_FLOAT64, 3, {16, 7, 9}, {"t", "y", "x"}, "1", "small"}, PATTERN},
    {"a/wide", {TP_FLOAT64, 3, {0, 131, 1003}, {"t", "y2", "x2"}, "1", "wide"}, PATTERN},
    {"b/noise", {TP_FLOAT32, 2, {0, 10007}, {"t2", "x"}, "1", "noise"}, RANDOM},
    {"b/single", {TP_FLOAT32, 3, {0, 40, 40}, {"t2", "y", "x3"}, "1", "single"}, PATTERN},
    {"b/flags", {TP_UINT8, 2, {0, 169}, {"t2", "j"}, "1", "flags"}, PATTERN},
    {"b/long", {TP_FLOAT64, 1, {0}, {"n"}, "1", "numbers"}, PATTERN},
    {"b/one", {TP_UINT8, 1, {1}, {"m"}, "1", "a byte each"}, RANDOM},
    {"b/rest", {TP_FLOAT32, 2, {16, 100}, {"t4", "w"}, "1", "rest"}, AT_REST},
    {"b/bytes", {TP_BYTES, 2, {16, 100}, {"t3", "z"}, "1", "not packed"}, RANDOM},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static size_t row_values(const tp_layout *layout) {
    size_t count = 1;
    for (size_t axis = 1; axis < layout->rank; axis++)
        count *= layout->dims[axis];
    return count;
}

static double value(const shape *s, size_t row, size_t i) {
    const uint32_t mixed = (uint32_t)(row * 1000003u + i) * 2654435761u;
    if (s->layout.type == TP_UINT8 || s->layout.type == TP_BYTES)
        return mixed >> 24;
    if (s->content == AT_REST)
        return (double)i + (row == 40 ? 0.5 : 0);
    return s->content == RANDOM ? (double)mixed / 3
                                : (double)(i % 100) - 65 + (row % 7 == 0 ? 0.1 : 0);
}

/* All rows of all arrays, in turn; an attribute between two of them. */
static void write_rows(tp_writer *writer) {
    tp_writer_stream *streams[SHAPES];
    tp_error error;
    double *row = malloc(131 * 1003 * sizeof *row);
    assert_non_null(row);
    for (size_t k = 0; k < SHAPES; k++)
        assert_int_equal(
            tp_writer_stream_open(writer, shapes[k].path, &shapes[k].layout, &streams[k], &error),
            TP_OK);
    for (size_t r = 0; r < ROWS_WRITTEN; r++) {
        for (size_t k = 0; k < SHAPES; k++) {
            for (size_t i = 0; i < row_values(&shapes[k].layout); i++)
                row[i] = value(&shapes[k], r, i);
            assert_int_equal(tp_writer_append_doubles(streams[k], row, 1, &error), TP_OK);
        }
        if (r == 21)
            assert_int_equal(tp_writer_number(writer, "/", "between", 21, &error), TP_OK);
    }
    free(row);
}

static char *written_by(int threads, const char *name, size_t *size) {
    tp_writer *writer;
    tp_error error;
    tp_packs_threads(threads);
    assert_int_equal(tp_writer_create(in_folder(name), &writer, &error), TP_OK);
    write_rows(writer);
    assert_int_equal(tp_writer_finish(&writer, &error), TP_OK);
    tp_packs_threads(-1);
    return slurp(in_folder(name), size);
}

static void any_number_of_threads_gives_the_same_file(void **state) {
    (void)state;
    size_t expected_size, size;
    char *expected = written_by(0, "none.h5", &expected_size);
    for (int threads = 1; threads <= 4; threads++)
        for (int times = 0; times < 3; times++) {
            char *found = written_by(threads, "some.h5", &size);
            assert_int_equal(size, expected_size);
            assert_memory_equal(found, expected, size);
            free(found);
        }
    free(expected);
}

/* The same array by HDF5's own filters. */
static hid_t by_hdf5(hid_t file, const shape *s, const hsize_t *chunk) {
    hsize_t dims[TP_MAX_RANK], most[TP_MAX_RANK];
    const size_t rank = s->layout.rank, values = row_values(&s->layout);
    for (size_t axis = 0; axis < rank; axis++)
        dims[axis] = most[axis] = axis == 0 ? ROWS_WRITTEN : s->layout.dims[axis];
    most[0] = H5S_UNLIMITED;
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t type = tp_type_in_file(s->layout.type);
    H5Pset_chunk(list, (int)rank, chunk);
    if (H5Tget_size(type) > 1)
        H5Pset_shuffle(list);
    H5Pset_deflate(list, DEFLATE_LEVEL);
    hid_t space = H5Screate_simple((int)rank, dims, most);
    hid_t made = H5Dcreate2(file, "made", type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    double *all = malloc(ROWS_WRITTEN * values * sizeof *all);
    assert_non_null(all);
    for (size_t r = 0; r < ROWS_WRITTEN; r++)
        for (size_t i = 0; i < values; i++)
            all[r * values + i] = value(s, r, i);
    assert_true(H5Dwrite(made, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, all) >= 0);
    assert_true(H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0);
    free(all);
    H5Sclose(space);
    H5Pclose(list);
    return made;
}

/* The chunks lie alike, take about the same room, and HDF5 reads the same values from them. */
static void compare_chunks(hid_t found, hid_t expected) {
    hsize_t count = 0, expected_count = 0, total = 0, expected_total = 0;
    hid_t space = H5Dget_space(found), other_space = H5Dget_space(expected);
    assert_true(H5Dget_num_chunks(found, space, &count) >= 0);
    assert_true(H5Dget_num_chunks(expected, other_space, &expected_count) >= 0);
    assert_true(count > 0 && count == expected_count);
    for (hsize_t k = 0; k < count; k++) {
        hsize_t offset[TP_MAX_RANK], size, other_size = 0;
        haddr_t where;
        unsigned filters;
        H5Dget_chunk_info(found, space, k, offset, &filters, &where, &size);
        assert_true(H5Dget_chunk_info_by_coord(expected, offset, &filters, &where, &other_size) >=
                    0);
        assert_true(other_size > 0);
        total += size;
        expected_total += other_size;
    }
    assert_true(total < expected_total * 6 / 5);
    const size_t values = (size_t)H5Sget_simple_extent_npoints(space);
    assert_int_equal(values, H5Sget_simple_extent_npoints(other_space));
    double *read = calloc(2 * values, sizeof *read);
    assert_non_null(read);
    assert_true(H5Dread(found, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0);
    assert_true(
        H5Dread(expected, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, read + values) >= 0);
    assert_memory_equal(read, read + values, values * sizeof *read);
    free(read);
    H5Sclose(space);
    H5Sclose(other_space);
}

static void chunks_are_those_of_hdf5(void **state) {
    (void)state;
    size_t size;
    free(written_by(2, "packed.h5", &size));
    hid_t file = H5Fopen(in_folder("packed.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(file >= 0);
    for (size_t k = 0; k < SHAPES && shapes[k].layout.type != TP_BYTES; k++) {
        hsize_t chunk[TP_MAX_RANK];
        hid_t found = H5Dopen2(file, shapes[k].path, H5P_DEFAULT);
        hid_t list = H5Dget_create_plist(found);
        H5Pget_chunk(list, TP_MAX_RANK, chunk);
        H5Pclose(list);
        hid_t own = H5Fcreate(in_folder("own.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        hid_t expected = by_hdf5(own, &shapes[k], chunk);
        compare_chunks(found, expected);
        H5Dclose(expected);
        H5Fclose(own);
        H5Dclose(found);
    }
    H5Fclose(file);
}

/* Arrays that are written whole: the same bytes as numbers of 4 and of 1, which are packed
 * otherwise, more of them, several chunks one after another and side by side, each with an edge. */
static const tp_layout whole[] = {
    {TP_FLOAT32, 2, {64, 100}, {"t", "i"}, "1", "rows alike"},
    {TP_UINT8, 2, {64, 400}, {"t", "j"}, "1", "the same bytes"},
    {TP_FLOAT32, 2, {128, 100}, {"s", "i"}, "1", "twice as many"},
    {TP_FLOAT32, 2, {2000, 100}, {"u", "i"}, "1", "chunks one after another"},
    {TP_FLOAT64, 3, {3, 131, 1003}, {"v", "y", "x"}, "1", "chunks side by side"},
};
enum { WHOLE = sizeof whole / sizeof *whole, WHOLE_BYTES = 3 * 131 * 1003 * 8 };

static void whole_arrays_come_back(void **state) {
    (void)state;
    tp_writer *writer;
    tp_error error;
    char path[40];
    char *values = malloc(WHOLE_BYTES), *read = malloc(WHOLE_BYTES);
    assert_true(values && read);
    for (size_t i = 0; i < WHOLE_BYTES; i++) {
        const float repeated = (float)(i / 4 % 100) / 3;
        values[i] = ((const char *)&repeated)[i % 4];
    }
    assert_int_equal(tp_writer_create(in_folder("whole.h5"), &writer, &error), TP_OK);
    for (size_t k = 0; k < WHOLE; k++) {
        snprintf(path, sizeof path, "/whole_%zu", k);
        assert_int_equal(tp_writer_array(writer, path, &whole[k], values, &error), TP_OK);
    }
    assert_int_equal(tp_writer_finish(&writer, &error), TP_OK);
    hid_t file = H5Fopen(in_folder("whole.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    for (size_t k = 0; k < WHOLE; k++) {
        snprintf(path, sizeof path, "/whole_%zu", k);
        const size_t size = whole[k].dims[0] * row_values(&whole[k]) * tp_type_size(whole[k].type);
        hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
        assert_true(H5Dread(dataset, tp_type_in_memory(whole[k].type), H5S_ALL, H5S_ALL,
                            H5P_DEFAULT, read) >= 0);
        assert_memory_equal(read, values, size);
        assert_true(H5Dget_storage_size(dataset) < size / 4);
        H5Dclose(dataset);
    }
    H5Fclose(file);
    free(values);
    free(read);
}

/* A run that ends by an error: whatever is under way goes, and nothing hangs. */
static void a_writer_can_be_discarded_at_any_time(void **state) {
    (void)state;
    for (int threads = 0; threads <= 4; threads++) {
        tp_writer *writer;
        tp_error error;
        tp_packs_threads(threads);
        assert_int_equal(tp_writer_create(in_folder("gone.h5"), &writer, &error), TP_OK);
        write_rows(writer);
        tp_writer_discard(&writer);
        assert_int_not_equal(access(in_folder("gone.h5"), F_OK), 0);
    }
    tp_packs_threads(-1);
}

/* The next step that is noted does not fit into memory any more, nor into a file. */
static void spoil_journal(tp_writer *writer) {
    enum { MOST_IN_MEMORY = 4 << 20 };
    tp_bytes *recent = &writer->journal->recent;
    memset(writer->journal->folder, 'x', strlen(writer->journal->folder));
    assert_non_null(tp_bytes_reserve(recent, MOST_IN_MEMORY - recent->size));
}

/* Rows of a stream, of which some are still held, that is closed while it cannot be noted. */
static void what_cannot_be_noted_is_written_and_closed(void **state) {
    (void)state;
    enum { COUNT = 10 };
    const tp_layout layout = {TP_FLOAT64, 1, {0}, {"n"}, "1", "numbers"};
    for (int threads = 0; threads <= 2; threads++) {
        tp_writer *writer;
        tp_writer_stream *stream, *other;
        tp_error error = {0};
        double rows[COUNT], read[COUNT] = {0};
        tp_packs_threads(threads);
        assert_int_equal(tp_writer_create(in_folder("noted.h5"), &writer, &error), TP_OK);
        assert_int_equal(tp_writer_keep_journal(writer, &error), TP_OK);
        assert_int_equal(tp_writer_stream_open(writer, "a", &layout, &stream, &error), TP_OK);
        assert_int_equal(tp_writer_stream_open(writer, "b", &layout, &other, &error), TP_OK);
        for (int i = 0; i < COUNT; i++)
            rows[i] = i;
        assert_int_equal(tp_writer_append_doubles(stream, rows, COUNT, &error), TP_OK);
        assert_int_equal(tp_writer_append_doubles(other, rows, COUNT, &error), TP_OK);
        spoil_journal(writer);
        tp_status status = tp_writer_stream_close(stream, &error);
        if (status == TP_OK) /* a thread is not done with them yet */
            status = tp_writer_ready(writer, &error);
        assert_int_equal(status, TP_FAILED);
        assert_non_null(strstr(error.message, "a file without a name cannot be made"));
        assert_true(stream->dataset < 0);
        /* All can be written yet. */
        assert_int_equal(tp_writer_stream_close(other, &error), TP_OK);
        assert_int_equal(tp_writer_finish(&writer, &error), TP_OK);
        hid_t file = H5Fopen(in_folder("noted.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
        hid_t dataset = H5Dopen2(file, "a", H5P_DEFAULT);
        assert_true(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0);
        assert_memory_equal(read, rows, sizeof rows);
        H5Dclose(dataset);
        H5Fclose(file);
    }
    tp_packs_threads(-1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same_file),
        cmocka_unit_test(chunks_are_those_of_hdf5),
        cmocka_unit_test(whole_arrays_come_back),
        cmocka_unit_test(a_writer_can_be_discarded_at_any_time),
        cmocka_unit_test(what_cannot_be_noted_is_written_and_closed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
