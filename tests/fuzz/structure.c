/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "structure.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "record/hdf5_library.h"
#include "structure_type.h"

enum { MOST_THINGS = 40, MOST_VALUES = 1000, BLOCK = 1 << 14 };

/* What the summaries look for, so that an input of a few bytes has it. */
static const char *const paths[] = {
    "/",
    "/packed",
    "/state",
    "/summary",
    "/summary/name",
    "/summary/level",
    "/summary/trials",
    "/summary/trial",
    "/summary/accuracy",
    "/summary/accuracy_mean",
    "/summary/accuracy_lower",
    "/summary/accuracy_upper",
    "/summary/pattern",
    "/summary/pattern_name",
    "/summary/noise",
    "/summary/input_accuracy",
    "/summary/hit",
    "/summary/correct_rejection",
    "/summary/frame",
    "/summary/frame_accuracy",
    "/summary/test_error",
    "/trials",
    "/training",
    "/training/spikes/neurons/timestamps",
    "/trained",
    "/response",
    "/response/spikes/cells/timestamps",
    "/response/crossings/time",
    "/comparison",
    "/work_precision",
    "/networks",
    "/network",
    "/test/confusion",
    "/folds/confusion",
    "/folds/fold",
    "/data",
    "/crossings",
    "/crossings/curve",
    "/crossings/falls_below",
    "/crossings/falls_below_lower",
    "/crossings/falls_below_upper",
    "/best_ratio",
    "/best_ratio/total",
    "/a/b",
};

static const char *const names[] = {
    "units",
    "format_version",
    "source",
    "title",
    "experiment",
    "status",
    "seed",
    "varied",
    "measure",
    "interval",
    "end",
    "time",
    "along",
    "below",
    "CLASS",
    "NAME",
    "DIMENSION_LIST",
    "REFERENCE_LIST",
    "confidence",
    "baseline",
    "_Netcdf4Dimid",
    "a",
    "measures",
    "resolved_scenario",
};

enum { PATHS = sizeof paths / sizeof *paths };

typedef struct making {
    fuzz_input input;
    hid_t file, with_groups;
    const char *last; /* path of what was made */
    bool there[PATHS];
    bool axes_are_wrong; /* HDF5 does not survive that where it adds to them */
} making;

static const char *next_path(making *m) {
    return paths[fuzz_next(&m->input) % PATHS];
}

/* Each thing that HDF5 refuses takes it as long as some that it makes: what is not there is not
 * asked for, and what is to be made takes the place of what is there. */
static const char *next_old_path(making *m) {
    const unsigned path = fuzz_next(&m->input) % PATHS;
    return m->there[path] ? paths[path] : m->last;
}

static bool is_below(const char *path, const char *other) {
    const size_t length = strlen(other);
    return strncmp(path, other, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static void forget(making *m, const char *path) {
    H5Ldelete(m->file, path, H5P_DEFAULT);
    for (size_t i = 1; i < PATHS; i++)
        if (is_below(paths[i], path))
            m->there[i] = false;
}

static const char *next_new_path(making *m) {
    const char *path = paths[1 + fuzz_next(&m->input) % (PATHS - 1)];
    for (size_t i = 1; i < PATHS; i++) {
        if (m->there[i] && paths[i] == path)
            forget(m, path);
        if (is_below(path, paths[i]))
            m->there[i] = true;
    }
    return path;
}

static void close_all(hid_t type, hid_t space) {
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
}

static hid_t layout(making *m, hid_t space) {
    const unsigned kind = fuzz_next(&m->input);
    if (kind % 4 == 0 || kind % 4 == 3)
        return H5P_DEFAULT;
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[H5S_MAX_RANK];
    const int rank = H5Sget_simple_extent_ndims(space);
    if (kind % 4 == 1) {
        H5Pset_layout(list, H5D_COMPACT);
    } else if (kind % 4 == 2 && rank > 0) {
        for (int axis = 0; axis < rank; axis++)
            chunk[axis] = 1 + kind / 16 % 4;
        H5Pset_chunk(list, rank, chunk);
        if (kind & 4)
            H5Pset_shuffle(list);
        if (kind & 8)
            H5Pset_deflate(list, 1);
    }
    return list;
}

static void put_array(making *m) {
    char store[FUZZ_STORE];
    m->last = next_new_path(m);
    const hid_t type = fuzz_next_type(&m->input), space = fuzz_next_space(&m->input);
    const hid_t created = layout(m, space);
    const hid_t array =
        H5Dcreate2(m->file, m->last, type, space, m->with_groups, created, H5P_DEFAULT);
    if (array >= 0 && fuzz_next(&m->input) % 8 != 7) {
        void *values = fuzz_next_values(&m->input, m->file, type, space, m->last, store);
        if (values)
            H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        free(values);
    }
    if (array >= 0)
        H5Dclose(array);
    if (created != H5P_DEFAULT)
        H5Pclose(created);
    close_all(type, space);
}

static void put_attribute(making *m, const char *path) {
    char store[FUZZ_STORE];
    const char *name = names[fuzz_next(&m->input) % (sizeof names / sizeof *names)];
    m->axes_are_wrong |= strcmp(name, "CLASS") == 0 || strcmp(name, "DIMENSION_LIST") == 0 ||
                         strcmp(name, "REFERENCE_LIST") == 0 || strcmp(name, "NAME") == 0;
    const hid_t type = fuzz_next_type(&m->input), space = fuzz_next_space(&m->input);
    if (H5Aexists_by_name(m->file, path, name, H5P_DEFAULT) > 0)
        H5Adelete_by_name(m->file, path, name, H5P_DEFAULT);
    /* HDF5 makes room for all values of an attribute at once. */
    const bool small = H5Sget_simple_extent_npoints(space) <= MOST_VALUES;
    const hid_t attribute = small ? H5Acreate_by_name(m->file, path, name, type, space, H5P_DEFAULT,
                                                      H5P_DEFAULT, H5P_DEFAULT)
                                  : H5I_INVALID_HID;
    if (attribute >= 0) {
        void *values = fuzz_next_values(&m->input, m->file, type, space, m->last, store);
        if (values)
            H5Awrite(attribute, type, values);
        free(values);
        H5Aclose(attribute);
    }
    close_all(type, space);
}

/* The one array is an axis of the other. */
static void put_scale(making *m) {
    const char *of = next_old_path(m), *along = next_old_path(m);
    const unsigned kind = fuzz_next(&m->input);
    if (m->axes_are_wrong)
        return;
    const hid_t array = H5Dopen2(m->file, of, H5P_DEFAULT),
                scale = H5Dopen2(m->file, along, H5P_DEFAULT);
    if (scale >= 0 && kind & 1)
        H5DSset_scale(scale,
                      kind & 2 ? "This is a netCDF dimension but not a netCDF variable" : "axis");
    if (array >= 0 && scale >= 0 && array != scale)
        H5DSattach_scale(array, scale, kind / 4 % 8);
    if (scale >= 0)
        H5Dclose(scale);
    if (array >= 0)
        H5Dclose(array);
}

static void put_link(making *m, unsigned kind) {
    const char *to = next_path(m), *at = next_new_path(m);
    if (kind == 0)
        H5Lcreate_soft(to, m->file, at, m->with_groups, H5P_DEFAULT);
    else if (kind == 1)
        H5Lcreate_external("none.h5", to, m->file, at, m->with_groups, H5P_DEFAULT);
    else
        H5Lcreate_hard(m->file, to, m->file, at, m->with_groups, H5P_DEFAULT);
}

static void put_type(making *m) {
    m->last = next_new_path(m);
    const hid_t type = fuzz_next_type(&m->input);
    H5Tcommit2(m->file, m->last, type, m->with_groups, H5P_DEFAULT, H5P_DEFAULT);
    H5Tclose(type);
}

static void put_group(making *m) {
    m->last = next_new_path(m);
    const hid_t group = H5Gcreate2(m->file, m->last, m->with_groups, H5P_DEFAULT, H5P_DEFAULT);
    if (group >= 0)
        H5Gclose(group);
}

static void put_thing(making *m) {
    switch (fuzz_next(&m->input) % 10) {
    case 0:
    case 1:
        put_array(m);
        break;
    case 2:
        put_attribute(m, m->last);
        break;
    case 3:
        put_attribute(m, "/");
        break;
    case 4:
        put_attribute(m, next_old_path(m));
        break;
    case 5:
        put_group(m);
        break;
    case 6:
        put_link(m, fuzz_next(&m->input) % 3);
        break;
    case 7:
        put_scale(m);
        break;
    case 8:
        put_type(m);
        break;
    default:
        m->last = "/";
        forget(m, next_old_path(m));
    }
}

static void put_value(hid_t file, hid_t type, const char *name, const void *value) {
    static hid_t single = H5I_INVALID_HID;
    if (single < 0)
        single = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(file, name, type, single, H5P_DEFAULT, H5P_DEFAULT);
    if (H5Awrite(attribute, type, value) < 0 || H5Aclose(attribute) < 0)
        fuzz_fail("an attribute cannot be written");
}

/* What makes it a record. */
static void put_heading(hid_t file) {
    static const char *const texts[][2] = {{"source", "tripartite 1"},
                                           {"title", "a title"},
                                           {"experiment", "memory"},
                                           {"status", "complete"}};
    static hid_t text = H5I_INVALID_HID;
    const long long seed = 7, version = 1;
    if (text < 0)
        text = tp_hdf5_text_type();
    put_value(file, H5T_NATIVE_LLONG, "format_version", &version);
    put_value(file, H5T_NATIVE_LLONG, "seed", &seed);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_value(file, text, texts[i][0], &texts[i][1]);
}

/* It is made in memory, and written as a whole. */
static hid_t create(const char *path, unsigned kind) {
    static const H5F_libver_t versions[] = {H5F_LIBVER_EARLIEST, H5F_LIBVER_V18, H5F_LIBVER_V110};
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, BLOCK, 1);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    H5Pset_libver_bounds(access, versions[kind % 3], H5F_LIBVER_LATEST);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
    if (file < 0)
        fuzz_fail("HDF5 makes no file");
    return file;
}

void fuzz_structure(const uint8_t *data, size_t size, bool heading, const char *path) {
    making m = {.input = {data, size}, .last = "/", .there = {true}};
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    /* A file takes 600 KiB, which HDF5 keeps then for the next. */
    H5set_free_list_limits(-1, -1, -1, -1, -1, -1);
    const unsigned kind = fuzz_next(&m.input);
    m.file = create(path, kind);
    m.with_groups = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(m.with_groups, 1);
    if (heading)
        put_heading(m.file);
    for (int i = 0; i < MOST_THINGS && m.input.left > 0; i++)
        put_thing(&m);
    H5Pclose(m.with_groups);
    if (H5Fclose(m.file) < 0)
        fuzz_fail("the file cannot be written");
}
