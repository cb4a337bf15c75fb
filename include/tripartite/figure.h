/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures are drawn from records alone, by gnuplot. */
#ifndef TRIPARTITE_FIGURE_H
#define TRIPARTITE_FIGURE_H

#include <stddef.h>
#include <tripartite/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tp_figure {
    const char *name;
    const char *summary;
} tp_figure;

/* The figures in alphabetical order; NULL past the last. */
TP_PUBLIC const tp_figure *tp_figure_at(size_t index);

/* Draws a figure of the record (NULL: the one that shows what it is of, such as `recall` of a
 * memory experiment and `robustness` of a sweep) into `output`, whose ending (.png, .svg, .pdf;
 * .gif for a movie) says the format. The file appears when it is whole. */
TP_PUBLIC tp_status tp_figure_draw(const char *record, const char *figure, const char *output,
                                   tp_error *error);

#ifdef __cplusplus
}
#endif
#endif
