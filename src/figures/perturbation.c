/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep over what disturbs a classification: the accuracy of every trial, medians with intervals,
 * and how many networks are stuck, beside the network that it is compared with. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/median.h"
#include "figures/classify_view.h"
#include "figures/sweep_view.h"

enum { LEFT = 72, PLOT_WIDTH = 708, PLOT_HEIGHT = 340, STUCK_HEIGHT = 90, GAP = 34, AXIS = 50 };
enum { ROW = 20, FOOT = 14, MOST_LEVELS = 40, SERIES = 2 };

typedef struct perturbation {
    tp_sweep_view sweep;
    tp_page *page;
    size_t rows; /* of /trials */
    const double *level;
    const double *accuracy[SERIES]; /* [row]; the second may be NULL */
    const double *stuck;
    const char *names[SERIES];
    double *values;
} perturbation;

/* "glia", of a measure whose long name is "glia: part of ..."; else the measure's own name. */
static const char *network_of(tp_view *view, const char *measure) {
    char path[300];
    const char *text = NULL;
    tp_error none;
    snprintf(path, sizeof path, "trials/%.200s", measure);
    if (tp_view_text(view, path, "long_name", &text, &none) != TP_OK || !strchr(text, ':'))
        return measure;
    const char *name = tp_arena_format(&view->arena, "%.*s", (int)(strchr(text, ':') - text), text);
    return name ? name : measure;
}

static tp_status read_trials(perturbation *d, tp_error *error) {
    tp_view *view = &d->sweep.view;
    const char *baseline = "";
    tp_error none;
    char path[300];
    d->names[0] = d->sweep.measure;
    if (tp_view_text(view, "summary", "baseline", &baseline, &none) != TP_OK)
        baseline = "";
    d->names[1] = baseline;
    d->rows = TP_ANY_LENGTH;
    tp_status status = tp_view_array(view, "trials/level", 1, &d->rows, &d->level, error);
    for (int s = 0; status == TP_OK && s < SERIES; s++) {
        snprintf(path, sizeof path, "trials/%.200s", d->names[s]);
        if (*d->names[s])
            status = tp_view_array(view, path, 1, &d->rows, &d->accuracy[s], error);
    }
    if (status == TP_OK)
        status = tp_view_array(view, "trials/stuck", 1, &d->rows, &d->stuck, error);
    if (status == TP_OK && (d->sweep.levels == 0 || d->sweep.levels > MOST_LEVELS))
        status = tp_view_damaged(view, "summary", "from one to forty levels", error);
    for (int s = 0; status == TP_OK && s < SERIES && *d->names[s]; s++)
        d->names[s] = network_of(view, d->names[s]);
    d->values = tp_view_alloc(view, d->rows + 1, sizeof *d->values, error);
    return status == TP_OK && !d->values ? TP_FAILED : status;
}

/* The trials of a level into values; how many there are. */
static size_t gather_level(const perturbation *d, const double *from, size_t level) {
    size_t count = 0;
    for (size_t i = 0; i < d->rows; i++)
        if (d->level[i] == (double)level && isfinite(from[i]))
            d->values[count++] = from[i];
    return count;
}

static double place(const perturbation *d, size_t level) {
    return d->sweep.x ? d->sweep.x[level] / d->sweep.unit : (double)level;
}

/* A column for each level: place, median, its interval; and every trial. Levels are put in the
 * order of their place. */
static void write_data(const perturbation *d, int s) {
    FILE *script = d->page->script;
    const tp_sweep_curve *curve = d->sweep.curve_count > 0 ? &d->sweep.curves[0] : NULL;
    fprintf(script, "$median%d << EOD\n", s);
    for (size_t i = 0; i < d->sweep.levels; i++) {
        const size_t level = curve && d->sweep.curve_count == 1 ? curve->levels[i] : i;
        const tp_median m = tp_median_of(d->values, gather_level(d, d->accuracy[s], level), 0.95);
        if (isfinite(m.median))
            fprintf(script, "%.7g %.5g %.5g %.5g\n", place(d, level), m.median,
                    isfinite(m.lower) ? m.lower : m.median, isfinite(m.upper) ? m.upper : m.median);
    }
    fprintf(script, "EOD\n$trials%d << EOD\n", s);
    for (size_t i = 0; i < d->rows; i++)
        if (d->level[i] >= 0 && d->level[i] < (double)d->sweep.levels &&
            isfinite(d->accuracy[s][i]))
            fprintf(script, "%.7g %.5g\n", place(d, (size_t)d->level[i]), d->accuracy[s][i]);
    fputs("EOD\n", script);
}

static void set_range(const perturbation *d) {
    double low = INFINITY, high = -INFINITY;
    for (size_t level = 0; level < d->sweep.levels; level++) {
        low = fmin(low, place(d, level));
        high = fmax(high, place(d, level));
    }
    const double pad = high > low ? 0.04 * (high - low) : 1;
    fprintf(d->page->script, "set xrange [%.7g:%.7g]\nset xtics %.6g\n", low - pad, high + pad,
            tp_page_step(high - low + 2 * pad, 12));
}

static void draw_accuracy(const perturbation *d, double y) {
    const char *const colours[] = {tp_style_line(0), tp_style_line(1)};
    FILE *script = d->page->script;
    const int count = d->accuracy[1] ? 2 : 1;
    for (int s = 0; s < count; s++)
        write_data(d, s);
    tp_page_panel(d->page, (tp_box){LEFT, y, PLOT_WIDTH, PLOT_HEIGHT});
    set_range(d);
    fprintf(script,
            "set format x ''\nset yrange [0:1.02]\nset ytics 0.1\nset grid ytics linetype 1 "
            "linewidth 0.5 linecolor rgb '%s'\nplot ",
            TP_COLOUR_FAINT);
    for (int s = count - 1; s >= 0; s--)
        fprintf(script,
                "$median%d using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder "
                "linecolor rgb '%s', $trials%d with points pointtype 7 pointsize 0.35 linecolor "
                "rgb '%s', $median%d using 1:2 with linespoints pointtype 7 pointsize 0.9 "
                "linewidth 2 linecolor rgb '%s'%s",
                s, colours[s], s, colours[s], s, colours[s], s > 0 ? ", " : "\n");
    tp_page_text(d->page, 18, y + PLOT_HEIGHT / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL,
                 "accuracy on the test part");
    for (int s = 0; s < count; s++) {
        char style[80];
        const double line = y - 12;
        const double x = LEFT + s * 300;
        snprintf(style, sizeof style, "linewidth 2 linecolor rgb '%s'", colours[s]);
        tp_page_line(d->page, x, line, x + 24, line, style);
        tp_page_text(d->page, x + 32, line, TP_LEFT, TP_LETTERING_SMALL,
                     "%s: median, 95 %% interval",
                     tp_page_shorten(d->names[s], TP_LETTERING_SMALL, 130).text);
    }
}

static void draw_stuck(const perturbation *d, double y) {
    FILE *script = d->page->script;
    fputs("$stuck << EOD\n", script);
    for (size_t level = 0; level < d->sweep.levels; level++) {
        const size_t n = gather_level(d, d->stuck, level);
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += d->values[i];
        if (n > 0)
            fprintf(script, "%.7g %.5g\n", place(d, level), 100 * sum / (double)n);
    }
    fputs("EOD\n", script);
    tp_page_panel(d->page, (tp_box){LEFT, y, PLOT_WIDTH, STUCK_HEIGHT});
    set_range(d);
    fprintf(script,
            "set yrange [0:105]\nset ytics 50\nplot $stuck with impulses linewidth 6 linecolor rgb "
            "'%s'\n",
            TP_COLOUR_GREY);
    tp_page_text(d->page, 18, y + STUCK_HEIGHT / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL, "stuck, %%");
    tp_page_text(d->page, LEFT + PLOT_WIDTH / 2.0, y + STUCK_HEIGHT + 34, TP_CENTRE,
                 TP_LETTERING_SMALL, "%s",
                 d->sweep.x
                     ? tp_page_shorten(d->sweep.axis.text, TP_LETTERING_SMALL, PLOT_WIDTH).text
                     : "level");
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    perturbation d = {.page = page};
    tp_status status = tp_sweep_view_open(source, &d.sweep, error);
    if (status == TP_OK)
        status = read_trials(&d, error);
    if (status == TP_OK) {
        tp_page_begin(page, tp_view_heading_height(&d.sweep.view) + ROW + PLOT_HEIGHT + GAP +
                                STUCK_HEIGHT + AXIS + FOOT);
        const double y = ROW + tp_view_heading(&d.sweep.view, page, "Perturbation",
                                               "every trial; medians with 95 %% intervals by order "
                                               "statistics");
        draw_accuracy(&d, y);
        draw_stuck(&d, y + PLOT_HEIGHT + GAP);
        tp_page_end(page, false);
    }
    tp_sweep_view_close(&d.sweep);
    return status;
}

const tp_figure_kind tp_figure_perturbation = {
    .figure = {"perturbation", "a sweep of a classification: medians, every trial, stuck networks"},
    .experiment = "sweep",
    .group = "trials/stuck",
    .draw = draw,
};
