/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the figures of a memory experiment's record have in common. A record may be damaged, partial
 * or of another hand: whatever is read here has been checked. */
#ifndef TP_FIGURES_MEMORY_VIEW_H
#define TP_FIGURES_MEMORY_VIEW_H

#include "base/arena.h"
#include "figures/figure_kind.h"
#include "scenario/node.h"

typedef struct tp_memory_view {
    const tp_figure_source *source;
    tp_arena arena; /* holds all that is read */
    tp_node *scenario;
    const char *title;
    bool partial;
    size_t rows, columns, neurons;
    size_t pattern_count;
    const char **pattern_names;
    const double *patterns; /* images, one after another; 0 or 1 */
    size_t test_count;      /* tests with readouts */
} tp_memory_view;

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

/* TP_INVALID where the record is none of a memory experiment. Close the view in any case. */
tp_status tp_memory_view_open(const tp_figure_source *source, tp_memory_view *view,
                              tp_error *error);
void tp_memory_view_close(tp_memory_view *view);

/* The height of the heading. */
double tp_memory_heading_height(const tp_memory_view *view);
/* Title and what it shows, at the top of the page; returns where the rest may begin. */
__attribute__((format(printf, 4, 5))) double tp_memory_heading(const tp_memory_view *view,
                                                               tp_page *page, const char *what,
                                                               const char *format, ...);

/* Zeroed memory that lives as long as the view; NULL and an error where there is none. */
void *tp_memory_alloc(tp_memory_view *view, size_t count, size_t size, tp_error *error);

/* A number of the resolved scenario, in the unit that it has there. */
tp_status tp_memory_number(const tp_memory_view *view, const char *path, double *number,
                           tp_error *error);
double tp_memory_number_or(const tp_memory_view *view, const char *path, double otherwise);

/* TP_INVALID: the record holds no such array; how to record it. */
tp_status tp_memory_lacks(const tp_memory_view *view, const char *path, tp_error *error);
/* TP_INVALID: what the record holds cannot be. */
tp_status tp_memory_damaged(const tp_memory_view *view, const char *path, const char *expected,
                            tp_error *error);

/* Reads an array of that rank. Dimensions that are not 0 are what is expected; all are set. */
tp_status tp_memory_array(tp_memory_view *view, const char *path, size_t rank, size_t *dims,
                          const double **values, tp_error *error);

tp_status tp_memory_images(tp_memory_view *view, const char *segment, tp_shown_images *shown,
                           tp_error *error);
tp_status tp_memory_spikes(tp_memory_view *view, const char *segment, tp_spike_list *spikes,
                           tp_error *error);

/* TP_INVALID where no test was finished. */
tp_status tp_memory_need_tests(const tp_memory_view *view, tp_error *error);

/* How an image compares with a pattern, as tp_mark, for each neuron. */
void tp_memory_marks(const tp_memory_view *view, size_t pattern, const double *image,
                     double *marks);

#endif
