/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A film of the run: the image shown, the neurons that spike, and the calcium. */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "figures/map.h"
#include "figures/recorded.h"
#include "figures/tests.h"

enum { LEFT = 40, PANEL = 224, GAP = 24, HEADING = 22, FOOT = 84 };
enum { TRAINING_SHEETS = 40, PAUSE_SHEETS = 20, TEST_SHEETS = 320 };

static const double spike_window = 2; /* ms */

/* A segment of the run, as it is being drawn. */
typedef struct scene {
    char segment[40];
    tp_shown_images shown;
    tp_spike_list spikes;
    tp_recorded calcium;
    size_t test; /* SIZE_MAX in training */
    size_t next_spike, next_image;
} scene;

typedef struct movie {
    tp_view view;
    tp_tiles tiles;
    double threshold, highest;
    double *image, *marks, *tile_map;
    tp_page *page;
    tp_error *error;
    double height; /* of a panel */
    size_t sheets;
} movie;

static tp_status open_scene(movie *m, size_t test, scene *s) {
    *s = (scene){.test = test};
    snprintf(s->segment, sizeof s->segment, test == SIZE_MAX ? "training" : "recall/%zu", test);
    tp_status status = tp_memory_images(&m->view, s->segment, &s->shown, m->error);
    if (status == TP_OK)
        status = tp_memory_spikes(&m->view, s->segment, &s->spikes, m->error);
    if (status == TP_OK)
        status = tp_recorded_open(&m->view, s->segment, "astrocytes", "Ca", &s->calcium, m->error);
    return status;
}

/* The image being shown at a time, or the last one before it; SIZE_MAX before the first. Times only
 * grow. */
static size_t image_before(scene *s, double ms) {
    while (s->next_image < s->shown.count && s->shown.onset[s->next_image] < ms)
        s->next_image++;
    return s->next_image - 1;
}

static void name_sheet(movie *m, const scene *s, size_t image, double ms) {
    tp_page *page = m->page;
    const char *const *names = m->view.pattern_names;
    const double middle = TP_PAGE_WIDTH / 2.0;
    const bool shown =
        image < s->shown.count && ms <= s->shown.onset[image] + s->shown.duration[image];
    const char *const name = image < s->shown.count ? names[s->shown.pattern[image]] : "";
    if (s->test != SIZE_MAX)
        tp_page_text(page, middle, 22, TP_CENTRE, TP_LETTERING_TITLE,
                     "Test %zu, %s: %.4g ms after onset", s->test, name, ms - s->shown.onset[0]);
    else if (shown)
        tp_page_text(page, middle, 22, TP_CENTRE, TP_LETTERING_TITLE,
                     "Training, %s (image %zu of %zu): %.3f s", name, image + 1, s->shown.count,
                     ms / 1000);
    else
        tp_page_text(page, middle, 22, TP_CENTRE, TP_LETTERING_TITLE, "Pause: %.3f s", ms / 1000);
}

static void mark_spikes(const movie *m, scene *s, double ms) {
    const tp_spike_list *spikes = &s->spikes;
    for (size_t i = 0; i < m->view.neurons; i++)
        m->image[i] = 0;
    while (s->next_spike < spikes->count && spikes->time[s->next_spike] <= ms - spike_window)
        s->next_spike++;
    for (size_t i = s->next_spike; i < spikes->count && spikes->time[i] <= ms; i++)
        m->image[spikes->node[i]] = 1;
}

static void draw_frame_of(movie *m) {
    tp_page *page = m->page;
    static const char *const headings[] = {"input", "spikes of the last 2 ms", "calcium"};
    const double y = 40 + HEADING + m->height;
    for (int i = 0; i < 3; i++)
        tp_page_text(page, LEFT + PANEL / 2.0 + i * (PANEL + GAP), 40 + HEADING / 2.0, TP_CENTRE,
                     TP_LETTERING_HEADING, "%s", headings[i]);
    const tp_legend_line legend[] = {{TP_COLOUR_BLUE, "in the pattern"},
                                     {TP_COLOUR_VERMILION, "not in the pattern"},
                                     {TP_COLOUR_MISSED, "in the pattern, but off"},
                                     {NULL, NULL}};
    tp_legend_draw(page, LEFT, y + 22, 17, legend);
    char mark[40];
    snprintf(mark, sizeof mark, "threshold %.3g", m->threshold);
    const tp_scale scale = {TP_PALETTE_CALCIUM, 0, m->highest, "calcium (uM)", m->threshold, mark};
    tp_scale_draw(page, (tp_box){LEFT + 2 * (PANEL + GAP), y + 26, PANEL, 12}, &scale);
}

static tp_status draw_sheet(movie *m, scene *s, double ms) {
    tp_page *page = m->page;
    if (m->sheets++ > 0)
        tp_page_end(page, true);
    const size_t image = image_before(s, ms), n = m->view.neurons;
    const bool known = image < s->shown.count;
    const bool on = known && ms <= s->shown.onset[image] + s->shown.duration[image];
    const size_t pattern = known ? s->shown.pattern[image] : 0;
    name_sheet(m, s, image, ms);
    double y = 40 + HEADING, x = LEFT;
    const double pitch = PANEL + GAP;
    tp_map map = {.rows = m->view.rows,
                  .columns = m->view.columns,
                  .values = m->marks,
                  .palette = TP_PALETTE_MARKS,
                  .low = -0.5,
                  .high = 3.5};
    for (size_t i = 0; i < n; i++)
        m->marks[i] = TP_MARK_OFF;
    if (on)
        tp_memory_marks(&m->view, pattern, s->shown.images + image * n, m->marks);
    tp_map_draw(page, (tp_box){x, y, PANEL, m->height}, &map);
    mark_spikes(m, s, ms);
    tp_memory_marks(&m->view, pattern, m->image, m->marks);
    /* Between images no neuron is missing. */
    for (size_t i = 0; i < n; i++)
        if (m->marks[i] == TP_MARK_MISSED && !on && s->test == SIZE_MAX)
            m->marks[i] = TP_MARK_OFF;
    tp_map_draw(page, (tp_box){x += pitch, y, PANEL, m->height}, &map);
    const size_t instant = tp_recorded_nearest(&s->calcium, ms);
    tp_status status = tp_recorded_map(&m->view, &s->calcium, instant, m->tile_map, m->error);
    map = (tp_map){.rows = m->tiles.rows,
                   .columns = m->tiles.columns,
                   .values = m->tile_map,
                   .palette = TP_PALETTE_CALCIUM,
                   .high = m->highest};
    if (status == TP_OK)
        tp_map_draw(page, (tp_box){x + pitch, y, PANEL, m->height}, &map);
    draw_frame_of(m);
    return status;
}

/* The training by the ends of its images, then the pause by even steps. */
static tp_status draw_training(movie *m) {
    scene s;
    tp_status status = open_scene(m, SIZE_MAX, &s);
    if (status != TP_OK)
        return status;
    const size_t step = (s.shown.count + TRAINING_SHEETS - 1) / TRAINING_SHEETS;
    const double end = s.calcium.time[s.calcium.instants - 1];
    double last = 0;
    for (size_t i = 0; status == TP_OK && i < s.shown.count; i += step) {
        const double ms = s.shown.onset[i] + s.shown.duration[i];
        if (ms > end)
            break;
        status = draw_sheet(m, &s, ms);
        last = s.shown.onset[s.shown.count - 1] + s.shown.duration[s.shown.count - 1];
    }
    for (int i = 1; status == TP_OK && last < end && i <= PAUSE_SHEETS; i++)
        status = draw_sheet(m, &s, last + (end - last) * i / PAUSE_SHEETS);
    return status;
}

static tp_status draw_tests(movie *m) {
    const double length = tp_view_number_or(&m->view, "recall.shown", 20) +
                          tp_view_number_or(&m->view, "recall.after", 60);
    const double all = length * (double)m->view.test_count;
    const double step = fmax(1, ceil(all / TEST_SHEETS));
    /* Not even one sheet of each test may be too many. */
    const size_t tests = m->view.test_count < TEST_SHEETS ? m->view.test_count : TEST_SHEETS;
    for (size_t k = 0; k < tests; k++) {
        scene s;
        tp_status status = open_scene(m, k, &s);
        if (status == TP_OK && s.shown.count == 0)
            status = tp_view_damaged(&m->view, s.segment, "an image", m->error);
        for (double since = step; status == TP_OK && since <= length; since += step)
            status = draw_sheet(m, &s, s.shown.onset[0] + since);
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}

/* The most calcium at some instants of each segment: enough for a scale. */
static tp_status find_highest(movie *m) {
    enum { LOOKS = 100 };
    m->highest = m->threshold;
    for (size_t k = 0; k <= m->view.test_count; k++) {
        char segment[40];
        snprintf(segment, sizeof segment, k == 0 ? "training" : "recall/%zu", k - 1);
        tp_recorded r;
        tp_status status = tp_recorded_open(&m->view, segment, "astrocytes", "Ca", &r, m->error);
        if (status != TP_OK)
            return status;
        for (size_t i = 0; i < r.instants; i += r.instants / LOOKS + 1) {
            status = tp_recorded_map(&m->view, &r, i, m->tile_map, m->error);
            if (status != TP_OK)
                return status;
            for (size_t a = 0; a < m->tiles.rows * m->tiles.columns; a++)
                m->highest = fmax(m->highest, m->tile_map[a]);
        }
    }
    m->highest = ceil(m->highest * 10) / 10;
    return TP_OK;
}

static tp_status prepare(movie *m) {
    tp_view *view = &m->view;
    tp_status status = tp_tiles_read(view, &m->tiles, m->error);
    if (status == TP_OK)
        status = tp_view_number(view, "network.feedback.calcium", &m->threshold, m->error);
    if (status != TP_OK)
        return status;
    m->image = tp_view_alloc(view, view->neurons, sizeof *m->image, m->error);
    m->marks = tp_view_alloc(view, view->neurons, sizeof *m->marks, m->error);
    m->tile_map =
        tp_view_alloc(view, m->tiles.rows * m->tiles.columns, sizeof *m->tile_map, m->error);
    if (!m->image || !m->marks || !m->tile_map)
        return TP_FAILED;
    const tp_box room = {0, 0, PANEL, 1.6 * PANEL};
    m->height = tp_map_fit(room, view->rows, view->columns).height;
    return find_highest(m);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    movie m = {.page = page, .error = error};
    tp_status status = tp_memory_view_open(source, &m.view, error);
    if (status == TP_OK)
        status = prepare(&m);
    if (status == TP_OK) {
        tp_page_begin(page, 40 + HEADING + m.height + FOOT);
        status = draw_training(&m);
        if (status == TP_OK)
            status = draw_tests(&m);
        tp_page_end(page, false);
    }
    tp_view_close(&m.view);
    return status;
}

const tp_figure_kind tp_figure_movie = {
    .figure = {"movie", "input, spikes and calcium, animated (-o FILE.gif)"},
    .experiment = "memory",
    .film = true,
    .draw = draw,
};
