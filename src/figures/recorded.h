/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A state of the cells that was recorded over a segment, for all cells or a rectangle of them. */
#ifndef TP_FIGURES_RECORDED_H
#define TP_FIGURES_RECORDED_H

#include "figures/memory_view.h"

typedef struct tp_recorded {
    char path[96];
    size_t instants;
    const double *time;             /* ms since the start of the run */
    size_t grid_rows, grid_columns; /* of all cells */
    size_t first_row, first_column; /* of those recorded */
    size_t rows, columns;
} tp_recorded;

/* `cells` is "neurons" or "astrocytes". */
tp_status tp_recorded_open(tp_view *view, const char *segment, const char *cells, const char *name,
                           tp_recorded *recorded, tp_error *error);

bool tp_recorded_has(const tp_recorded *recorded, size_t row, size_t column);

/* The instant nearest to a time. */
size_t tp_recorded_nearest(const tp_recorded *recorded, double ms);

/* Fills a map of all cells; NAN where a cell was not recorded. */
tp_status tp_recorded_map(const tp_view *view, const tp_recorded *recorded, size_t instant,
                          double *map, tp_error *error);

/* One recorded cell over all instants. */
tp_status tp_recorded_series(tp_view *view, const tp_recorded *recorded, size_t row, size_t column,
                             const double **series, tp_error *error);

/* How the astrocytes lie over the neurons. */
typedef struct tp_tiles {
    size_t tile, stride, rows, columns;
} tp_tiles;

tp_status tp_tiles_read(const tp_view *view, tp_tiles *tiles, tp_error *error);

/* The part of an astrocyte's neurons that are on in an image. */
double tp_tiles_share(const tp_view *view, const tp_tiles *tiles, size_t row, size_t column,
                      const double *image);

#endif
