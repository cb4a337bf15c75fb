/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/tiling.h"

#include <stdlib.h>

#include "base/fail.h"

size_t tp_tiles_along(size_t length, size_t tile, size_t stride) {
    if (length < tile || (length - tile) % stride != 0)
        return 0;
    return (length - tile) / stride + 1;
}

/* The tiles along one side that hold position x: from *first up to, but not including, *end; none
 * where both are the same. */
static void tiles_at(size_t x, size_t tile, size_t stride, size_t count, size_t *first,
                     size_t *end) {
    *first = x < tile ? 0 : (x - tile) / stride + 1;
    *end = x / stride + 1;
    if (*end > count)
        *end = count;
    if (*end < *first)
        *end = *first;
}

/* The most tiles along one side that hold one position. */
static size_t most_at_once(size_t length, size_t tile, size_t stride, size_t count) {
    size_t most = 0;
    for (size_t x = 0; x < length; x++) {
        size_t first, end;
        tiles_at(x, tile, stride, count, &first, &end);
        if (end - first > most)
            most = end - first;
    }
    return most;
}

static void fill(tp_tiling *t) {
    uint32_t *cover = t->cover;
    for (size_t row = 0; row < t->rows; row++) {
        size_t j0, j1;
        tiles_at(row, t->tile, t->stride, t->tile_rows, &j0, &j1);
        for (size_t column = 0; column < t->columns; column++, cover += t->width) {
            size_t k0, k1, at = 0;
            tiles_at(column, t->tile, t->stride, t->tile_columns, &k0, &k1);
            for (size_t j = j0; j < j1; j++)
                for (size_t k = k0; k < k1; k++)
                    cover[at++] = (uint32_t)(j * t->tile_columns + k);
            while (at < t->width)
                cover[at++] = (uint32_t)(t->tile_rows * t->tile_columns);
        }
    }
}

tp_status tp_tiling_create(size_t rows, size_t columns, size_t tile, size_t stride,
                           tp_tiling *tiling, tp_error *error) {
    tp_tiling t = {
        .rows = rows,
        .columns = columns,
        .tile = tile,
        .stride = stride,
        .tile_rows = tp_tiles_along(rows, tile, stride),
        .tile_columns = tp_tiles_along(columns, tile, stride),
    };
    t.width = most_at_once(rows, tile, stride, t.tile_rows) *
              most_at_once(columns, tile, stride, t.tile_columns);
    t.cover = calloc(rows * columns * t.width + 1, sizeof *t.cover);
    if (!t.cover)
        return tp_fail_memory(error, "laying tiles over the neurons");
    fill(&t);
    *tiling = t;
    return TP_OK;
}

void tp_tiling_free(tp_tiling *tiling) {
    free(tiling->cover);
    *tiling = (tp_tiling){0};
}
