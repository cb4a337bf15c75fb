/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A classification: which label is given which answer, over all trials of each network. */
#include <math.h>
#include <stdio.h>

#include "figures/classify_view.h"
#include "figures/map.h"

enum { LEFT = 64, GAP = 84, PANEL = 308, HEADING = 46, BELOW = 56, FOOT = 10, MOST_NUMBERS = 12 };

typedef struct confusion {
    tp_classify_view c;
    tp_page *page;
    double *share; /* [label][answer] of a label's samples, in percent */
} confusion;

static void add_up(const confusion *d, size_t network) {
    const size_t n = d->c.answers;
    for (size_t label = 0; label < n; label++) {
        double all = 0;
        for (size_t answer = 0; answer < n; answer++) {
            double sum = 0;
            for (size_t t = 0; t < d->c.trials; t++)
                sum += d->c.confusion[((network * d->c.trials + t) * n + label) * n + answer];
            d->share[label * n + answer] = sum;
            all += sum;
        }
        for (size_t answer = 0; answer < n; answer++)
            d->share[label * n + answer] *= all > 0 ? 100 / all : NAN;
    }
}

static void draw_network(const confusion *d, size_t k) {
    const size_t n = d->c.answers;
    const double x = LEFT + (double)(k % 2) * (PANEL + GAP);
    const double y =
        tp_view_heading_height(&d->c.view) + HEADING + (double)(k / 2) * (HEADING + PANEL + BELOW);
    add_up(d, k);
    const tp_map map = {.rows = n,
                        .columns = n,
                        .values = d->share,
                        .palette = TP_PALETTE_CALCIUM,
                        .low = 0,
                        .high = 100,
                        .row_numbers = true,
                        .column_numbers = true};
    tp_map_draw(d->page, (tp_box){x, y, PANEL, PANEL}, &map);
    const double cell = PANEL / (double)n;
    for (size_t i = 0; n <= MOST_NUMBERS && i < n * n; i++) {
        const double value = d->share[i];
        if (!(value >= 0.5))
            continue;
        tp_page_text(d->page, x + ((double)(i % n) + 0.5) * cell,
                     y + ((double)(i / n) + 0.5) * cell, TP_CENTRE, TP_LETTERING_NOTE,
                     value > 55 ? "%.0f" : "%.0f", value);
    }
    tp_page_text(d->page, x, y - 24, TP_LEFT, TP_LETTERING_HEADING, "%s",
                 tp_page_shorten(d->c.names[k], TP_LETTERING_HEADING, PANEL).text);
    tp_page_text(d->page, x + PANEL, y - 24, TP_RIGHT, TP_LETTERING_SMALL,
                 "median %.3f, %.0f stuck", d->c.median[k],
                 d->c.stuck_share[k] * (double)d->c.trials);
    tp_page_text(d->page, x + PANEL / 2.0, y + PANEL + 34, TP_CENTRE, TP_LETTERING_SMALL, "answer");
    tp_page_text(d->page, x - 40, y + PANEL / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL, "label");
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    confusion d = {.page = page};
    tp_status status = tp_classify_view_open(source, &d.c, error);
    if (status == TP_OK) {
        d.share = tp_view_alloc(&d.c.view, d.c.answers * d.c.answers + 1, sizeof *d.share, error);
        status = d.share ? TP_OK : TP_FAILED;
    }
    if (status == TP_OK) {
        const double rows = (double)((d.c.networks + 1) / 2);
        tp_page_begin(page,
                      tp_view_heading_height(&d.c.view) + rows * (HEADING + PANEL + BELOW) + FOOT);
        tp_view_heading(&d.c.view, page, "Confusion",
                        "percent of a label's test samples, over %zu trial%s", d.c.trials,
                        d.c.trials == 1 ? "" : "s");
        for (size_t k = 0; k < d.c.networks; k++)
            draw_network(&d, k);
        tp_page_end(page, false);
    }
    tp_view_close(&d.c.view);
    return status;
}

const tp_figure_kind tp_figure_confusion = {
    .figure = {"confusion", "a classification: which label is given which answer"},
    .experiment = "classification",
    .group = "test/confusion",
    .draw = draw,
};
