/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of cells in square pixels, row 0 on top, and the scale beneath them. */
#ifndef TP_FIGURES_MAP_H
#define TP_FIGURES_MAP_H

#include "figures/page.h"

typedef struct tp_map {
    size_t rows, columns;
    const double *values; /* row by row; what is no number was not recorded */
    tp_palette palette;
    double low, high;
    bool row_numbers, column_numbers;
} tp_map;

/* The largest box with square pixels that lies in `room`, in the middle of its width and at its
 * top. */
tp_box tp_map_fit(tp_box room, size_t rows, size_t columns);

void tp_map_draw(tp_page *page, tp_box room, const tp_map *map);

/* A row of colours from `low` to `high`; `mark`, where it lies between, is a line across, with its
 * name above. */
typedef struct tp_scale {
    tp_palette palette;
    double low, high;
    const char *label;
    double mark;
    const char *mark_name; /* NULL: no mark */
} tp_scale;

void tp_scale_draw(tp_page *page, tp_box box, const tp_scale *scale);

/* Coloured squares and what they mean, one under another; ended by NULL. */
typedef struct tp_legend_line {
    const char *colour, *meaning;
} tp_legend_line;

void tp_legend_draw(tp_page *page, double x, double y, double pitch, const tp_legend_line *lines);

#endif
