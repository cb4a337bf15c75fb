/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What astrocytes do to the kernels of a layer while an image is shown: weights before and at the
 * end, and the state of each astrocyte over the steps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures/map.h"
#include "figures/view.h"

enum { LEFT = 150, KERNEL = 62, PITCH = 78, STATE = 56, GAP = 10, HEADING = 44, BLOCK = 250 };
enum { MOST_KERNELS = 8, MOST_IMAGES = 2, SCALE = 58, PICTURE = 84 };

typedef struct kernels {
    tp_view view;
    tp_page *page;
    const char *activity;
    char group[60];
    size_t images, channels, rows, columns, steps, kernels, weights, side;
    const double *pixels, *r, *weight, *class;
    double mu, size, most; /* the largest weight there is */
    size_t shown[MOST_IMAGES], shown_count;
} kernels;

static tp_status read_arrays(kernels *d, tp_error *error) {
    char path[80];
    size_t pixels[4] = {TP_ANY_LENGTH, TP_ANY_LENGTH, TP_ANY_LENGTH, TP_ANY_LENGTH},
           r[3] = {0, TP_ANY_LENGTH, TP_ANY_LENGTH};
    size_t weight[4] = {0, 0, 0, TP_ANY_LENGTH};
    snprintf(path, sizeof path, "%s/pixels", d->group);
    tp_status status = tp_view_array(&d->view, path, 4, pixels, &d->pixels, error);
    r[0] = weight[0] = d->images = pixels[0];
    d->channels = pixels[1];
    d->rows = pixels[2];
    d->columns = pixels[3];
    snprintf(path, sizeof path, "%s/class", d->group);
    if (status == TP_OK)
        status = tp_view_array(&d->view, path, 1, &d->images, &d->class, error);
    snprintf(path, sizeof path, "%s/r", d->group);
    if (status == TP_OK)
        status = tp_view_array(&d->view, path, 3, r, &d->r, error);
    weight[1] = d->steps = r[1];
    weight[2] = d->kernels = r[2];
    snprintf(path, sizeof path, "%s/weight", d->group);
    if (status == TP_OK)
        status = tp_view_array(&d->view, path, 4, weight, &d->weight, error);
    d->weights = weight[3];
    if (status == TP_OK)
        status = tp_record_number(d->view.source->record, d->group, "mu", &d->mu, error);
    if (status == TP_OK)
        status = tp_record_number(d->view.source->record, d->group, "size", &d->size, error);
    d->side = status == TP_OK && d->size >= 1 && d->size <= 64 ? (size_t)d->size : 0;
    if (status == TP_OK && (d->side < 1 || d->weights % (d->side * d->side) != 0))
        status = tp_view_damaged(&d->view, d->group, "weights of square kernels", error);
    if (status == TP_OK &&
        (d->images < 1 || d->steps < 2 || d->kernels < 1 || d->weights < 1 || d->rows < 1 ||
         d->columns < 1 || d->channels < 1 || !(d->mu >= 1 && d->mu <= 1000)))
        status = tp_view_damaged(&d->view, d->group, "images, steps, kernels and weights", error);
    return status;
}

/* An image of each of the first two classes; the first channel of its kernels. */
static tp_status choose(kernels *d, tp_error *error) {
    for (size_t i = 0; i < d->images && d->shown_count < MOST_IMAGES; i++)
        if (d->shown_count == 0 || d->class[i] != d->class[d->shown[0]])
            d->shown[d->shown_count++] = i;
    for (size_t i = 0; i < d->images * d->steps * d->kernels * d->weights; i++) {
        if (!isfinite(d->weight[i]))
            return tp_view_damaged(&d->view, d->group, "finite weights", error);
        d->most = fmax(d->most, fabs(d->weight[i]));
    }
    d->most = d->most > 0 ? d->most : 1;
    return TP_OK;
}

static void draw_weights(const kernels *d, size_t image, size_t step, size_t kernel, double x,
                         double y) {
    const double *weights =
        d->weight + ((image * d->steps + step) * d->kernels + kernel) * d->weights;
    const tp_map map = {d->side,  d->side, weights, TP_PALETTE_MEMBRANE,
                        -d->most, d->most, false,   false};
    tp_map_draw(d->page, (tp_box){x, y, KERNEL, KERNEL}, &map);
}

static void draw_state(const kernels *d, size_t image, size_t kernel, double x, double y) {
    FILE *script = d->page->script;
    const double last = (double)(d->steps - 1);
    fputs("$state << EOD\n", script);
    for (size_t t = 0; t < d->steps; t++)
        fprintf(script, "%zu %g\n", t, d->r[(image * d->steps + t) * d->kernels + kernel]);
    fputs("EOD\n", script);
    const double end = d->r[(image * d->steps + d->steps - 1) * d->kernels + kernel];
    tp_page_panel(d->page, (tp_box){x, y, KERNEL, STATE});
    fprintf(script,
            "set xrange [0:%g]\nset yrange [%g:%g]\nset xtics 0,%g\nset ytics %g\n%s"
            "set arrow from graph 0,first 0 to graph 1,first 0 nohead back linewidth 0.7 linecolor "
            "rgb '%s'\nplot $state with linespoints linewidth 1.6 pointtype 7 pointsize 0.5 "
            "linecolor rgb '%s'\n",
            last, -d->mu - 0.4, d->mu + 0.4, last, d->mu, kernel > 0 ? "set format y ''\n" : "",
            TP_COLOUR_GREY, end > 0 ? TP_COLOUR_VERMILION : TP_COLOUR_BLUE);
}

static void draw_image(const kernels *d, size_t image, double y) {
    const size_t count = d->kernels < MOST_KERNELS ? d->kernels : MOST_KERNELS;
    const tp_map picture = {d->rows,
                            d->columns,
                            d->pixels + image * d->channels * d->rows * d->columns,
                            TP_PALETTE_MEMBRANE,
                            0,
                            1,
                            false,
                            false};
    tp_map_draw(d->page, (tp_box){16, y, PICTURE, PICTURE}, &picture);
    size_t class = d->class[image] >= 0 && d->class[image] < 1e6 ? (size_t)d->class[image] : 0;
    tp_page_text(d->page, 16 + PICTURE / 2.0, y + PICTURE + 14, TP_CENTRE, TP_LETTERING_SMALL,
                 "class %zu", class);
    for (size_t j = 0; j < count; j++) {
        const double x = LEFT + (double)j * PITCH;
        draw_weights(d, image, 0, j, x, y);
        draw_weights(d, image, d->steps - 1, j, x, y + KERNEL + GAP);
        draw_state(d, image, j, x, y + 2 * (KERNEL + GAP));
        tp_page_text(d->page, x + KERNEL / 2.0, y - 10, TP_CENTRE, TP_LETTERING_SMALL, "%zu", j);
    }
    static const char *const names[] = {"before", "at the end", "r"};
    for (int i = 0; i < 3; i++)
        tp_page_text(d->page, LEFT - 26, y + i * (KERNEL + GAP) + KERNEL / 2.0, TP_UPRIGHT,
                     TP_LETTERING_NOTE, "%s", names[i]);
}

static void draw_page(const kernels *d) {
    char fewer[60] = "";
    const char *channel = d->weights > d->side * d->side ? "; first channel" : "";
    if (d->kernels > MOST_KERNELS)
        snprintf(fewer, sizeof fewer, "; %d of %zu kernels", MOST_KERNELS, d->kernels);
    tp_page_begin(d->page, tp_view_heading_height(&d->view) + HEADING +
                               (double)d->shown_count * BLOCK + SCALE);
    double y = tp_view_heading(&d->view, d->page, "Kernels",
                               "weights before and after an image's modulation, and r of each "
                               "astrocyte; %s%s%s",
                               d->activity, channel, fewer) +
               HEADING;
    for (size_t i = 0; i < d->shown_count; i++, y += BLOCK)
        draw_image(d, d->shown[i], y);
    const tp_scale scale = {TP_PALETTE_MEMBRANE, -d->most, d->most, "weight", 0, NULL};
    tp_scale_draw(d->page, (tp_box){LEFT, y - 8, 300, 10}, &scale);
    tp_page_end(d->page, false);
}

/* Of the first activity whose modulation was recorded. */
static tp_status find_group(kernels *d, tp_error *error) {
    static const char *const activities[] = {"pre_mean", "post_mean", "fraction_active"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(d->group, sizeof d->group, "kernels/%s", activities[i]);
        d->activity = activities[i];
        if (tp_record_has(d->view.source->record, d->group))
            return TP_OK;
    }
    return tp_view_damaged(&d->view, "kernels", "an activity", error);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    kernels d = {.page = page};
    tp_status status = tp_view_open(source, &d.view, error);
    if (status == TP_OK)
        status = find_group(&d, error);
    if (status == TP_OK)
        status = read_arrays(&d, error);
    if (status == TP_OK)
        status = choose(&d, error);
    if (status == TP_OK)
        draw_page(&d);
    tp_view_close(&d.view);
    return status;
}

const tp_figure_kind tp_figure_kernels = {
    .figure = {"kernels", "what astrocytes do to the weights of kernels while an image is shown"},
    .experiment = "anan",
    .group = "kernels",
    .draw = draw,
};
