/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/csv_values.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/reader_private.h"

tp_status tp_csv_values_read(const tp_record *record, const tp_listed *array, tp_csv_values *v,
                             tp_error *error) {
    *v = (tp_csv_values){.kind = array->kind, .single = array->bytes == sizeof(float)};
    switch (array->kind) {
    case TP_LISTED_TEXT:
        return tp_record_strings(record, array->path, &v->texts, &v->text_count, error);
    case TP_LISTED_SIGNED:
        return tp_record_array_as(record, array->path, TP_AS_INT64, &v->numbers, error);
    case TP_LISTED_UNSIGNED:
        return tp_record_array_as(record, array->path, TP_AS_UINT64, &v->numbers, error);
    default:
        return tp_record_array(record, array->path, &v->numbers, error);
    }
}

void tp_csv_values_free(tp_csv_values *v) {
    for (size_t i = 0; i < v->text_count; i++)
        free(v->texts[i]);
    free(v->texts);
    tp_array_free(&v->numbers);
}

void tp_csv_float_text(double number, bool single, char *text, size_t room) {
    if (isnan(number)) {
        *text = '\0';
        return;
    }
    if (!single) {
        tp_text_number(number, text, room);
        return;
    }
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, room, "%.*g", digits, number);
        if (strtof(text, NULL) == (float)number)
            return;
    }
}

void tp_csv_number_text(const tp_csv_values *v, size_t index, char *text, size_t room) {
    const void *at = &v->numbers.values[index];
    double number;
    int64_t whole;
    uint64_t natural;
    switch (v->kind) {
    case TP_LISTED_SIGNED:
        memcpy(&whole, at, sizeof whole);
        snprintf(text, room, "%" PRId64, whole);
        break;
    case TP_LISTED_UNSIGNED:
        memcpy(&natural, at, sizeof natural);
        snprintf(text, room, "%" PRIu64, natural);
        break;
    default:
        memcpy(&number, at, sizeof number);
        tp_csv_float_text(number, v->single, text, room);
    }
}

/* A text within quotes: those in it are doubled. */
static void write_inner(const char *text, FILE *stream) {
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', stream);
        fputc(*text, stream);
    }
}

void tp_csv_write_quoted(const char *text, FILE *stream) {
    fputc('"', stream);
    write_inner(text, stream);
    fputc('"', stream);
}

/* The value at one place of an axis. */
static const char *place_text(const tp_csv_values *axis, size_t place, char *number, size_t room) {
    if (axis->kind == TP_LISTED_TEXT)
        return axis->texts[place];
    if (axis->kind == TP_LISTED_BARE)
        snprintf(number, room, "%zu", place);
    else
        tp_csv_number_text(axis, place, number, room);
    return number;
}

void tp_csv_write_heading(const char *name, const tp_csv_values *axes, const size_t *places,
                          size_t count, FILE *stream) {
    static const char special[] = ",\"\r\n";
    char number[40];
    bool quoted = count > 1 || strpbrk(name, special);
    for (size_t a = 0; a < count && !quoted; a++)
        quoted = strpbrk(place_text(&axes[a], places[a], number, sizeof number), special) != NULL;
    fputs(quoted ? "\"" : "", stream);
    write_inner(name, stream);
    for (size_t a = 0; a < count; a++) {
        fputc(a == 0 ? '[' : ',', stream);
        write_inner(place_text(&axes[a], places[a], number, sizeof number), stream);
    }
    fputs(count > 0 ? "]" : "", stream);
    fputs(quoted ? "\"" : "", stream);
}
