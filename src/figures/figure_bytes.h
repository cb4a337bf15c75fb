/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_FIGURES_FIGURE_BYTES_H
#define TP_FIGURES_FIGURE_BYTES_H

#include <stdbool.h>
#include <tripartite/record.h>

#include "figures/style.h"

/* Draws the figure of that index (of tp_figure_at) as the bytes of a PNG or an SVG, or of a GIF
 * where it is a film; the caller frees them. *suited: whether it is one of such a record at all;
 * where not, there are no bytes, and that is no error. `path` is the record's, for messages. */
tp_status tp_figure_bytes(const tp_record *record, const char *path, size_t index, tp_format format,
                          char **bytes, size_t *length, bool *suited, tp_error *error);

#endif
