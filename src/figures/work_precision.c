/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error of each integrator against the time it took, from coarse to fine. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "figures/view.h"

enum { LEFT = 76, PLOT_WIDTH = 500, PLOT_HEIGHT = 220, HEADING = 26, BELOW = 52, FOOT = 12 };
enum { KEY_LEFT = LEFT + PLOT_WIDTH + 20, PITCH = 19, KEY_NOTES = 4 };
/* Colours and shapes come round after different numbers, so that no two lines are alike. */
enum { SHAPES = 6, MOST_INTEGRATORS = SHAPES * TP_LINE_COLOURS, MOST_RUNS = 10000 };
enum { MOST_DECADES = 14 };

static const struct {
    const char *name, *heading, *label;
    bool pixels; /* whose recall is looked at */
} subjects[] = {
    {"neuron", "neuron: largest error of a spike's time", "error (ms)", false},
    {"astrocyte", "astrocyte: largest error of calcium", "error (µM)", false},
    {"network", "network: 99 % of a recall's spikes move by less", "shift (ms)", true},
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

typedef struct measured {
    size_t subject, integrator; /* SUBJECTS: of another */
    double setting, seconds, error;
    bool adaptive, changed;
} measured;

typedef struct work {
    tp_view view;
    tp_page *page;
    size_t count;
    measured *runs;
    const char *integrators[MOST_INTEGRATORS];
    bool adaptive[MOST_INTEGRATORS];
    size_t integrator_count;
    bool changed; /* some run changed pixels */
} work;

static tp_status find_integrator(work *w, const char *name, size_t *index, tp_error *error) {
    for (*index = 0; *index < w->integrator_count; ++*index)
        if (strcmp(w->integrators[*index], name) == 0)
            return TP_OK;
    if (w->integrator_count == MOST_INTEGRATORS)
        return tp_view_damaged(&w->view, "work_precision/integrator", "fewer integrators", error);
    w->integrators[w->integrator_count++] = name;
    return TP_OK;
}

static tp_status read_names(work *w, size_t i, tp_error *error) {
    const char *of = NULL, *name = NULL;
    measured *run = &w->runs[i];
    tp_status status = tp_view_string(&w->view, "work_precision/subject", i, &of, error);
    if (status == TP_OK)
        status = tp_view_string(&w->view, "work_precision/integrator", i, &name, error);
    if (status != TP_OK)
        return status;
    for (run->subject = 0; run->subject < SUBJECTS; run->subject++)
        if (strcmp(subjects[run->subject].name, of) == 0)
            break;
    return find_integrator(w, name, &run->integrator, error);
}

static tp_status read_runs(work *w, tp_error *error) {
    static const char *const names[] = {"setting", "seconds", "error", "adaptive",
                                        "changed_pixels"};
    enum { COLUMNS = sizeof names / sizeof *names };
    const double *columns[COLUMNS] = {NULL};
    tp_status status = TP_OK;
    for (size_t c = 0; status == TP_OK && c < COLUMNS; c++) {
        char path[64];
        size_t count = TP_ANY_LENGTH;
        snprintf(path, sizeof path, "work_precision/%s", names[c]);
        status = tp_view_array(&w->view, path, 1, &count, &columns[c], error);
        if (status == TP_OK && (count > MOST_RUNS || (c > 0 && count != w->count)))
            status = tp_view_damaged(&w->view, path, "one number for each run", error);
        w->count = count;
    }
    if (status != TP_OK)
        return status;
    w->runs = tp_view_alloc(&w->view, w->count, sizeof *w->runs, error);
    status = w->runs ? TP_OK : TP_FAILED;
    for (size_t i = 0; status == TP_OK && i < w->count; i++) {
        measured *run = &w->runs[i];
        run->setting = columns[0][i];
        run->seconds = columns[1][i];
        run->error = columns[2][i];
        run->adaptive = columns[3][i] != 0;
        run->changed = columns[4][i] > 0;
        if (!(run->seconds > 0 && run->seconds < INFINITY))
            status = tp_view_damaged(&w->view, "work_precision/seconds", "times above 0", error);
        else if (run->error < 0)
            status =
                tp_view_damaged(&w->view, "work_precision/error", "errors of 0 and more", error);
        else
            status = read_names(w, i, error);
        if (status == TP_OK) {
            w->adaptive[run->integrator] = run->adaptive;
            w->changed = w->changed ||
                         (run->changed && run->subject < SUBJECTS && subjects[run->subject].pixels);
        }
    }
    return status;
}

/* By integrator, then from coarse to fine; runs of one setting stay in their order. */
static void sort_runs(work *w) {
    for (size_t i = 1; i < w->count; i++) {
        const measured run = w->runs[i];
        size_t k = i;
        for (; k > 0; k--) {
            const measured *before = &w->runs[k - 1];
            if (before->integrator < run.integrator ||
                (before->integrator == run.integrator && before->setting >= run.setting))
                break;
            w->runs[k] = *before;
        }
        w->runs[k] = run;
    }
}

/* A run that failed has no error to draw. */
static bool drawn(const measured *run, size_t subject) {
    return run->subject == subject && isfinite(run->error);
}

static size_t count_drawn(const work *w, size_t subject) {
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++)
        count += drawn(&w->runs[i], subject);
    return count;
}

typedef struct ranges {
    double fast, slow, low, high; /* whole decades */
    size_t exact;                 /* runs without any error */
} ranges;

static ranges find_ranges(const work *w, size_t subject) {
    ranges r = {INFINITY, 0, INFINITY, 0, 0};
    for (size_t i = 0; i < w->count; i++) {
        const measured *run = &w->runs[i];
        if (!drawn(run, subject))
            continue;
        r.fast = fmin(r.fast, run->seconds);
        r.slow = fmax(r.slow, run->seconds);
        r.high = fmax(r.high, run->error);
        r.low = run->error > 0 ? fmin(r.low, run->error) : r.low;
        r.exact += run->error == 0;
    }
    if (subjects[subject].pixels || !(r.high > 0)) {
        r.high = fmax(r.high, 2 * TP_ACCEPTED_SHIFT_MS);
        r.low = fmin(r.low, TP_ACCEPTED_SHIFT_MS / 2);
    }
    /* Half a decade or more between the finest and the exact, on the bottom edge. */
    r.low = pow(10, floor(log10(r.low) - (r.exact > 0 ? 0.5 : 0)));
    r.high = pow(10, ceil(log10(r.high)));
    r.low = fmax(fmin(r.low, r.high / 10), r.high / pow(10, MOST_DECADES));
    r.fast /= 1.5;
    r.slow *= 1.5;
    /* A decade's name at least. */
    if (ceil(log10(r.fast)) > floor(log10(r.slow))) {
        r.fast = pow(10, floor(log10(r.fast)));
        r.slow = pow(10, ceil(log10(r.slow)));
    }
    return r;
}

static int shape_of(size_t integrator) {
    static const int filled[SHAPES] = {7, 5, 9, 11, 13, 15};
    return filled[integrator % SHAPES];
}

/* One integrator's runs, all of them or those that changed pixels; returns how many. */
static size_t write_runs(const work *w, size_t subject, size_t integrator, bool changed,
                         const ranges *r) {
    FILE *script = w->page->script;
    size_t count = 0;
    fprintf(script, "$%s%zu << EOD\n", changed ? "changed" : "run", integrator);
    for (size_t i = 0; i < w->count; i++) {
        const measured *run = &w->runs[i];
        if (!drawn(run, subject) || run->integrator != integrator || (changed && !run->changed))
            continue;
        fprintf(script, "%.7g %.7g\n", run->seconds, fmax(run->error, r->low));
        count++;
    }
    fputs("EOD\n", script);
    return count;
}

static void write_line(FILE *script, const work *w, size_t integrator) {
    fprintf(script, "linewidth 1.4%s linecolor rgb '%s'",
            w->adaptive[integrator] ? " dashtype '_'" : "", tp_style_line(integrator));
}

/* Hollow: white within, and the shape's outline around it. */
static void plot_hollow(FILE *script, const char *data, size_t integrator) {
    fprintf(script,
            ", %s with points pointtype %d pointsize 0.9 linecolor rgb '#FFFFFF', %s with points "
            "pointtype %d pointsize 0.9 linewidth 1.4 linecolor rgb '%s'",
            data, shape_of(integrator), data, shape_of(integrator) - 1, tp_style_line(integrator));
}

static void draw_subject(const work *w, size_t subject, double y) {
    FILE *script = w->page->script;
    const ranges r = find_ranges(w, subject);
    const bool pixels = subjects[subject].pixels;
    size_t counts[MOST_INTEGRATORS], changed[MOST_INTEGRATORS];
    for (size_t k = 0; k < w->integrator_count; k++) {
        counts[k] = write_runs(w, subject, k, false, &r);
        changed[k] = pixels ? write_runs(w, subject, k, true, &r) : 0;
    }
    tp_page_panel(w->page, (tp_box){LEFT, y, PLOT_WIDTH, PLOT_HEIGHT});
    tp_page_decades(w->page, 'x', r.fast, r.slow);
    tp_page_decades(w->page, 'y', r.low, r.high);
    fprintf(script, "set grid xtics ytics linetype 1 linewidth 0.5 linecolor rgb '%s'\n",
            TP_COLOUR_FAINT);
    /* Outside unless the panel is that of the network. */
    fprintf(script, "plot %g with lines linewidth 1.2 dashtype '-' linecolor rgb '%s'",
            pixels ? TP_ACCEPTED_SHIFT_MS : -1, TP_COLOUR_BLACK);
    for (size_t k = 0; k < w->integrator_count; k++) {
        if (counts[k] == 0)
            continue;
        fprintf(script, ", $run%zu with lines ", k);
        write_line(script, w, k);
        fprintf(script, ", $run%zu with points pointtype %d pointsize 0.9 linecolor rgb '%s'", k,
                shape_of(k), tp_style_line(k));
        char data[32];
        snprintf(data, sizeof data, "$changed%zu", k);
        if (changed[k] > 0)
            plot_hollow(script, data, k);
    }
    fputc('\n', script);
    tp_page_text(w->page, LEFT, y - 12, TP_LEFT, TP_LETTERING_HEADING, "%s",
                 subjects[subject].heading);
    if (r.exact > 0)
        tp_page_text(w->page, LEFT + PLOT_WIDTH, y - 12, TP_RIGHT, TP_LETTERING_NOTE,
                     "at the bottom edge: no error");
    if (pixels)
        tp_page_text(
            w->page, LEFT + PLOT_WIDTH - 6,
            y + PLOT_HEIGHT * log10(r.high / TP_ACCEPTED_SHIFT_MS) / log10(r.high / r.low) - 9,
            TP_RIGHT, TP_LETTERING_NOTE, "accepted: below %g ms", TP_ACCEPTED_SHIFT_MS);
    tp_page_text(w->page, 18, y + PLOT_HEIGHT / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL, "%s",
                 subjects[subject].label);
    tp_page_text(w->page, LEFT + PLOT_WIDTH / 2.0, y + PLOT_HEIGHT + 33, TP_CENTRE,
                 TP_LETTERING_SMALL, "time it took (s)");
}

static void draw_key(const work *w, double y) {
    enum { SWATCH = 34 };
    FILE *script = w->page->script;
    const size_t count = w->integrator_count;
    for (size_t k = 0; k < count; k++)
        fprintf(script, "$key%zu << EOD\n0 %zu\n1 %zu\nEOD\n", k, k, k);
    tp_page_panel(w->page, (tp_box){KEY_LEFT, y, SWATCH, (double)count * PITCH});
    fprintf(script, "unset border\nunset tics\nset xrange [0:1]\nset yrange [%zu.5:-0.5]\nplot ",
            count - 1);
    for (size_t k = 0; k < count; k++) {
        fprintf(script, "%s$key%zu with lines ", k ? ", " : "", k);
        write_line(script, w, k);
        fprintf(script,
                ", '+' using (0.5):(%zu) every ::0::0 with points pointtype %d pointsize 0.9 "
                "linecolor rgb '%s'",
                k, shape_of(k), tp_style_line(k));
        const tp_short_text name = tp_page_shorten(w->integrators[k], TP_LETTERING_SMALL,
                                                   TP_PAGE_WIDTH - KEY_LEFT - SWATCH - 10);
        tp_page_text(w->page, KEY_LEFT + SWATCH + 8, y + ((double)k + 0.5) * PITCH, TP_LEFT,
                     TP_LETTERING_SMALL, "%s", name.text);
    }
    fputc('\n', script);
    static const char *const notes[KEY_NOTES] = {"solid: fixed steps", "dashed: tolerances",
                                                 "hollow: recalled", "pixels have changed"};
    y += (double)count * PITCH + 16;
    for (int i = 0; i < (w->changed ? KEY_NOTES : 2); i++, y += PITCH - 2)
        tp_page_text(w->page, KEY_LEFT, y, TP_LEFT, TP_LETTERING_NOTE, "%s", notes[i]);
}

static void draw_page(const work *w, size_t panels) {
    const double row = HEADING + PLOT_HEIGHT + BELOW;
    const double key = HEADING + (double)w->integrator_count * PITCH + 16 + KEY_NOTES * PITCH;
    tp_page_begin(w->page,
                  tp_view_heading_height(&w->view) + fmax((double)panels * row, key) + FOOT);
    double y = tp_view_heading(&w->view, w->page, "Work and precision",
                               "each line is one integrator, from coarse to fine; lower and "
                               "further left is better");
    draw_key(w, y + HEADING);
    for (size_t k = 0; k < SUBJECTS; k++)
        if (count_drawn(w, k) > 0) {
            draw_subject(w, k, y + HEADING);
            y += row;
        }
    tp_page_end(w->page, false);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    work w = {.page = page};
    tp_status status = tp_view_open(source, &w.view, error);
    if (status == TP_OK)
        status = read_runs(&w, error);
    size_t panels = 0;
    for (size_t k = 0; status == TP_OK && k < SUBJECTS; k++)
        panels += count_drawn(&w, k) > 0;
    if (status == TP_OK && panels == 0)
        status = tp_view_damaged(&w.view, "work_precision/subject",
                                 "at least one run of a neuron, an astrocyte or a network", error);
    if (status == TP_OK) {
        sort_runs(&w);
        draw_page(&w, panels);
    }
    tp_view_close(&w.view);
    return status;
}

const tp_figure_kind tp_figure_work_precision = {
    .figure = {"work-precision", "error of each integrator against the time it took"},
    .group = "work_precision",
    .draw = draw,
};
