/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of NumPy's .npy format: a dictionary in Python's notation, of which only what NumPy
 * itself writes is understood. */
#ifndef TP_STIMULI_NUMPY_HEADER_H
#define TP_STIMULI_NUMPY_HEADER_H

#include "stimuli/numpy_file.h"

typedef struct tp_numpy_header {
    size_t bytes;   /* of the header, the magic included */
    size_t item;    /* bytes of a number: 1, 2, 4, 8 */
    int is_signed;  /* else not */
    int big_endian; /* else little */
    size_t rank;
    size_t dims[TP_BYTES_AXES];
    uint64_t count; /* of numbers; at most TP_BYTES_MOST */
} tp_numpy_header;

/* How many bytes tp_numpy_header_read may need of the array's beginning. */
enum { TP_NUMPY_LONGEST_HEADER = 4096 };

/* `bytes` are the first `length` of the array. `where` is the file, `what` the array's name. */
tp_status tp_numpy_header_read(const unsigned char *bytes, size_t length, const char *where,
                               const char *what, tp_numpy_header *header, tp_error *error);

#endif
