/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Physical units, by UDUNITS-2 with M (mol/L) added, so that uM is a concentration. */
#ifndef TP_BASE_UNITS_H
#define TP_BASE_UNITS_H

#include <tripartite/error.h>

typedef struct tp_units tp_units; /* the table of units; reading it takes some milliseconds */

tp_status tp_units_create(tp_units **units, tp_error *error);
void tp_units_destroy(tp_units **units);

typedef enum tp_unit_match {
    TP_UNIT_CONVERTED,
    TP_UNIT_UNKNOWN,     /* no such unit */
    TP_UNIT_INCOMPATIBLE /* a unit of another dimension, or one with an offset (degrees C) */
} tp_unit_match;

/* Sets *factor to what a number in `from` is multiplied by to be in `to` ("" is "1"). The
 * reciprocal of a unit is another dimension here (4 ms is no rate). */
tp_unit_match tp_units_factor(tp_units *units, const char *from, const char *to, double *factor);

#endif
