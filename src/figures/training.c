/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each pattern left behind: its last noisy sample, the membranes that the sample drove, and
 * the calcium that came of it (the source's Fig. 3). */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "figures/map.h"
#include "figures/recorded.h"

enum { COLUMNS = 3, MOST_ROWS = 24, LEFT = 58, PANEL = 208, GAP = 44, HEADING = 22, BELOW = 10 };
enum { FOOT = 122, MOST_LOOKS = 500 };

static const double membrane_low = -80, membrane_high = 30;

typedef struct training {
    tp_view view;
    tp_shown_images shown;
    tp_recorded potential, calcium;
    tp_spike_list spikes; /* none where they were not recorded */
    tp_tiles tiles;
    double threshold, highest, share;
    double *map, *marks; /* of the neurons */
    double *tile_map;
    tp_page *page;
    tp_error *error;
} training;

/* What is drawn of one pattern. */
typedef struct pattern_row {
    size_t sample, of, number; /* the last sample; how many there are, counted from 1 */
    size_t potential_at, calcium_at;
    bool formed; /* calcium passed the threshold */
} pattern_row;

/* Membrane potentials at an instant. A neuron that spiked since the instant before has been reset
 * already, and is drawn at the spike's top. */
static tp_status membranes(training *t, size_t instant, double *map) {
    tp_status status = tp_recorded_map(&t->view, &t->potential, instant, map, t->error);
    const double now = t->potential.time[instant];
    const double before = instant > 0 ? t->potential.time[instant - 1] : -INFINITY;
    for (size_t i = 0; status == TP_OK && i < t->spikes.count && t->spikes.time[i] <= now; i++)
        if (t->spikes.time[i] > before && isfinite(map[t->spikes.node[i]]))
            map[t->spikes.node[i]] = membrane_high;
    return status;
}

/* The instant at which the neurons of the sample's pixels are highest. */
static tp_status find_peak(training *t, size_t sample, size_t *peak) {
    const tp_recorded *r = &t->potential;
    const double *image = t->shown.images + sample * t->view.neurons;
    const double onset = t->shown.onset[sample], end = onset + t->shown.duration[sample];
    const size_t last = tp_recorded_nearest(r, end), first = tp_recorded_nearest(r, onset);
    double best = -INFINITY;
    *peak = last;
    for (size_t k = 0; k <= last - first && k < MOST_LOOKS; k++) {
        tp_status status = membranes(t, last - k, t->map);
        if (status != TP_OK)
            return status;
        double sum = 0;
        for (size_t i = 0; i < t->view.neurons; i++)
            sum += image[i] != 0 && isfinite(t->map[i]) ? t->map[i] : 0;
        if (sum > best) {
            best = sum;
            *peak = last - k;
        }
    }
    return TP_OK;
}

static bool lies_under(const training *t, size_t pattern, size_t tile) {
    const double *image = t->view.patterns + pattern * t->view.neurons;
    return tp_tiles_share(&t->view, &t->tiles, tile / t->tiles.columns, tile % t->tiles.columns,
                          image) > t->share;
}

/* Whether an astrocyte of the next pattern, and of none so far, is above the threshold. */
static bool next_has_risen(const training *t, size_t pattern) {
    for (size_t i = 0; i < t->tiles.rows * t->tiles.columns; i++) {
        if (!(t->tile_map[i] > t->threshold) || !lies_under(t, pattern + 1, i))
            continue;
        bool before = false;
        for (size_t p = 0; p <= pattern && !before; p++)
            before = lies_under(t, p, i);
        if (!before)
            return true;
    }
    return false;
}

/* The instant, from the last sample until the next pattern's calcium rises, at which this pattern's
 * is highest. */
static tp_status find_memory(training *t, size_t pattern, pattern_row *row) {
    const size_t first = tp_recorded_nearest(&t->calcium, t->shown.onset[row->sample]);
    const size_t step = (t->calcium.instants - first) / MOST_LOOKS + 1;
    double best = -INFINITY;
    row->calcium_at = t->calcium.instants - 1;
    for (size_t i = first; i < t->calcium.instants; i += step) {
        tp_status status = tp_recorded_map(&t->view, &t->calcium, i, t->tile_map, t->error);
        if (status != TP_OK)
            return status;
        if (pattern + 1 < t->view.pattern_count && next_has_risen(t, pattern))
            break;
        double sum = 0, most = 0;
        for (size_t k = 0; k < t->tiles.rows * t->tiles.columns; k++)
            if (isfinite(t->tile_map[k]) && lies_under(t, pattern, k)) {
                sum += t->tile_map[k];
                most = fmax(most, t->tile_map[k]);
            }
        if (sum >= best) {
            best = sum;
            row->calcium_at = i;
            row->formed = most > t->threshold;
        }
    }
    return TP_OK;
}

/* The pattern's last sample that was shown while states were recorded. */
static bool find_sample(const training *t, size_t pattern, pattern_row *row) {
    const tp_recorded *r = &t->potential;
    const double end = r->time[r->instants - 1];
    *row = (pattern_row){0};
    for (size_t i = 0; i < t->shown.count; i++) {
        if (t->shown.pattern[i] != pattern)
            continue;
        row->of++;
        if (t->shown.onset[i] <= end) {
            row->sample = i;
            row->number = row->of;
        }
    }
    return row->number > 0;
}

static tp_status plan_rows(training *t, pattern_row *rows, size_t count) {
    t->highest = t->threshold;
    for (size_t p = 0; p < count; p++) {
        if (!find_sample(t, p, &rows[p])) {
            tp_fail(t->error, TP_INVALID, t->view.source->path,
                    "no sample of the pattern '%.60s' was shown, and the figure 'training' shows "
                    "the last",
                    t->view.pattern_names[p]);
            return tp_hint(t->error, t->view.partial ? "run the scenario to its end"
                                                     : "train on some: --set training.samples=10");
        }
        tp_status status = find_peak(t, rows[p].sample, &rows[p].potential_at);
        if (status == TP_OK)
            status = find_memory(t, p, &rows[p]);
        if (status == TP_OK)
            status =
                tp_recorded_map(&t->view, &t->calcium, rows[p].calcium_at, t->tile_map, t->error);
        if (status != TP_OK)
            return status;
        for (size_t i = 0; i < t->tiles.rows * t->tiles.columns; i++)
            t->highest = fmax(t->highest, t->tile_map[i]); /* leaves NAN out */
    }
    t->highest = ceil(t->highest * 10) / 10;
    return TP_OK;
}

static tp_box panel(size_t column, double y, double height) {
    return (tp_box){LEFT + (double)column * (PANEL + GAP), y, PANEL, height};
}

static tp_status draw_row(training *t, size_t p, const pattern_row *row, double y, double height,
                          bool last) {
    tp_page *page = t->page;
    const double middle = LEFT + PANEL / 2.0, pitch = PANEL + GAP, heading = y + HEADING / 2.0;
    tp_page_text(page, middle, heading, TP_CENTRE, TP_LETTERING_HEADING, "%s: sample %zu of %zu",
                 tp_page_shorten(t->view.pattern_names[p], TP_LETTERING_HEADING, 100).text,
                 row->number, row->of);
    tp_page_text(page, middle + pitch, heading, TP_CENTRE, TP_LETTERING_HEADING,
                 "membrane, %.4g ms after its onset",
                 t->potential.time[row->potential_at] - t->shown.onset[row->sample]);
    tp_page_text(page, middle + 2 * pitch, heading, TP_CENTRE, TP_LETTERING_HEADING,
                 row->formed ? "calcium at %.2f s" : "calcium at %.2f s (below threshold)",
                 t->calcium.time[row->calcium_at] / 1000);
    y += HEADING;
    tp_map map = {t->view.rows, t->view.columns, t->marks, TP_PALETTE_MARKS, -0.5, 3.5, true, last};
    tp_memory_marks(&t->view, p, t->shown.images + row->sample * t->view.neurons, t->marks);
    tp_map_draw(page, panel(0, y, height), &map);
    tp_status status = membranes(t, row->potential_at, t->map);
    if (status != TP_OK)
        return status;
    map = (tp_map){t->view.rows, t->view.columns, t->map, TP_PALETTE_MEMBRANE,
                   membrane_low, membrane_high,   true,   last};
    tp_map_draw(page, panel(1, y, height), &map);
    status = tp_recorded_map(&t->view, &t->calcium, row->calcium_at, t->tile_map, t->error);
    if (status != TP_OK)
        return status;
    map = (tp_map){
        t->tiles.rows, t->tiles.columns, t->tile_map, TP_PALETTE_CALCIUM, 0, t->highest, true,
        last};
    tp_map_draw(page, panel(2, y, height), &map);
    tp_page_text(page, LEFT - 38, y + height / 2, TP_UPRIGHT, TP_LETTERING_SMALL, "neuron row");
    tp_page_text(page, LEFT + 2 * pitch - 32, y + height / 2, TP_UPRIGHT, TP_LETTERING_SMALL,
                 "astrocyte row");
    return TP_OK;
}

static void draw_foot(training *t, double y) {
    tp_page *page = t->page;
    const double middle = LEFT + PANEL / 2.0, pitch = PANEL + GAP;
    static const char *const labels[] = {"neuron column", "neuron column", "astrocyte column"};
    for (int i = 0; i < COLUMNS; i++)
        tp_page_text(page, middle + i * pitch, y + 28, TP_CENTRE, TP_LETTERING_SMALL, "%s",
                     labels[i]);
    const tp_legend_line legend[] = {{TP_COLOUR_BLUE, "pixel of the pattern, on"},
                                     {TP_COLOUR_VERMILION, "other pixel, on by noise"},
                                     {TP_COLOUR_MISSED, "pixel of the pattern, off by noise"},
                                     {NULL, NULL}};
    tp_legend_draw(page, LEFT, y + 58, 17, legend);
    const tp_scale membrane = {TP_PALETTE_MEMBRANE,
                               membrane_low,
                               membrane_high,
                               t->spikes.time ? "membrane potential (mV); a spike is +30"
                                              : "membrane potential (mV)",
                               0,
                               NULL};
    tp_scale_draw(page, (tp_box){LEFT + pitch, y + 62, PANEL, 12}, &membrane);
    char mark[40];
    snprintf(mark, sizeof mark, "threshold %.3g", t->threshold);
    const tp_scale calcium = {TP_PALETTE_CALCIUM, 0,   t->highest, "calcium (µM)",
                              t->threshold,       mark};
    tp_scale_draw(page, (tp_box){LEFT + 2 * pitch, y + 62, PANEL, 12}, &calcium);
}

static tp_status draw_page(training *t) {
    const size_t all = t->view.pattern_count, count = all < MOST_ROWS ? all : MOST_ROWS;
    pattern_row rows[MOST_ROWS];
    tp_status status = plan_rows(t, rows, count);
    if (status != TP_OK)
        return status;
    const double tallest = 1.6 * PANEL;
    const double height =
        tp_map_fit((tp_box){0, 0, PANEL, tallest}, t->view.rows, t->view.columns).height;
    const double pitch = HEADING + height + BELOW;
    tp_page_begin(t->page, tp_view_heading_height(&t->view) + (double)count * pitch + FOOT);
    char fewer[80] = "";
    if (count < all)
        snprintf(fewer, sizeof fewer, "; the first %zu of %zu patterns", count, all);
    double y = tp_view_heading(&t->view, t->page, "Training",
                               "the sample last shown, the neurons it drives, and the calcium "
                               "before the next pattern's rises%s",
                               fewer);
    for (size_t p = 0; status == TP_OK && p < count; p++, y += pitch)
        status = draw_row(t, p, &rows[p], y, height, p + 1 == count);
    draw_foot(t, y - BELOW);
    tp_page_end(t->page, false);
    return status;
}

static tp_status read_all(training *t) {
    tp_view *view = &t->view;
    tp_status status = tp_memory_images(view, "training", &t->shown, t->error);
    if (status == TP_OK)
        status = tp_recorded_open(view, "training", "neurons", "membrane_potential", &t->potential,
                                  t->error);
    if (status == TP_OK)
        status = tp_recorded_open(view, "training", "astrocytes", "Ca", &t->calcium, t->error);
    if (status == TP_OK && tp_record_has(view->source->record, "training/spikes/neurons"))
        status = tp_memory_spikes(view, "training", &t->spikes, t->error);
    if (status == TP_OK)
        status = tp_tiles_read(view, &t->tiles, t->error);
    if (status == TP_OK)
        status = tp_view_number(view, "network.feedback.calcium", &t->threshold, t->error);
    if (status != TP_OK)
        return status;
    t->share = tp_view_number_or(view, "network.drive.more_than", 0.5);
    t->map = tp_view_alloc(view, view->neurons, sizeof *t->map, t->error);
    t->marks = tp_view_alloc(view, view->neurons, sizeof *t->marks, t->error);
    t->tile_map =
        tp_view_alloc(view, t->tiles.rows * t->tiles.columns, sizeof *t->tile_map, t->error);
    return t->map && t->marks && t->tile_map ? TP_OK : TP_FAILED;
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    training t = {.page = page, .error = error};
    tp_status status = tp_memory_view_open(source, &t.view, error);
    if (status == TP_OK)
        status = read_all(&t);
    if (status == TP_OK)
        status = draw_page(&t);
    tp_view_close(&t.view);
    return status;
}

const tp_figure_kind tp_figure_training = {
    .figure = {"training", "each pattern's last sample, the membranes it drives, the calcium"},
    .experiment = "memory",
    .draw = draw,
};
