/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Square tiles over a grid of neurons: astrocyte (j, k) covers the rows stride j ... stride j +
 * tile - 1, and the same columns by k. */
#ifndef TP_NETWORKS_TILING_H
#define TP_NETWORKS_TILING_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

typedef struct tp_tiling {
    size_t rows, columns; /* of neurons */
    size_t tile, stride;
    size_t tile_rows, tile_columns;
    /* The astrocytes over neuron i, ascending: cover[i * width] and on; where they are fewer, the
     * rest is one after the last astrocyte. So nobody has to ask how many there are. */
    uint32_t *cover;
    size_t width;
} tp_tiling;

/* Number of tiles along a side of `length` neurons; 0 where they do not fit it exactly
 * (length = stride (n - 1) + tile for a whole n >= 1). */
size_t tp_tiles_along(size_t length, size_t tile, size_t stride);

/* The sides must fit. */
tp_status tp_tiling_create(size_t rows, size_t columns, size_t tile, size_t stride,
                           tp_tiling *tiling, tp_error *error);
void tp_tiling_free(tp_tiling *tiling);

#endif
