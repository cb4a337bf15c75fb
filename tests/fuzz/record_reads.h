/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the targets that have a record read from it. */
#ifndef TP_TESTS_FUZZ_RECORD_READS_H
#define TP_TESTS_FUZZ_RECORD_READS_H

#include <tripartite/record.h>

/* Reads a part of a record as `info`, `plot`, `export`, `merge`, `--from` and `--resume` do: 0 its
 * summary, 1 its arrays, 2 its attributes, 3 its state, 4 its accuracies as a series. Errors go
 * through fuzz_check. */
enum { FUZZ_PARTS = 5 };
void fuzz_read_part(const tp_record *record, unsigned part);

#endif
