/* SPDX-License-Identifier: GPL-3.0-or-later */
/* F1 on the validation part over the grid of settings, mean of the folds; and how many folds chose
 * each. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "figures/map.h"
#include "figures/view.h"

enum { LEFT = 96, WIDTH = 560, CELL = 20, HEADING = 74, AXIS = 66, SCALE = 56, MOST = 64 };
enum { MOST_ACTIVITIES = 4 };

typedef struct grid {
    tp_view view;
    tp_page *page;
    size_t activities, folds, settings;
    const double *f1;        /* [activity][fold][setting] */
    const double *of[4];     /* k, mu, a, b [setting] */
    const double *chosen[4]; /* [activity][fold] */
    const char *names[MOST_ACTIVITIES];
    size_t columns, rows; /* (k, mu) across and (a, b) down */
    double low, high;
} grid;

/* Settings stand with b as the fastest, then a: those of a column, until k or mu change. */
static tp_status find_shape(grid *g, tp_error *error) {
    g->rows = 1;
    while (g->rows < g->settings && g->of[0][g->rows] == g->of[0][0] &&
           g->of[1][g->rows] == g->of[1][0])
        g->rows++;
    g->columns = g->settings / g->rows;
    if (g->columns * g->rows != g->settings || g->columns > MOST || g->rows > MOST)
        return tp_view_damaged(&g->view, "grid", "a grid of at most 64 by 64 settings", error);
    return TP_OK;
}

static tp_status read_grid(grid *g, tp_error *error) {
    static const char *const names[] = {"k", "mu", "a", "b"};
    size_t dims[3] = {TP_ANY_LENGTH, TP_ANY_LENGTH, TP_ANY_LENGTH};
    char path[40];
    tp_status status = tp_view_array(&g->view, "grid/f1", 3, dims, &g->f1, error);
    g->activities = dims[0];
    g->folds = dims[1];
    g->settings = dims[2];
    if (status == TP_OK &&
        (g->activities < 1 || g->activities > MOST_ACTIVITIES || g->folds < 1 || g->settings < 1))
        status = tp_view_damaged(&g->view, "grid/f1",
                                 "from one to four activities, folds and settings", error);
    for (int i = 0; status == TP_OK && i < 4; i++) {
        size_t both[2] = {g->activities, g->folds};
        snprintf(path, sizeof path, "grid/%s", names[i]);
        status = tp_view_array(&g->view, path, 1, &g->settings, &g->of[i], error);
        snprintf(path, sizeof path, "folds/%s", names[i]);
        if (status == TP_OK)
            status = tp_view_array(&g->view, path, 2, both, &g->chosen[i], error);
    }
    for (size_t i = 0; status == TP_OK && i < g->activities; i++)
        status = tp_view_string(&g->view, "summary/name", i + 1, &g->names[i], error);
    return status == TP_OK ? find_shape(g, error) : status;
}

static double mean_of(const grid *g, size_t activity, size_t setting) {
    double sum = 0;
    for (size_t i = 0; i < g->folds; i++)
        sum += g->f1[(activity * g->folds + i) * g->settings + setting];
    return sum / (double)g->folds;
}

static int times_chosen(const grid *g, size_t activity, size_t setting) {
    int count = 0;
    for (size_t i = 0; i < g->folds; i++) {
        bool same = true;
        for (int n = 0; n < 4; n++)
            same = same && g->chosen[n][activity * g->folds + i] == g->of[n][setting];
        count += same;
    }
    return count;
}

static void find_range(grid *g) {
    g->low = INFINITY;
    g->high = -INFINITY;
    for (size_t a = 0; a < g->activities; a++)
        for (size_t s = 0; s < g->settings; s++) {
            g->low = fmin(g->low, mean_of(g, a, s));
            g->high = fmax(g->high, mean_of(g, a, s));
        }
    if (!(g->high > g->low))
        g->high = g->low + 0.01;
}

/* What a row or a column stands for, once for each stretch of equal ones. */
static void draw_labels(const grid *g, tp_box box) {
    const double wide = box.width / (double)g->columns, high = box.height / (double)g->rows;
    for (size_t c = 0; c < g->columns; c++) {
        const double x = box.x + ((double)c + 0.5) * wide;
        tp_page_text(g->page, x, box.y + box.height + 10, TP_CENTRE, TP_LETTERING_NOTE, "%g",
                     g->of[1][c * g->rows]);
        if (c == 0 || g->of[0][c * g->rows] != g->of[0][(c - 1) * g->rows])
            tp_page_text(g->page, x, box.y + box.height + 26, TP_CENTRE, TP_LETTERING_NOTE,
                         "k = %g", g->of[0][c * g->rows]);
    }
    tp_page_text(g->page, box.x - 8, box.y + box.height + 10, TP_RIGHT, TP_LETTERING_NOTE, "mu");
    for (size_t r = 0; r < g->rows; r++) {
        const double y = box.y + ((double)r + 0.5) * high;
        tp_page_text(g->page, box.x - 8, y, TP_RIGHT, TP_LETTERING_NOTE, "%g", g->of[3][r]);
        if (r == 0 || g->of[2][r] != g->of[2][r - 1])
            tp_page_text(g->page, box.x - 42, y, TP_RIGHT, TP_LETTERING_NOTE, "a = %g",
                         g->of[2][r]);
    }
    tp_page_text(g->page, box.x - 8, box.y - 9, TP_RIGHT, TP_LETTERING_NOTE, "b");
}

static void draw_activity(const grid *g, size_t activity, double y) {
    double values[MOST * MOST];
    for (size_t s = 0; s < g->settings; s++)
        values[s % g->rows * g->columns + s / g->rows] = mean_of(g, activity, s);
    const tp_box room = {LEFT, y, WIDTH, (double)g->rows * CELL};
    const tp_map map = {g->rows, g->columns, values, TP_PALETTE_CALCIUM,
                        g->low,  g->high,    false,  false};
    const tp_box box = tp_map_fit(room, g->rows, g->columns);
    tp_map_draw(g->page, room, &map);
    tp_page_text(g->page, box.x, y - 26, TP_LEFT, TP_LETTERING_HEADING, "%s", g->names[activity]);
    draw_labels(g, box);
    for (size_t s = 0; s < g->settings; s++) {
        const int count = times_chosen(g, activity, s);
        const size_t row = s % g->rows, column = s / g->rows;
        const double x = box.x + ((double)column + 0.5) * box.width / (double)g->columns;
        const double at = y + ((double)row + 0.5) * box.height / (double)g->rows;
        if (count == 0)
            continue;
        tp_page_rectangle(g->page, (tp_box){x - 7, at - 7, 14, 14}, "#FFFFFF");
        tp_page_text(g->page, x, at, TP_CENTRE, TP_LETTERING_SMALL, "%d", count);
    }
}

static void draw_page(grid *g) {
    const double each = HEADING + (double)g->rows * CELL + AXIS - 20;
    tp_page_begin(g->page, tp_view_heading_height(&g->view) + (double)g->activities * each + SCALE);
    double y = tp_view_heading(&g->view, g->page, "Grid",
                               "F1 of class 1 (or mean F1) on the validation part, mean of %zu "
                               "folds; numbers: folds that chose the setting",
                               g->folds);
    for (size_t a = 0; a < g->activities; a++, y += each)
        draw_activity(g, a, y + HEADING - 20);
    const tp_scale scale = {TP_PALETTE_CALCIUM, g->low, g->high, "F1", 0, NULL};
    tp_scale_draw(g->page, (tp_box){LEFT + 60, y + 4, WIDTH - 120, 10}, &scale);
    tp_page_end(g->page, false);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    grid g = {.page = page};
    tp_status status = tp_view_open(source, &g.view, error);
    if (status == TP_OK)
        status = read_grid(&g, error);
    if (status == TP_OK) {
        find_range(&g);
        draw_page(&g);
    }
    tp_view_close(&g.view);
    return status;
}

const tp_figure_kind tp_figure_grid = {
    .figure = {"grid", "what each setting of the astrocytes comes to on the validation part"},
    .experiment = "anan",
    .group = "grid/f1",
    .draw = draw,
};
