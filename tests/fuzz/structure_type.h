/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types, shapes and values of what fuzz_structure makes, out of the input's bytes. */
#ifndef TP_TESTS_FUZZ_STRUCTURE_TYPE_H
#define TP_TESTS_FUZZ_STRUCTURE_TYPE_H

#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fuzz_input {
    const uint8_t *bytes;
    size_t left;
} fuzz_input;

/* The next byte; 0 where there is none any more. */
unsigned fuzz_next(fuzz_input *input);

/* The caller closes them. */
hid_t fuzz_next_type(fuzz_input *input);
hid_t fuzz_next_space(fuzz_input *input);

/* Values of the type and shape, in memory which the caller frees; texts and lists in them point
 * into `store`. NULL: none. References are to `named`, of the file. */
enum { FUZZ_STORE = 64 };
void *fuzz_next_values(fuzz_input *input, hid_t file, hid_t type, hid_t space, const char *named,
                       char store[FUZZ_STORE]);

#endif
