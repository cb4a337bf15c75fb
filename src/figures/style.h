/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all figures look like: colours that colour-blind readers can tell apart (Okabe and Ito for
 * lines, viridis and cividis for maps), sizes, and the terminals of gnuplot. */
#ifndef TP_FIGURES_STYLE_H
#define TP_FIGURES_STYLE_H

#include <stddef.h>
#include <stdio.h>

#define TP_COLOUR_BLACK "#000000"
#define TP_COLOUR_BLUE "#0072B2"
#define TP_COLOUR_VERMILION "#D55E00"
#define TP_COLOUR_GREEN "#009E73"
#define TP_COLOUR_ORANGE "#E69F00"
#define TP_COLOUR_GREY "#666666"
#define TP_COLOUR_FAINT "#E4E4E4"   /* shaded stretches of time */
#define TP_COLOUR_UNKNOWN "#D0D0D0" /* cells that were not recorded */
#define TP_COLOUR_MISSED "#C3CFDA"

typedef enum tp_format { TP_FORMAT_PNG, TP_FORMAT_SVG, TP_FORMAT_PDF, TP_FORMAT_GIF } tp_format;

typedef enum tp_palette {
    TP_PALETTE_MARKS, /* by tp_mark, from -0.5 to 3.5 */
    TP_PALETTE_CALCIUM,
    TP_PALETTE_MEMBRANE
} tp_palette;

/* How a pixel or a neuron compares with the pattern. */
typedef enum tp_mark { TP_MARK_OFF, TP_MARK_MISSED, TP_MARK_FALSE, TP_MARK_RIGHT } tp_mark;

/* The colour of a line, by its number; there are few, and they come round again. */
const char *tp_style_line(size_t number);
enum { TP_LINE_COLOURS = 7 };

/* Selects all palettes at once, one behind another: a GIF knows only those of its beginning. */
void tp_style_palettes(FILE *script);
/* Where a value lies among the colours of all palettes; NAN for what is no number. */
double tp_style_level(tp_palette palette, double value, double low, double high);

/* Selects the terminal, for a page of that many pixels. */
void tp_style_terminal(FILE *script, tp_format format, double width, double height);

#endif
