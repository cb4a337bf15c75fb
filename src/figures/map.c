/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/map.h"

#include <math.h>

enum { SHARP_PIXELS = 160, SCALE_STEPS = 128 };

tp_box tp_map_fit(tp_box room, size_t rows, size_t columns) {
    const double side = fmin(room.width / (double)columns, room.height / (double)rows);
    const double width = side * (double)columns, height = side * (double)rows;
    return (tp_box){room.x + (room.width - width) / 2, room.y, width, height};
}

/* Each cell is that many pixels wide and high in the image. gnuplot draws no image of one row; and
 * some of what shows an SVG blurs the borders between an image's pixels, whatever it asks for. */
static size_t repetition(const tp_page *page, const tp_map *map) {
    const size_t most = map->rows > map->columns ? map->rows : map->columns;
    if (page->format == TP_FORMAT_SVG && most < SHARP_PIXELS)
        return (SHARP_PIXELS + most - 1) / most;
    return map->rows < 2 || map->columns < 2 ? 2 : 1;
}

static void write_row(FILE *script, const tp_map *map, size_t row, size_t times) {
    for (size_t column = 0; column < map->columns; column++) {
        const double value = map->values[row * map->columns + column];
        const double level = tp_style_level(map->palette, value, map->low, map->high);
        for (size_t i = 0; i < times; i++)
            if (isfinite(level))
                fprintf(script, "%.1f ", level);
            else
                fputs("NaN ", script);
    }
    fputc('\n', script);
}

static void write_numbers(FILE *script, char axis, bool shown, size_t count) {
    if (shown)
        fprintf(script, "set %ctics 0,%.0f\n", axis, fmax(1, tp_page_step((double)count, 8)));
    else
        fprintf(script, "unset %ctics\n", axis);
}

void tp_map_draw(tp_page *page, tp_box room, const tp_map *map) {
    FILE *script = page->script;
    const size_t times = repetition(page, map);
    tp_page_panel(page, tp_map_fit(room, map->rows, map->columns));
    fputs("$map << EOD\n", script);
    for (size_t row = 0; row < map->rows; row++)
        for (size_t i = 0; i < times; i++)
            write_row(script, map, row, times);
    fputs("EOD\n", script);
    fprintf(script, "set xrange [-0.5:%.1f]\nset yrange [%.1f:-0.5]\n", (double)map->columns - 0.5,
            (double)map->rows - 0.5);
    fprintf(script,
            "set object rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '%s' "
            "fillstyle solid 1.0 noborder\n",
            TP_COLOUR_UNKNOWN);
    write_numbers(script, 'y', map->row_numbers, map->rows);
    write_numbers(script, 'x', map->column_numbers, map->columns);
    const double shift = ((double)times - 1) / 2, size = (double)times;
    fprintf(script, "plot $map matrix using (($1-%.1f)/%.0f):(($2-%.1f)/%.0f):3 with image\n",
            shift, size, shift, size);
}

void tp_scale_draw(tp_page *page, tp_box box, const tp_scale *scale) {
    FILE *script = page->script;
    const double low = scale->low, high = scale->high, step = (high - low) / SCALE_STEPS;
    tp_page_panel(page, box);
    fputs("$map << EOD\n", script);
    for (int row = 0; row < 2; row++) {
        for (int i = 0; i < SCALE_STEPS; i++)
            fprintf(script, "%.1f ",
                    tp_style_level(scale->palette, low + (i + 0.5) * step, low, high));
        fputc('\n', script);
    }
    fputs("EOD\n", script);
    fprintf(script, "set xrange [%.6g:%.6g]\nset yrange [-0.5:1.5]\n", low, high);
    fprintf(script, "unset ytics\nset xtics %.6g\n", tp_page_step(high - low, 6));
    if (scale->mark_name && scale->mark > low && scale->mark < high) {
        fprintf(script,
                "set arrow from %.6g,graph 0 to %.6g,graph 1 nohead front linewidth 1.5 "
                "linecolor rgb '#FFFFFF'\n",
                scale->mark, scale->mark);
        tp_page_text(page, box.x + box.width * (scale->mark - low) / (high - low), box.y - 9,
                     TP_CENTRE, TP_LETTERING_NOTE, "%s", scale->mark_name);
    }
    fprintf(script, "plot $map matrix using (%.6g+($1+0.5)*%.6g):2:3 with image\n", low, step);
    tp_page_text(page, box.x + box.width / 2, box.y + box.height + 32, TP_CENTRE,
                 TP_LETTERING_SMALL, "%s", scale->label);
}

void tp_legend_draw(tp_page *page, double x, double y, double pitch, const tp_legend_line *lines) {
    for (; lines->colour; lines++, y += pitch) {
        tp_page_rectangle(page, (tp_box){x, y - 5, 10, 10}, lines->colour);
        tp_page_text(page, x + 17, y, TP_LEFT, TP_LETTERING_SMALL, "%s", lines->meaning);
    }
}
