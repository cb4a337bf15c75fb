/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/print.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"

enum { REMARK_COLUMN = 44 };

static void print_origin(const tp_entry *entry, FILE *stream) {
    char where[400] = "";
    if (entry->node)
        tp_node_where(entry->node, where, sizeof where);
    /* A --set may hold line breaks, which would end the comment. */
    for (char *c = where; *c; c++)
        if ((unsigned char)*c < 0x20)
            *c = ' ';
    fprintf(stream, "# %s", *where ? where : "default");
}

static void print_range(const tp_field *field, FILE *stream) {
    if (field->lower == 0 && field->upper == 0)
        return;
    char lower[40], upper[40];
    tp_text_number(field->lower, lower, sizeof lower);
    tp_text_number(field->upper, upper, sizeof upper);
    if (isinf(field->lower) && isinf(field->upper))
        return;
    if (isinf(field->upper))
        fprintf(stream, " (%s %s)", field->above ? ">" : ">=", lower);
    else if (isinf(field->lower))
        fprintf(stream, " (<= %s)", upper);
    else
        fprintf(stream, " (%s%s to %s)", field->above ? "above " : "", lower, upper);
}

static void print_help(const tp_field *field, FILE *stream) {
    fprintf(stream, "# %s", field->help ? field->help : "");
    if (field->kind == TP_CHOICE) {
        const char *const *names = tp_field_names(field);
        fputs(" (", stream);
        for (int i = 0; names[i]; i++)
            fprintf(stream, "%s%s", i ? " | " : "", names[i]);
        fputc(')', stream);
    }
    print_range(field, stream);
}

static void print_entry(const tp_entry *entry, bool empty, tp_remark remark, FILE *stream) {
    if (entry->left_out && remark != TP_REMARK_HELP)
        return;
    int indent = 2 * entry->depth - (entry->opens_item ? 2 : 0);
    const char *lead = entry->opens_item ? "- " : entry->left_out ? "# " : "";
    int column = fprintf(stream, "%*s%s%s:", indent, "", lead, entry->key);
    if (entry->text)
        column += fprintf(stream, " %s", entry->text);
    if (empty)
        column += fprintf(stream, " {}");
    bool remarked = remark == TP_REMARK_HELP || (remark == TP_REMARK_ORIGIN && entry->text);
    if (remarked) {
        fprintf(stream, "%*s", column < REMARK_COLUMN ? REMARK_COLUMN - column : 1, "");
        if (remark == TP_REMARK_HELP)
            print_help(entry->field, stream);
        else
            print_origin(entry, stream);
    }
    fputc('\n', stream);
}

/* Whether nothing stands in the block that entry number i opens. */
static bool empty_block(const tp_resolved *resolved, size_t i) {
    if (resolved->entries[i].field->kind != TP_BLOCK)
        return false;
    for (size_t k = i + 1; k < resolved->count; k++) {
        if (resolved->entries[k].depth <= resolved->entries[i].depth)
            break;
        if (!resolved->entries[k].left_out)
            return false;
    }
    return true;
}

tp_status tp_resolved_print(const tp_resolved *resolved, tp_remark remark, FILE *stream,
                            tp_error *error) {
    for (size_t i = 0; i < resolved->count; i++)
        print_entry(&resolved->entries[i], empty_block(resolved, i), remark, stream);
    if (fflush(stream) != 0 || ferror(stream))
        return tp_fail(error, TP_FAILED, "", "the scenario could not be printed: %s",
                       strerror(errno));
    return TP_OK;
}
