/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series, its forecast one step ahead, and the forecast that is fed back; how far that is off;
 * how the readout learned; and the attractor that it stays on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "figures/forecast_read.h"

enum { LEFT = 70, PLOT_WIDTH = 704, SERIES_HEIGHT = 92, ERROR_HEIGHT = 104, GAP = 8 };
enum { HEADING = 30, AXIS = 50, LOWER_HEIGHT = 250, LOSS_WIDTH = 330, ROW = 18, FOOT = 14 };
enum { MOST_PANELS = 3, MOST_POINTS = 4000, FEW_EPOCHS = 15, LATER = 8 };

/* In Lyapunov times, or in the series' own where its exponent is not known. */
static const double BEFORE = 1.5, AFTER_AT_LEAST = 4, AFTER_VALID = 2;

typedef struct forecast {
    tp_forecast_view f;
    tp_page *page;
    double scale;       /* what a time is multiplied by */
    double zero;        /* time of the first forecast that is fed back */
    double from, until; /* of the axis of time */
} forecast;

/* Colours of forecasters in their order; the scenario's own first. */
static const char *colour_of(size_t number) {
    static const char *const colours[TP_MOST_FORECASTERS] = {
        TP_COLOUR_VERMILION, TP_COLOUR_BLUE, TP_COLOUR_GREEN, TP_COLOUR_ORANGE,
        TP_COLOUR_GREY,      "#CC79A7",      "#56B4E9"};
    return colours[number % TP_MOST_FORECASTERS];
}

static void choose_times(forecast *d) {
    const tp_forecast_view *f = &d->f;
    d->scale = f->exponent > 0 ? f->exponent : 1;
    d->zero = f->free_time[0];
    const double end = (f->free_time[f->freed - 1] - d->zero) * d->scale;
    /* A series without an exponent has a unit of its own: its whole free run is looked at. */
    d->until =
        f->exponent > 0 ? fmin(end, fmax(AFTER_AT_LEAST, ceil(AFTER_VALID * f->valid_time))) : end;
    d->from =
        -fmin(f->exponent > 0 ? BEFORE : 0.3 * d->until, (d->zero - f->drive_time[0]) * d->scale);
}

/* One coordinate over the times that are shown; false where no point is. */
static bool write_curve(const forecast *d, const char *name, const double *times, size_t count,
                        const double *values, size_t stride, double from, double until) {
    FILE *script = d->page->script;
    size_t points = 0;
    fprintf(script, "$%s << EOD\n", name);
    for (size_t i = 0; i < count; i++) {
        const double time = (times[i] - d->zero) * d->scale;
        if (time < from - 1e-9 || time > until + 1e-9 || !isfinite(values[i * stride]))
            continue;
        fprintf(script, "%.7g %.7g\n", time, values[i * stride]);
        points++;
    }
    fputs("EOD\n", script);
    return points > 0;
}

static void range_of(const double *values, size_t count, size_t stride, double *low, double *high) {
    for (size_t i = 0; i < count; i++) {
        *low = fmin(*low, values[i * stride]);
        *high = fmax(*high, values[i * stride]);
    }
}

static void time_panel(const forecast *d, double y, double height, bool last) {
    FILE *script = d->page->script;
    tp_page_panel(d->page, (tp_box){LEFT, y, PLOT_WIDTH, height});
    fprintf(script, "set xrange [%.7g:%.7g]\nset xtics %.6g\n", d->from, d->until,
            tp_page_step(d->until - d->from, 10));
    if (!last)
        fputs("set format x ''\n", script);
    fprintf(script,
            "set arrow from 0,graph 0 to 0,graph 1 nohead back linewidth 1 linecolor rgb '%s'\n",
            TP_COLOUR_GREY);
    if (d->f.valid_time > 0 && d->f.valid_time < d->until)
        fprintf(script,
                "set arrow from %.7g,graph 0 to %.7g,graph 1 nohead back linewidth 1 dashtype '-' "
                "linecolor rgb '%s'\n",
                d->f.valid_time, d->f.valid_time, TP_COLOUR_GREY);
}

static void draw_coordinate(const forecast *d, size_t k, double y) {
    const tp_forecast_view *f = &d->f;
    FILE *script = d->page->script;
    double low = INFINITY, high = -INFINITY;
    range_of(f->input + k, f->driven, f->coordinates, &low, &high);
    const double margin = high > low ? 0.08 * (high - low) : 1;
    write_curve(d, "series", f->drive_time, f->driven, f->input + k, f->coordinates, d->from,
                d->until);
    const bool next =
        write_curve(d, "next", f->drive_time, f->driven, f->next + k, f->coordinates, d->from, 0);
    const bool freed =
        write_curve(d, "free", f->free_time, f->freed, f->free + k, f->coordinates, 0, d->until);
    time_panel(d, y, SERIES_HEIGHT, false);
    fprintf(script, "set yrange [%.7g:%.7g]\nset ytics %.6g\n", low - margin, high + margin,
            tp_page_step(high - low, 4));
    fprintf(script, "plot $series with lines linewidth 2.2 linecolor rgb '%s'", TP_COLOUR_BLACK);
    if (next)
        fprintf(script, ", $next with lines linewidth 1.1 linecolor rgb '%s'", "#56B4E9");
    if (freed)
        fprintf(script, ", $free with lines linewidth 1.4 linecolor rgb '%s'", TP_COLOUR_VERMILION);
    fputc('\n', script);
    tp_page_text(d->page, 16, y + SERIES_HEIGHT / 2.0, TP_UPRIGHT, TP_LETTERING_HEADING, "%s",
                 tp_page_shorten(f->names[k], TP_LETTERING_HEADING, SERIES_HEIGHT).text);
}

static void draw_errors(const forecast *d, double y) {
    const tp_forecast_view *f = &d->f;
    FILE *script = d->page->script;
    const double highest = fmax(2, 3 * f->threshold);
    for (size_t k = 0; k < f->forecaster_count; k++) {
        char name[40];
        snprintf(name, sizeof name, "error%zu", k);
        write_curve(d, name, f->free_time, f->steps, f->errors + k * f->steps, 1, 0, d->until);
    }
    time_panel(d, y, ERROR_HEIGHT, true);
    fprintf(script,
            "set yrange [0:%.6g]\nset ytics %.6g\nplot %.7g with lines linewidth 1 "
            "dashtype '-' linecolor rgb '%s'",
            highest, tp_page_step(highest, 4), f->threshold, TP_COLOUR_BLACK);
    /* The scenario's own on top. */
    for (size_t k = f->forecaster_count; k-- > 0;)
        fprintf(script, ", $error%zu with lines linewidth %.1f linecolor rgb '%s'", k,
                k == 0 ? 2.0 : 1.2, colour_of(k));
    fputc('\n', script);
    tp_page_text(d->page, 16, y + ERROR_HEIGHT / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL,
                 "error of free run");
    if (d->from < 0)
        tp_page_text(d->page, LEFT + 6, y + ERROR_HEIGHT * (1 - f->threshold / highest) - 9,
                     TP_LEFT, TP_LETTERING_NOTE, "valid below %g", f->threshold);
    tp_page_text(d->page, LEFT + PLOT_WIDTH / 2.0, y + ERROR_HEIGHT + 34, TP_CENTRE,
                 TP_LETTERING_HEADING, "%s since the forecast is fed back",
                 f->exponent > 0 ? "Lyapunov times" : "time");
}

/* What the three kinds of line are, above the panels. */
static void draw_key(const forecast *d, double y) {
    static const struct {
        const char *text, *style;
    } lines[] = {
        {"series", "linewidth 2.2 linecolor rgb '" TP_COLOUR_BLACK "'"},
        {"forecast one step ahead", "linewidth 1.4 linecolor rgb '#56B4E9'"},
        {"forecast fed back (free run)", "linewidth 1.6 linecolor rgb '" TP_COLOUR_VERMILION "'"},
        {"valid until", "linewidth 1 dashtype '-' linecolor rgb '" TP_COLOUR_GREY "'"}};
    double x = LEFT;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        tp_page_line(d->page, x, y, x + 24, y, lines[i].style);
        tp_page_text(d->page, x + 30, y, TP_LEFT, TP_LETTERING_SMALL, "%s", lines[i].text);
        x += 54 + tp_page_text_width(lines[i].text, TP_LETTERING_SMALL);
    }
}

static void draw_losses(const forecast *d, double y) {
    const tp_forecast_view *f = &d->f;
    FILE *script = d->page->script;
    double low = INFINITY, high = 0;
    const size_t every = f->epochs / MOST_POINTS + 1;
    for (size_t k = 0; k < f->forecaster_count; k++) {
        /* Data without a point are an error to gnuplot; the first one is apart, off the panel. */
        fprintf(script, "$loss%zu << EOD\n-1 1\n\n", k);
        for (size_t i = 0; i < f->epochs; i += every) {
            const double loss = f->losses[k * f->epochs + i];
            if (!(loss > 0 && loss < INFINITY))
                continue;
            low = fmin(low, loss);
            high = fmax(high, loss);
            fprintf(script, "%zu %.7g\n", i + 1, loss);
        }
        fputs("EOD\n", script);
    }
    if (!(low <= high))
        low = high = 1;
    low = pow(10, floor(log10(low)));
    high = fmax(pow(10, ceil(log10(high))), 10 * low);
    tp_page_panel(d->page, (tp_box){LEFT, y, LOSS_WIDTH, LOWER_HEIGHT});
    tp_page_decades(d->page, 'y', low, high);
    fprintf(script,
            "set xrange [0:%zu]\nset grid ytics linetype 1 linewidth 0.5 linecolor rgb '%s'\nplot ",
            f->epochs + 1, TP_COLOUR_FAINT);
    for (size_t k = f->forecaster_count; k-- > 0;)
        fprintf(script, "$loss%zu with %s linewidth %.1f linecolor rgb '%s'%s", k,
                f->epochs < FEW_EPOCHS ? "linespoints pointtype 7 pointsize 0.6" : "lines",
                k == 0 ? 2.0 : 1.4, colour_of(k), k ? ", " : "\n");
    tp_page_text(d->page, LEFT, y - 14, TP_LEFT, TP_LETTERING_HEADING, "training loss");
    tp_page_text(d->page, LEFT + LOSS_WIDTH / 2.0, y + LOWER_HEIGHT + 34, TP_CENTRE,
                 TP_LETTERING_SMALL, "epoch");
    tp_page_text(d->page, 16, y + LOWER_HEIGHT / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL,
                 "mean squared error");
}

/* Two coordinates against each other: the first and the last; where there is but one, it and what
 * it is some samples later. */
static void draw_portrait(const forecast *d, double x, double y, double width) {
    const tp_forecast_view *f = &d->f;
    FILE *script = d->page->script;
    const size_t a = 0, b = f->coordinates - 1, later = b > 0 ? 0 : LATER;
    const double *const both[] = {f->target, f->free};
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    range_of(f->input + a, f->driven, f->coordinates, &low[0], &high[0]);
    range_of(f->input + b, f->driven, f->coordinates, &low[1], &high[1]);
    for (int k = 0; k < 2; k++) {
        fprintf(script, "$orbit%d << EOD\n1e300 1e300\n\n", k);
        for (size_t i = 0; i + later < f->freed && i < MOST_POINTS; i++) {
            const double across = both[k][i * f->coordinates + a];
            const double up = both[k][(i + later) * f->coordinates + b];
            if (isfinite(across) && isfinite(up))
                fprintf(script, "%.6g %.6g\n", across, up);
        }
        fputs("EOD\n", script);
    }
    tp_page_panel(d->page, (tp_box){x, y, width, LOWER_HEIGHT});
    fprintf(script, "set xrange [%.7g:%.7g]\nset yrange [%.7g:%.7g]\n",
            low[0] - 0.1 * (high[0] - low[0]), high[0] + 0.1 * (high[0] - low[0]),
            low[1] - 0.1 * (high[1] - low[1]), high[1] + 0.1 * (high[1] - low[1]));
    fprintf(
        script,
        "plot $orbit0 with lines linewidth 0.9 linecolor rgb '%s', $orbit1 with lines linewidth "
        "0.9 linecolor rgb '%s'\n",
        "#B0B0B0", TP_COLOUR_VERMILION);
    tp_page_text(d->page, x, y - 14, TP_LEFT, TP_LETTERING_HEADING,
                 "%zu samples: series (grey), free run", f->freed);
    tp_page_text(d->page, x + width / 2, y + LOWER_HEIGHT + 34, TP_CENTRE, TP_LETTERING_SMALL, "%s",
                 f->names[a]);
    char after[40] = "";
    if (later > 0)
        snprintf(after, sizeof after, ", %zu samples later", later);
    tp_page_text(d->page, x - 46, y + LOWER_HEIGHT / 2.0, TP_UPRIGHT, TP_LETTERING_SMALL, "%s%s",
                 tp_page_shorten(f->names[b], TP_LETTERING_SMALL, 100).text, after);
}

/* A row for each forecaster: its colours above, and what it comes to. */
static void draw_table(const forecast *d, double y) {
    const tp_forecast_view *f = &d->f;
    static const double ends[] = {390, 540, LEFT + PLOT_WIDTH};
    const char *const heads[] = {"learning rate (per epoch)", "test error",
                                 f->exponent > 0 ? "valid time (Lyapunov times)" : "valid time"};
    for (int c = 0; c < 3; c++)
        tp_page_text(d->page, ends[c], y, TP_RIGHT, TP_LETTERING_NOTE, "%s", heads[c]);
    for (size_t k = 0; k < f->forecaster_count; k++) {
        const double line = y + (double)(k + 1) * ROW;
        const double numbers[] = {f->learning_rate[k], f->test_error[k], f->valid_times[k]};
        char style[80];
        snprintf(style, sizeof style, "linewidth 2 linecolor rgb '%s'", colour_of(k));
        tp_page_line(d->page, LEFT, line, LEFT + 24, line, style);
        tp_page_text(d->page, LEFT + 32, line, TP_LEFT, TP_LETTERING_SMALL, "%s",
                     tp_page_shorten(f->forecasters[k], TP_LETTERING_SMALL, 160).text);
        for (int c = 0; c < 3; c++)
            if (isfinite(numbers[c]))
                tp_page_text(d->page, ends[c], line, TP_RIGHT, TP_LETTERING_SMALL,
                             c == 2 ? "%.2f" : "%.3g", numbers[c]);
            else
                tp_page_text(d->page, ends[c], line, TP_RIGHT, TP_LETTERING_SMALL, "–");
    }
}

static void draw_page(const forecast *d) {
    const tp_forecast_view *f = &d->f;
    const size_t panels = f->coordinates < MOST_PANELS ? f->coordinates : MOST_PANELS;
    const double series = (double)panels * (SERIES_HEIGHT + GAP);
    const double table = (double)(f->forecaster_count + 1) * ROW;
    tp_page_begin(d->page, tp_view_heading_height(&f->view) + HEADING + series + ERROR_HEIGHT +
                               AXIS + HEADING + LOWER_HEIGHT + AXIS + table + FOOT);
    char fewer[80] = "";
    if (panels < f->coordinates)
        snprintf(fewer, sizeof fewer, "; the first %zu of %zu coordinates", panels, f->coordinates);
    double y = tp_view_heading(&f->view, d->page, "Forecast",
                               "a step ahead, and from 0 on fed back to the network as its "
                               "input%s",
                               fewer);
    draw_key(d, y + 8);
    y += HEADING;
    for (size_t k = 0; k < panels; k++, y += SERIES_HEIGHT + GAP)
        draw_coordinate(d, k, y);
    draw_errors(d, y);
    y += ERROR_HEIGHT + AXIS + HEADING;
    draw_losses(d, y);
    const double x = LEFT + LOSS_WIDTH + 84;
    draw_portrait(d, x, y, LEFT + PLOT_WIDTH - x);
    draw_table(d, y + LOWER_HEIGHT + AXIS + 6);
    tp_page_end(d->page, false);
}

static tp_status draw(const tp_figure_source *source, tp_page *page, tp_error *error) {
    forecast d = {.page = page};
    tp_status status = tp_forecast_view_open(source, &d.f, error);
    if (status == TP_OK) {
        choose_times(&d);
        draw_page(&d);
    }
    tp_view_close(&d.f.view);
    return status;
}

const tp_figure_kind tp_figure_forecast = {
    .figure = {"forecast", "the series, its forecast, the free run, and how it was learned"},
    .experiment = "forecast",
    .group = "free_run/forecast",
    .draw = draw,
};
