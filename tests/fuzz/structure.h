/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HDF5 files that are whole, and hold what no record does: an input is read as a list of things to
 * make, by HDF5 itself. */
#ifndef TP_TESTS_FUZZ_STRUCTURE_H
#define TP_TESTS_FUZZ_STRUCTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes the file that the input describes; with the heading of a record it is one. */
void fuzz_structure(const uint8_t *data, size_t size, bool heading, const char *path);

#endif
