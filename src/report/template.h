/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The viewer's page, with the place where a record goes. */
#ifndef TP_REPORT_TEMPLATE_H
#define TP_REPORT_TEMPLATE_H

#include <stddef.h>
#include <tripartite/error.h>

typedef struct tp_template {
    char *text; /* all of it */
    size_t length;
    size_t before; /* length of what stands before the place */
    size_t after;  /* where the text goes on */
} tp_template;

/* Reads a file whole. TP_INVALID where it cannot be read or is longer than `most`. A 0 is put
 * behind it. The caller frees it. */
tp_status tp_template_read_file(const char *path, size_t most, char **text, size_t *length,
                                tp_error *error);

/* TP_INVALID where it is no page of the viewer. The caller frees template->text. */
tp_status tp_template_read(const char *path, tp_template *page, tp_error *error);

#endif
