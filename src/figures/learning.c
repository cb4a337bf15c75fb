/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A classification: test accuracy over the epochs, of each network in all its trials. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "figures/classify_view.h"

enum { LEFT = 72, PLOT_WIDTH = 708, PLOT_HEIGHT = 380, AXIS = 48, ROW = 22, FOOT = 16 };
enum { MOST_POINTS = 400 };

typedef struct learning {
    tp_classify_view c;
    tp_page *page;
    size_t epochs, every;
    const double *accuracy; /* [network][trial][epoch] */
    double *sorted;         /* [trial] */
} learning;

static int by_value(const void *a, const void *b) {
    const double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

/* Median and quartiles of the trials at an epoch. */
static void quartiles(const learning *d, size_t network, size_t epoch, double out[3]) {
    const size_t n = d->c.trials;
    for (size_t t = 0; t < n; t++)
        d->sorted[t] = d->accuracy[(network * n + t) * d->epochs + epoch];
    qsort(d->sorted, n, sizeof *d->sorted, by_value);
    for (int q = 0; q < 3; q++) {
        const double at = 0.25 * (q + 1) * (double)(n - 1);
        const size_t i = (size_t)at;
        const double next = d->sorted[i + 1 < n ? i + 1 : i];
        out[q] = d->sorted[i] + (at - (double)i) * (next - d->sorted[i]);
    }
}

static void write_data(const learning *d) {
    FILE *script = d->page->script;
    for (size_t k = 0; k < d->c.networks; k++) {
        fprintf(script, "$network%zu << EOD\n", k);
        for (size_t e = 0; e < d->epochs; e += d->every) {
            double q[3];
            quartiles(d, k, e, q);
            fprintf(script, "%zu %.5g %.5g %.5g\n", e + 1, q[0], q[1], q[2]);
        }
        fputs("EOD\n", script);
    }
}

static void draw_panel(const learning *d, double y) {
    FILE *script = d->page->script;
    const double chance = 1 / (double)d->c.answers;
    write_data(d);
    tp_page_panel(d->page, (tp_box){LEFT, y, PLOT_WIDTH, PLOT_HEIGHT});
    fprintf(script,
            "set xrange [0:%zu]\nset yrange [0:1.02]\nset ytics 0.1\nset grid ytics linetype 1 "
            "linewidth 0.5 linecolor rgb '%s'\nplot ",
            d->epochs + 1, TP_COLOUR_FAINT);
    for (size_t k = 0; k < d->c.networks; k++)
        fprintf(script,
                "$network%zu using 1:2:4 with filledcurves fillstyle transparent solid 0.2 "
                "noborder linecolor rgb '%s', ",
                k, tp_style_line(k));
    if (d->c.answers > 2)
        fprintf(script, "%.5g with lines linewidth 0.8 dashtype '.' linecolor rgb '%s', ", chance,
                TP_COLOUR_GREY);
    for (size_t k = 0; k < d->c.networks; k++)
        fprintf(script, "$network%zu using 1:3 with %s linewidth 2 linecolor rgb '%s'%s", k,
                d->epochs < 20 ? "linespoints pointtype 7 pointsize 0.5" : "lines",
                tp_style_line(k), k + 1 < d->c.networks ? ", " : "\n");
    tp_page_text(d->page, 18, y + PLOT_HEIGHT / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL,
                 "accuracy on the test part");
    tp_page_text(d->page, LEFT + PLOT_WIDTH / 2.0, y + PLOT_HEIGHT + 34, TP_CENTRE,
                 TP_LETTERING_SMALL, "epoch");
    if (d->c.answers > 2)
        tp_page_text(d->page, LEFT + PLOT_WIDTH - 8, y + PLOT_HEIGHT * (1 - chance / 1.02) - 10,
                     TP_RIGHT, TP_LETTERING_NOTE, "chance");
}

static void draw_table(const learning *d, double y) {
    static const double columns[] = {330, 560, 700};
    const char *const heads[] = {"median [95 % interval]", "least to most", "stuck"};
    for (int i = 0; i < 3; i++)
        tp_page_text(d->page, columns[i], y, TP_CENTRE, TP_LETTERING_NOTE, "%s", heads[i]);
    for (size_t k = 0; k < d->c.networks; k++) {
        const double line = y + (double)(k + 1) * ROW;
        double least = INFINITY, most = -INFINITY;
        char style[80];
        for (size_t t = 0; t < d->c.trials; t++) {
            least = fmin(least, d->c.accuracy[k * d->c.trials + t]);
            most = fmax(most, d->c.accuracy[k * d->c.trials + t]);
        }
        snprintf(style, sizeof style, "linewidth 2 linecolor rgb '%s'", tp_style_line(k));
        tp_page_line(d->page, LEFT, line, LEFT + 24, line, style);
        tp_page_text(d->page, LEFT + 32, line, TP_LEFT, TP_LETTERING_SMALL, "%s",
                     tp_page_shorten(d->c.names[k], TP_LETTERING_SMALL, 140).text);
        tp_page_text(d->page, columns[0], line, TP_CENTRE, TP_LETTERING_SMALL, "%s",
                     tp_classify_interval(d->c.median[k], d->c.lower[k], d->c.upper[k]).text);
        tp_page_text(d->page, columns[1], line, TP_CENTRE, TP_LETTERING_SMALL, "%.3f to %.3f",
                     least, most);
        tp_page_text(d->page, columns[2], line, TP_CENTRE, TP_LETTERING_SMALL, "%.0f of %zu",
                     d->c.stuck_share[k] * (double)d->c.trials, d->c.trials);
    }
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    learning d = {.page = page};
    tp_status status = tp_classify_view_open(source, &d.c, error);
    size_t dims[3] = {d.c.networks, d.c.trials, TP_ANY_LENGTH};
    if (status == TP_OK)
        status = tp_view_array(&d.c.view, "training/test_accuracy", 3, dims, &d.accuracy, error);
    if (status == TP_OK && dims[2] == 0)
        status = tp_view_damaged(&d.c.view, "training/test_accuracy", "epochs", error);
    d.epochs = dims[2];
    d.every = d.epochs / MOST_POINTS + 1;
    if (status == TP_OK) {
        d.sorted = tp_view_alloc(&d.c.view, d.c.trials, sizeof *d.sorted, error);
        status = d.sorted ? TP_OK : TP_FAILED;
    }
    if (status == TP_OK) {
        tp_page_begin(page, tp_view_heading_height(&d.c.view) + 12 + PLOT_HEIGHT + AXIS +
                                (double)(d.c.networks + 2) * ROW + FOOT);
        const double y =
            12 + tp_view_heading(&d.c.view, page, "Learning",
                                 "medians over %zu trials, between their quartiles", d.c.trials);
        draw_panel(&d, y);
        draw_table(&d, y + PLOT_HEIGHT + AXIS + ROW);
        tp_page_end(page, false);
    }
    tp_view_close(&d.c.view);
    return status;
}

const tp_figure_kind tp_figure_learning = {
    .figure = {"learning", "a classification: test accuracy over the epochs of each network"},
    .experiment = "classification",
    .group = "training/test_accuracy",
    .draw = draw,
};
