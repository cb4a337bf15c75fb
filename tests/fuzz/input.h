/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzz targets share. Each is one file with LLVMFuzzerTestOneInput: libFuzzer (clang) and
 * AFL++ (afl-clang-fast) link it with their own main, the tests with replay.c's. */
#ifndef TP_TESTS_FUZZ_INPUT_H
#define TP_TESTS_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory that holds the input, for readers that take a path. Each of the two is the same
 * file every time. */
const char *fuzz_file(const uint8_t *data, size_t size);
const char *fuzz_other_file(const uint8_t *data, size_t size);

/* A file on the disk that holds it, for what is to be opened by its name. */
const char *fuzz_disk_file(const uint8_t *data, size_t size);

/* Ends the program, which the fuzzer then reports, where an error says nothing: every refusal has
 * a message and a place, and says what was expected or how to mend it. */
void fuzz_check(tp_status status, const tp_error *error);

/* Set where the words of an error are the input's. */
extern bool fuzz_errors_are_foreign;

/* Ends the program, saying what is not so. */
_Noreturn void fuzz_fail(const char *what);

#endif
