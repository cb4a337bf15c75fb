/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/sweep_panel.h"

#include <math.h>
#include <string.h>

enum { TIC_PIXELS = 55, LABEL_LETTERS = 24, LABEL_PITCH = 15, FEW_POINTS = 30 };

int tp_sweep_shape(size_t curve) {
    static const int filled[TP_CURVE_SHAPES] = {7, 5, 9, 11, 13, 15};
    return filled[curve % TP_CURVE_SHAPES];
}

void tp_sweep_line_style(FILE *script, size_t curve) {
    static const char *const dashes[] = {"1", "'_'", "'_.'", "'_..'", "'-'", "'-.'"};
    const size_t dash = curve / TP_LINE_COLOURS % (sizeof dashes / sizeof *dashes);
    fprintf(script, "linewidth 1.5 dashtype %s linecolor rgb '%s'", dashes[dash],
            tp_style_line(curve));
}

const tp_sweep_series *tp_sweep_row_series(const tp_sweep_measure *measure, tp_sweep_row row) {
    return row == TP_ROW_VALUE        ? &measure->own
           : row == TP_ROW_LESS_INPUT ? &measure->less_input
                                      : &measure->less_control;
}

bool tp_sweep_has_chance(const tp_sweep_measure *measure) {
    return strncmp(measure->name, "accuracy", strlen("accuracy")) == 0;
}

static double position(const tp_sweep_view *s, size_t level) {
    return s->x ? s->x[level] / s->unit : (double)level;
}

/* Position, mean and interval of each level of a curve. A level without trials breaks the line. */
static void write_block(const tp_sweep_panel *p, FILE *script, const char *name, size_t curve,
                        const tp_sweep_series *series) {
    const tp_sweep_curve *c = &p->sweep->curves[curve];
    fprintf(script, "$%s%zu << EOD\n", name, curve);
    for (size_t i = 0; i < c->count; i++) {
        const size_t level = c->levels[i];
        const double mean = series->mean[level];
        const bool known = isfinite(series->lower[level]) && isfinite(series->upper[level]);
        if (isfinite(mean))
            fprintf(script, "%.9g %.9g %.9g %.9g\n", position(p->sweep, level), mean,
                    known ? series->lower[level] : mean, known ? series->upper[level] : mean);
        else
            fputc('\n', script);
    }
    fputs("EOD\n", script);
}

/* Whether an earlier curve has the same input: then one line shows both. */
static bool repeats(const tp_sweep_panel *p, size_t curve) {
    const tp_sweep_curve *own = &p->sweep->curves[curve];
    const double *mean = p->measure->input.mean;
    for (size_t k = 0; k < curve; k++) {
        const tp_sweep_curve *other = &p->sweep->curves[k];
        bool same = other->count == own->count;
        for (size_t i = 0; same && i < own->count; i++)
            same = p->sweep->x[own->levels[i]] == p->sweep->x[other->levels[i]] &&
                   mean[own->levels[i]] == mean[other->levels[i]];
        if (same)
            return true;
    }
    return false;
}

static void set_number_axis(const tp_sweep_panel *p, FILE *script, double width) {
    const tp_sweep_view *s = p->sweep;
    double low = INFINITY, high = -INFINITY;
    for (size_t level = 0; level < s->levels; level++) {
        low = fmin(low, position(s, level));
        high = fmax(high, position(s, level));
    }
    const double pad = high > low ? 0.025 * (high - low) : fmax(fabs(low), 1) / 2;
    fprintf(script, "set xrange [%.9g:%.9g]\nset xtics %.9g\n", low - pad, high + pad,
            tp_page_step(high > low ? high - low : 2 * pad, (int)(width / TIC_PIXELS)));
}

/* --- categories ----------------------------------------------------------------------------- */

typedef enum turning { LEVEL, SLANTED, UPRIGHT } turning;

static tp_short_text label_of(const tp_sweep_view *s, size_t level) {
    return tp_page_shorten(s->labels[level], TP_LETTERING_SMALL,
                           LABEL_LETTERS * tp_page_text_width("m", TP_LETTERING_SMALL));
}

static double widest_label(const tp_sweep_view *s) {
    double widest = 0;
    for (size_t level = 0; level < s->levels; level++)
        widest = fmax(widest, tp_page_text_width(label_of(s, level).text, TP_LETTERING_SMALL));
    return widest;
}

/* A label that slants must not reach over the left edge of the page. */
static turning turning_of(const tp_sweep_view *s, double width, double *room) {
    const double widest = widest_label(s), apart = width / (double)s->levels, slanted = 0.71;
    const turning turn = widest + 3 <= apart ? LEVEL : widest * slanted <= 60 ? SLANTED : UPRIGHT;
    *room = turn == LEVEL ? 0 : turn == SLANTED ? widest * slanted : widest;
    return turn;
}

double tp_sweep_labels_room(const tp_sweep_view *s, double width) {
    double room = 0;
    if (s->labels)
        turning_of(s, width, &room);
    return room;
}

static void set_category_axis(const tp_sweep_panel *p, FILE *script, double width) {
    static const char *const turns[] = {
        [LEVEL] = "", [SLANTED] = " rotate by 45 right", [UPRIGHT] = " rotate by 90 right"};
    const tp_sweep_view *s = p->sweep;
    double room;
    const turning turn = turning_of(s, width, &room);
    const size_t most = turn == LEVEL ? s->levels : (size_t)(width / LABEL_PITCH) + 1;
    const size_t every = (s->levels + most - 1) / most;
    fprintf(script, "set xrange [-0.6:%.1f]\nset xtics%s (", (double)s->levels - 0.4, turns[turn]);
    for (size_t level = 0; level < s->levels; level += every) {
        fputs(level ? ", " : "", script);
        tp_page_quote(script, p->last ? label_of(s, level).text : "", LABEL_LETTERS + 1);
        fprintf(script, " %zu", level);
    }
    fputs(")\n", script);
}

/* Mean and interval of what it is compared with as a bar across the category, and the measure on
 * it. */
static void plot_categories(const tp_sweep_panel *p, FILE *script) {
    const bool value = p->row == TP_ROW_VALUE;
    if (value && p->measure->input.mean) {
        fputs(", $input0 using 1:2:(0.32):(($4 - $3) / 2) with boxxyerror fillstyle transparent "
              "solid 0.25 noborder linecolor rgb '#8C8C8C'",
              script);
        fputs(", $input0 using ($1 - 0.32):2:(0.64):(0) with vectors nohead " TP_SWEEP_INPUT_STYLE,
              script);
    }
    if (value && p->measure->control.mean)
        fprintf(
            script,
            ", $control0 using 1:3:(0):($4 - $3) with vectors nohead linewidth 1.2 linecolor rgb "
            "'%s', $control0 with points pointtype 4 pointsize 0.9 linewidth 1.2 linecolor rgb "
            "'%s'",
            TP_COLOUR_VERMILION, TP_COLOUR_VERMILION);
    fprintf(script,
            ", $own0 using 1:3:(0):($4 - $3) with vectors nohead linewidth 1.6 linecolor rgb '%s', "
            "$own0 with points pointtype 7 pointsize 0.8 linecolor rgb '%s'",
            tp_style_line(0), tp_style_line(0));
}

/* --- curves --------------------------------------------------------------------------------- */

static void plot_compared(const tp_sweep_panel *p, FILE *script) {
    size_t inputs = 0;
    for (size_t k = 0; p->measure->input.mean && k < p->curves; k++)
        inputs += !repeats(p, k);
    for (size_t k = 0; p->measure->input.mean && k < p->curves; k++) {
        if (repeats(p, k))
            continue;
        fprintf(script, ", $input%zu with lines " TP_SWEEP_INPUT_STYLE, k);
        if (inputs > 1 && inputs <= TP_LINE_COLOURS)
            fprintf(script,
                    ", $input%zu with points pointtype %d pointsize 0.45 linewidth 0.8 "
                    "linecolor rgb '#8C8C8C'",
                    k, tp_sweep_shape(k) - 1);
    }
    for (size_t k = 0; p->measure->control.mean && k < p->curves; k++)
        fprintf(script,
                ", $control%zu with lines linewidth 1.2 dashtype '.' linecolor rgb '%s', "
                "$control%zu with points pointtype %d pointsize 0.7 linewidth 1 linecolor rgb '%s'",
                k, tp_style_line(k), k, tp_sweep_shape(k) - 1, tp_style_line(k));
}

static void plot_curves(const tp_sweep_panel *p, FILE *script) {
    for (size_t k = 0; k < p->curves; k++)
        fprintf(script,
                ", $own%zu using 1:3:4 with filledcurves fillstyle transparent solid 0.22 "
                "noborder linecolor rgb '%s'",
                k, tp_style_line(k));
    if (p->row == TP_ROW_VALUE)
        plot_compared(p, script);
    for (size_t k = 0; k < p->curves; k++) {
        const double size = p->sweep->curves[k].count > FEW_POINTS ? 0.45 : 0.7;
        fprintf(script, ", $own%zu with lines ", k);
        tp_sweep_line_style(script, k);
        fprintf(script, ", $own%zu with points pointtype %d pointsize %.2f linecolor rgb '%s'", k,
                tp_sweep_shape(k), size, tp_style_line(k));
    }
}

/* Hollow, on the line that the curve crosses; the bar is the interval. */
static void plot_marks(const tp_sweep_panel *p, FILE *script) {
    const double level = p->row == TP_ROW_VALUE ? p->sweep->below : 0, far = 1e9;
    for (size_t k = 0; k < p->curves; k++) {
        const tp_sweep_curve *c = &p->sweep->curves[k];
        const tp_sweep_point *at = p->row == TP_ROW_VALUE ? &c->falls : &c->overtakes;
        if (!isfinite(at->at) || p->row == TP_ROW_LESS_CONTROL)
            continue;
        const double unit = p->sweep->unit;
        const double lower = isnan(at->lower) ? at->at : fmax(at->lower, -far);
        const double upper = isnan(at->upper) ? at->at : fmin(at->upper, far);
        const int shape = tp_sweep_shape(k);
        const char *colour = tp_style_line(k);
        fprintf(script,
                ", '+' using (%.9g):(%.9g):(%.9g):(0) every ::0::0 with vectors nohead "
                "linewidth 2.4 linecolor rgb '%s'",
                lower / unit, level, (upper - lower) / unit, colour);
        fprintf(script,
                ", '+' using (%.9g):(%.9g) every ::0::0 with points pointtype %d pointsize 0.8 "
                "linecolor rgb '#FFFFFF'",
                at->at / unit, level, shape);
        fprintf(script,
                ", '+' using (%.9g):(%.9g) every ::0::0 with points pointtype %d pointsize 0.8 "
                "linewidth 1.4 linecolor rgb '%s'",
                at->at / unit, level, shape - 1, colour);
    }
}

static void write_blocks(const tp_sweep_panel *p, FILE *script) {
    for (size_t k = 0; k < p->curves; k++) {
        write_block(p, script, "own", k, tp_sweep_row_series(p->measure, p->row));
        if (p->row == TP_ROW_VALUE && p->measure->input.mean)
            write_block(p, script, "input", k, &p->measure->input);
        if (p->row == TP_ROW_VALUE && p->measure->control.mean)
            write_block(p, script, "control", k, &p->measure->control);
    }
}

void tp_sweep_panel_draw(const tp_sweep_panel *p, tp_page *page, tp_box box) {
    FILE *script = page->script;
    write_blocks(p, script);
    tp_page_panel(page, box);
    if (p->sweep->x)
        set_number_axis(p, script, box.width);
    else
        set_category_axis(p, script, box.width);
    const double span = p->high - p->low;
    fprintf(script,
            "set yrange [%.9g:%.9g]\nset ytics %.9g\nset grid ytics linetype 1 linewidth 0.5 "
            "linecolor rgb '%s'\n",
            p->low, p->high, tp_page_step(span, (int)(box.height / 30)), TP_COLOUR_FAINT);
    if (!p->left)
        fputs("set format y ''\n", script);
    if (!p->last)
        fputs("set format x ''\n", script);
    if (p->row != TP_ROW_VALUE)
        fprintf(script, "plot 0 with lines linewidth 0.8 linecolor rgb '%s'", TP_COLOUR_BLACK);
    else /* outside, where chance has no value */
        fprintf(script, "plot %.9g with lines " TP_SWEEP_CHANCE_STYLE,
                tp_sweep_has_chance(p->measure) ? 0.5 : p->low - span);
    if (p->row == TP_ROW_VALUE && p->marks && isfinite(p->sweep->below))
        fprintf(script, ", %.9g with lines " TP_SWEEP_BELOW_STYLE, p->sweep->below);
    if (p->sweep->x)
        plot_curves(p, script);
    else
        plot_categories(p, script);
    if (p->sweep->x && p->marks)
        plot_marks(p, script);
    fputc('\n', script);
}
