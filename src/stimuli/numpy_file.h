/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays of unsigned bytes in NumPy's .npy files and the .npz archives that hold them. Nothing of a
 * file is ever executed: arrays of Python objects, which NumPy unpickles, are refused. */
#ifndef TP_STIMULI_NUMPY_FILE_H
#define TP_STIMULI_NUMPY_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

/* Larger arrays are refused before memory is asked for. */
enum { TP_BYTES_AXES = 4 };
#define TP_BYTES_MOST ((uint64_t)4 << 30)

typedef struct tp_byte_array {
    size_t rank;
    size_t dims[TP_BYTES_AXES];
    unsigned char *values; /* row-major */
} tp_byte_array;

/* Reads the file of one array (`name` NULL), or the array `name` of an archive. Labels may be of
 * any whole-number type as long as each fits in a byte. *array is set on TP_OK alone. */
tp_status tp_numpy_read(const char *path, const char *name, tp_byte_array *array, tp_error *error);
void tp_byte_array_free(tp_byte_array *array);

/* TP_INVALID where so many bytes, which the images of the file take besides what they have taken,
 * are more than there is memory to be had. */
tp_status tp_byte_array_fits(const char *path, uint64_t bytes, tp_error *error);

#endif
