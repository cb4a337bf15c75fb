/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep over neurons and astrocytes: maps of the learning rate, and its curves over the share of
 * astrocytes, with intervals. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "figures/figure_kind.h"
#include "figures/map.h"
#include "figures/view.h"

enum { LEFT = 84, RIGHT = 14, BETWEEN = 92, HEADING = 30, AXIS = 52, ROW = 19, FOOT = 12 };
enum { MAP_SIDE = 265, SCALE_ROOM = 52, SCALE_HEIGHT = 12, CURVE_HEIGHT = 250, SWATCH = 36 };
enum { MOST_CURVES = 7, PANELS = 2, NAME_ROOM = 120 };

static const struct {
    const char *name, *heading;
} panels[PANELS] = {
    {"learning_rate", "Slope of the loss, per epoch"},
    {"learning_rate_log10", "Slope of log10 of the loss, per epoch"},
};
static const double TWO_TO_ONE = 2.0 / 3;

typedef struct curve {
    size_t first, count; /* points */
    size_t row;          /* of /best_ratio */
    tp_short_text label;
} curve;

typedef struct ratio {
    tp_view view;
    tp_page *page;
    size_t sets, rows, columns; /* of the map */
    const double *neurons, *astrocytes, *maps[PANELS];
    size_t points, best_count;
    const double *set, *total, *share, *best_set, *best_total, *trials;
    const double *mean[PANELS], *lower[PANELS], *upper[PANELS];
    const double *best[PANELS][3];
    const char *varied;
    double confidence;
    curve curves[MOST_CURVES];
    size_t curve_count, all_curves;
    bool with_maps;
} ratio;

/* --- what there is -------------------------------------------------------------------------- */

static tp_status read_columns(ratio *r, const char *group, size_t *count, size_t columns,
                              const char *const *names, const double **const *to, tp_error *error) {
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < columns; i++) {
        char path[2 * NAME_ROOM];
        snprintf(path, sizeof path, "%s/%s", group, names[i]);
        status = tp_view_array(&r->view, path, 1, count, to[i], error);
    }
    return status;
}

static tp_status read_map(ratio *r, tp_error *error) {
    r->rows = r->columns = r->sets = TP_ANY_LENGTH;
    tp_status status = tp_view_array(&r->view, "map/neurons", 1, &r->rows, &r->neurons, error);
    if (status == TP_OK)
        status = tp_view_array(&r->view, "map/astrocytes", 1, &r->columns, &r->astrocytes, error);
    size_t known = 0;
    for (int p = 0; status == TP_OK && p < PANELS; p++) {
        char path[NAME_ROOM];
        size_t dims[3] = {r->sets, r->rows, r->columns};
        snprintf(path, sizeof path, "map/%s", panels[p].name);
        status = tp_view_array(&r->view, path, 3, dims, &r->maps[p], error);
        r->sets = dims[0];
    }
    if (status == TP_OK && (r->sets == 0 || r->rows == 0 || r->columns == 0))
        status = tp_view_damaged(&r->view, "map", "at least one size of networks", error);
    for (size_t i = 0; status == TP_OK && i < r->rows * r->columns; i++)
        known += isfinite(r->maps[0][i]) ? 1 : 0;
    r->with_maps = 2 * known > r->rows * r->columns && r->rows > 1 && r->columns > 1;
    return status;
}

static tp_status read_curves(ratio *r, tp_error *error) {
    const char *const names[] = {"set", "total", "share"};
    const double **const to[] = {&r->set, &r->total, &r->share};
    const char *const best_names[] = {"set", "total", "trials"};
    const double **const best_to[] = {&r->best_set, &r->best_total, &r->trials};
    r->points = r->best_count = TP_ANY_LENGTH;
    tp_status status = read_columns(r, "ratio", &r->points, 3, names, to, error);
    if (status == TP_OK)
        status = read_columns(r, "best_ratio", &r->best_count, 3, best_names, best_to, error);
    for (int p = 0; status == TP_OK && p < PANELS; p++) {
        char text[6][NAME_ROOM];
        static const char *const ends[] = {"", "_lower", "_upper"};
        const char *const own[] = {text[0], text[1], text[2]};
        const char *const best[] = {text[3], text[4], text[5]};
        const double **const means[] = {&r->mean[p], &r->lower[p], &r->upper[p]};
        const double **const bests[] = {&r->best[p][0], &r->best[p][1], &r->best[p][2]};
        for (int e = 0; e < 3; e++) {
            snprintf(text[e], NAME_ROOM, "%s%s", panels[p].name, ends[e]);
            snprintf(text[3 + e], NAME_ROOM, "%s_best_share%s", panels[p].name, ends[e]);
        }
        status = read_columns(r, "ratio", &r->points, 3, own, means, error);
        if (status == TP_OK)
            status = read_columns(r, "best_ratio", &r->best_count, 3, best, bests, error);
    }
    return status;
}

/* "beta = 0.5", from what else is varied; a path's last word is enough. */
static tp_status label_set(ratio *r, size_t set, tp_short_text *label, tp_error *error) {
    const char *name = r->varied;
    size_t used = 0;
    label->text[0] = '\0';
    while (*name && used + 1 < sizeof label->text) {
        const size_t length = strcspn(name, "\n");
        char path[2 * NAME_ROOM], value[80] = "";
        tp_array numbers;
        snprintf(path, sizeof path, "map/%.*s", (int)(length < 200 ? length : 200), name);
        const char *word = path + strlen(path);
        while (word > path && word[-1] != '.' && word[-1] != '/')
            word--;
        if (tp_record_array(r->view.source->record, path, &numbers, NULL) == TP_OK) {
            if (numbers.rank == 1 && set < numbers.dims[0])
                snprintf(value, sizeof value, "%.6g", numbers.values[set]);
            tp_array_free(&numbers);
        } else {
            const char *text;
            tp_status status = tp_view_string(&r->view, path, set, &text, error);
            if (status != TP_OK)
                return status;
            snprintf(value, sizeof value, "%.70s", text);
        }
        used += (size_t)snprintf(label->text + used, sizeof label->text - used, "%s%s = %s",
                                 used ? ", " : "", word, value);
        name += length + (name[length] != '\0');
    }
    return TP_OK;
}

/* Of more curves than there is room for, some that are evenly apart. */
static tp_status choose_curves(ratio *r, tp_error *error) {
    size_t count = 0, *rows = tp_view_alloc(&r->view, r->best_count + 1, sizeof *rows, error);
    size_t *firsts = tp_view_alloc(&r->view, r->best_count + 1, sizeof *firsts, error);
    size_t *lengths = tp_view_alloc(&r->view, r->best_count + 1, sizeof *lengths, error);
    if (!rows || !firsts || !lengths)
        return TP_FAILED;
    for (size_t i = 0, first = 0; i < r->best_count; i++) {
        size_t end = first;
        if (!(r->best_total[i] > 0))
            continue;
        if (!(r->best_set[i] >= 0 && r->best_set[i] < (double)r->sets))
            return tp_view_damaged(&r->view, "best_ratio/set", "a row of /map", error);
        while (end < r->points && r->set[end] == r->best_set[i] &&
               r->total[end] == r->best_total[i])
            end++;
        rows[count] = i;
        firsts[count] = first;
        lengths[count] = end - first;
        count += end - first > 2; /* two points are no curve */
        first = end;
    }
    if (count == 0) {
        tp_fail(error, TP_INVALID, r->view.source->path,
                "holds no three sizes of networks with as many units, which the figure 'ratio' "
                "needs");
        return tp_hint(error, "vary both counts, as experiments/reservoir/ratio.yaml does");
    }
    r->all_curves = count;
    r->curve_count = count < MOST_CURVES ? count : MOST_CURVES;
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < r->curve_count; k++) {
        const size_t i = r->curve_count > 1 ? k * (count - 1) / (r->curve_count - 1) : 0;
        curve *c = &r->curves[k];
        *c = (curve){.first = firsts[i], .count = lengths[i], .row = rows[i]};
        tp_short_text set = {""};
        if (*r->varied)
            status = label_set(r, (size_t)r->best_set[rows[i]], &set, error);
        snprintf(c->label.text, sizeof c->label.text, "%.0f units%s%.300s", r->best_total[rows[i]],
                 *set.text ? ", " : "", set.text);
    }
    return status;
}

/* --- the page ------------------------------------------------------------------------------- */

static double panel_width(void) {
    return (TP_PAGE_WIDTH - LEFT - RIGHT - BETWEEN) / 2.0;
}

static double panel_x(int p) {
    return LEFT + p * (panel_width() + BETWEEN);
}

static void draw_map(const ratio *r, int p, double y) {
    double low = INFINITY, high = -INFINITY;
    double *flipped = malloc(r->rows * r->columns * sizeof *flipped);
    if (!flipped) {
        r->page->failed = true;
        return;
    }
    for (size_t i = 0; i < r->rows * r->columns; i++) {
        const double value =
            r->maps[p][(r->rows - 1 - i / r->columns) * r->columns + i % r->columns];
        flipped[i] = value;
        low = isfinite(value) ? fmin(low, value) : low;
        high = isfinite(value) ? fmax(high, value) : high;
    }
    if (!(high > low))
        high = low + fmax(fabs(low), 1) * 1e-3;
    const tp_map map = {r->rows, r->columns, flipped, TP_PALETTE_CALCIUM, low, high, false, false};
    const tp_box room = {panel_x(p), y, panel_width(), MAP_SIDE};
    const tp_box box = tp_map_fit(room, r->rows, r->columns);
    tp_map_draw(r->page, room, &map);
    free(flipped);
    const size_t every_row = (r->rows + 10) / 11, every_column = (r->columns + 10) / 11;
    for (size_t i = 0; i < r->rows; i += every_row)
        tp_page_text(r->page, box.x - 6,
                     box.y + box.height * (1 - ((double)i + 0.5) / (double)r->rows), TP_RIGHT,
                     TP_LETTERING_NOTE, "%g", r->neurons[i]);
    for (size_t i = 0; i < r->columns; i += every_column)
        tp_page_text(r->page, box.x + box.width * ((double)i + 0.5) / (double)r->columns,
                     box.y + box.height + 10, TP_CENTRE, TP_LETTERING_NOTE, "%g", r->astrocytes[i]);
    tp_page_text(r->page, box.x - 42, box.y + box.height / 2, TP_UPRIGHT, TP_LETTERING_SMALL,
                 "neurons");
    tp_page_text(r->page, box.x + box.width / 2, box.y + box.height + 27, TP_CENTRE,
                 TP_LETTERING_SMALL, "astrocyte-like units");
    const tp_scale scale = {TP_PALETTE_CALCIUM, low, high, "", NAN, NULL};
    tp_scale_draw(r->page, (tp_box){box.x, box.y + box.height + 46, box.width, SCALE_HEIGHT},
                  &scale);
}

static double lowest_of(const ratio *r, int p, const curve *c, size_t *at) {
    double lowest = INFINITY;
    *at = c->first;
    for (size_t i = c->first; i < c->first + c->count; i++)
        if (r->mean[p][i] < lowest) {
            lowest = r->mean[p][i];
            *at = i;
        }
    return lowest;
}

static void draw_curves(const ratio *r, int p, double y) {
    FILE *script = r->page->script;
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < r->curve_count; k++) {
        const curve *c = &r->curves[k];
        fprintf(script, "$curve%zu << EOD\n", k);
        for (size_t i = c->first; i < c->first + c->count; i++) {
            const double mean = r->mean[p][i];
            const double lower = isfinite(r->lower[p][i]) ? r->lower[p][i] : mean;
            const double upper = isfinite(r->upper[p][i]) ? r->upper[p][i] : mean;
            if (!isfinite(mean))
                continue;
            fprintf(script, "%.6f %.9g %.9g %.9g\n", r->share[i], mean, lower, upper);
            low = fmin(low, lower);
            high = fmax(high, upper);
        }
        fputs("EOD\n", script);
    }
    if (!isfinite(low)) {
        low = -1;
        high = 0;
    }
    const double pad = high > low ? 0.06 * (high - low) : fmax(fabs(low) * 0.05, 1e-6);
    tp_page_panel(r->page, (tp_box){panel_x(p), y, panel_width(), CURVE_HEIGHT});
    fprintf(script,
            "set xrange [-0.03:1.03]\nset xtics 0.2\nset yrange [%.9g:%.9g]\nset ytics %.9g\n"
            "set arrow from %.6f,graph 0 to %.6f,graph 1 nohead back linewidth 1 dashtype '-' "
            "linecolor rgb '%s'\nplot -1e9 with lines",
            low - pad, high + pad, tp_page_step(high - low + 2 * pad, 6), TWO_TO_ONE, TWO_TO_ONE,
            TP_COLOUR_GREY);
    for (size_t k = 0; k < r->curve_count; k++)
        fprintf(
            script,
            ", $curve%zu using 1:3:4 with filledcurves fillstyle transparent solid 0.2 noborder "
            "linecolor rgb '%s'",
            k, tp_style_line(k));
    for (size_t k = 0; k < r->curve_count; k++) {
        size_t at;
        const double lowest = lowest_of(r, p, &r->curves[k], &at);
        fprintf(script,
                ", $curve%zu using 1:2 with linespoints pointtype 7 pointsize 0.35 linewidth 1.5 "
                "linecolor rgb '%s'",
                k, tp_style_line(k));
        if (isfinite(lowest))
            fprintf(script,
                    ", '+' using (%.6f):(%.9g) every ::0::0 with points pointtype 6 pointsize 1 "
                    "linewidth 1.6 linecolor rgb '%s'",
                    r->share[at], lowest, tp_style_line(k));
    }
    fputc('\n', script);
    tp_page_text(r->page, panel_x(p), y - 13, TP_LEFT, TP_LETTERING_HEADING, "%s",
                 panels[p].heading);
    tp_page_text(r->page, panel_x(p) + panel_width() * (TWO_TO_ONE + 0.03) / 1.06 - 5, y + 11,
                 TP_RIGHT, TP_LETTERING_NOTE, "2 : 1");
    tp_page_text(r->page, panel_x(p) + panel_width() / 2, y + CURVE_HEIGHT + 34, TP_CENTRE,
                 TP_LETTERING_SMALL, "share of astrocyte-like units");
}

static void print_best(const ratio *r, int p, size_t row, char *out, size_t room) {
    const double *const *best = r->best[p];
    if (!isfinite(best[0][row]))
        snprintf(out, room, "not known");
    else if (!isfinite(best[1][row]))
        snprintf(out, room, "%.2f", best[0][row]);
    else
        snprintf(out, room, "%.2f [%.2f, %.2f]", best[0][row], best[1][row], best[2][row]);
}

/* What each curve is, and where it is lowest in either panel. */
static void draw_key(const ratio *r, double y) {
    const double second = LEFT + 300, third = LEFT + 490;
    tp_page_text(r->page, second, y, TP_LEFT, TP_LETTERING_SMALL, "lowest (o), loss");
    tp_page_text(r->page, third, y, TP_LEFT, TP_LETTERING_SMALL, "lowest (o), log10");
    for (size_t k = 0; k < r->curve_count; k++) {
        char text[60];
        const double at = y + (double)(k + 1) * ROW;
        char style[80];
        snprintf(style, sizeof style, "linewidth 2 linecolor rgb '%s'", tp_style_line(k));
        tp_page_line(r->page, LEFT, at, LEFT + SWATCH, at, style);
        tp_page_text(r->page, LEFT + SWATCH + 8, at, TP_LEFT, TP_LETTERING_SMALL, "%s",
                     tp_page_shorten(r->curves[k].label.text, TP_LETTERING_SMALL,
                                     second - LEFT - SWATCH - 16)
                         .text);
        print_best(r, 0, r->curves[k].row, text, sizeof text);
        tp_page_text(r->page, second, at, TP_LEFT, TP_LETTERING_SMALL, "%s", text);
        print_best(r, 1, r->curves[k].row, text, sizeof text);
        tp_page_text(r->page, third, at, TP_LEFT, TP_LETTERING_SMALL, "%s", text);
    }
}

static void draw_page(ratio *r) {
    const double maps = r->with_maps ? HEADING + MAP_SIDE + SCALE_ROOM + 24 : 0;
    const double key = (double)(r->curve_count + 1) * ROW;
    char fewer[60] = "", which[60] = "";
    tp_page_begin(r->page, tp_view_heading_height(&r->view) + maps + HEADING + CURVE_HEIGHT + AXIS +
                               key + FOOT);
    if (r->curve_count < r->all_curves)
        snprintf(fewer, sizeof fewer, "; %zu of %zu curves", r->curve_count, r->all_curves);
    if (r->with_maps && r->sets > 1)
        snprintf(which, sizeof which, "; the map of the first of %zu sets", r->sets);
    double y = tp_view_heading(&r->view, r->page, "Ratio",
                               "means of %.0f networks of each size with %.4g %% intervals "
                               "(bootstrap)%s%s",
                               r->trials[r->curves[0].row], 100 * r->confidence, which, fewer);
    for (int p = 0; r->with_maps && p < PANELS; p++) {
        tp_page_text(r->page, panel_x(p), y + HEADING - 13, TP_LEFT, TP_LETTERING_HEADING, "%s",
                     panels[p].heading);
        draw_map(r, p, y + HEADING);
    }
    y += maps + HEADING;
    for (int p = 0; p < PANELS; p++)
        draw_curves(r, p, y);
    draw_key(r, y + CURVE_HEIGHT + AXIS + ROW / 2.0);
    tp_page_end(r->page, false);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    ratio r = {.page = page, .varied = ""};
    tp_status status = tp_view_open(source, &r.view, error);
    if (status == TP_OK)
        status = read_map(&r, error);
    if (status == TP_OK)
        status = read_curves(&r, error);
    if (status == TP_OK)
        status = tp_view_text(&r.view, "map", "varied", &r.varied, error);
    if (status == TP_OK)
        status = tp_record_number(source->record, "ratio", "confidence", &r.confidence, error);
    if (status == TP_OK)
        status = choose_curves(&r, error);
    if (status == TP_OK)
        draw_page(&r);
    tp_view_close(&r.view);
    return status;
}

const tp_figure_kind tp_figure_ratio = {
    .figure = {"ratio", "a sweep over neurons and astrocytes: maps, curves over their ratio"},
    .experiment = "sweep",
    .group = "best_ratio",
    .draw = draw,
};
