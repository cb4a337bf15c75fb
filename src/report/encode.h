/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and pictures as text that a page can hold. */
#ifndef TP_REPORT_ENCODE_H
#define TP_REPORT_ENCODE_H

#include <stddef.h>
#include <stdio.h>
#include <tripartite/error.h>

void tp_encode_base64(FILE *file, const unsigned char *bytes, size_t length);

/* Writes `rows` x `columns` numbers, without loss, as base64 of zlib's stream of the following: the
 * numbers of a column one after another, each as the difference of its bits from the one before it
 * (the first: from 0), of single or double precision, little-endian; of all these the first byte,
 * then the second, and so on. What changes slowly from row to row becomes small so. */
tp_status tp_encode_numbers(FILE *file, const double *values, size_t rows, size_t columns,
                            int is_single, tp_error *error);

#endif
