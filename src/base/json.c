/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

void tp_json_write_text(FILE *file, const char *text) {
    fputc('"', file);
    while (*text) {
        unsigned long character;
        const size_t length = tp_text_character(text, &character);
        if (length == 0)
            fputs("\\ufffd", file);
        else if (character == '"' || character == '\\')
            fprintf(file, "\\%c", (int)character);
        else if (character < 0x20 || (character < 0x80 && strchr("<>&", (int)character)))
            fprintf(file, "\\u%04lx", character);
        else
            fwrite(text, 1, length, file);
        text += length ? length : 1;
    }
    fputc('"', file);
}

void tp_json_write_number(FILE *file, double number) {
    char text[40];
    if (isfinite(number))
        tp_text_number(number, text, sizeof text);
    fputs(isfinite(number) ? text : "null", file);
}
