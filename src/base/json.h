/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_BASE_JSON_H
#define TP_BASE_JSON_H

#include <stdio.h>

/* A text between its quotes. What is no UTF-8 in it, as names of files need not be, becomes U+FFFD,
 * since JSON must be. */
void tp_json_write_text(FILE *file, const char *text);

#endif
