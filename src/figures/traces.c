/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Membrane potentials of three neurons and the calcium of the astrocytes above them, from the start
 * through the first test (the source's Fig. 4). */
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "figures/traces_choice.h"

enum { PANEL = 92, CALCIUM_PANEL = 120, HEADING = 24, FOOT = 60 };

static const double lowest = -88, spike_top = 30, highest = 36;
static const char *const colours[TP_ROLES] = {TP_COLOUR_BLUE, TP_COLOUR_VERMILION, TP_COLOUR_BLACK};

typedef struct traces {
    tp_view view;
    tp_timeline timeline;
    tp_tiles tiles;
    tp_recorded potential[TP_PARTS], calcium[TP_PARTS];
    tp_spike_list spikes[TP_PARTS];
    bool spikes_known;
    double threshold;
    tp_traced traced[TP_ROLES];
    tp_page *page;
    tp_error *error;
} traces;

/* The samples of a segment with its spikes between them: what was sampled misses their tops. After
 * a spike the line goes straight down to the next sample's potential, for that is what is known. */
static void write_potential(const traces *t, int part, int segment, const double *series,
                            size_t neuron) {
    const tp_recorded *r = &t->potential[segment];
    const tp_spike_list *spikes = &t->spikes[segment];
    size_t s = 0;
    for (size_t i = 0; i < r->instants; i++) {
        for (; s < spikes->count && spikes->time[s] <= r->time[i]; s++)
            if (spikes->node[s] == neuron) {
                const double when = tp_timeline_axis(&t->timeline, (tp_part)part, spikes->time[s]);
                fprintf(t->page->script, "%.7g %g\n%.7g %.5g\n", when, spike_top, when, series[i]);
            }
        fprintf(t->page->script, "%.7g %.5g\n",
                tp_timeline_axis(&t->timeline, (tp_part)part, r->time[i]), series[i]);
    }
}

static tp_status draw_potential(traces *t, int role, double y) {
    FILE *script = t->page->script;
    const tp_traced *traced = &t->traced[role];
    const double *series[TP_PARTS] = {NULL};
    tp_status status = TP_OK;
    for (int k = 0; status == TP_OK && k < TP_PARTS; k++)
        status = tp_recorded_series(&t->view, &t->potential[k], traced->row, traced->column,
                                    &series[k], t->error);
    for (int part = 0; status == TP_OK && part < TP_PARTS; part++) {
        fputs("$trace << EOD\n", script);
        for (int k = 0; k < TP_PARTS; k++)
            write_potential(t, part, k, series[k], traced->neuron);
        fputs("EOD\n", script);
        tp_timeline_panel(&t->timeline, t->page, (tp_part)part, y, PANEL, lowest, highest, false);
        fputs("set ytics -80,40\n", script);
        tp_timeline_shade(t->page, (tp_part)part, lowest, highest);
        fprintf(script, ", $trace with lines linewidth 0.8 linecolor rgb '%s'\n", colours[role]);
    }
    tp_page_text(t->page, 18, y + PANEL / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL, "membrane (mV)");
    return status;
}

static void head_potential(const traces *t, int role, double y) {
    static const char *const what[TP_ROLES] = {"Neuron of the pattern", "Background neuron",
                                               "Background neuron"};
    const tp_traced *traced = &t->traced[role];
    const tp_box box = tp_timeline_box(TP_PART_RUN, y, 0);
    tp_page_text(t->page, box.x, y, TP_LEFT, TP_LETTERING_HEADING,
                 "%s (row %zu, column %zu) under %s astrocyte (row %zu, column %zu)", what[role],
                 traced->row, traced->column, traced->active ? "an active" : "a quiet",
                 traced->tile_row, traced->tile_column);
}

static tp_status write_calcium(traces *t, int part, int role, double *most) {
    FILE *script = t->page->script;
    const tp_traced *traced = &t->traced[role];
    fprintf(script, "$calcium%d << EOD\n", role);
    for (int k = 0; k < TP_PARTS; k++) {
        const tp_recorded *r = &t->calcium[k];
        const double *series = NULL;
        tp_status status = tp_recorded_series(&t->view, r, traced->tile_row, traced->tile_column,
                                              &series, t->error);
        if (status != TP_OK)
            return status;
        for (size_t i = 0; i < r->instants; i++) {
            *most = fmax(*most, series[i]);
            fprintf(script, "%.7g %.5g\n",
                    tp_timeline_axis(&t->timeline, (tp_part)part, r->time[i]), series[i]);
        }
    }
    fputs("EOD\n", script);
    return TP_OK;
}

static tp_status draw_calcium(traces *t, double y) {
    FILE *script = t->page->script;
    const tp_box box = tp_timeline_box(TP_PART_RUN, y, CALCIUM_PANEL);
    double most = t->threshold;
    for (int part = 0; part < TP_PARTS; part++) {
        for (int role = 0; role < TP_ROLES; role++)
            if (t->traced[role].found) {
                tp_status status = write_calcium(t, part, role, &most);
                if (status != TP_OK)
                    return status;
            }
        const double top = 1.12 * most;
        tp_timeline_panel(&t->timeline, t->page, (tp_part)part, y, CALCIUM_PANEL, 0, top, true);
        fprintf(script, "set ytics %.6g\n", tp_page_step(top, 5));
        tp_timeline_shade(t->page, (tp_part)part, 0, top);
        fprintf(script, ", %.6g with lines linewidth 1 dashtype '-' linecolor rgb '%s'",
                t->threshold, TP_COLOUR_GREY);
        /* Two of the neurons may share an astrocyte: both lines are to be seen. */
        for (int role = TP_ROLES; role-- > 0;)
            if (t->traced[role].found)
                fprintf(script, ", $calcium%d with lines linewidth %d%s linecolor rgb '%s'", role,
                        role == TP_ROLE_PATTERN ? 3 : 2,
                        role == TP_ROLE_BACKGROUND ? " dashtype '_'" : "", colours[role]);
        fputc('\n', script);
    }
    const double line = t->threshold / (1.12 * most);
    tp_page_text(t->page, tp_timeline_box(TP_PART_TEST, 0, 0).x + 6,
                 y + CALCIUM_PANEL * (1 - line) + (line > 0.8 ? 9 : -9), TP_LEFT, TP_LETTERING_NOTE,
                 "threshold %.3g µM", t->threshold);
    tp_page_text(t->page, 18, y + CALCIUM_PANEL / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL,
                 "calcium (µM)");
    tp_page_text(t->page, box.x, y - HEADING / 2.0, TP_LEFT, TP_LETTERING_HEADING,
                 "Calcium of the astrocytes above these neurons, in the colours of the neurons");
    return TP_OK;
}

/* What is missing and why, in words. */
static void draw_notes(const traces *t, double y) {
    static const char *const missing[TP_ROLES] = {"no neuron of the pattern",
                                                  "no background neuron under an active astrocyte",
                                                  "no background neuron under quiet astrocytes"};
    const double middle = TP_PAGE_WIDTH / 2.0;
    for (int role = 0; role < TP_ROLES; role++)
        if (!t->traced[role].found) {
            tp_page_text(t->page, middle, y, TP_CENTRE, TP_LETTERING_NOTE,
                         "There is %s among those recorded.", missing[role]);
            y += 16;
        }
    if (!t->spikes_known)
        tp_page_text(t->page, middle, y, TP_CENTRE, TP_LETTERING_NOTE,
                     "Spikes were not recorded; only the sampled membrane potential is drawn.");
}

static tp_status draw_page(traces *t) {
    size_t panels = 0, notes = !t->spikes_known;
    for (int role = 0; role < TP_ROLES; role++) {
        panels += t->traced[role].found;
        notes += !t->traced[role].found;
    }
    tp_page_begin(t->page, tp_view_heading_height(&t->view) + TP_BAND_HEIGHT +
                               (double)panels * (HEADING + PANEL) + HEADING + CALCIUM_PANEL + FOOT +
                               16 * (double)notes);
    double y = tp_view_heading(&t->view, t->page, "Traces",
                               "through the first test (left), its detail (right); grey stretches: "
                               "an image is shown");
    tp_timeline_data(&t->timeline, t->page);
    tp_timeline_band(&t->timeline, t->page, y);
    y += TP_BAND_HEIGHT;
    tp_status status = TP_OK;
    for (int role = 0; status == TP_OK && role < TP_ROLES; role++) {
        if (!t->traced[role].found)
            continue;
        head_potential(t, role, y + HEADING / 2.0);
        status = draw_potential(t, role, y + HEADING);
        y += HEADING + PANEL;
    }
    y += HEADING;
    if (status == TP_OK)
        status = draw_calcium(t, y);
    draw_notes(t, y + CALCIUM_PANEL + 54);
    tp_page_end(t->page, false);
    return status;
}

static tp_status choose(traces *t) {
    double *map = tp_view_alloc(&t->view, t->tiles.rows * t->tiles.columns, sizeof *map, t->error);
    if (!map)
        return TP_FAILED;
    const size_t before = t->calcium[TP_PART_RUN].instants - 1;
    tp_status status = tp_recorded_map(&t->view, &t->calcium[TP_PART_RUN], before, map, t->error);
    const tp_choice choice = {&t->view, &t->timeline, &t->tiles, &t->potential[TP_PART_RUN],
                              map,      t->threshold, t->spikes};
    if (status == TP_OK)
        status = tp_traces_choose(&choice, t->traced, t->error);
    bool found = false;
    for (int role = 0; role < TP_ROLES; role++)
        found = found || t->traced[role].found;
    if (status != TP_OK || found)
        return status;
    tp_fail(t->error, TP_INVALID, t->view.source->path,
            "holds no neuron whose membrane was recorded together with the calcium of all "
            "astrocytes above it, which the figure 'traces' needs");
    return tp_hint(t->error, "let record.neuron_region and record.astrocyte_region overlap, or "
                             "leave them out");
}

static tp_status read_all(traces *t) {
    static const char *const segments[TP_PARTS] = {"training", "recall/0"};
    tp_view *view = &t->view;
    tp_status status = tp_timeline_read(view, &t->timeline, t->error);
    if (status == TP_OK)
        status = tp_tiles_read(view, &t->tiles, t->error);
    if (status == TP_OK)
        status = tp_view_number(view, "network.feedback.calcium", &t->threshold, t->error);
    t->spikes_known = tp_record_has(view->source->record, "training/spikes/neurons");
    for (int k = 0; status == TP_OK && k < TP_PARTS; k++) {
        status = tp_recorded_open(view, segments[k], "neurons", "membrane_potential",
                                  &t->potential[k], t->error);
        if (status == TP_OK)
            status =
                tp_recorded_open(view, segments[k], "astrocytes", "Ca", &t->calcium[k], t->error);
        if (status == TP_OK && t->spikes_known)
            status = tp_memory_spikes(view, segments[k], &t->spikes[k], t->error);
    }
    return status;
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    traces t = {.page = page, .error = error};
    tp_status status = tp_memory_view_open(source, &t.view, error);
    if (status == TP_OK)
        status = read_all(&t);
    if (status == TP_OK)
        status = choose(&t);
    if (status == TP_OK)
        status = draw_page(&t);
    tp_view_close(&t.view);
    return status;
}

const tp_figure_kind tp_figure_traces = {
    .figure = {"traces", "membranes of three neurons and the calcium above them, over time"},
    .experiment = "memory",
    .draw = draw,
};
