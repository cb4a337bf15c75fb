/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One panel of a sweep: a measure, or its difference from what it is compared with, over the axis
 * or by category. */
#ifndef TP_FIGURES_SWEEP_PANEL_H
#define TP_FIGURES_SWEEP_PANEL_H

#include "figures/sweep_view.h"

/* Colours, dashes and shapes come round after different numbers, so that no two curves are alike.
 */
enum { TP_CURVE_SHAPES = 6, TP_MOST_CURVES = TP_CURVE_SHAPES * TP_LINE_COLOURS };

typedef enum tp_sweep_row { TP_ROW_VALUE, TP_ROW_LESS_INPUT, TP_ROW_LESS_CONTROL } tp_sweep_row;
enum { TP_SWEEP_ROWS = 3 };

typedef struct tp_sweep_panel {
    const tp_sweep_view *sweep;
    const tp_sweep_measure *measure;
    tp_sweep_row row;
    size_t curves;    /* that are drawn */
    double low, high; /* of the vertical axis */
    bool marks;       /* where the curves cross */
    bool left, last;  /* with numbers beside it; below it */
} tp_sweep_panel;

/* The series that a row shows; its mean is NULL where there is none. */
const tp_sweep_series *tp_sweep_row_series(const tp_sweep_measure *measure, tp_sweep_row row);

/* Whether 0.5 is what chance gives. */
bool tp_sweep_has_chance(const tp_sweep_measure *measure);

/* The room that labels of categories need below the last panel; 0 for numbers. */
double tp_sweep_labels_room(const tp_sweep_view *sweep, double width);

void tp_sweep_panel_draw(const tp_sweep_panel *panel, tp_page *page, tp_box box);

/* How a curve looks: colour, dash and width; and its shape, filled (the hollow one is one less). */
void tp_sweep_line_style(FILE *script, size_t curve);
int tp_sweep_shape(size_t curve);

#define TP_SWEEP_INPUT_STYLE "linewidth 1.2 dashtype '-' linecolor rgb '#8C8C8C'"
#define TP_SWEEP_CHANCE_STYLE "linewidth 0.8 dashtype '.' linecolor rgb '" TP_COLOUR_GREY "'"
#define TP_SWEEP_BELOW_STYLE "linewidth 0.8 dashtype '_.' linecolor rgb '" TP_COLOUR_GREY "'"

#endif
