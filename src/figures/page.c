/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { MOST_LETTERS = 120 };

static const struct {
    int size;
    const char *colour;
} letterings[] = {
    [TP_LETTERING_TITLE] = {18, TP_COLOUR_BLACK},
    [TP_LETTERING_HEADING] = {13, TP_COLOUR_BLACK},
    [TP_LETTERING_SMALL] = {12, TP_COLOUR_BLACK},
    [TP_LETTERING_NOTE] = {12, TP_COLOUR_GREY},
};

static void begin_sheet(tp_page *page) {
    page->texts = open_memstream(&page->text_script, &page->text_length);
    page->failed = page->failed || !page->texts;
    fputs("set multiplot\n", page->script);
}

void tp_page_begin(tp_page *page, double height) {
    page->height = height;
    tp_style_terminal(page->script, page->format, TP_PAGE_WIDTH, height);
    fputs("set encoding utf8\nset decimalsign '.'\n", page->script);
    tp_style_palettes(page->script);
    begin_sheet(page);
}

void tp_page_end(tp_page *page, bool more) {
    if (page->texts && fclose(page->texts) == 0) {
        page->texts = NULL;
        tp_page_panel(page, (tp_box){0, 0, TP_PAGE_WIDTH, page->height});
        fputs("unset border\nunset tics\n", page->script);
        fprintf(page->script, "set xrange [0:%d]\nset yrange [%.0f:0]\n", TP_PAGE_WIDTH,
                page->height);
        fwrite(page->text_script, 1, page->text_length, page->script);
        /* Something must be plotted for texts to be drawn. */
        fputs("plot -1 with lines\n", page->script);
    } else {
        page->texts = NULL;
        page->failed = true;
    }
    free(page->text_script);
    page->text_script = NULL;
    fputs("unset multiplot\n", page->script);
    if (more)
        begin_sheet(page);
}

void tp_page_drop(tp_page *page) {
    if (page->texts)
        (void)fclose(page->texts);
    free(page->text_script);
    page->texts = NULL;
    page->text_script = NULL;
}

void tp_page_panel(tp_page *page, tp_box box) {
    const double width = TP_PAGE_WIDTH, height = page->height;
    fputs("unset label\nunset object\nunset arrow\nunset key\nunset colorbox\nunset xlabel\n"
          "unset ylabel\nunset grid\nset border 15 linewidth 0.7\n"
          "set tics out nomirror scale 0.5,0.3 font ',12' autofreq\n"
          "set format '%g'\nset xtics nomirror offset 0,0.4\nset ytics nomirror offset 0.4,0\n"
          "unset logscale\nset autoscale x\nset autoscale y\nset style fill solid 1.0 noborder\n",
          page->script);
    fprintf(page->script,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set tmargin at screen %.6f\nset bmargin at screen %.6f\n",
            box.x / width, (box.x + box.width) / width, 1 - box.y / height,
            1 - (box.y + box.height) / height);
}

/* gnuplot's own exponents want markup, which would be seen in texts of others too. */
static void write_decade(FILE *script, int decade) {
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    const int size = abs(decade);
    if (size <= 3)
        fprintf(script, "'%g' 1e%d", pow(10, decade), decade);
    else
        fprintf(script, "'10%s%s%s' 1e%d", decade < 0 ? "⁻" : "",
                size > 9 ? digits[size / 10 % 10] : "", digits[size % 10], decade);
}

void tp_page_decades(const tp_page *page, char axis, double low, double high) {
    enum { MOST_NAMED = 5 };
    FILE *script = page->script;
    const int first = (int)floor(log10(low) + 1e-9), last = (int)ceil(log10(high) - 1e-9);
    const int every = (last - first) / MOST_NAMED + 1;
    fprintf(script, "set logscale %c\nset %crange [%.9g:%.9g]\nset %ctics (", axis, axis,
            low * (1 - 1e-6), high * (1 + 1e-6), axis);
    for (int decade = first; decade <= last; decade++) {
        fputs(decade > first ? ", " : "", script);
        if ((last - decade) % every == 0)
            write_decade(script, decade);
        else
            fprintf(script, "'' 1e%d", decade);
        for (int i = 2; i < 10 && last - first <= MOST_NAMED; i++)
            fprintf(script, ", '' %de%d 1", i, decade);
    }
    fputs(")\n", script);
}

void tp_page_quote(FILE *script, const char *text, size_t most) {
    unsigned long letter;
    /* In single quotes gnuplot expands nothing; a quote is doubled. */
    fputc('\'', script);
    for (size_t letters = 0; *text; letters++) {
        const size_t length = tp_text_character(text, &letter);
        if (letters == most) {
            fputs("…", script);
            break;
        }
        if (*text == '\'')
            fputs("''", script);
        else if (length == 0)
            fputc('?', script);
        else if ((unsigned char)*text < ' ' || *text == '\x7F')
            fputc(' ', script);
        else
            fwrite(text, 1, length, script);
        text += length ? length : 1;
    }
    fputc('\'', script);
}

void tp_page_text(tp_page *page, double x, double y, tp_align align, tp_lettering lettering,
                  const char *format, ...) {
    static const char *const aligns[] = {"left", "center", "right", "center rotate by 90"};
    if (!page->texts)
        return;
    char text[TP_LONGEST_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fputs("set label ", page->texts);
    tp_page_quote(page->texts, text, MOST_LETTERS);
    fprintf(page->texts, " at %.2f,%.2f %s font ',%d' textcolor rgb '%s'\n", x, y, aligns[align],
            letterings[lettering].size, letterings[lettering].colour);
}

/* As many words of the text as go into the width, one at least; `length` is that of the line. */
static const char *break_line(const char *text, double width, tp_lettering lettering,
                              tp_short_text *line) {
    size_t fitting = 0;
    for (size_t i = 0;; i++) {
        if (text[i] != ' ' && text[i] != '\0')
            continue;
        if (i >= sizeof line->text)
            break;
        memcpy(line->text, text, i);
        line->text[i] = '\0';
        if (fitting > 0 && tp_page_text_width(line->text, lettering) > width)
            break;
        fitting = i;
        if (text[i] == '\0')
            break;
    }
    fitting = fitting ? fitting : strnlen(text, sizeof line->text - 1);
    line->text[fitting] = '\0';
    text += fitting;
    return text + (*text == ' ');
}

static const double leading = 1.4;

double tp_page_paragraph(tp_page *page, double x, double y, double width, tp_lettering lettering,
                         const char *text) {
    const double pitch = leading * letterings[lettering].size;
    tp_short_text line;
    while (*text) {
        text = break_line(text, width, lettering, &line);
        tp_page_text(page, x, y + pitch / 2, TP_LEFT, lettering, "%s", line.text);
        y += pitch;
    }
    return y;
}

double tp_page_paragraph_height(double width, tp_lettering lettering, const char *text) {
    tp_short_text line;
    double height = 0;
    while (*text) {
        text = break_line(text, width, lettering, &line);
        height += leading * letterings[lettering].size;
    }
    return height;
}

void tp_page_line(tp_page *page, double x0, double y0, double x1, double y1, const char *style) {
    if (page->texts)
        fprintf(page->texts, "set arrow from %.2f,%.2f to %.2f,%.2f nohead %s\n", x0, y0, x1, y1,
                style);
}

void tp_page_rectangle(tp_page *page, tp_box box, const char *colour) {
    if (page->texts)
        fprintf(page->texts,
                "set object rectangle from %.2f,%.2f to %.2f,%.2f fillcolor rgb '%s' "
                "fillstyle solid 1.0 border rgb '%s' linewidth 0.5\n",
                box.x, box.y, box.x + box.width, box.y + box.height, colour, TP_COLOUR_GREY);
}

double tp_page_text_width(const char *text, tp_lettering lettering) {
    double letters = 0;
    for (const char *s = text; *s; s++)
        letters += (*s & 0xC0) != 0x80;
    return letters * 0.56 * letterings[lettering].size;
}

double tp_page_step(double span, int most) {
    const double rough = fmax(span, 1e-12) / most, decade = pow(10, floor(log10(rough)));
    const double steps[] = {1, 2, 5, 10};
    for (int i = 0; i < 3; i++)
        if (steps[i] * decade >= rough * (1 - 1e-9))
            return steps[i] * decade;
    return 10 * decade;
}

tp_short_text tp_page_shorten(const char *text, tp_lettering lettering, double width) {
    tp_short_text out;
    const double letter = tp_page_text_width("m", lettering);
    const double room = fmax(1, floor(width / letter));
    size_t used = 0, letters = 0;
    const bool fits = tp_page_text_width(text, lettering) <= width;
    for (const char *s = text; *s && used + 8 < sizeof out.text; letters++) {
        if (!fits && (double)letters + 1 >= room) {
            strcpy(out.text + used, "…");
            return out;
        }
        unsigned long character;
        size_t length = tp_text_character(s, &character);
        length = length ? length : 1;
        memcpy(out.text + used, s, length);
        used += length;
        s += length;
    }
    out.text[used] = '\0';
    return out;
}
