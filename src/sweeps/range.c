/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweeps/range.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

enum { PARTS = 3, UNIT_ROOM = 32 };

/* A number and the unit behind it. */
typedef struct quantity {
    double number;
    char unit[UNIT_ROOM];
} quantity;

static bool read_quantity(const char *from, size_t length, quantity *out) {
    char text[80], *end;
    if (length >= sizeof text)
        return false;
    memcpy(text, from, length);
    text[length] = '\0';
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    const char *start = text + strspn(text, " \t");
    if (!isdigit((unsigned char)start[strspn(start, "+-.")]) || strspn(start, "+-.") > 2)
        return false;
    out->number = strtod(start, &end);
    end += strspn(end, " \t");
    if (!isfinite(out->number) || strlen(end) >= UNIT_ROOM || isdigit((unsigned char)*end))
        return false;
    strcpy(out->unit, end);
    return true;
}

static tp_status fail(const tp_node *node, tp_error *error, const char *what) {
    char where[400], found[120];
    tp_node_where(node, where, sizeof where);
    tp_node_found(node, found, sizeof found);
    return tp_fail(error, TP_INVALID, where, "found %s; %s", found, what);
}

/* The unit of the three: that of the last, which the others may leave out but not contradict. */
static tp_status check_units(const tp_node *node, quantity *parts, tp_error *error) {
    const char *unit = parts[PARTS - 1].unit;
    for (int i = 0; i + 1 < PARTS; i++) {
        const bool bare = parts[i].unit[0] == '\0';
        if (strcmp(parts[i].unit, unit) == 0 || (bare && parts[0].unit[0] == parts[1].unit[0]))
            continue;
        fail(node, error, "a range has one unit");
        return tp_hint(error, "write it behind the step alone, as in 0.2:8:0.2 s, or behind all");
    }
    return TP_OK;
}

static tp_status check_direction(const tp_node *node, const quantity *parts, tp_error *error) {
    const double from = parts[0].number, to = parts[1].number, step = parts[2].number;
    if (step == 0)
        return fail(node, error, "the step of a range cannot be 0; expected from:to:step");
    if ((to - from) * step >= 0)
        return TP_OK;
    fail(node, error, "the range is empty: its step leads away from its end");
    return tp_hint(error, "write %.12g:%.12g:%.12g%s%s", from, to, -step,
                   parts[2].unit[0] ? " " : "", parts[2].unit);
}

static tp_status read_parts(const tp_node *node, quantity *parts, tp_error *error) {
    const char *form = "expected levels: a list, or from:to:step such as 0:0.6:0.05";
    if (node->kind != TP_NODE_SCALAR)
        return fail(node, error, form);
    const char *at = node->text;
    for (int i = 0; i < PARTS; i++) {
        const size_t length = strcspn(at, ":");
        if (!read_quantity(at, length, &parts[i]) || (at[length] == ':') != (i + 1 < PARTS))
            return fail(node, error, form);
        at += length + 1;
    }
    tp_status status = check_units(node, parts, error);
    return status == TP_OK ? check_direction(node, parts, error) : status;
}

tp_status tp_range_expand(const tp_node *node, tp_arena *arena, const tp_node *const **levels,
                          size_t *count, tp_error *error) {
    quantity parts[PARTS];
    tp_status status = read_parts(node, parts, error);
    if (status != TP_OK)
        return status;
    const double from = parts[0].number, step = parts[2].number;
    /* A step that misses the end by rounding meets it. */
    const double steps = floor((parts[1].number - from) / step + 1e-9);
    if (steps + 1 > TP_MOST_LEVELS)
        return fail(node, error, "the range has more than 100000 levels; expected a wider step");
    *count = (size_t)steps + 1;
    const tp_node **items = tp_arena_alloc(arena, *count * sizeof *items);
    if (!items)
        return tp_fail_memory(error, "reading a range");
    for (size_t k = 0; k < *count; k++) {
        tp_node *item = tp_arena_alloc(arena, sizeof *item);
        double value = from + (double)k * step;
        /* 0.30000000000000004 is not what the user means, nor is 1e-17 next to steps of 0.1. */
        if (fabs(value) < 1e-9 * fabs(step))
            value = 0;
        if (!item)
            return tp_fail_memory(error, "reading a range");
        *item = *node;
        item->text =
            tp_arena_format(arena, "%.12g%s%s", value, parts[2].unit[0] ? " " : "", parts[2].unit);
        if (!item->text)
            return tp_fail_memory(error, "reading a range");
        items[k] = item;
    }
    *levels = items;
    return TP_OK;
}
