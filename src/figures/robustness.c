/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep: its measure with intervals, against the input's own and the control's. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "figures/sweep_panel.h"

enum { LEFT = 72, RIGHT = 14, KEY_WIDTH = 190, FIRST_ROW = 290, ROW = 150, NARROW_ROW = 210 };
enum { HEADING = 26, BETWEEN_ROWS = 12, BETWEEN_COLUMNS = 18, BELOW = 50, FOOT = 12 };
enum { PITCH = 19, SWATCH = 36, KEY_COLUMNS = 3, MOST_COLUMNS = 4, NAME_ROOM = 200 };

/* What the key tells, in its order; the curves come before. */
typedef enum entry_kind {
    ENTRY_CURVE,
    ENTRY_INPUT,
    ENTRY_CONTROL,
    ENTRY_BAND,
    ENTRY_BELOW,
    ENTRY_CHANCE
} entry_kind;
typedef struct entry {
    size_t curve; /* of a curve, else any */
    entry_kind kind;
    tp_short_text text;
} entry;

typedef struct robustness {
    tp_sweep_view sweep;
    tp_page *page;
    tp_sweep_measure measures[MOST_COLUMNS]; /* the sweep's own first */
    size_t columns, frames;                  /* frames: that there are, drawn or not */
    size_t curves;
    double low[TP_SWEEP_ROWS], high[TP_SWEEP_ROWS];
    bool rows[TP_SWEEP_ROWS];
    entry entries[TP_MOST_CURVES + 5];
    size_t entry_count;
} robustness;

/* --- what there is -------------------------------------------------------------------------- */

static tp_short_text spaced(const char *name) {
    tp_short_text out;
    snprintf(out.text, sizeof out.text, "%.390s", name);
    for (char *c = out.text; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    return out;
}

/* The readouts of frames, which the control is compared with too. */
static tp_status read_frames(robustness *r, tp_error *error) {
    tp_view *view = &r->sweep.view;
    tp_status status = tp_view_scenario(view, error);
    if (status != TP_OK)
        return status;
    const tp_node *readout = tp_node_item(tp_node_item(view->scenario, "recall"), "readout");
    const tp_node *frames = readout ? tp_node_item(readout, "frames") : NULL;
    for (size_t i = 0; frames && frames->kind == TP_NODE_LIST && i < frames->count; i++) {
        const char *text = frames->items[i]->text;
        char path[NAME_ROOM + 20];
        snprintf(path, sizeof path, "summary/accuracy_at_%.10g_ms_mean",
                 text ? strtod(text, NULL) : 0);
        if (!tp_record_has(view->source->record, path) || ++r->frames > MOST_COLUMNS - 1)
            continue;
        const char *name =
            tp_arena_format(&view->arena, "%.*s", (int)(strlen(path) - strlen("summary/_mean")),
                            path + strlen("summary/"));
        status = name ? tp_sweep_view_measure(&r->sweep, name, r->measures[0].baseline,
                                              &r->measures[r->columns], error)
                      : tp_fail_memory(error, "drawing a figure");
        if (status != TP_OK)
            return status;
        r->columns++;
    }
    return TP_OK;
}

static tp_status read_measures(robustness *r, tp_error *error) {
    tp_view *view = &r->sweep.view;
    const char *baseline = "";
    tp_error none;
    if (tp_view_text(view, "summary", "baseline", &baseline, &none) != TP_OK)
        baseline = "";
    tp_status status =
        tp_sweep_view_measure(&r->sweep, r->sweep.measure, baseline, &r->measures[0], error);
    r->columns = 1;
    if (status == TP_OK && r->measures[0].control.mean)
        status = read_frames(r, error);
    return status;
}

static void widen(const robustness *r, const tp_sweep_series *series, double *low, double *high) {
    for (size_t level = 0; series->mean && level < r->sweep.levels; level++) {
        const double values[] = {series->mean[level], series->lower[level], series->upper[level]};
        for (int i = 0; i < 3; i++)
            if (isfinite(values[i])) {
                *low = fmin(*low, values[i]);
                *high = fmax(*high, values[i]);
            }
    }
}

static void find_range(robustness *r, tp_sweep_row row) {
    double low = INFINITY, high = -INFINITY;
    for (size_t c = 0; c < r->columns; c++) {
        const tp_sweep_measure *m = &r->measures[c];
        const tp_sweep_series *series = tp_sweep_row_series(m, row);
        r->rows[row] = r->rows[row] || series->mean;
        widen(r, series, &low, &high);
        if (row == TP_ROW_VALUE) {
            widen(r, &m->input, &low, &high);
            widen(r, &m->control, &low, &high);
            low = tp_sweep_has_chance(m) ? fmin(low, 0.5) : low;
            high = tp_sweep_has_chance(m) ? fmax(high, 1) : high;
        } else {
            low = fmin(low, 0);
            high = fmax(high, 0);
        }
    }
    if (row == TP_ROW_VALUE && isfinite(r->sweep.below)) {
        low = fmin(low, r->sweep.below);
        high = fmax(high, r->sweep.below);
    }
    const double pad = high > low ? (high - low) * 0.05 : fmax(fabs(low) * 0.05, 0.01);
    r->low[row] = low - pad;
    r->high[row] = high + pad;
}

static tp_status check_trials(const robustness *r, tp_error *error) {
    const double *mean = r->measures[0].own.mean;
    for (size_t level = 0; level < r->sweep.levels; level++)
        if (isfinite(mean[level]))
            return TP_OK;
    tp_fail(error, TP_INVALID, r->sweep.view.source->path,
            "holds no level with a finished trial, which the figure 'robustness' needs");
    return tp_hint(error, "go on with the sweep: tripartite sweep SCENARIO --resume");
}

/* --- the key -------------------------------------------------------------------------------- */

__attribute__((format(printf, 4, 5))) static void add_entry(robustness *r, entry_kind kind,
                                                            size_t curve, const char *format, ...) {
    entry *e = &r->entries[r->entry_count++];
    e->kind = kind;
    e->curve = curve;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(e->text.text, sizeof e->text.text, format, arguments);
    va_end(arguments);
}

static void list_entries(robustness *r) {
    const tp_sweep_measure *m = &r->measures[0];
    const tp_sweep_view *s = &r->sweep;
    for (size_t k = 0; k < r->curves; k++)
        if (!s->x || !*s->curves[k].label)
            add_entry(r, ENTRY_CURVE, k, "%s", spaced(m->name).text);
        else
            add_entry(r, ENTRY_CURVE, k, "%.300s", s->curves[k].label);
    if (m->input.mean)
        add_entry(r, ENTRY_INPUT, 0, "%s", spaced(m->baseline).text);
    if (m->control.mean)
        add_entry(r, ENTRY_CONTROL, 0, "the control");
    add_entry(r, ENTRY_BAND, 0, "%.4g %% interval", 100 * s->confidence);
    if (s->x && isfinite(s->below))
        add_entry(r, ENTRY_BELOW, 0, "crosses %.4g%s", s->below, m->less_input.mean ? " or 0" : "");
    else if (s->x && m->less_input.mean)
        add_entry(r, ENTRY_BELOW, 0, "crosses 0");
    if (tp_sweep_has_chance(m))
        add_entry(r, ENTRY_CHANCE, 0, "chance");
}

static size_t key_rows(const robustness *r) {
    const size_t columns = r->columns > 1 ? KEY_COLUMNS : 1;
    return (r->entry_count + columns - 1) / columns;
}

static double key_height(const robustness *r) {
    return (double)(key_rows(r) + (*r->sweep.others ? 1 : 0)) * PITCH;
}

/* The place of an entry's swatch, in pixels from the key's top left corner. */
static void place_entry(const robustness *r, size_t i, double *x, double *y) {
    const size_t row = i % key_rows(r), column = i / key_rows(r);
    *x = 2 + (double)column * (TP_PAGE_WIDTH - LEFT) / KEY_COLUMNS;
    *y = ((double)row + 0.5) * PITCH;
}

static void plot_point(FILE *script, double x, double y, int shape, const char *style) {
    fprintf(script, ", '+' using (%.1f):(%.1f) every ::0::0 with points pointtype %d %s", x, y,
            shape, style);
}

static void plot_swatch(const robustness *r, size_t i) {
    FILE *script = r->page->script;
    const entry *e = &r->entries[i];
    double x, y;
    place_entry(r, i, &x, &y);
    const double middle = x + SWATCH / 2.0;
    const bool curves = r->sweep.x != NULL;
    char style[100];
    if (e->kind == ENTRY_BAND && curves) {
        fprintf(script,
                ", $line%zu using 1:($2-5):($2+5) with filledcurves fillstyle transparent "
                "solid 0.3 noborder linecolor rgb '%s'",
                i, TP_COLOUR_GREY);
        return;
    }
    if (e->kind == ENTRY_BAND) {
        fprintf(script,
                ", '+' using (%.1f):(%.1f):(0):(12) every ::0::0 with vectors nohead "
                "linewidth 1.6 linecolor rgb '%s'",
                middle, y - 6, TP_COLOUR_GREY);
        return;
    }
    if (curves || (e->kind != ENTRY_CURVE && e->kind != ENTRY_CONTROL)) {
        fprintf(script, ", '+' using (%.1f):(%.1f):(%d):(0) every ::0::0 with vectors nohead ", x,
                y, SWATCH);
        if (e->kind == ENTRY_CURVE)
            tp_sweep_line_style(script, e->curve);
        else
            fputs(e->kind == ENTRY_INPUT   ? TP_SWEEP_INPUT_STYLE
                  : e->kind == ENTRY_BELOW ? TP_SWEEP_BELOW_STYLE
                  : e->kind == ENTRY_CHANCE
                      ? TP_SWEEP_CHANCE_STYLE
                      : "linewidth 1.2 dashtype '.' linecolor rgb '" TP_COLOUR_GREY "'",
                  script);
    }
    if (e->kind == ENTRY_CURVE) {
        snprintf(style, sizeof style, "pointsize 0.8 linecolor rgb '%s'", tp_style_line(e->curve));
        plot_point(script, middle, y, tp_sweep_shape(e->curve), style);
    } else if (e->kind == ENTRY_CONTROL) {
        snprintf(style, sizeof style, "pointsize 0.8 linewidth 1.2 linecolor rgb '%s'",
                 curves ? TP_COLOUR_GREY : TP_COLOUR_VERMILION);
        plot_point(script, middle, y, curves ? 6 : 4, style);
    } else if (e->kind == ENTRY_BELOW) {
        plot_point(script, middle, y, 7, "pointsize 0.8 linecolor rgb '#FFFFFF'");
        plot_point(script, middle, y, 6, "pointsize 0.8 linewidth 1.4 linecolor rgb '#666666'");
    }
}

static void draw_key(const robustness *r, tp_box box) {
    FILE *script = r->page->script;
    const double text_width =
        r->columns > 1 ? (double)(TP_PAGE_WIDTH - LEFT) / KEY_COLUMNS : KEY_WIDTH - RIGHT;
    if (*r->sweep.others) {
        tp_page_text(r->page, box.x, box.y + PITCH / 2.0, TP_LEFT, TP_LETTERING_SMALL, "%s:",
                     tp_page_shorten(r->sweep.others, TP_LETTERING_SMALL, text_width - 10).text);
        box.y += PITCH;
    }
    box.height = (double)key_rows(r) * PITCH;
    double x, y;
    for (size_t i = 0; i < r->entry_count; i++) {
        place_entry(r, i, &x, &y);
        fprintf(script, "$line%zu << EOD\n%.1f %.1f\n%.1f %.1f\nEOD\n", i, x, y, x + SWATCH, y);
        tp_page_text(
            r->page, box.x + x + SWATCH + 8, box.y + y, TP_LEFT, TP_LETTERING_SMALL, "%s",
            tp_page_shorten(r->entries[i].text.text, TP_LETTERING_SMALL, text_width - SWATCH - 14)
                .text);
    }
    tp_page_panel(r->page, box);
    fprintf(script,
            "unset border\nunset tics\nset xrange [0:%.1f]\nset yrange [%.1f:0]\nplot -1 with "
            "lines",
            box.width, box.height);
    for (size_t i = 0; i < r->entry_count; i++)
        plot_swatch(r, i);
    fputc('\n', script);
}

/* --- the page ------------------------------------------------------------------------------- */

static double row_height(const robustness *r, int row) {
    return row == TP_ROW_VALUE ? (r->columns > 1 ? NARROW_ROW : FIRST_ROW) : ROW;
}

static double plot_width(const robustness *r) {
    const double all = TP_PAGE_WIDTH - LEFT - RIGHT;
    if (r->columns == 1)
        return all - KEY_WIDTH;
    return (all - (double)(r->columns - 1) * BETWEEN_COLUMNS) / (double)r->columns;
}

static void draw_row_heading(const robustness *r, int row, double y) {
    const tp_sweep_measure *m = &r->measures[0];
    if (row == TP_ROW_VALUE)
        for (size_t c = 0; c < r->columns; c++)
            tp_page_text(r->page, LEFT + (double)c * (plot_width(r) + BETWEEN_COLUMNS), y - 12,
                         TP_LEFT, TP_LETTERING_HEADING, "%s%s", spaced(r->measures[c].name).text,
                         c == 0 && r->columns > 1 ? " by count" : "");
    else
        tp_page_text(r->page, LEFT, y - 12, TP_LEFT, TP_LETTERING_HEADING,
                     "less %s, trial by trial",
                     row == TP_ROW_LESS_INPUT ? spaced(m->baseline).text : "the control's");
    tp_page_text(
        r->page, 18, y + row_height(r, row) / 2, TP_UPRIGHT, TP_LETTERING_SMALL, "%s",
        row == TP_ROW_VALUE
            ? tp_page_shorten(spaced(m->name).text, TP_LETTERING_SMALL, row_height(r, row)).text
            : "difference");
}

/* Returns where the last row ends. */
static double draw_rows(const robustness *r, double y) {
    const double width = plot_width(r);
    int last = 0;
    for (int row = 0; row < TP_SWEEP_ROWS; row++)
        last = r->rows[row] ? row : last;
    for (int row = 0; row <= last; row++) {
        if (!r->rows[row])
            continue;
        y += HEADING;
        draw_row_heading(r, row, y);
        for (size_t c = 0; c < r->columns; c++) {
            const tp_sweep_panel panel = {&r->sweep, &r->measures[c], (tp_sweep_row)row,
                                          r->curves, r->low[row],     r->high[row],
                                          c == 0,    c == 0,          row == last};
            const double x = LEFT + (double)c * (width + BETWEEN_COLUMNS);
            if (tp_sweep_row_series(&r->measures[c], panel.row)->mean)
                tp_sweep_panel_draw(&panel, r->page, (tp_box){x, y, width, row_height(r, row)});
        }
        y += row_height(r, row) + (row < last ? BETWEEN_ROWS : 0);
    }
    return y;
}

static double rows_height(const robustness *r) {
    double height = -BETWEEN_ROWS;
    for (int row = 0; row < TP_SWEEP_ROWS; row++)
        height += r->rows[row] ? HEADING + row_height(r, row) + BETWEEN_ROWS : 0;
    return height;
}

static double draw_heading(const robustness *r) {
    const tp_sweep_view *s = &r->sweep;
    double least = INFINITY, most = 0;
    for (size_t level = 0; level < s->levels; level++) {
        least = fmin(least, s->trials[level]);
        most = fmax(most, s->trials[level]);
    }
    char range[60], fewer[120] = "";
    snprintf(range, sizeof range, least < most ? "%.0f to %.0f" : "%.0f", least, most);
    if (r->curves < s->curve_count)
        snprintf(fewer, sizeof fewer, "; the first %zu of %zu curves", r->curves, s->curve_count);
    else if (r->frames > MOST_COLUMNS - 1)
        snprintf(fewer, sizeof fewer, "; the first %d of %zu frames", MOST_COLUMNS - 1, r->frames);
    return tp_view_heading(
        &s->view, r->page, "Robustness", "means of %s trial%s with %.4g %% intervals (%.20s)%s",
        range, most == 1 ? "" : "s", 100 * s->confidence,
        strcmp(s->interval, "student") == 0 ? "Student's t" : s->interval, fewer);
}

/* Under each column, or where that is too narrow, once. */
static void draw_axis(const robustness *r, double y) {
    const char *text = r->sweep.axis.text;
    const double width = plot_width(r), all = TP_PAGE_WIDTH - LEFT - RIGHT;
    const bool once = r->columns > 1 && tp_page_text_width(text, TP_LETTERING_SMALL) > width;
    const double room = once ? all : width;
    for (size_t c = 0; c < (once ? 1 : r->columns); c++)
        tp_page_text(r->page, LEFT + (double)c * (width + BETWEEN_COLUMNS) + room / 2, y, TP_CENTRE,
                     TP_LETTERING_SMALL, "%s",
                     tp_page_shorten(text, TP_LETTERING_SMALL, room).text);
}

static void draw_page(robustness *r) {
    const double width = plot_width(r), labels = tp_sweep_labels_room(&r->sweep, width);
    const double below = BELOW + labels, key = key_height(r);
    const double body =
        r->columns > 1 ? rows_height(r) + below + key : fmax(rows_height(r) + below, HEADING + key);
    tp_page_begin(r->page, tp_view_heading_height(&r->sweep.view) + body + FOOT);
    const double top = draw_heading(r), bottom = draw_rows(r, top);
    draw_axis(r, bottom + 34 + labels);
    if (r->columns > 1)
        draw_key(r, (tp_box){LEFT, bottom + below, TP_PAGE_WIDTH - LEFT, 0});
    else
        draw_key(r, (tp_box){LEFT + width + 16, top + HEADING, KEY_WIDTH - 16, 0});
    tp_page_end(r->page, false);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    robustness r = {.page = page};
    tp_status status = tp_sweep_view_open(source, &r.sweep, error);
    if (status == TP_OK)
        status = read_measures(&r, error);
    if (status == TP_OK)
        status = check_trials(&r, error);
    if (status == TP_OK) {
        r.curves = r.sweep.curve_count < TP_MOST_CURVES ? r.sweep.curve_count : TP_MOST_CURVES;
        for (int row = 0; row < TP_SWEEP_ROWS; row++)
            find_range(&r, (tp_sweep_row)row);
        list_entries(&r);
        draw_page(&r);
    }
    tp_sweep_view_close(&r.sweep);
    return status;
}

const tp_figure_kind tp_figure_robustness = {
    .figure = {"robustness", "a sweep: accuracy with intervals, against its input's own"},
    .experiment = "sweep",
    .group = "summary",
    .draw = draw,
};
