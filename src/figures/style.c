/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/style.h"

#include <math.h>
#include <unistd.h>

enum {
    PIXELS_PER_INCH = 96,
    TALLEST_SHARP = 12000, /* Cairo draws at most 32767 pixels */
    FRAME_CENTISECONDS = 12
};

static const char film_font[] = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

const char *tp_style_line(size_t number) {
    static const char *const colours[TP_LINE_COLOURS] = {
        TP_COLOUR_BLUE, TP_COLOUR_VERMILION, TP_COLOUR_GREEN, "#CC79A7",
        "#56B4E9",      TP_COLOUR_ORANGE,    TP_COLOUR_BLACK,
    };
    return colours[number % TP_LINE_COLOURS];
}

/* Where each palette's colours stand among all; in a GIF there is room for no more. */
static const struct {
    int first, count;
} ranges[] = {
    [TP_PALETTE_MARKS] = {0, 4}, [TP_PALETTE_CALCIUM] = {4, 62}, [TP_PALETTE_MEMBRANE] = {66, 62}};
enum { ALL_COLOURS = 128 };

void tp_style_palettes(FILE *script) {
    static const char *const anchors[][11] = {
        [TP_PALETTE_MARKS] = {"#FFFFFF", TP_COLOUR_MISSED, TP_COLOUR_VERMILION, TP_COLOUR_BLUE,
                              NULL},
        [TP_PALETTE_CALCIUM] = {"#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1F9E89",
                                "#35B779", "#6DCD59", "#B4DE2C", "#FDE725", NULL},
        [TP_PALETTE_MEMBRANE] = {"#00224E", "#123570", "#3B496C", "#575D6D", "#707173", "#8A8678",
                                 "#A59C74", "#C3B369", "#E1CC55", "#FEE838", NULL},
    };
    fprintf(script, "set palette maxcolors %d defined (", ALL_COLOURS);
    for (int palette = 0; palette < 3; palette++) {
        int count = 0;
        while (anchors[palette][count])
            count++;
        const double step = (ranges[palette].count - 1.0) / (count - 1);
        for (int i = 0; i < count; i++)
            fprintf(script, "%s%.4f '%s'", palette || i ? ", " : "",
                    ranges[palette].first + i * step, anchors[palette][i]);
    }
    fprintf(script, ")\nset cbrange [0:%d]\n", ALL_COLOURS);
}

double tp_style_level(tp_palette palette, double value, double low, double high) {
    if (!isfinite(value))
        return NAN;
    const int count = ranges[palette].count;
    const double level = floor((value - low) / (high - low) * count);
    return ranges[palette].first + fmin(fmax(level, 0), count - 1) + 0.5;
}

void tp_style_terminal(FILE *script, tp_format format, double width, double height) {
    /* Twice the pixels, so that a figure is sharp in print and still readable at half its size. */
    const double sharp = height <= TALLEST_SHARP ? 2 : 1;
    /* The terminals disagree on how many pixels a point has; with these factors it is one. */
    const double png = 0.75, pdf = 0.5625, gif = 0.75;
    switch (format) {
    case TP_FORMAT_PNG:
        fprintf(script,
                "set terminal pngcairo noenhanced size %.0f,%.0f font 'sans-serif,12' "
                "fontscale %.4f linewidth %.0f pointscale %.0f dashlength %.0f "
                "background '#FFFFFF'\n",
                width * sharp, height * sharp, png * sharp, sharp, sharp, sharp);
        break;
    case TP_FORMAT_SVG:
        fprintf(script,
                "set terminal svg noenhanced size %.0f,%.0f font 'sans-serif,12' "
                "background '#FFFFFF'\n",
                width, height);
        break;
    case TP_FORMAT_PDF:
        fprintf(script,
                "set terminal pdfcairo noenhanced size %.4fin,%.4fin font 'sans-serif,12' "
                "fontscale %.4f linewidth 1 background '#FFFFFF'\n",
                width / PIXELS_PER_INCH, height / PIXELS_PER_INCH, pdf);
        break;
    case TP_FORMAT_GIF:
        fprintf(script,
                "set terminal gif animate delay %d loop 0 optimize noenhanced size %.0f,%.0f "
                "background '#FFFFFF'",
                FRAME_CENTISECONDS, width, height);
        /* Here gnuplot knows fonts by file. */
        if (access(film_font, R_OK) == 0)
            fprintf(script, " font '%s,12' fontscale %.4f", film_font, gif);
        fputc('\n', script);
        break;
    }
}
