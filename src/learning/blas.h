/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products of matrices, by OpenBLAS on one thread: the same bits however many threads call it. */
#ifndef TP_LEARNING_BLAS_H
#define TP_LEARNING_BLAS_H

#include <stddef.h>

typedef enum tp_transpose { TP_AS_IS, TP_TRANSPOSED } tp_transpose;

/* A row-major matrix with rows `stride` numbers apart. */
typedef struct tp_matrix {
    const double *values;
    size_t stride;
    tp_transpose transpose;
} tp_matrix;

/* c[m][n], rows n apart, becomes a[m][k] b[k][n] + keep * c; a and b after their transposition. */
void tp_product(size_t m, size_t n, size_t k, tp_matrix a, tp_matrix b, double keep, double *c);

#endif
