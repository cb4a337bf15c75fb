/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures by their index (of tp_figure_at), for whoever wants all of a record. */
#ifndef TP_FIGURES_FIGURE_BYTES_H
#define TP_FIGURES_FIGURE_BYTES_H

#include <stdbool.h>
#include <tripartite/record.h>

#include "figures/style.h"

/* Whether the figure is one of such a record at all. */
tp_status tp_figure_suits(const tp_record *record, size_t index, bool *suited, tp_error *error);

bool tp_figure_is_film(size_t index);

/* Draws a figure that suits the record as the bytes of a PNG or an SVG, or of a GIF where it is a
 * film; the caller frees them. `path` is the record's, for messages. TP_INVALID: the record lacks
 * something that the figure needs. */
tp_status tp_figure_bytes(const tp_record *record, const char *path, size_t index, tp_format format,
                          char **bytes, size_t *length, tp_error *error);

#endif
