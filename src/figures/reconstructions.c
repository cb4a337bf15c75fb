/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test images above what the autoencoder makes of them. */
#include <math.h>
#include <stdio.h>

#include "figures/map.h"
#include "figures/view.h"

enum { LEFT = 30, COLUMNS = 10, PANEL = 70, GAP = 4, HEADING = 34, BETWEEN = 18, MOST = 40 };

typedef struct reconstructions {
    tp_view view;
    tp_page *page;
    size_t dims[3];
    const double *images[2], *labels;
} reconstructions;

static void draw_image(const reconstructions *d, size_t sample, int which, double x, double y) {
    const size_t pixels = d->dims[1] * d->dims[2];
    const tp_map map = {.rows = d->dims[1],
                        .columns = d->dims[2],
                        .values = d->images[which] + sample * pixels,
                        .palette = TP_PALETTE_MEMBRANE,
                        .low = 0,
                        .high = 1};
    tp_map_draw(d->page, (tp_box){x, y, PANEL, PANEL}, &map);
}

static void draw_page(const reconstructions *d) {
    const size_t count = d->dims[0] < MOST ? d->dims[0] : MOST;
    const size_t rows = (count + COLUMNS - 1) / COLUMNS;
    const double pitch = HEADING + 2 * PANEL + GAP + BETWEEN;
    tp_page_begin(d->page, tp_view_heading_height(&d->view) + (double)rows * pitch);
    const double top = tp_view_heading(&d->view, d->page, "Reconstructions",
                                       "test images, and below each what the autoencoder makes of "
                                       "it, one draw");
    for (size_t i = 0; i < count; i++) {
        const size_t row = i / COLUMNS, column = i % COLUMNS;
        const double x = LEFT + (double)column * (PANEL + GAP);
        const double y = top + (double)row * pitch + HEADING;
        tp_page_text(d->page, x + PANEL / 2.0, y - 14, TP_CENTRE, TP_LETTERING_SMALL, "%.0f",
                     d->labels[i]);
        draw_image(d, i, 0, x, y);
        draw_image(d, i, 1, x, y + PANEL + GAP);
    }
    tp_page_end(d->page, false);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    static const char *const paths[] = {"test/reconstructions/image",
                                        "test/reconstructions/reconstruction"};
    reconstructions d = {.page = page, .dims = {TP_ANY_LENGTH, TP_ANY_LENGTH, TP_ANY_LENGTH}};
    tp_status status = tp_view_open(source, &d.view, error);
    for (int i = 0; status == TP_OK && i < 2; i++)
        status = tp_view_array(&d.view, paths[i], 3, d.dims, &d.images[i], error);
    if (status == TP_OK && (d.dims[0] == 0 || d.dims[1] == 0 || d.dims[2] == 0))
        status = tp_view_damaged(&d.view, paths[0], "images", error);
    if (status == TP_OK)
        status = tp_view_array(&d.view, "test/reconstructions/label", 1, d.dims, &d.labels, error);
    if (status == TP_OK)
        draw_page(&d);
    tp_view_close(&d.view);
    return status;
}

const tp_figure_kind tp_figure_reconstructions = {
    .figure = {"reconstructions", "a classification: digits into and out of its autoencoder"},
    .experiment = "classification",
    .group = "test/reconstructions",
    .draw = draw,
};
