/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_FIGURES_GNUPLOT_H
#define TP_FIGURES_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>
#include <tripartite/error.h>

/* Lets gnuplot carry out a script that draws on its standard output, and sets *picture to a file
 * without a name that holds what came out, at its start. The caller closes it. */
tp_status tp_gnuplot_run(const char *script, size_t length, FILE **picture, tp_error *error);

/* Reads what gnuplot drew, as it is published; the caller frees it. */
tp_status tp_gnuplot_bytes(FILE *picture, char **bytes, size_t *length, tp_error *error);

/* Gives a picture its name. The file appears when it is whole; on failure, one that was there
 * before is still whole. */
tp_status tp_gnuplot_publish(FILE *picture, const char *output, tp_error *error);

#endif
