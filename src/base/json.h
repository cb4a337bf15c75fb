/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_BASE_JSON_H
#define TP_BASE_JSON_H

#include <stdio.h>

/* Writes anybody's bytes as a JSON string: what is no UTF-8 becomes U+FFFD, and "<", ">" and "&"
 * are escaped, so that no text ends or begins an element of a page that the JSON stands in. */
void tp_json_write_text(FILE *file, const char *text);

/* Writes a number that reads back to the bit; null where it is not finite. */
void tp_json_write_number(FILE *file, double number);

#endif
