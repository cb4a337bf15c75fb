/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "structure_type.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 4096, MOST_AXES = 10 };

unsigned fuzz_next(fuzz_input *input) {
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->bytes++;
}

static hid_t text_type(size_t size, H5T_str_t end, H5T_cset_t characters) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size);
    H5Tset_strpad(type, end);
    H5Tset_cset(type, characters);
    return type;
}

static hid_t enumeration(void) {
    const hid_t type = H5Tenum_create(H5T_STD_I8LE);
    const signed char values[] = {0, 1};
    H5Tenum_insert(type, "FALSE", &values[0]);
    H5Tenum_insert(type, "TRUE", &values[1]);
    return type;
}

static hid_t compound(void) {
    const hid_t type = H5Tcreate(H5T_COMPOUND, 12);
    H5Tinsert(type, "dataset", 0, H5T_STD_REF_OBJ);
    H5Tinsert(type, "dimension", 8, H5T_STD_I32LE);
    return type;
}

/* A float of 16 bits, which no machine has, or an integer of 5 of them. */
static hid_t odd_number(bool whole) {
    const hid_t type = H5Tcopy(whole ? H5T_STD_I16LE : H5T_IEEE_F32LE);
    if (whole) {
        H5Tset_precision(type, 5);
        H5Tset_offset(type, 3);
    } else {
        H5Tset_fields(type, 15, 10, 5, 0, 10);
        H5Tset_precision(type, 16);
        H5Tset_ebias(type, 15);
        H5Tset_size(type, 2);
    }
    return type;
}

hid_t fuzz_next_type(fuzz_input *input) {
    const hid_t plain[] = {H5T_IEEE_F64LE, H5T_IEEE_F32LE,  H5T_STD_I8LE,        H5T_STD_I16BE,
                           H5T_STD_I32LE,  H5T_STD_I64LE,   H5T_STD_U8LE,        H5T_STD_U16LE,
                           H5T_STD_U32BE,  H5T_STD_U64LE,   H5T_IEEE_F64BE,      H5T_NATIVE_LDOUBLE,
                           H5T_STD_B8LE,   H5T_STD_REF_OBJ, H5T_STD_REF_DSETREG, H5T_UNIX_D32LE};
    enum { PLAIN = sizeof plain / sizeof *plain };
    const unsigned kind = fuzz_next(input) % 32;
    if (kind < PLAIN)
        return H5Tcopy(plain[kind]);
    switch (kind - PLAIN) {
    case 0:
        return text_type(16, H5T_STR_NULLTERM, H5T_CSET_ASCII); /* "DIMENSION_SCALE" */
    case 1:
        return text_type(5, H5T_STR_NULLPAD, H5T_CSET_UTF8);
    case 2:
        return text_type(300, H5T_STR_SPACEPAD, H5T_CSET_ASCII);
    case 3:
        return text_type(H5T_VARIABLE, H5T_STR_NULLTERM, H5T_CSET_ASCII);
    case 4:
        return odd_number(false);
    case 5:
        return odd_number(true);
    case 6:
        return enumeration();
    case 7:
        return compound();
    case 8:
        return H5Tcreate(H5T_OPAQUE, 3);
    case 9:
        return H5Tvlen_create(H5T_STD_REF_OBJ);
    case 10:
        return H5Tvlen_create(H5T_STD_U8LE);
    case 11:
        return H5Tarray_create2(H5T_IEEE_F64LE, 1, (const hsize_t[]){2});
    default:
        return text_type(H5T_VARIABLE, H5T_STR_NULLTERM, H5T_CSET_UTF8);
    }
}

hid_t fuzz_next_space(fuzz_input *input) {
    const unsigned kind = fuzz_next(input);
    hsize_t dims[MOST_AXES];
    if (kind % 4 == 0)
        return H5Screate(H5S_SCALAR);
    if (kind == 255)
        return H5Screate(H5S_NULL);
    const int rank = kind % 4 == 3 ? 2 + (int)(kind / 4 % (MOST_AXES - 1)) : (int)(kind % 4);
    for (int axis = 0; axis < rank; axis++)
        dims[axis] = fuzz_next(input) % 7;
    return H5Screate_simple(rank, dims, NULL);
}

/* A text that ends within the store, or none. */
static char *text_in(fuzz_input *input, char store[FUZZ_STORE]) {
    const unsigned at = fuzz_next(input);
    return at == 255 ? NULL : store + at % FUZZ_STORE;
}

static void put_list(fuzz_input *input, char *place, char store[FUZZ_STORE]) {
    const hvl_t list = {.len = fuzz_next(input) % 3, .p = store};
    memcpy(place, &list, sizeof list);
}

static void put_reference(hid_t file, char *place, const char *named, H5R_type_t kind) {
    const hid_t space = kind == H5R_DATASET_REGION ? H5Screate(H5S_SCALAR) : H5I_INVALID_HID;
    if (H5Rcreate(place, file, named, kind, space) < 0)
        memset(place, 0, kind == H5R_OBJECT ? sizeof(hobj_ref_t) : sizeof(hdset_reg_ref_t));
    if (space >= 0)
        H5Sclose(space);
}

static void put_value(fuzz_input *input, hid_t file, hid_t type, const char *named,
                      char store[FUZZ_STORE], char *place, size_t size) {
    const H5T_class_t class = H5Tget_class(type);
    if (class == H5T_STRING && H5Tis_variable_str(type) > 0) {
        char *text = text_in(input, store);
        memcpy(place, &text, sizeof text);
    } else if (class == H5T_VLEN) {
        put_list(input, place, store);
    } else if (class == H5T_REFERENCE) {
        put_reference(file, place, named,
                      H5Tequal(type, H5T_STD_REF_OBJ) > 0 ? H5R_OBJECT : H5R_DATASET_REGION);
    } else {
        for (size_t i = 0; i < size; i++)
            place[i] = (char)fuzz_next(input);
    }
}

void *fuzz_next_values(fuzz_input *input, hid_t file, hid_t type, hid_t space, const char *named,
                       char store[FUZZ_STORE]) {
    const size_t size = H5Tget_size(type);
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (count <= 0 || size == 0 || (size_t)count * size > LARGEST)
        return NULL;
    /* What lists point at is a reference, so that one of references has one. */
    memset(store, 0, FUZZ_STORE);
    put_reference(file, store, named, H5R_OBJECT);
    for (size_t i = 2 * sizeof(hobj_ref_t); i < FUZZ_STORE - 1 && input->left > 0; i++)
        store[i] = (char)fuzz_next(input);
    memcpy(store + sizeof(hobj_ref_t), store, sizeof(hobj_ref_t));
    char *values = calloc((size_t)count, size);
    for (size_t i = 0; values && i < (size_t)count; i++)
        put_value(input, file, type, named, store, values + i * size, size);
    return values;
}
