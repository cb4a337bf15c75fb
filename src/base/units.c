/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/units.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udunits2.h>

#include "base/fail.h"

struct tp_units {
    ut_system *system;
};

tp_status tp_units_create(tp_units **out, tp_error *error) {
    tp_units *units = calloc(1, sizeof *units);
    if (!units)
        return tp_fail_memory(error, "reading the table of units");
    ut_set_error_message_handler(ut_ignore);
    units->system = ut_read_xml(NULL);
    if (!units->system) {
        free(units);
        tp_fail(error, TP_FAILED, "", "the unit database of UDUNITS-2 cannot be read");
        return tp_hint(error, "install Debian's package libudunits2-0, or set UDUNITS2_XML_PATH");
    }
    ut_unit *molar = ut_parse(units->system, "mole/liter", UT_UTF8);
    ut_status mapped = molar ? ut_map_symbol_to_unit("M", UT_UTF8, molar) : UT_BAD_ARG;
    ut_free(molar);
    if (mapped != UT_SUCCESS) {
        tp_units_destroy(&units);
        return tp_fail(error, TP_FAILED, "", "the unit M (mol/L) cannot be defined");
    }
    *out = units;
    return TP_OK;
}

void tp_units_destroy(tp_units **units) {
    if (!*units)
        return;
    ut_free_system((*units)->system);
    free(*units);
    *units = NULL;
}

/* UDUNITS-2 also reads numbers and dates ("4 5 ms", "s since 1970", "s@3"); here a unit is
 * letters, %, powers, products and quotients, as in uM-1 s-1 or 1/(uM s). */
static bool plain_unit(const char *text) {
    if (strstr(text, "since") || strstr(text, "after") || strstr(text, "from") ||
        strstr(text, "ref"))
        return false;
    const char *at = text;
    if (at[0] == '/') /* "/s", as papers write it */
        at++;
    else if (at[0] == '1' && (at[1] == '/' || at[1] == '\0'))
        at++;
    char before = '\0';
    int open = 0; /* UDUNITS-2 overlooks a bracket too many */
    for (; *at; at++) {
        unsigned char c = (unsigned char)*at;
        bool letter = isalpha(c) || c >= 0x80 || c == '%';
        bool digit = isdigit(c);
        if (digit && !(isalnum((unsigned char)before) || before == '^' || before == '-'))
            return false;
        if (c == '-' && !(isalpha((unsigned char)before) || before == '^'))
            return false;
        if (!letter && !digit && !strchr(" /*.^-()", c))
            return false;
        open += (c == '(') - (c == ')');
        if (open < 0)
            return false;
        before = (char)c;
    }
    return open == 0;
}

static ut_unit *parse(tp_units *units, const char *text) {
    char reciprocal[128];
    if (!plain_unit(text))
        return NULL;
    if (*text == '/') {
        snprintf(reciprocal, sizeof reciprocal, "1%s", text);
        text = reciprocal;
    }
    return ut_parse(units->system, *text ? text : "1", UT_UTF8);
}

/* UDUNITS-2 counts angles as dimensionless; a noise level in degrees is a mistake all the same. */
static bool same_dimension(const ut_unit *ratio) {
    char text[256];
    return ut_is_dimensionless(ratio) &&
           ut_format(ratio, text, sizeof text, UT_ASCII | UT_NAMES | UT_DEFINITION) >= 0 &&
           !strstr(text, "radian");
}

tp_unit_match tp_units_factor(tp_units *units, const char *from, const char *to, double *factor) {
    ut_unit *source = parse(units, from);
    if (!source)
        return TP_UNIT_UNKNOWN;
    ut_unit *target = parse(units, to);
    ut_unit *ratio = target ? ut_divide(source, target) : NULL;
    cv_converter *converter = NULL;
    /* ut_are_convertible would also take the reciprocal. */
    if (ratio && same_dimension(ratio))
        converter = ut_get_converter(source, target);
    tp_unit_match match = TP_UNIT_INCOMPATIBLE;
    if (converter && cv_convert_double(converter, 0) == 0) {
        *factor = cv_convert_double(converter, 1);
        match = TP_UNIT_CONVERTED;
    }
    cv_free(converter);
    ut_free(ratio);
    ut_free(target);
    ut_free(source);
    return match;
}
