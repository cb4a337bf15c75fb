/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page under way: a script for gnuplot that places panels and texts on a sheet, measured in
 * pixels from the top left corner. A film is a page of many sheets. */
#ifndef TP_FIGURES_PAGE_H
#define TP_FIGURES_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "figures/style.h"

enum { TP_PAGE_WIDTH = 800, TP_LONGEST_TEXT = 400 };

typedef struct tp_box {
    double x, y, width, height;
} tp_box;

typedef enum tp_lettering {
    TP_LETTERING_TITLE,
    TP_LETTERING_HEADING,
    TP_LETTERING_SMALL,
    TP_LETTERING_NOTE
} tp_lettering;

typedef enum tp_align {
    TP_LEFT,
    TP_CENTRE,
    TP_RIGHT,
    TP_UPRIGHT /* centred, read upwards */
} tp_align;

typedef struct tp_page {
    FILE *script;
    tp_format format;
    double height;
    bool failed; /* for want of memory */
    FILE *texts; /* of the sheet; drawn last, over the whole of it */
    char *text_script;
    size_t text_length;
} tp_page;

/* Sets the size of the page, and begins its first sheet. */
void tp_page_begin(tp_page *page, double height);
/* Ends the sheet; `more` begins another. */
void tp_page_end(tp_page *page, bool more);
/* Frees what a page holds that was not ended. */
void tp_page_drop(tp_page *page);

/* Makes `box` the place of the next plot, with plain settings. */
void tp_page_panel(tp_page *page, tp_box box);

/* Makes an axis ('x' or 'y') of the panel logarithmic, with its decades named. */
void tp_page_decades(const tp_page *page, char axis, double low, double high);

/* `y` is the middle of the letters. The text may be anybody's. */
__attribute__((format(printf, 6, 7))) void
tp_page_text(tp_page *page, double x, double y, tp_align align, tp_lettering lettering,
             const char *format, ...); /* A text of many lines, broken where there is no room;
                                          returns where its last line ends. */
double tp_page_paragraph(tp_page *page, double x, double y, double width, tp_lettering lettering,
                         const char *text);
/* The height that it takes. */
double tp_page_paragraph_height(double width, tp_lettering lettering, const char *text);
void tp_page_line(tp_page *page, double x0, double y0, double x1, double y1, const char *style);
void tp_page_rectangle(tp_page *page, tp_box box, const char *colour);

/* Writes a text as gnuplot reads it literally: one line, valid UTF-8, of at most `most` letters. */
void tp_page_quote(FILE *script, const char *text, size_t most);

/* A distance between the marks of an axis that leaves `most` of them at most. */
double tp_page_step(double span, int most);

/* About how many pixels wide a text will be. */
double tp_page_text_width(const char *text, tp_lettering lettering);

typedef struct tp_short_text {
    char text[TP_LONGEST_TEXT];
} tp_short_text;

/* As much of a text as goes into so many pixels. */
tp_short_text tp_page_shorten(const char *text, tp_lettering lettering, double width);

#endif
