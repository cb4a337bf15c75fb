/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the figures of a memory experiment's record have in common. */
#ifndef TP_FIGURES_MEMORY_VIEW_H
#define TP_FIGURES_MEMORY_VIEW_H

#include "figures/view.h"

/* The images that a segment showed. */
typedef struct tp_shown_images {
    size_t count;
    const double *onset, *duration, *noise; /* ms, ms, 1 */
    const size_t *pattern;
    const double *images;
} tp_shown_images;

typedef struct tp_spike_list {
    size_t count;
    const double *time; /* ms, in order */
    const size_t *node;
} tp_spike_list;

/* Opens a view with its scenario and patterns. Close it in any case. */
tp_status tp_memory_view_open(const tp_figure_source *source, tp_view *view, tp_error *error);

tp_status tp_memory_images(tp_view *view, const char *segment, tp_shown_images *shown,
                           tp_error *error);
tp_status tp_memory_spikes(tp_view *view, const char *segment, tp_spike_list *spikes,
                           tp_error *error);

/* TP_INVALID where no test was finished. */
tp_status tp_memory_need_tests(const tp_view *view, tp_error *error);

/* How an image compares with a pattern, as tp_mark, for each neuron. */
void tp_memory_marks(const tp_view *view, size_t pattern, const double *image, double *marks);

#endif
