/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random projections of many numbers to few, as inputs of small networks. */
#ifndef TP_NETWORKS_PROJECTION_H
#define TP_NETWORKS_PROJECTION_H

#include <stddef.h>
#include <stdint.h>

typedef enum tp_projection_kind {
    TP_PROJECTION_SPARSE,  /* with probability 1 / sqrt(inputs), +-sqrt(sqrt(inputs) / outputs) */
    TP_PROJECTION_GAUSSIAN /* N(0, 1 / outputs) */
} tp_projection_kind;

/* Draws matrix[outputs][inputs]. */
void tp_projection_draw(tp_projection_kind kind, size_t inputs, size_t outputs, uint64_t seed,
                        uint32_t trial, double *matrix);

#endif
