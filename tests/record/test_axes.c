/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Axes are attached as HDF5's own H5DSattach_scale attaches them: in a copy of a record they are
 * taken away and attached again by it, array by array. */
#include "sample.h"

#include <hdf5.h>
#include <hdf5_hl.h>

/* A scale before its arrays, one behind them, one that grows, one that serves nobody; bare axes;
 * arrays of no axis, of an axis twice, of none that is long; many on one axis. */
typedef struct made {
    const char *path;
    tp_layout layout;
    bool grows;
} made;

static const made table[] = {
    {"/a/x", {TP_INT32, 1, {3}, {"x"}, "1", "a scale"}, false},
    {"/a/alone", {TP_INT32, 1, {2}, {"alone"}, "1", "a scale of nothing"}, false},
    {"/a/matrix", {TP_FLOAT64, 2, {3, 3}, {"x", "x"}, "1", "an axis twice"}, false},
    {"/a/map", {TP_FLOAT32, 3, {0, 2, 3}, {"time", "y", "x"}, "mV", "grows"}, true},
    {"/a/time", {TP_FLOAT64, 1, {0}, {"time"}, "ms", "a scale that grows"}, true},
    {"/a/lone", {TP_FLOAT64, 0, {0}, {NULL}, "1", "no axis"}, false},
    {"/a/none", {TP_FLOAT64, 2, {0, 3}, {"nothing", "x"}, "1", "no values"}, false},
    {"/a/below/x", {TP_FLOAT64, 1, {5}, {"y"}, "1", "named as another's axis"}, false},
    {"/deep", {TP_UINT8, 4, {1, 2, 1, 2}, {"p", "q", "r", "q"}, "1", "four axes"}, false},
    {"/q", {TP_INT32, 1, {2}, {"q"}, "1", "a scale behind its array"}, false},
};
enum { MADE = sizeof table / sizeof *table, MANY = 40 };

static const char *many_path(size_t i) {
    static char path[40];
    snprintf(path, sizeof path, "/a/many_%zu", i);
    return path;
}

static void write_table(const char *path) {
    static const double zeros[64];
    const tp_layout along = {TP_FLOAT64, 1, {3}, {"x"}, "1", "one of many"};
    tp_writer *writer;
    tp_writer_stream *stream;
    tp_error error;
    assert_int_equal(tp_writer_create(path, &writer, &error), TP_OK);
    for (size_t i = 0; i < MADE; i++) {
        const made *m = &table[i];
        if (!m->grows) {
            assert_int_equal(tp_writer_array(writer, m->path, &m->layout, zeros, &error), TP_OK);
            continue;
        }
        assert_int_equal(tp_writer_stream_open(writer, m->path, &m->layout, &stream, &error),
                         TP_OK);
        assert_int_equal(tp_writer_append_doubles(stream, zeros, 4, &error), TP_OK);
    }
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(tp_writer_array(writer, many_path(i), &along, zeros, &error), TP_OK);
    assert_int_equal(tp_writer_finish(&writer, &error), TP_OK);
}

static herr_t take_away(hid_t file, const char *path, const H5O_info_t *info, void *data) {
    (void)data;
    static const char *const names[] = {"DIMENSION_LIST", "REFERENCE_LIST"};
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (H5Aexists_by_name(file, path, names[i], H5P_DEFAULT) > 0)
            assert_true(H5Adelete_by_name(file, path, names[i], H5P_DEFAULT) >= 0);
    return 0;
}

static void attach(hid_t file, const char *path, const tp_layout *layout) {
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    assert_true(dataset >= 0);
    const bool is_scale = layout->rank == 1 && !strcmp(strrchr(path, '/') + 1, layout->axes[0]);
    for (unsigned axis = 0; !is_scale && axis < layout->rank; axis++) {
        char name[200];
        snprintf(name, sizeof name, "%.*s/%s", (int)(strrchr(path, '/') - path), path,
                 layout->axes[axis]);
        hid_t scale = H5Dopen2(file, name, H5P_DEFAULT);
        assert_true(H5DSattach_scale(dataset, scale, axis) >= 0);
        H5Dclose(scale);
    }
    H5Dclose(dataset);
}

/* As its writer was told, in that order. */
static void attach_again(const char *path) {
    const tp_layout along = {TP_FLOAT64, 1, {3}, {"x"}, "1", "one of many"};
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, take_away, NULL, H5O_INFO_BASIC) >= 0);
    for (size_t i = 0; i < MADE; i++)
        attach(file, table[i].path, &table[i].layout);
    for (size_t i = 0; i < MANY; i++)
        attach(file, many_path(i), &along);
    assert_true(H5Fclose(file) >= 0);
}

typedef struct pair {
    hid_t ours, theirs;
    size_t arrays, attributes;
} pair;

typedef struct served {
    hobj_ref_t array;
    int axis;
} served;

/* References are the same, since the one file is a copy of the other. */
static void compare_values(const char *name, hid_t ours, hid_t theirs, hid_t type, size_t count) {
    if (strcmp(name, "DIMENSION_LIST") == 0) {
        hvl_t our[TP_MAX_RANK], their[TP_MAX_RANK];
        assert_true(count <= TP_MAX_RANK);
        assert_true(H5Aread(ours, type, our) >= 0 && H5Aread(theirs, type, their) >= 0);
        for (size_t k = 0; k < count; k++) {
            assert_int_equal(our[k].len, their[k].len);
            assert_memory_equal(our[k].p, their[k].p, our[k].len * sizeof(hobj_ref_t));
            H5free_memory(our[k].p);
            H5free_memory(their[k].p);
        }
        return;
    }
    const size_t size = H5Tget_size(type);
    char *our = calloc(count, size), *their = calloc(count, size);
    assert_true(H5Aread(ours, type, our) >= 0 && H5Aread(theirs, type, their) >= 0);
    if (strcmp(name, "REFERENCE_LIST") == 0) {
        assert_int_equal(size, sizeof(served));
        for (size_t k = 0; k < count; k++) {
            assert_int_equal(((served *)our)[k].array, ((served *)their)[k].array);
            assert_int_equal(((served *)our)[k].axis, ((served *)their)[k].axis);
        }
    } else if (H5Tis_variable_str(type) > 0) {
        assert_int_equal(count, 1);
        assert_string_equal(*(char **)our, *(char **)their);
        H5free_memory(*(char **)our);
        H5free_memory(*(char **)their);
    } else {
        assert_memory_equal(our, their, count * size);
    }
    free(our);
    free(their);
}

static void compare_attribute(pair *p, const char *path, const char *name) {
    hid_t ours = H5Aopen_by_name(p->ours, path, name, H5P_DEFAULT, H5P_DEFAULT);
    hid_t theirs = H5Aopen_by_name(p->theirs, path, name, H5P_DEFAULT, H5P_DEFAULT);
    if (ours < 0 || theirs < 0)
        fail_msg("%s of %s is missing", name, path);
    hid_t our_type = H5Aget_type(ours), their_type = H5Aget_type(theirs);
    hid_t our_space = H5Aget_space(ours), their_space = H5Aget_space(theirs);
    if (H5Tequal(our_type, their_type) <= 0 || H5Sextent_equal(our_space, their_space) <= 0)
        fail_msg("%s of %s has another type or shape", name, path);
    compare_values(name, ours, theirs, our_type, (size_t)H5Sget_simple_extent_npoints(our_space));
    p->attributes++;
    H5Sclose(our_space);
    H5Sclose(their_space);
    H5Tclose(our_type);
    H5Tclose(their_type);
    H5Aclose(ours);
    H5Aclose(theirs);
}

/* All attributes, in the order in which they are kept. */
static herr_t compare_array(hid_t file, const char *path, const H5O_info_t *info, void *data) {
    pair *p = data;
    H5O_info_t other;
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    assert_true(H5Oget_info_by_name2(file, path, &other, H5O_INFO_NUM_ATTRS, H5P_DEFAULT) >= 0);
    const hsize_t count = other.num_attrs;
    assert_true(H5Oget_info_by_name2(p->theirs, path, &other, H5O_INFO_NUM_ATTRS, H5P_DEFAULT) >=
                0);
    if (count != other.num_attrs)
        fail_msg("%s has %d attributes, by HDF5 it has %d", path, (int)count, (int)other.num_attrs);
    for (hsize_t i = 0; i < count; i++) {
        char name[80];
        assert_true(H5Aget_name_by_idx(file, path, H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name,
                                       H5P_DEFAULT) >= 0);
        compare_attribute(p, path, name);
    }
    p->arrays++;
    return 0;
}

static void axes_are_attached_as_hdf5_does(void **state) {
    (void)state;
    write_table(in_folder("ours.h5"));
    size_t size;
    char *bytes = slurp(in_folder("ours.h5"), &size);
    spill(in_folder("theirs.h5"), bytes, size);
    free(bytes);
    attach_again(in_folder("theirs.h5"));
    pair p = {.ours = H5Fopen(in_folder("ours.h5"), H5F_ACC_RDONLY, H5P_DEFAULT),
              .theirs = H5Fopen(in_folder("theirs.h5"), H5F_ACC_RDONLY, H5P_DEFAULT)};
    assert_true(p.ours >= 0 && p.theirs >= 0);
    assert_true(H5Ovisit2(p.ours, H5_INDEX_NAME, H5_ITER_INC, compare_array, &p, H5O_INFO_BASIC) >=
                0);
    /* Those of the table and the many, and the bare axes: a/y, a/nothing, a/below/y, p, r. */
    assert_int_equal(p.arrays, MADE + MANY + 5);
    assert_true(p.attributes > 3 * p.arrays);
    H5Fclose(p.ours);
    H5Fclose(p.theirs);
}

/* What others ask of axes. */
static void hdf5_finds_the_scales(void **state) {
    (void)state;
    write_table(in_folder("ours.h5"));
    char name[80];
    hid_t file = H5Fopen(in_folder("ours.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t map = H5Dopen2(file, "/a/map", H5P_DEFAULT), x = H5Dopen2(file, "/a/x", H5P_DEFAULT);
    hid_t matrix = H5Dopen2(file, "/a/matrix", H5P_DEFAULT);
    assert_int_equal(H5DSis_scale(map), 0);
    assert_int_equal(H5DSget_num_scales(map, 2), 1);
    assert_int_equal(H5DSis_attached(map, x, 2), 1);
    assert_int_equal(H5DSis_attached(map, x, 1), 0);
    assert_int_equal(H5DSis_attached(matrix, x, 0), 1);
    assert_int_equal(H5DSis_attached(matrix, x, 1), 1);
    assert_int_equal(H5DSget_scale_name(x, name, sizeof name), 1);
    assert_string_equal(name, "x");
    H5Dclose(matrix);
    H5Dclose(x);
    H5Dclose(map);
    H5Fclose(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_are_attached_as_hdf5_does),
        cmocka_unit_test(hdf5_finds_the_scales),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
