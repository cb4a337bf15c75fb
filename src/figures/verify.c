/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a scenario's own integrators lead it from a tight reference: shifts of spikes,
 * differences of calcium, and recalled pixels that differ. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "figures/map.h"
#include "figures/verify_read.h"

enum { MOST_SEGMENTS = 24, MOST_POINTS = 20000, MOST_RINGS = 400, SECONDS_FROM_MS = 2000 };
enum { LEFT = 62, SHIFTS = 204, CALCIUM_LEFT = 328, CALCIUM = 156, MAPS_LEFT = 504, MAP = 138 };
enum { BETWEEN_MAPS = 8, PANEL = 138, HEADING = 44, BELOW = 44, KEY = 140, TEXT_WIDTH = 716 };

typedef struct verify {
    tp_view view;
    tp_page *page;
    tp_verified segments[MOST_SEGMENTS];
    size_t count, all;
    const char *verdict, *first;
    double shift_low, shift_high; /* of all panels, as they are compared */
    double calcium_low, calcium_high;
} verify;

/* Whole decades around values above 0, three of them and at most so many. */
static void find_decades(double least, double most, int decades, double *low, double *high) {
    *high = pow(10, ceil(log10(most) + 1e-9));
    *low = pow(10, floor(log10(least)));
    *low = fmin(fmax(*low, *high / pow(10, decades)), *high / 1000);
}

static void find_ranges(verify *v) {
    double shift_least = TP_ACCEPTED_SHIFT_MS / 10, shift_most = TP_ACCEPTED_SHIFT_MS;
    double calcium_least = INFINITY, calcium_most = 0;
    for (size_t k = 0; k < v->count; k++) {
        const tp_verified *s = &v->segments[k];
        for (size_t i = 0; i < s->pair_count; i++) {
            const double size = fabs(s->shift[i]);
            shift_most = fmax(shift_most, size);
            shift_least = size > 0 ? fmin(shift_least, size) : shift_least;
        }
        for (size_t i = 0; i < s->instants; i++) {
            calcium_most = fmax(calcium_most, s->calcium[i]);
            calcium_least = s->calcium[i] > 0 ? fmin(calcium_least, s->calcium[i]) : calcium_least;
        }
    }
    const int shift_decades = 6, calcium_decades = 8;
    find_decades(shift_least, shift_most, shift_decades, &v->shift_low, &v->shift_high);
    if (calcium_most > 0)
        find_decades(calcium_least, calcium_most, calcium_decades, &v->calcium_low,
                     &v->calcium_high);
}

/* The time axis of a segment begins with it. */
static double segment_unit(const tp_verified *s) {
    return s->end - s->start > SECONDS_FROM_MS ? 1000 : 1;
}

static void begin_panel(const verify *v, const tp_verified *s, tp_box box, double low,
                        double high) {
    FILE *script = v->page->script;
    const double unit = segment_unit(s), length = (s->end - s->start) / unit;
    tp_page_panel(v->page, box);
    fprintf(script, "set xrange [0:%.9g]\nset xtics %.6g\n", length, tp_page_step(length, 4));
    tp_page_decades(v->page, 'y', low, high);
    fprintf(script, "set grid ytics linetype 1 linewidth 0.5 linecolor rgb '%s'\n",
            TP_COLOUR_FAINT);
    tp_page_text(v->page, box.x + box.width / 2, box.y + box.height + 32, TP_CENTRE,
                 TP_LETTERING_SMALL, "time since its start (%s)", unit > 1 ? "s" : "ms");
}

typedef enum direction { SIDE_NONE, SIDE_LATER, SIDE_EARLIER, SIDES } direction;
static const char *const side_colours[SIDES] = {TP_COLOUR_GREY, "#CC79A7", TP_COLOUR_ORANGE};

static direction side_of(double shift) {
    return shift > 0 ? SIDE_LATER : shift < 0 ? SIDE_EARLIER : SIDE_NONE;
}

/* Where there are too many, some; but of the largest, all. */
static void write_shifts(const verify *v, const tp_verified *s) {
    FILE *script = v->page->script;
    const size_t every = s->pair_count / MOST_POINTS + 1;
    for (int which = 0; which < SIDES; which++) {
        fprintf(script, "$shift%d << EOD\n", which);
        for (size_t i = 0; i < s->pair_count; i++) {
            const double size = fabs(s->shift[i]);
            if ((int)side_of(s->shift[i]) == which && (i % every == 0 || size > s->percentile_99))
                fprintf(script, "%.8g %.5g\n", (s->time[i] - s->start) / segment_unit(s),
                        fmax(size, v->shift_low));
        }
        /* Beyond the axis, so that there is something to plot. */
        fprintf(script, "-1 1\nEOD\n");
    }
}

static void draw_shifts(const verify *v, const tp_verified *s, double y) {
    FILE *script = v->page->script;
    const tp_box box = {LEFT, y, SHIFTS, PANEL};
    write_shifts(v, s);
    begin_panel(v, s, box, v->shift_low, v->shift_high);
    fputs("plot ", script);
    for (int which = 0; which < SIDES; which++)
        fprintf(script, "$shift%d with points pointtype 7 pointsize 0.16 linecolor rgb '%s', ",
                which, side_colours[which]);
    fprintf(script, "%g with lines linewidth 1.2 dashtype '-' linecolor rgb '%s'\n",
            TP_ACCEPTED_SHIFT_MS, TP_COLOUR_BLACK);
    tp_page_text(v->page, 14, y + PANEL / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL, "shift (ms)");
}

static void draw_calcium(const verify *v, const tp_verified *s, double y) {
    const tp_box box = {CALCIUM_LEFT, y, CALCIUM, PANEL};
    tp_page_text(v->page, CALCIUM_LEFT - 48, y + PANEL / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL,
                 "calcium (µM)");
    double most = 0;
    for (size_t i = 0; i < s->instants; i++)
        most = fmax(most, s->calcium[i]);
    if (!(most > 0)) {
        tp_page_text(v->page, box.x + box.width / 2, y + PANEL / 2.0, TP_CENTRE, TP_LETTERING_NOTE,
                     s->instants ? "no difference at all" : "not recorded");
        return;
    }
    FILE *script = v->page->script;
    const size_t every = s->instants / MOST_POINTS + 1;
    fputs("$calcium << EOD\n", script);
    for (size_t i = 0; i < s->instants; i += every) {
        most = 0;
        for (size_t k = i; k < i + every && k < s->instants; k++)
            most = fmax(most, s->calcium[k]);
        /* An empty line breaks the curve: the logarithm knows no 0. */
        if (most > 0)
            fprintf(script, "%.8g %.5g\n", (s->calcium_time[i] - s->start) / segment_unit(s),
                    fmax(most, v->calcium_low));
        else
            fputc('\n', script);
    }
    fputs("EOD\n", script);
    begin_panel(v, s, box, v->calcium_low, v->calcium_high);
    fprintf(script,
            "plot $calcium with linespoints linewidth 1.2 pointtype 7 pointsize 0.2 linecolor rgb "
            "'%s'\n",
            TP_COLOUR_GREEN);
}

/* A ring around each pixel that differs: they may be few among many. */
static void draw_rings(const verify *v, const tp_verified *s, tp_box room) {
    FILE *script = v->page->script;
    fputs("$rings << EOD\n", script);
    for (size_t i = 0; i < s->rows * s->columns; i++)
        if ((s->recalled[0][i] != 0) != (s->recalled[1][i] != 0))
            fprintf(script, "%zu %zu\n", i % s->columns, i / s->columns);
    fputs("EOD\n", script);
    const tp_box box = tp_map_fit(room, s->rows, s->columns);
    const double side = box.width / (double)s->columns;
    tp_page_panel(v->page, box);
    fprintf(script,
            "unset border\nunset tics\nset xrange [-0.5:%.1f]\nset yrange [%.1f:-0.5]\n"
            "plot $rings with points pointtype 6 pointsize %.2f linewidth 0.8 linecolor rgb '%s'\n",
            (double)s->columns - 0.5, (double)s->rows - 0.5, fmin(fmax(0.2 * side, 0.5), 2),
            TP_COLOUR_BLACK);
}

static tp_status draw_maps(verify *v, const tp_verified *s, double y, tp_error *error) {
    static const char *const names[2] = {"scenario", "reference"};
    double *marks = tp_view_alloc(&v->view, s->rows * s->columns, sizeof *marks, error);
    if (!marks)
        return TP_FAILED;
    for (int run = 0; run < 2; run++) {
        const double *own = s->recalled[run], *other = s->recalled[1 - run];
        for (size_t i = 0; i < s->rows * s->columns; i++)
            marks[i] = own[i] != 0 ? (other[i] != 0 ? TP_MARK_RIGHT : TP_MARK_FALSE)
                                   : (other[i] != 0 ? TP_MARK_MISSED : TP_MARK_OFF);
        const tp_box room = {MAPS_LEFT + run * (MAP + BETWEEN_MAPS), y, MAP, PANEL};
        const tp_map map = {s->rows, s->columns, marks, TP_PALETTE_MARKS, -0.5, 3.5, false, false};
        tp_map_draw(v->page, room, &map);
        if (s->changed > 0 && s->changed <= MOST_RINGS)
            draw_rings(v, s, room);
        const tp_box fit = tp_map_fit(room, s->rows, s->columns);
        tp_page_text(v->page, room.x + MAP / 2.0, y + fit.height + 14, TP_CENTRE,
                     TP_LETTERING_SMALL, "%s", names[run]);
    }
    return TP_OK;
}

/* What the colours mean, in the place of the maps that a training has not. */
static void draw_key(const verify *v, double x, double y) {
    enum { PITCH = 17 };
    const tp_legend_line shifts[] = {{side_colours[SIDE_LATER], "spike later than the reference's"},
                                     {side_colours[SIDE_EARLIER], "earlier"},
                                     {side_colours[SIDE_NONE], "equal, at the bottom edge"},
                                     {NULL, NULL}};
    const tp_legend_line pixels[] = {{TP_COLOUR_BLUE, "pixel recalled by both"},
                                     {TP_COLOUR_VERMILION, "by this one alone"},
                                     {TP_COLOUR_MISSED, "by the other alone"},
                                     {NULL, NULL}};
    tp_legend_draw(v->page, x, y, PITCH, shifts);
    y += 3 * PITCH;
    tp_page_line(v->page, x - 4, y, x + 11, y,
                 "linewidth 1.2 dashtype '-' linecolor rgb '" TP_COLOUR_BLACK "'");
    tp_page_text(v->page, x + 17, y, TP_LEFT, TP_LETTERING_SMALL,
                 "accepted: 99 %% of a recall below %g ms", TP_ACCEPTED_SHIFT_MS);
    tp_legend_draw(v->page, x, y + PITCH + 8, PITCH, pixels);
}

static void head(const verify *v, const tp_verified *s, double y) {
    tp_page_text(v->page, LEFT, y + 12, TP_LEFT, TP_LETTERING_HEADING,
                 "%s: %zu spikes; %zu neuron%s spike%s more or less often", s->name, s->spikes,
                 s->other_counts, s->other_counts == 1 ? "" : "s", s->other_counts == 1 ? "s" : "");
    tp_page_text(v->page, LEFT, y + 31, TP_LEFT, TP_LETTERING_NOTE,
                 "shift: %.3g ms (median), %.3g ms (99 %%), %.3g ms (largest)", s->median,
                 s->percentile_99, s->most);
    if (s->rows > 0)
        tp_page_text(v->page, MAPS_LEFT + MAP + BETWEEN_MAPS / 2.0, y + 31, TP_CENTRE,
                     TP_LETTERING_NOTE, "recalled: %zu of %zu pixels differ", s->changed,
                     s->rows * s->columns);
}

static double captions(const verify *v, double y, bool drawn) {
    const tp_lettering letterings[2] = {TP_LETTERING_HEADING, TP_LETTERING_NOTE};
    const char *const texts[2] = {v->verdict, v->first};
    for (int i = 0; i < 2; i++)
        y = drawn ? tp_page_paragraph(v->page, LEFT, y, TEXT_WIDTH, letterings[i], texts[i]) + 6
                  : y + tp_page_paragraph_height(TEXT_WIDTH, letterings[i], texts[i]) + 6;
    return y;
}

static tp_status draw_page(verify *v, tp_error *error) {
    const bool key_below = v->segments[0].rows > 0;
    const double row = HEADING + PANEL + BELOW, key = key_below ? KEY : 0;
    tp_page_begin(v->page, tp_view_heading_height(&v->view) + (double)v->count * row + key +
                               captions(v, 0, false) + 20);
    char fewer[80] = "";
    if (v->count < v->all)
        snprintf(fewer, sizeof fewer, "; the first %zu of %zu segments", v->count, v->all);
    double y = tp_view_heading(&v->view, v->page, "Against a tight reference",
                               "shift of each spike, largest difference of calcium of any "
                               "astrocyte, recalled pixels%s",
                               fewer);
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < v->count; k++, y += row) {
        const tp_verified *s = &v->segments[k];
        head(v, s, y);
        draw_shifts(v, s, y + HEADING);
        draw_calcium(v, s, y + HEADING);
        if (s->rows > 0)
            status = draw_maps(v, s, y + HEADING, error);
    }
    const double first = tp_view_heading_height(&v->view);
    draw_key(v, MAPS_LEFT + 6, key_below ? y + 6 : first + HEADING + 10);
    captions(v, y + key + 4, true);
    tp_page_end(v->page, false);
    return status;
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    verify v = {.page = page};
    tp_status status = tp_view_open(source, &v.view, error);
    if (status == TP_OK)
        status = tp_verified_count(&v.view, &v.all, error);
    if (status == TP_OK)
        status = tp_view_text(&v.view, "comparison", "verdict", &v.verdict, error);
    if (status == TP_OK)
        status = tp_view_text(&v.view, "comparison", "first_difference", &v.first, error);
    v.count = v.all < MOST_SEGMENTS ? v.all : MOST_SEGMENTS;
    for (size_t k = 0; status == TP_OK && k < v.count; k++)
        status = tp_verified_read(&v.view, k, &v.segments[k], error);
    if (status == TP_OK) {
        find_ranges(&v);
        status = draw_page(&v, error);
    }
    tp_view_close(&v.view);
    return status;
}

const tp_figure_kind tp_figure_verify = {
    .figure = {"verify", "spikes, calcium and recall against those of a tight reference"},
    .experiment = "verify",
    .group = "comparison",
    .draw = draw,
};
