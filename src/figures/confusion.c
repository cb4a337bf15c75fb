/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A classification: which label is given which answer, over all trials of each network. */
#include <math.h>
#include <stdio.h>

#include "figures/classify_view.h"

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

/* White to a blue that black numbers can be read on. */
static void draw_cell(const confusion *d, tp_box box, double percent) {
    static const double full[] = {0x56, 0xA8, 0xDC};
    const double part = fmin(1, fmax(0, percent / 100));
    char colour[16], number[16];
    snprintf(colour, sizeof colour, "#%02X%02X%02X", (unsigned)(255 - part * (255 - full[0])),
             (unsigned)(255 - part * (255 - full[1])), (unsigned)(255 - part * (255 - full[2])));
    tp_page_rectangle(d->page, box, colour);
    snprintf(number, sizeof number, "%.0f", percent);
    if (d->c.answers <= MOST_NUMBERS && percent > 0.5)
        tp_page_text(d->page, box.x + box.width / 2, box.y + box.height / 2, TP_CENTRE,
                     percent < 10 ? TP_LETTERING_NOTE : TP_LETTERING_SMALL, "%s", number);
}

static void draw_cells(const confusion *d, double x, double y) {
    const size_t n = d->c.answers, every = n / 16 + 1;
    const double cell = PANEL / (double)n;
    for (size_t row = 0; row < n; row++)
        for (size_t column = 0; column < n; column++) {
            const double share = d->share[row * n + column];
            if (isfinite(share))
                draw_cell(d,
                          (tp_box){x + (double)column * cell, y + (double)row * cell, cell, cell},
                          share);
        }
    for (size_t i = 0; i < n; i += every) {
        const double middle = ((double)i + 0.5) * cell;
        tp_page_text(d->page, x - 8, y + middle, TP_RIGHT, TP_LETTERING_SMALL, "%zu", i);
        tp_page_text(d->page, x + middle, y + PANEL + 12, TP_CENTRE, TP_LETTERING_SMALL, "%zu", i);
    }
    const double ends[][4] = {{0, 0, 1, 0}, {1, 0, 1, 1}, {1, 1, 0, 1}, {0, 1, 0, 0}};
    for (int i = 0; i < 4; i++)
        tp_page_line(d->page, x + ends[i][0] * PANEL, y + ends[i][1] * PANEL,
                     x + ends[i][2] * PANEL, y + ends[i][3] * PANEL,
                     "linewidth 1 linecolor rgb '" TP_COLOUR_GREY "'");
}

static void draw_network(const confusion *d, size_t k) {
    const size_t row = k / 2, column = k % 2;
    const double x = LEFT + (double)column * (PANEL + GAP);
    const double y =
        tp_view_heading_height(&d->c.view) + HEADING + (double)row * (HEADING + PANEL + BELOW);
    add_up(d, k);
    draw_cells(d, x, y);
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
        const size_t rows = (d.c.networks + 1) / 2;
        tp_page_begin(page, tp_view_heading_height(&d.c.view) +
                                (double)rows * (HEADING + PANEL + BELOW) + FOOT);
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
