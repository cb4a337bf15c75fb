/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scalars: strict numbers with units, names, words. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "base/units.h"
#include "scenario/schema.h"

/* What is read, for messages. */
typedef struct reading {
    const tp_node *node;
    const char *path;
    const tp_field *field;
    tp_units *units;
    tp_arena *arena;
    tp_error *error;
} reading;

__attribute__((format(printf, 2, 3))) static tp_status fail(const reading *r, const char *format,
                                                            ...) {
    char where[400], found[120], expected[400];
    tp_node_where(r->node, where, sizeof where);
    tp_node_found(r->node, found, sizeof found);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    return tp_fail(r->error, TP_INVALID, where, "%s: found %s; %s", r->path, found, expected);
}

const char *const *tp_field_names(const tp_field *field) {
    return field->values ? field->values : field->names();
}

static bool bare(const tp_field *field) {
    return !field->unit || strcmp(field->unit, "1") == 0;
}

/* Length of the decimal number that text begins with; 0 where it begins with none. */
static size_t number_length(const char *text) {
    const char *at = text;
    if (*at == '+' || *at == '-')
        at++;
    const char *digits = at;
    while (isdigit((unsigned char)*at))
        at++;
    size_t count = (size_t)(at - digits);
    if (*at == '.') {
        at++;
        const char *decimals = at;
        while (isdigit((unsigned char)*at))
            at++;
        count += (size_t)(at - decimals);
    }
    if (count == 0)
        return 0;
    if (*at == 'e' || *at == 'E') {
        const char *exponent = at + 1;
        if (*exponent == '+' || *exponent == '-')
            exponent++;
        if (isdigit((unsigned char)*exponent)) {
            while (isdigit((unsigned char)*exponent))
                exponent++;
            at = exponent;
        }
    }
    return (size_t)(at - text);
}

static void describe_range(const tp_field *field, char *out, size_t room) {
    char lower[32], upper[32];
    tp_text_number(field->lower, lower, sizeof lower);
    tp_text_number(field->upper, upper, sizeof upper);
    const char *unit = bare(field) ? "" : field->unit, *space = *unit ? " " : "";
    if (isinf(field->upper))
        snprintf(out, room, "expected %s %s%s%s", field->above ? "more than" : "at least", lower,
                 space, unit);
    else if (isinf(field->lower))
        snprintf(out, room, "expected at most %s%s%s", upper, space, unit);
    else
        snprintf(out, room, "expected a value %s %s and up to %s%s%s",
                 field->above ? "above" : "from", lower, upper, space, unit);
}

static tp_status check_range(const reading *r, double number) {
    const tp_field *field = r->field;
    if (field->lower == 0 && field->upper == 0)
        return TP_OK;
    bool inside =
        number <= field->upper && (field->above ? number > field->lower : number >= field->lower);
    if (inside)
        return TP_OK;
    char range[200];
    describe_range(field, range, sizeof range);
    fail(r, "%s", range);
    if (bare(field) && field->upper == 1 && number > 1 && number <= 100 &&
        !strchr(r->node->text, '%'))
        return tp_hint(r->error, "if it is a percentage, write '%s %%'", r->node->text);
    return TP_INVALID;
}

static tp_status convert(const reading *r, const char *unit, double *number) {
    const tp_field *field = r->field;
    if (*unit == '\0') {
        if (bare(field))
            return TP_OK;
        fail(r, "it has no unit");
        return tp_hint(r->error, "write the unit behind the number, as in '%s %s'", r->node->text,
                       field->unit);
    }
    if (field->unit && strcmp(unit, field->unit) == 0)
        return TP_OK; /* most are; UDUNITS-2 takes its time */
    double factor;
    switch (tp_units_factor(r->units, unit, field->unit ? field->unit : "1", &factor)) {
    case TP_UNIT_CONVERTED:
        /* Multiplying by 0.001 would not give the nearest double; dividing by 1000 does. */
        if (factor < 1 && fabs(1 / factor - nearbyint(1 / factor)) < 1e-9 * (1 / factor))
            *number /= nearbyint(1 / factor);
        else
            *number *= factor >= 1 && fabs(factor - nearbyint(factor)) < 1e-9 * factor
                           ? nearbyint(factor)
                           : factor;
        return TP_OK;
    case TP_UNIT_UNKNOWN:
        fail(r, "'%s' is no unit", unit);
        if (*unit == ',')
            return tp_hint(r->error, "decimals stand behind a point, as in '1.5'");
        break;
    case TP_UNIT_INCOMPATIBLE:
        fail(r, "'%s' is a unit of another kind", unit);
        break;
    }
    if (bare(field))
        return tp_hint(r->error, "expected a bare number");
    return tp_hint(r->error, "expected a value in %s or a unit that converts to it", field->unit);
}

static tp_status read_real(const reading *r, double *number, const char **text) {
    const char *from = r->node->text;
    size_t length = number_length(from);
    if (length == 0 || length > 60) {
        if (bare(r->field))
            return fail(r, "expected a number");
        return fail(r, "expected a number and a unit, such as '1 %s'", r->field->unit);
    }
    char digits[64];
    memcpy(digits, from, length);
    digits[length] = '\0';
    double value = strtod(digits, NULL);
    const char *unit = from + length;
    while (isspace((unsigned char)*unit))
        unit++;
    tp_status status = convert(r, unit, &value);
    if (status != TP_OK)
        return status;
    if (!isfinite(value))
        return fail(r, "expected a finite number");
    status = check_range(r, value);
    if (status != TP_OK)
        return status;
    char canonical[40];
    tp_text_number(value, canonical, sizeof canonical);
    *number = value;
    *text = bare(r->field) ? tp_arena_text(r->arena, canonical)
                           : tp_arena_format(r->arena, "%s %s", canonical, r->field->unit);
    return *text ? TP_OK : tp_fail_memory(r->error, "reading the scenario");
}

static tp_status read_integer(const reading *r, int64_t *number, const char **text) {
    const char *from = r->node->text, *digits = from + (*from == '-' || *from == '+');
    size_t length = strspn(digits, "0123456789");
    if (length == 0 || digits[length] != '\0') {
        fail(r, "expected a whole number");
        if (number_length(from) > 0 && from[number_length(from)] == '\0')
            tp_hint(r->error, "write it in digits alone, without point or exponent");
        return TP_INVALID;
    }
    errno = 0;
    long long value = strtoll(from, NULL, 10);
    if (errno == ERANGE)
        return fail(r, "the number is too large; expected at most %lld", (long long)INT64_MAX);
    tp_status status = check_range(r, (double)value);
    if (status != TP_OK)
        return status;
    *number = value;
    *text = tp_arena_format(r->arena, "%lld", value);
    return *text ? TP_OK : tp_fail_memory(r->error, "reading the scenario");
}

static tp_status read_boolean(const reading *r, bool *value, const char **text) {
    if (strcmp(r->node->text, "true") != 0 && strcmp(r->node->text, "false") != 0)
        return fail(r, "expected true or false");
    *value = r->node->text[0] == 't';
    *text = r->node->text;
    return TP_OK;
}

static tp_status read_choice(const reading *r, int *choice, const char **text) {
    const char *const *names = tp_field_names(r->field);
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], r->node->text) == 0) {
            *choice = i;
            *text = names[i];
            return TP_OK;
        }
    char list[300];
    tp_text_join(names, list, sizeof list);
    fail(r, "expected one of: %s", list);
    const char *nearest = tp_text_nearest(r->node->text, names);
    return nearest ? tp_hint(r->error, "did you mean '%s'?", nearest) : TP_INVALID;
}

/* Characters that a reader of YAML would not give back as they are. */
static bool must_be_escaped(unsigned long c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
           c == 0xfffe || c == 0xffff;
}

const char *tp_value_quoted(tp_arena *arena, const char *text) {
    char *out = tp_arena_alloc(arena, 6 * strlen(text) + 3), *to = out;
    if (!out)
        return NULL;
    *to++ = '"';
    while (*text) {
        unsigned long character;
        size_t length = tp_text_character(text, &character);
        if (length == 0) { /* libyaml gives valid UTF-8 alone */
            text++;
            continue;
        }
        if (must_be_escaped(character)) {
            to += snprintf(to, 7, "\\u%04lx", character);
        } else {
            if (character == '"' || character == '\\')
                *to++ = '\\';
            memcpy(to, text, length);
            to += length;
        }
        text += length;
    }
    *to++ = '"';
    return out;
}

tp_status tp_value_read(const tp_node *node, const char *path, const tp_field *field,
                        tp_units *units, tp_arena *arena, void *member, const char **text,
                        tp_error *error) {
    reading r = {node, path, field, units, arena, error};
    if (node->kind != TP_NODE_SCALAR)
        return fail(&r, "expected a single value");
    switch (field->kind) {
    case TP_REAL:
    case TP_REALS:
        return read_real(&r, member, text);
    case TP_INTEGER:
        return read_integer(&r, member, text);
    case TP_BOOLEAN:
        return read_boolean(&r, member, text);
    case TP_CHOICE:
        return read_choice(&r, member, text);
    default:
        *(const char **)member = node->text;
        *text = tp_value_quoted(arena, node->text);
        return *text ? TP_OK : tp_fail_memory(error, "reading the scenario");
    }
}
