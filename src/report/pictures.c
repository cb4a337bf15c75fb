/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/pictures.h"

#include <stdbool.h>
#include <stdlib.h>
#include <tripartite/figure.h>

#include "figures/figure_bytes.h"
#include "record/reader_private.h"
#include "report/encode.h"

/* An SVG of more is one of many marks: it is smaller as pixels, and quicker to show. */
enum { LARGEST_SVG = 400000 };
/* Of a record of more bytes a film takes minutes to draw, and every figure is one of many marks. */
enum { LARGE_RECORD = 20000000 };

/* Texts of ours may stand in a page as they are, those about a record may not. */
static void put_escaped(FILE *file, const char *text) {
    for (; *text; text++) {
        if (*text == '&')
            fputs("&amp;", file);
        else if (*text == '<')
            fputs("&lt;", file);
        else if (*text == '>')
            fputs("&gt;", file);
        else if (*text == '"')
            fputs("&quot;", file);
        else
            fputc(*text, file);
    }
}

static void put_picture(FILE *file, const tp_figure *figure, const char *bytes, size_t length) {
    const char *type = bytes[0] == '<' ? "svg+xml" : bytes[0] == 'G' ? "gif" : "png";
    fprintf(file, "<figure id=\"figure-%s\"><img alt=\"", figure->name);
    put_escaped(file, figure->summary);
    fprintf(file, "\" src=\"data:image/%s;base64,", type);
    tp_encode_base64(file, (const unsigned char *)bytes, length);
    fprintf(file, "\"><figcaption><b>%s</b> ", figure->name);
    put_escaped(file, figure->summary);
    fputs("</figcaption></figure>\n", file);
}

static void put_missing(FILE *file, const tp_figure *figure, const char *why) {
    fprintf(file, "<p class=\"missing\">No figure <b>%s</b>: ", figure->name);
    put_escaped(file, why);
    fputs("</p>\n", file);
}

static tp_status put_figure(const tp_record *record, const char *path, size_t index, FILE *file,
                            tp_error *error) {
    const tp_figure *figure = tp_figure_at(index);
    const bool large = record->bytes > LARGE_RECORD;
    if (large && tp_figure_is_film(index)) {
        put_missing(file, figure, "it takes long for so large a record; tripartite plot draws it");
        return TP_OK;
    }
    char *bytes;
    size_t length = 0;
    tp_error reason;
    tp_status status = tp_figure_bytes(record, path, index, large ? TP_FORMAT_PNG : TP_FORMAT_SVG,
                                       &bytes, &length, &reason);
    if (status == TP_OK && !large && bytes[0] == '<' && length > LARGEST_SVG) {
        free(bytes);
        status = tp_figure_bytes(record, path, index, TP_FORMAT_PNG, &bytes, &length, &reason);
    }
    if (status == TP_OK)
        put_picture(file, figure, bytes, length);
    free(bytes);
    if (status == TP_FAILED && error)
        *error = reason;
    if (status == TP_INVALID) {
        put_missing(file, figure, reason.message);
        status = TP_OK;
    }
    return status;
}

tp_status tp_report_pictures(const tp_record *record, const char *path, FILE *file,
                             tp_error *error) {
    tp_status status = TP_OK;
    fputs("<section id=\"figures\"><h2>Figures</h2>\n", file);
    for (size_t i = 0; status == TP_OK && tp_figure_at(i); i++) {
        bool suited;
        status = tp_figure_suits(record, i, &suited, error);
        if (status == TP_OK && suited)
            status = put_figure(record, path, i, file, error);
    }
    fputs("</section>\n", file);
    return status;
}
