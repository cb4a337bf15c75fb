/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All spikes from the start through the first test, and how often each group of neurons spikes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "figures/map.h"
#include "figures/timeline.h"

enum { GROUPS = 3, RASTER_HEIGHT = 360, RATE_HEIGHT = 96, GAP = 12, FOOT = 84 };
enum { MOST_TICKS = 200000, MOST_SVG_TICKS = 60000, TICK_PIXELS = 1 };

/* A neuron's group: the tested pattern's pixels, other patterns' pixels, none's. */
typedef enum group { GROUP_OTHERS, GROUP_PATTERNS, GROUP_TESTED } group;

static const char *const colours[GROUPS] = {"#8C8C8C", TP_COLOUR_VERMILION, TP_COLOUR_BLUE};
static const double bin_ms[TP_PARTS] = {10, 1};

typedef struct raster {
    tp_view view;
    tp_timeline timeline;
    tp_spike_list spikes[TP_PARTS];
    unsigned char *groups; /* of each neuron */
    size_t sizes[GROUPS];
    size_t every; /* one spike of that many is drawn */
    tp_page *page;
} raster;

static void sort_neurons(raster *r) {
    for (size_t i = 0; i < r->view.neurons; i++) {
        group found = GROUP_OTHERS;
        for (size_t p = 0; p < r->view.pattern_count; p++)
            if (r->view.patterns[p * r->view.neurons + i] != 0)
                found = p == r->timeline.pattern || found == GROUP_TESTED ? GROUP_TESTED
                                                                          : GROUP_PATTERNS;
        r->groups[i] = (unsigned char)found;
        r->sizes[found]++;
    }
}

/* Each spike is a short upright line: of all that gnuplot draws, that makes the smallest SVG. */
static void write_ticks(const raster *r, int part) {
    FILE *script = r->page->script;
    const double half = fmax(0.5, TICK_PIXELS / 2.0 * (double)r->view.neurons / RASTER_HEIGHT);
    for (int g = 0; g < GROUPS; g++) {
        fprintf(script, "$ticks%d << EOD\n", g);
        /* The left panel has the test too, as a narrow strip. */
        for (int from = part; from < TP_PARTS; from++)
            for (size_t i = 0; i < r->spikes[from].count; i += r->every) {
                if (r->groups[r->spikes[from].node[i]] != g)
                    continue;
                const double x =
                    tp_timeline_axis(&r->timeline, (tp_part)part, r->spikes[from].time[i]);
                const double y = (double)r->spikes[from].node[i];
                fprintf(script, "%.6g %.6g\n%.6g %.6g\n\n", x, y - half, x, y + half);
            }
        fputs("EOD\n", script);
    }
}

static void draw_raster(const raster *r, int part, double y) {
    FILE *script = r->page->script;
    const double high = -0.5, low = (double)r->view.neurons - 0.5;
    write_ticks(r, part);
    tp_timeline_panel(&r->timeline, r->page, (tp_part)part, y, RASTER_HEIGHT, low, high, false);
    tp_timeline_shade(r->page, (tp_part)part, low, high);
    for (int g = 0; g < GROUPS; g++)
        if (r->sizes[g] > 0)
            fprintf(script, ", $ticks%d with lines linewidth 0.8 linecolor rgb '%s'", g,
                    colours[g]);
    fputc('\n', script);
}

/* Spikes of each group in each bin, as a rate of one neuron; returns the highest. */
static double write_rates(raster *r, int part, tp_error *error) {
    FILE *script = r->page->script;
    const double start = part == TP_PART_RUN ? 0 : r->timeline.onset, width = bin_ms[part];
    const double span = r->timeline.end - start;
    const size_t bins = (size_t)fmin(ceil(span / width), 100000);
    size_t *counts = tp_view_alloc(&r->view, bins * GROUPS, sizeof *counts, error);
    if (!counts)
        return -1;
    for (int from = part; from < TP_PARTS; from++)
        for (size_t i = 0; i < r->spikes[from].count; i++) {
            /* A spike is stamped with the end of its step: (a, b] and not [a, b). */
            const double place = ceil((r->spikes[from].time[i] - start) / width - 1e-9) - 1;
            if (place >= 0 && place < (double)bins)
                counts[(size_t)place * GROUPS + r->groups[r->spikes[from].node[i]]]++;
        }
    double highest = 0;
    for (int g = 0; g < GROUPS; g++) {
        fprintf(script, "$rate%d << EOD\n", g);
        const double neurons = (double)(r->sizes[g] ? r->sizes[g] : 1);
        for (size_t b = 0; b < bins; b++) {
            const double rate = (double)counts[b * GROUPS + (size_t)g] / neurons / width * 1000;
            highest = fmax(highest, rate);
            fprintf(script, "%.7g %.4g\n",
                    tp_timeline_axis(&r->timeline, (tp_part)part, start + (double)b * width), rate);
        }
        fputs("EOD\n", script);
    }
    return highest;
}

static tp_status draw_rates(raster *r, int part, double y, tp_error *error) {
    FILE *script = r->page->script;
    double highest = write_rates(r, part, error);
    if (highest < 0)
        return TP_FAILED;
    highest = fmax(1, highest * 1.08);
    tp_timeline_panel(&r->timeline, r->page, (tp_part)part, y, RATE_HEIGHT, 0, highest, true);
    fputs("set format y '%g'\n", script);
    fprintf(script, "set ytics %.6g\n", tp_page_step(highest, 5));
    tp_timeline_shade(r->page, (tp_part)part, 0, highest);
    for (int g = 0; g < GROUPS; g++)
        if (r->sizes[g] > 0)
            fprintf(script, ", $rate%d with steps linewidth 1.2 linecolor rgb '%s'", g, colours[g]);
    fputc('\n', script);
    return TP_OK;
}

static void draw_key(const raster *r, double y) {
    char names[GROUPS][TP_LONGEST_TEXT + 60];
    snprintf(
        names[GROUP_TESTED], sizeof names[0], "pixels of %s (%zu)",
        tp_page_shorten(r->view.pattern_names[r->timeline.pattern], TP_LETTERING_SMALL, 150).text,
        r->sizes[GROUP_TESTED]);
    snprintf(names[GROUP_PATTERNS], sizeof names[0], "of other patterns alone (%zu)",
             r->sizes[GROUP_PATTERNS]);
    snprintf(names[GROUP_OTHERS], sizeof names[0], "of no pattern (%zu)", r->sizes[GROUP_OTHERS]);
    double x = tp_timeline_box(TP_PART_RUN, 0, 0).x;
    for (int g = GROUPS; g-- > 0;) {
        const tp_legend_line lines[] = {{colours[g], names[g]}, {NULL, NULL}};
        if (r->sizes[g] == 0)
            continue;
        tp_legend_draw(r->page, x, y, 0, lines);
        x += 44 + tp_page_text_width(names[g], TP_LETTERING_SMALL);
    }
}

static tp_status draw_page(raster *r, tp_error *error) {
    tp_page *page = r->page;
    const size_t spikes = r->spikes[0].count + r->spikes[1].count;
    const size_t most = page->format == TP_FORMAT_SVG ? MOST_SVG_TICKS : MOST_TICKS;
    r->every = spikes / most + 1;
    char thinned[60] = "";
    if (r->every > 1)
        snprintf(thinned, sizeof thinned, ", one in %zu drawn", r->every);
    tp_page_begin(page, tp_view_heading_height(&r->view) + TP_BAND_HEIGHT + RASTER_HEIGHT + GAP +
                            RATE_HEIGHT + FOOT);
    double y = tp_view_heading(&r->view, page, "Spikes",
                               "through the first test (left), its detail (right): %zu spikes%s; "
                               "grey stretches: an image is shown",
                               spikes, thinned);
    tp_timeline_data(&r->timeline, page);
    tp_timeline_band(&r->timeline, page, y);
    y += TP_BAND_HEIGHT;
    tp_page_text(page, 16, y + RASTER_HEIGHT / 2.0, TP_UPRIGHT, TP_LETTERING_HEADING,
                 "neuron (%zu × row + column)", r->view.columns);
    tp_page_text(page, 16, y + RASTER_HEIGHT + GAP + RATE_HEIGHT / 2.0, TP_UPRIGHT,
                 TP_LETTERING_HEADING, "rate (Hz)");
    tp_status status = TP_OK;
    for (int part = 0; status == TP_OK && part < TP_PARTS; part++) {
        draw_raster(r, part, y);
        status = draw_rates(r, part, y + RASTER_HEIGHT + GAP, error);
    }
    draw_key(r, page->height - 20);
    tp_page_end(page, false);
    return status;
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    raster r = {.page = page};
    tp_status status = tp_memory_view_open(source, &r.view, error);
    if (status == TP_OK)
        status = tp_timeline_read(&r.view, &r.timeline, error);
    if (status == TP_OK)
        status = tp_memory_spikes(&r.view, "training", &r.spikes[TP_PART_RUN], error);
    if (status == TP_OK)
        status = tp_memory_spikes(&r.view, "recall/0", &r.spikes[TP_PART_TEST], error);
    if (status == TP_OK) {
        r.groups = tp_view_alloc(&r.view, r.view.neurons, 1, error);
        status = r.groups ? TP_OK : TP_FAILED;
    }
    if (status == TP_OK) {
        sort_neurons(&r);
        status = draw_page(&r, error);
    }
    tp_view_close(&r.view);
    return status;
}

const tp_figure_kind tp_figure_raster = {
    .figure = {"raster", "all spikes through training and the first test, and their rates"},
    .experiment = "memory",
    .draw = draw,
};
