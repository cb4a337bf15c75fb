/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each test got and gave back: pattern, noisy input, response by each readout, calcium (the
 * source's Fig. 5 and 7). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "figures/map.h"
#include "figures/recorded.h"
#include "figures/tests.h"

enum {
    MOST_ROWS = 24,
    LEFT = 46,
    RIGHT = 16,
    GAP = 10,
    HEADING = 24,
    BELOW = 32,
    FOOT = 100,
    LEAST = 56 /* for the words at a row's side */
};

typedef struct recall {
    tp_view view;
    tp_page *page;
    tp_error *error;
    tp_tiles tiles;
    double threshold, highest;
    size_t shown[TP_MOST_READOUTS], shown_count; /* which readouts have a panel */
    bool calcium;
    double *marks;
    double side, height; /* of a panel */
} recall;

/* The frames with panels (three at most, the first and the last among them), then the count. */
static void choose_readouts(recall *r, const tp_test *test) {
    enum { MOST_FRAMES = 3 };
    const size_t frames = test->readout_count - 1;
    const size_t count = frames < MOST_FRAMES ? frames : MOST_FRAMES;
    for (size_t i = 0; i < count; i++)
        r->shown[r->shown_count++] = 1 + (count > 1 ? i * (frames - 1) / (count - 1) : 0);
    r->shown[r->shown_count++] = 0;
}

static tp_box next_panel(recall *r, double *x, double y) {
    const tp_box box = {*x, y, r->side, r->height};
    *x += r->side + GAP;
    return box;
}

static void draw_marks(recall *r, size_t pattern, const double *image, tp_box box,
                       double accuracy) {
    tp_memory_marks(&r->view, pattern, image, r->marks);
    const tp_map map = {r->view.rows, r->view.columns, r->marks, TP_PALETTE_MARKS, -0.5,
                        3.5,          false,           false};
    tp_map_draw(r->page, box, &map);
    if (isfinite(accuracy))
        tp_page_text(r->page, box.x + box.width / 2, box.y + box.height + 11, TP_CENTRE,
                     TP_LETTERING_HEADING, "%.3f", accuracy);
}

static void draw_test(recall *r, size_t k, const tp_test *test, double y) {
    double x = LEFT;
    const size_t pattern = test->pattern, n = r->view.neurons;
    const char *name = r->view.pattern_names[pattern];
    tp_page_text(r->page, 14, y + r->height / 2, TP_UPRIGHT, TP_LETTERING_HEADING, "%s",
                 tp_page_shorten(name, TP_LETTERING_HEADING, fmax(r->height, LEAST)).text);
    tp_page_text(r->page, 31, y + r->height / 2, TP_UPRIGHT, TP_LETTERING_NOTE, "test %zu", k);
    draw_marks(r, pattern, r->view.patterns + pattern * n, next_panel(r, &x, y), NAN);
    draw_marks(r, pattern, test->input, next_panel(r, &x, y), test->input_accuracy);
    for (size_t i = 0; i < r->shown_count; i++)
        draw_marks(r, pattern, test->responses + r->shown[i] * n, next_panel(r, &x, y),
                   test->accuracy[r->shown[i]]);
    if (!r->calcium)
        return;
    const tp_map map = {
        r->tiles.rows, r->tiles.columns, test->calcium, TP_PALETTE_CALCIUM, 0, r->highest, false,
        false};
    tp_map_draw(r->page, next_panel(r, &x, y), &map);
}

/* Of the readout "frame at 4.4 ms": "spikes at 4.4 ms" would be too wide. */
static const char *frame_time(const char *readout) {
    const char *time = strstr(readout, "at ");
    return time ? time : readout;
}

static void draw_heads(recall *r, const tp_test *test, double y) {
    double x = LEFT + r->side / 2;
    const double pitch = r->side + GAP;
    tp_page_text(r->page, x, y, TP_CENTRE, TP_LETTERING_HEADING, "pattern");
    tp_page_text(r->page, x += pitch, y, TP_CENTRE, TP_LETTERING_HEADING, "noisy input");
    for (size_t i = 0; i < r->shown_count; i++)
        tp_page_text(r->page, x += pitch, y, TP_CENTRE, TP_LETTERING_HEADING, "%s",
                     r->shown[i] ? frame_time(test->readouts[r->shown[i]]) : "recalled");
    if (r->calcium)
        tp_page_text(r->page, x + pitch, y, TP_CENTRE, TP_LETTERING_HEADING, "calcium");
}

static void draw_foot(recall *r, const tp_test *test, double y) {
    const tp_legend_line legend[] = {{TP_COLOUR_BLUE, "on, and in the pattern"},
                                     {TP_COLOUR_VERMILION, "on, but not in the pattern"},
                                     {TP_COLOUR_MISSED, "in the pattern, but off"},
                                     {NULL, NULL}};
    tp_legend_draw(r->page, LEFT, y + 18, 17, legend);
    const double middle = LEFT + 200;
    tp_page_text(r->page, middle, y + 18, TP_LEFT, TP_LETTERING_NOTE,
                 "beneath each map: balanced accuracy");
    tp_page_text(r->page, middle, y + 35, TP_LEFT, TP_LETTERING_NOTE,
                 "at t: spikes in the %g ms up to t after onset",
                 tp_view_number_or(&r->view, "recall.readout.window", NAN));
    tp_page_text(r->page, middle, y + 52, TP_LEFT, TP_LETTERING_NOTE,
                 "recalled: at least %g spikes during the input",
                 tp_view_number_or(&r->view, "recall.readout.count", NAN));
    if (!r->calcium)
        return;
    tp_page_text(r->page, middle, y + 69, TP_LEFT, TP_LETTERING_NOTE, "calcium: at %.4g ms",
                 test->calcium_time);
    char mark[40];
    snprintf(mark, sizeof mark, "threshold %.3g", r->threshold);
    const tp_scale scale = {TP_PALETTE_CALCIUM, 0, r->highest, "calcium (µM)", r->threshold, mark};
    tp_scale_draw(r->page, (tp_box){TP_PAGE_WIDTH - RIGHT - 200, y + 26, 190, 12}, &scale);
}

static tp_status draw_page(recall *r, const tp_test *tests, size_t count) {
    tp_page *page = r->page;
    const size_t panels = 2 + r->shown_count + r->calcium;
    r->side = (TP_PAGE_WIDTH - LEFT - RIGHT - GAP * ((double)panels - 1)) / (double)panels;
    const tp_box room = {0, 0, r->side, 1.6 * r->side};
    r->height = tp_map_fit(room, r->view.rows, r->view.columns).height;
    const double pitch = fmax(r->height + BELOW, LEAST + GAP);
    tp_page_begin(page, tp_view_heading_height(&r->view) + HEADING + (double)count * pitch + FOOT);
    char fewer[80] = "";
    if (count < r->view.test_count)
        snprintf(fewer, sizeof fewer, "; the first %zu of %zu tests", count, r->view.test_count);
    double y = tp_view_heading(&r->view, page, "Recall",
                               "what each test was shown, with noise of %.3g, and which neurons "
                               "answered%s",
                               tests[0].noise, fewer);
    draw_heads(r, &tests[0], y + HEADING / 2.0);
    y += HEADING;
    for (size_t k = 0; k < count; k++, y += pitch)
        draw_test(r, k, &tests[k], y);
    draw_foot(r, &tests[0], y);
    tp_page_end(page, false);
    return TP_OK;
}

static tp_status read_and_draw(recall *r) {
    tp_view *view = &r->view;
    tp_test tests[MOST_ROWS] = {0};
    const size_t count = view->test_count < MOST_ROWS ? view->test_count : MOST_ROWS;
    tp_status status = tp_memory_need_tests(view, r->error);
    if (status == TP_OK)
        status = tp_tiles_read(view, &r->tiles, r->error);
    if (status == TP_OK)
        status = tp_view_number(view, "network.feedback.calcium", &r->threshold, r->error);
    r->highest = r->threshold;
    r->calcium = true;
    for (size_t k = 0; status == TP_OK && k < count; k++) {
        status = tp_test_read(view, k, &tests[k], r->error);
        if (status == TP_OK && tests[k].readout_count != tests[0].readout_count)
            status = tp_view_damaged(view, "recall/*/readouts/readout",
                                     "the same readouts in all tests", r->error);
        if (status == TP_OK)
            status = tp_test_read_calcium(view, k, &r->tiles, &tests[k], r->error);
        r->calcium = r->calcium && status == TP_OK && tests[k].calcium;
        for (size_t i = 0; r->calcium && i < r->tiles.rows * r->tiles.columns; i++)
            r->highest = fmax(r->highest, tests[k].calcium[i]);
    }
    if (status != TP_OK)
        return status;
    r->highest = ceil(r->highest * 10) / 10;
    r->marks = tp_view_alloc(view, view->neurons, sizeof *r->marks, r->error);
    if (!r->marks)
        return TP_FAILED;
    choose_readouts(r, &tests[0]);
    return draw_page(r, tests, count);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    recall r = {.page = page, .error = error};
    tp_status status = tp_memory_view_open(source, &r.view, error);
    if (status == TP_OK)
        status = read_and_draw(&r);
    tp_view_close(&r.view);
    return status;
}

const tp_figure_kind tp_figure_recall = {
    .figure = {"recall", "each test's pattern, noisy input, response and calcium"},
    .experiment = "memory",
    .draw = draw,
};
