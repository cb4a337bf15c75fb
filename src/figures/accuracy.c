/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accuracy over the time since a test's onset, against that of the noisy input. */
#include <math.h>
#include <stdio.h>

#include "figures/tests.h"

enum { MOST_TESTS = 20, LEFT = 66, PLOT_WIDTH = 540, PLOT_HEIGHT = 340, FOOT = 64, PITCH = 19 };
enum { WITH_MARKERS = TP_LINE_COLOURS }; /* from here on the colours come a second time */

typedef struct curve {
    tp_test test;
    size_t instants;
    const double *time, *accuracy;
} curve;

typedef struct accuracy {
    tp_view view;
    tp_page *page;
    curve curves[MOST_TESTS];
    size_t count;
    double end, lowest;
    size_t every; /* so many instants become one, where there are more than pixels */
} accuracy;

static tp_status read_curve(accuracy *a, size_t k, tp_error *error) {
    curve *c = &a->curves[k];
    c->instants = TP_ANY_LENGTH;
    char path[80];
    size_t length = TP_ANY_LENGTH;
    tp_status status = tp_test_read(&a->view, k, &c->test, error);
    snprintf(path, sizeof path, "recall/%zu/accuracy/time_since_onset", k);
    if (status == TP_OK)
        status = tp_view_array(&a->view, path, 1, &length, &c->time, error);
    snprintf(path, sizeof path, "recall/%zu/accuracy/accuracy", k);
    if (status == TP_OK)
        status = tp_view_array(&a->view, path, 1, &c->instants, &c->accuracy, error);
    if (status != TP_OK)
        return status;
    if (length != c->instants)
        return tp_view_damaged(&a->view, path, "one accuracy for each time", error);
    for (size_t i = 0; i < c->instants; i++) {
        a->end = fmax(a->end, c->time[i]);
        a->lowest = fmin(a->lowest, c->accuracy[i]);
    }
    a->every = c->instants / PLOT_WIDTH >= a->every ? c->instants / PLOT_WIDTH + 1 : a->every;
    a->end = fmax(a->end, c->test.duration + tp_view_number_or(&a->view, "recall.after", 0));
    return TP_OK;
}

static void write_data(const accuracy *a) {
    for (size_t k = 0; k < a->count; k++) {
        const curve *c = &a->curves[k];
        fprintf(a->page->script, "$curve%zu << EOD\n", k);
        for (size_t i = 0; i < c->instants; i += a->every) {
            /* Lowest and highest, so that no dip is lost. */
            double lowest = INFINITY, highest = 0;
            for (size_t m = i; m < i + a->every && m < c->instants; m++) {
                lowest = fmin(lowest, c->accuracy[m]);
                highest = fmax(highest, c->accuracy[m]);
            }
            fprintf(a->page->script, "%.6g %.6g\n", c->time[i], lowest);
            if (highest > lowest)
                fprintf(a->page->script, "%.6g %.6g\n", c->time[i], highest);
        }
        fputs("EOD\n", a->page->script);
    }
}

static void draw_plot(const accuracy *a, tp_box box) {
    FILE *script = a->page->script;
    write_data(a);
    tp_page_panel(a->page, box);
    fprintf(script,
            "set xrange [0:%.6g]\nset yrange [%.2f:1.005]\nset grid ytics linetype 1 "
            "linewidth 0.5 linecolor rgb '%s'\n",
            a->end, a->lowest, TP_COLOUR_FAINT);
    fprintf(script,
            "set object rectangle from 0,graph 0 to %.6g,graph 1 behind fillcolor rgb '%s' "
            "fillstyle solid 1.0 noborder\n",
            a->curves[0].test.duration, "#EFEFEF");
    fputs("plot ", script);
    for (size_t k = 0; k < a->count; k++) {
        const curve *c = &a->curves[k];
        const char *colour = tp_style_line(k);
        fprintf(script, "%.6g with lines linewidth 1.2 dashtype '-' linecolor rgb '%s', ",
                c->test.input_accuracy, colour);
        fprintf(script, "$curve%zu with lines linewidth 1.6 linecolor rgb '%s', ", k, colour);
        if (k >= WITH_MARKERS)
            fprintf(script,
                    "$curve%zu every 5 with points pointtype 8 pointsize 0.6 linecolor rgb '%s', ",
                    k, colour);
    }
    /* On top of all lines: what the count readout says when the input ends. */
    for (size_t k = 0; k < a->count; k++)
        fprintf(script,
                "'+' using (%.6g):(%.6g) every ::0::0 with points pointtype 7 pointsize 1 "
                "linecolor rgb '%s'%s",
                a->curves[k].test.duration, a->curves[k].test.accuracy[0], tp_style_line(k),
                k + 1 < a->count ? ", " : "\n");
}

/* A swatch of each kind of line and what it is. */
static void draw_key(const accuracy *a, double x, double y) {
    tp_page *page = a->page;
    const double end = x + 26, text = x + 33;
    char style[80];
    for (size_t k = 0; k < a->count; k++, y += PITCH) {
        const tp_test *test = &a->curves[k].test;
        snprintf(style, sizeof style, "linewidth 1.6 linecolor rgb '%s'", tp_style_line(k));
        tp_page_line(page, x, y, end, y, style);
        tp_page_text(
            page, text, y, TP_LEFT, TP_LETTERING_SMALL, "%s, test %zu%s",
            tp_page_shorten(a->view.pattern_names[test->pattern], TP_LETTERING_SMALL, 70).text, k,
            k >= WITH_MARKERS ? " (△)" : "");
    }
    y += 14;
    tp_page_line(page, x, y, end, y, "linewidth 1.6 linecolor rgb '" TP_COLOUR_GREY "'");
    tp_page_text(page, text, y, TP_LEFT, TP_LETTERING_NOTE, "spiked in the last %.3g ms",
                 tp_view_number_or(&a->view, "recall.readout.window", 0));
    if (a->every > 1)
        tp_page_text(page, text, y += PITCH - 5, TP_LEFT, TP_LETTERING_NOTE, "(range of each %zu)",
                     a->every);
    y += PITCH;
    tp_page_line(page, x, y, end, y,
                 "linewidth 1.2 dashtype '-' linecolor rgb '" TP_COLOUR_GREY "'");
    tp_page_text(page, text, y, TP_LEFT, TP_LETTERING_NOTE, "the noisy input itself");
    y += PITCH;
    tp_page_text(page, x + 13, y, TP_CENTRE, TP_LETTERING_NOTE, "●");
    tp_page_text(page, text, y, TP_LEFT, TP_LETTERING_NOTE, "%g or more spikes",
                 tp_view_number_or(&a->view, "recall.readout.count", 0));
    tp_page_text(page, text, y + PITCH - 5, TP_LEFT, TP_LETTERING_NOTE, "during the input");
    y += 2 * PITCH;
    tp_page_rectangle(page, (tp_box){x, y - 6, 26, 12}, "#EFEFEF");
    tp_page_text(page, text, y, TP_LEFT, TP_LETTERING_NOTE, "input shown");
}

static void draw_page(const accuracy *a) {
    tp_page *page = a->page;
    const double key = (double)a->count * PITCH + 14 + 5 * PITCH;
    const double height = fmax(PLOT_HEIGHT, key);
    char fewer[80] = "";
    if (a->count < a->view.test_count)
        snprintf(fewer, sizeof fewer, "; the first %zu of %zu tests", a->count, a->view.test_count);
    tp_page_begin(page, tp_view_heading_height(&a->view) + height + FOOT);
    const double top = 10 + tp_view_heading(&a->view, page, "Accuracy of the recall",
                                            "1 is a perfect recall, 0.5 is chance%s", fewer);
    draw_plot(a, (tp_box){LEFT, top, PLOT_WIDTH, height});
    tp_page_text(page, 18, top + height / 2, TP_UPRIGHT, TP_LETTERING_HEADING, "balanced accuracy");
    tp_page_text(page, LEFT + PLOT_WIDTH / 2.0, top + height + 34, TP_CENTRE, TP_LETTERING_HEADING,
                 "time since onset (ms)");
    draw_key(a, LEFT + PLOT_WIDTH + 16, top + 10);
    tp_page_end(page, false);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    accuracy a = {.page = page, .lowest = 0.4, .every = 1};
    tp_status status = tp_memory_view_open(source, &a.view, error);
    if (status == TP_OK)
        status = tp_memory_need_tests(&a.view, error);
    a.count = a.view.test_count < MOST_TESTS ? a.view.test_count : MOST_TESTS;
    for (size_t k = 0; status == TP_OK && k < a.count; k++)
        status = read_curve(&a, k, error);
    a.lowest = floor(fmax(a.lowest, 0) * 10) / 10;
    if (status == TP_OK)
        draw_page(&a);
    tp_view_close(&a.view);
    return status;
}

const tp_figure_kind tp_figure_accuracy = {
    .figure = {"accuracy", "accuracy over time since onset, against the noisy input's own"},
    .experiment = "memory",
    .draw = draw,
};
