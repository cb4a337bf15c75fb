/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of any model: each state and each input over time, and how fast it spikes. */
#include <math.h>
#include <stdio.h>

#include "figures/cell_view.h"

enum { LEFT = 66, PLOT_WIDTH = 704, HEADING = 24, GAP = 8, FOOT = 56 };
enum { STATE_PANEL = 112, SPIKING_PANEL = 150, INPUT_PANEL = 74, RATE_PANEL = 112 };
enum { CURVE_PANEL = 240, ABOVE_CURVE = 20 };
enum { MOST_POINTS = 4000, MOST_RATES = 20000, MOST_LABELS = 12, FEW_RATES = 80 };
enum { SECONDS_FROM_MS = 2000 };

typedef struct cell_page {
    tp_cell_view cell;
    tp_page *page;
    double unit_ms; /* of the time axis */
    bool sweeps[TP_MAX_INPUTS];
    size_t panels_left; /* over time, those not drawn yet: the last has the axis */
} cell_page;

static bool spikes_in(const tp_cell_view *cell, size_t state) {
    return cell->spike_count > 0 && cell->spike_top_known && cell->model->event->state == state;
}

/* Samples with the spikes between them: what was sampled misses their tops. Where there are more
 * samples than pixels, of each few the lowest and the highest. */
static void write_series(const cell_page *c, const tp_cell_series *series, bool spikes) {
    const tp_cell_view *cell = &c->cell;
    FILE *script = c->page->script;
    const size_t every = cell->instants / MOST_POINTS + 1;
    size_t next = 0;
    fputs("$series << EOD\n", script);
    for (size_t i = 0; i < cell->instants; i += every) {
        size_t low = i, high = i, k = i;
        for (; k < i + every && k < cell->instants; k++) {
            low = series->values[k] < series->values[low] ? k : low;
            high = series->values[k] > series->values[high] ? k : high;
        }
        if (spikes && next < cell->spike_count && cell->spikes[next] <= cell->time[k - 1])
            fprintf(script, "%.9g %.7g\n", cell->spikes[next] / c->unit_ms, cell->spike_top);
        while (next < cell->spike_count && cell->spikes[next] <= cell->time[k - 1])
            next++;
        const size_t first = low < high ? low : high, last = low < high ? high : low;
        fprintf(script, "%.9g %.7g\n", cell->time[first] / c->unit_ms, series->values[first]);
        if (last != first)
            fprintf(script, "%.9g %.7g\n", cell->time[last] / c->unit_ms, series->values[last]);
    }
    if (spikes && next < cell->spike_count)
        fprintf(script, "%.9g %.7g\n", cell->spikes[next] / c->unit_ms, cell->spike_top);
    fputs("EOD\n", script);
}

/* A name and its unit over a panel at y, and a note at its right. */
static void head(const cell_page *c, double y, const char *name, const char *unit,
                 const char *note) {
    const tp_short_text written = tp_view_unit(unit);
    const double middle = y - HEADING / 2.0 + 2;
    const double room = PLOT_WIDTH - tp_page_text_width(note, TP_LETTERING_NOTE) - 90;
    tp_page_text(c->page, LEFT, middle, TP_LEFT, TP_LETTERING_HEADING,
                 written.text[0] ? "%s (%s)" : "%s%s",
                 tp_page_shorten(name, TP_LETTERING_HEADING, room).text, written.text);
    if (note[0])
        tp_page_text(c->page, LEFT + PLOT_WIDTH, middle, TP_RIGHT, TP_LETTERING_NOTE, "%s", note);
}

/* Prepares a panel over time; the last one has the axis below. */
static void time_panel(cell_page *c, double y, double height, double low, double high) {
    FILE *script = c->page->script;
    tp_page_panel(c->page, (tp_box){LEFT, y, PLOT_WIDTH, height});
    fprintf(script, "set xrange [0:%.9g]\nset yrange [%.9g:%.9g]\nset ytics %.6g\n",
            c->cell.end / c->unit_ms, low, high, tp_page_step(high - low, height > 130 ? 6 : 4));
    fprintf(script, "set grid xtics linetype 1 linewidth 0.5 linecolor rgb '%s'\n",
            TP_COLOUR_FAINT);
    if (--c->panels_left > 0) {
        fputs("set format x ''\n", script);
        return;
    }
    tp_page_text(c->page, LEFT + PLOT_WIDTH / 2.0, y + height + 36, TP_CENTRE, TP_LETTERING_HEADING,
                 "time (%s)", c->unit_ms > 1 ? "s" : "ms");
}

/* A little more than a range of values, and never nothing. */
static void widen(double *low, double *high) {
    const double size = fmax(fabs(*low), fabs(*high));
    double margin = 0.07 * (*high - *low);
    if (!(margin > 1e-9 * size))
        margin = size > 0 ? 0.1 * size : 1;
    *low -= margin;
    *high += margin;
}

/* When the level is crossed, to the right of the marks: below the line where the state rises and
 * above where it falls, there the curve is not. */
static void name_crossings(const cell_page *c, size_t state, double y_level, bool crowded) {
    const tp_cell_view *cell = &c->cell;
    double free_from[2] = {0, 0};
    for (size_t i = 0; !crowded && i < cell->crossing_count; i++) {
        if (cell->crossing_state[i] != (double)state)
            continue;
        const bool rises = cell->crossing_direction[i] > 0;
        const double x = LEFT + PLOT_WIDTH * cell->crossing_time[i] / cell->end;
        char text[40];
        snprintf(text, sizeof text, "%.4g %s", cell->crossing_time[i] / c->unit_ms,
                 c->unit_ms > 1 ? "s" : "ms");
        const double width = tp_page_text_width(text, TP_LETTERING_NOTE);
        const bool at_end = x + 8 + width > LEFT + PLOT_WIDTH;
        const double from = at_end ? x - 8 - width : x + 8;
        if (from < free_from[rises])
            continue;
        free_from[rises] = from + width + 4;
        tp_page_text(c->page, at_end ? x - 8 : x + 8, y_level + (rises ? 11 : -10),
                     at_end ? TP_RIGHT : TP_LEFT, TP_LETTERING_NOTE, "%s", text);
    }
}

/* The level's part of the plot command; its marks are triangles that point up or down. */
static size_t draw_level(const cell_page *c, size_t state) {
    const tp_cell_view *cell = &c->cell;
    const tp_cell_series *series = &cell->states[state];
    FILE *script = c->page->script;
    size_t counts[2] = {0, 0};
    for (int rises = 0; rises < 2; rises++) {
        fprintf(script, "$crossed%d << EOD\n", rises);
        for (size_t i = 0; i < cell->crossing_count; i++)
            if (cell->crossing_state[i] == (double)state &&
                (cell->crossing_direction[i] > 0) == rises) {
                fprintf(script, "%.9g %.7g\n", cell->crossing_time[i] / c->unit_ms, series->level);
                counts[rises]++;
            }
        fputs("EOD\n", script);
    }
    fprintf(script, "plot %.9g with lines linewidth 1 dashtype '-' linecolor rgb '%s', ",
            series->level, TP_COLOUR_GREY);
    for (int rises = 0; rises < 2; rises++)
        if (counts[rises] > 0)
            fprintf(script,
                    "$crossed%d with points pointtype %d pointsize 0.9 linecolor rgb '%s', ", rises,
                    rises ? 9 : 11, TP_COLOUR_BLACK);
    return counts[0] + counts[1];
}

static void draw_state(cell_page *c, size_t state, double y, double height) {
    const tp_cell_series *series = &c->cell.states[state];
    const bool spikes = spikes_in(&c->cell, state);
    double low = series->low, high = series->high;
    if (spikes)
        high = fmax(high, c->cell.spike_top);
    if (series->has_level) {
        low = fmin(low, series->level);
        high = fmax(high, series->level);
    }
    widen(&low, &high);
    time_panel(c, y, height, low, high);
    write_series(c, series, spikes);
    char note[120] = "";
    if (series->has_level) {
        const size_t count = draw_level(c, state);
        const tp_short_text unit = tp_view_unit(series->unit);
        int used = snprintf(note, sizeof note, "level %.4g%s%.20s: ", series->level,
                            unit.text[0] ? " " : "", unit.text);
        if (count > 0)
            snprintf(note + used, sizeof note - (size_t)used, "crossed %zu time%s", count,
                     count == 1 ? "" : "s");
        else
            snprintf(note + used, sizeof note - (size_t)used, "never crossed");
        name_crossings(c, state, y + height * (high - series->level) / (high - low),
                       count > MOST_LABELS);
    } else {
        fputs("plot ", c->page->script);
        if (spikes)
            snprintf(note, sizeof note, "spikes are drawn up to the threshold, %.4g",
                     c->cell.spike_top);
    }
    fprintf(c->page->script, "$series with lines linewidth %s linecolor rgb '%s'\n",
            spikes ? "0.9" : "1.5", tp_style_line(state));
    head(c, y, series->long_name, series->unit, note);
}

static void draw_input(cell_page *c, size_t input, double y) {
    const tp_cell_series *series = &c->cell.inputs[input];
    double low = fmin(series->low, 0), high = fmax(series->high, 0);
    widen(&low, &high);
    time_panel(c, y, INPUT_PANEL, low, high);
    write_series(c, series, false);
    /* The last value is that of the interval after it. */
    const size_t last = c->cell.instants - 1;
    fprintf(c->page->script,
            "$last << EOD\n%.9g %.7g\n%.9g %.7g\nEOD\nplot $series with steps linewidth 1.5 "
            "linecolor rgb '%s', $last with lines linewidth 1.5 linecolor rgb '%s'\n",
            c->cell.time[last] / c->unit_ms, series->values[last], c->cell.end / c->unit_ms,
            series->values[last], TP_COLOUR_BLACK, TP_COLOUR_BLACK);
    char note[120];
    snprintf(note, sizeof note, "input %.60s", c->cell.model->inputs[input].name);
    head(c, y, series->long_name, series->unit, note);
}

/* One over the interval before a spike, at the spike's time or at the input's value then; returns
 * the highest. */
static double write_rates(const cell_page *c, const tp_cell_series *input) {
    const tp_cell_view *cell = &c->cell;
    const size_t every = cell->spike_count / MOST_RATES + 1;
    double most = 0;
    fputs("$rates << EOD\n", c->page->script);
    for (size_t i = 1; i < cell->spike_count; i += every) {
        const double now = cell->spikes[i], interval = now - cell->spikes[i - 1];
        if (!(interval > 0))
            continue;
        const double rate = 1000 / interval;
        const double x = input ? input->values[tp_cell_instant(cell, now)] : now / c->unit_ms;
        fprintf(c->page->script, "%.9g %.7g\n", x, rate);
        most = fmax(most, rate);
    }
    /* Beyond the axis, so that there is something to plot. */
    fputs("0 -1\nEOD\n", c->page->script);
    return most > 0 ? most : 1;
}

static void plot_rates(const cell_page *c) {
    fprintf(c->page->script,
            "plot $rates with points pointtype 7 pointsize %s linecolor rgb '%s'\n",
            c->cell.spike_count > FEW_RATES ? "0.3" : "0.6", TP_COLOUR_VERMILION);
}

static void draw_rates(cell_page *c, double y) {
    const double most = write_rates(c, NULL);
    time_panel(c, y, RATE_PANEL, 0, 1.08 * most);
    plot_rates(c);
    head(c, y, "rate: 1 over the interval before each spike", "Hz", "");
}

static void draw_curve(const cell_page *c, size_t input, double y) {
    const tp_cell_series *series = &c->cell.inputs[input];
    FILE *script = c->page->script;
    const double most = write_rates(c, series);
    double low = series->low, high = series->high;
    widen(&low, &high);
    tp_page_panel(c->page, (tp_box){LEFT, y, PLOT_WIDTH, CURVE_PANEL});
    fprintf(script, "set xrange [%.9g:%.9g]\nset yrange [0:%.9g]\nset ytics %.6g\n",
            fmin(series->low, fmax(low, 0)), series->high + 0.02 * (series->high - series->low),
            1.05 * most, tp_page_step(1.05 * most, 8));
    fprintf(script, "set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb '%s'\n",
            TP_COLOUR_FAINT);
    plot_rates(c);
    head(c, y, "rate against the input at each spike", "Hz", "");
    const tp_short_text unit = tp_view_unit(series->unit);
    tp_page_text(c->page, LEFT + PLOT_WIDTH / 2.0, y + CURVE_PANEL + 36, TP_CENTRE,
                 TP_LETTERING_HEADING, unit.text[0] ? "%s (%s)" : "%s%s",
                 tp_page_shorten(series->long_name, TP_LETTERING_HEADING, PLOT_WIDTH - 80).text,
                 unit.text);
}

static double state_height(const tp_cell_view *cell, size_t state) {
    return spikes_in(cell, state) ? SPIKING_PANEL : STATE_PANEL;
}

static double page_height(cell_page *c) {
    const tp_cell_view *cell = &c->cell;
    const size_t states = cell->model->state_count, inputs = cell->model->input_count;
    double height = tp_view_heading_height(&cell->view) + FOOT;
    for (size_t s = 0; s < states; s++)
        height += HEADING + state_height(cell, s) + GAP;
    height += (double)inputs * (HEADING + INPUT_PANEL + GAP);
    c->panels_left = states + inputs + (cell->spike_count > 1);
    if (cell->spike_count > 1)
        height += HEADING + RATE_PANEL + GAP;
    for (size_t k = 0; k < inputs; k++) {
        c->sweeps[k] = tp_cell_input_sweeps(cell, k);
        height += c->sweeps[k] ? HEADING + CURVE_PANEL + ABOVE_CURVE + FOOT : 0;
    }
    return height;
}

/* "rk4, step 0.1 ms" or "cvode:adams, rtol 1e-06" */
static void describe_integrator(const tp_view *view, char *out, size_t room) {
    const double step = tp_view_number_or(view, "cell.step", NAN);
    const double rtol = tp_view_number_or(view, "cell.rtol", NAN);
    int used = snprintf(out, room, "%.40s", tp_view_word(view, "cell.integrator"));
    if (isfinite(rtol))
        snprintf(out + used, room - (size_t)used, ", rtol %g", rtol);
    else if (isfinite(step))
        snprintf(out + used, room - (size_t)used, ", step %g ms", step);
}

static void draw_page(cell_page *c) {
    tp_cell_view *cell = &c->cell;
    const tp_model *model = cell->model;
    tp_page_begin(c->page, page_height(c));
    char integrator[100], spikes[40] = "";
    describe_integrator(&cell->view, integrator, sizeof integrator);
    if (model->event)
        snprintf(spikes, sizeof spikes, "; %zu spike%s", cell->spike_count,
                 cell->spike_count == 1 ? "" : "s");
    double y = tp_view_heading(&cell->view, c->page, "Cell", "model %.60s, integrated by %s%s",
                               model->name, integrator, spikes);
    for (size_t s = 0; s < model->state_count; s++) {
        draw_state(c, s, y + HEADING, state_height(cell, s));
        y += HEADING + state_height(cell, s) + GAP;
    }
    for (size_t k = 0; k < model->input_count; k++, y += HEADING + INPUT_PANEL + GAP)
        draw_input(c, k, y + HEADING);
    if (cell->spike_count > 1) {
        draw_rates(c, y + HEADING);
        y += HEADING + RATE_PANEL + GAP;
    }
    y += FOOT;
    for (size_t k = 0; k < model->input_count; k++)
        if (c->sweeps[k]) {
            draw_curve(c, k, y + ABOVE_CURVE);
            y += HEADING + CURVE_PANEL + ABOVE_CURVE + FOOT;
        }
    tp_page_end(c->page, false);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    cell_page c = {.page = page};
    tp_status status = tp_cell_view_open(source, &c.cell, error);
    c.unit_ms = c.cell.end > SECONDS_FROM_MS ? 1000 : 1;
    if (status == TP_OK)
        draw_page(&c);
    tp_view_close(&c.cell.view);
    return status;
}

const tp_figure_kind tp_figure_cell = {
    .figure = {"cell", "states, inputs and spiking rate of one cell over time"},
    .experiment = "cell",
    .draw = draw,
};
