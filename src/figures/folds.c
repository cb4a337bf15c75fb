/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network and the same with astrocytes, fold by fold: what one fold came to is joined by a line
 * (as in Fig. 5 of Ribas-Rodriguez et al.). */
#include <math.h>
#include <stdio.h>

#include "figures/view.h"

enum { LEFT = 64, PANEL = 190, PITCH = 246, HEIGHT = 190, HEADING = 62, ROW = 276, FOOT = 6 };
enum { MEASURES = 3 };

static const struct {
    const char *path, *p, *name;
} measures[MEASURES] = {{"folds/accuracy", "summary/accuracy_p", "accuracy"},
                        {"folds/f1", "summary/f1_p", "F1"},
                        {"folds/loss", "summary/loss_p", "loss"}};

typedef struct folds {
    tp_view view;
    tp_page *page;
    size_t models, count;
    const double *values[MEASURES]; /* [model][fold] */
    const double *p[MEASURES];      /* [model] */
    const char *names[8];
} folds;

static tp_status read_folds(folds *f, tp_error *error) {
    tp_status status = TP_OK;
    size_t dims[2] = {TP_ANY_LENGTH, TP_ANY_LENGTH};
    for (int k = 0; status == TP_OK && k < MEASURES; k++) {
        status = tp_view_array(&f->view, measures[k].path, 2, dims, &f->values[k], error);
        if (status == TP_OK)
            status = tp_view_array(&f->view, measures[k].p, 1, &dims[0], &f->p[k], error);
    }
    f->models = dims[0];
    f->count = dims[1];
    if (status == TP_OK && (f->models < 2 || f->models > 8 || f->count < 1))
        status = tp_view_damaged(&f->view, "folds",
                                 "a network and at least one activity of its astrocytes", error);
    for (size_t m = 0; status == TP_OK && m < f->models; m++)
        status = tp_view_string(&f->view, "summary/name", m, &f->names[m], error);
    return status;
}

/* Both of a measure's rows have one axis. */
static void range_of(const folds *f, int measure, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < f->models * f->count; i++)
        if (isfinite(f->values[measure][i])) {
            *low = fmin(*low, f->values[measure][i]);
            *high = fmax(*high, f->values[measure][i]);
        }
    if (!(*low <= *high))
        *low = *high = 0;
    const double margin = *high > *low ? 0.06 * (*high - *low) : 0.01;
    *low -= margin;
    *high += margin;
}

static void draw_panel(const folds *f, size_t model, int measure, double x, double y) {
    FILE *script = f->page->script;
    const double *alone = f->values[measure], *own = f->values[measure] + model * f->count;
    double low, high, means[2] = {0, 0};
    range_of(f, measure, &low, &high);
    fputs("$pairs << EOD\n", script);
    for (size_t i = 0; i < f->count; i++) {
        fprintf(script, "0 %.9g\n1 %.9g\n\n", alone[i], own[i]);
        means[0] += alone[i] / (double)f->count;
        means[1] += own[i] / (double)f->count;
    }
    fputs("EOD\n", script);
    tp_page_panel(f->page, (tp_box){x, y, PANEL, HEIGHT});
    fprintf(script,
            "set xrange [-0.5:1.5]\nset xtics ('CNN' 0, 'ANAN' 1)\nset yrange [%.9g:%.9g]\n"
            "set ytics %.9g\nset grid ytics linetype 1 linewidth 0.5 linecolor rgb '%s'\n",
            low, high, tp_page_step(high - low, 5), TP_COLOUR_FAINT);
    for (int k = 0; k < 2; k++)
        fprintf(script,
                "set arrow from %.2f,%.9g to %.2f,%.9g nohead front linewidth 2.5 linecolor rgb "
                "'%s'\n",
                k - 0.22, means[k], k + 0.22, means[k], TP_COLOUR_BLACK);
    fprintf(script,
            "plot $pairs with lines linewidth 1 linecolor rgb '#A0A0A0', $pairs using 1:2:($1 < "
            "0.5 ? %s : %s) with points pointtype 7 pointsize 0.8 linecolor rgb variable\n",
            "0x0072B2", "0xD55E00");
    tp_page_text(f->page, x, y - 14, TP_LEFT, TP_LETTERING_HEADING, "%s", measures[measure].name);
    const double p = f->p[measure][model];
    if (isfinite(p))
        tp_page_text(f->page, x + PANEL, y - 14, TP_RIGHT, TP_LETTERING_SMALL, "%+.4f, p = %.3f",
                     means[1] - means[0], p);
}

static void draw_page(const folds *f) {
    tp_page_begin(f->page, tp_view_heading_height(&f->view) + (double)(f->models - 1) * ROW + FOOT);
    double y = tp_view_heading(&f->view, f->page, "Folds",
                               "each line a fold (of %zu), on the test; bars: means; p: exact "
                               "Wilcoxon signed-rank test of the folds, two-sided",
                               f->count);
    for (size_t m = 1; m < f->models; m++, y += ROW) {
        tp_page_text(f->page, LEFT, y + 16, TP_LEFT, TP_LETTERING_HEADING, "%s against %s",
                     f->names[m], f->names[0]);
        for (int k = 0; k < MEASURES; k++)
            draw_panel(f, m, k, LEFT + k * PITCH, y + HEADING);
    }
    tp_page_end(f->page, false);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    folds f = {.page = page};
    tp_status status = tp_view_open(source, &f.view, error);
    if (status == TP_OK)
        status = read_folds(&f, error);
    if (status == TP_OK)
        draw_page(&f);
    tp_view_close(&f.view);
    return status;
}

const tp_figure_kind tp_figure_folds = {
    .figure = {"folds", "a network with and without astrocytes, fold by fold"},
    .experiment = "anan",
    .group = "folds/f1",
    .draw = draw,
};
