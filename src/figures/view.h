/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the figures of all records have in common. A record may be damaged, partial or of another
 * hand: whatever is read here has been checked. */
#ifndef TP_FIGURES_VIEW_H
#define TP_FIGURES_VIEW_H

#include <stdint.h>

#include "base/arena.h"
#include "base/criteria.h"
#include "figures/figure_kind.h"
#include "scenario/node.h"

typedef struct tp_view {
    const tp_figure_source *source;
    tp_arena arena; /* holds all that is read */
    tp_node *scenario;
    const char *title;
    bool partial;
    /* Of a memory experiment, see memory_view.h: */
    size_t rows, columns, neurons;
    size_t pattern_count;
    const char **pattern_names;
    const double *patterns; /* images, one after another; 0 or 1 */
    size_t test_count;      /* tests with readouts */
} tp_view;

/* Reads the title, and whether the record is partial. Close the view in any case. */
tp_status tp_view_open(const tp_figure_source *source, tp_view *view, tp_error *error);
/* Reads the resolved scenario, for the numbers and words below. */
tp_status tp_view_scenario(tp_view *view, tp_error *error);
void tp_view_close(tp_view *view);

/* The height of the heading. */
double tp_view_heading_height(const tp_view *view);
/* Title and what it shows, at the top of the page; returns where the rest may begin. */
__attribute__((format(printf, 4, 5))) double
tp_view_heading(const tp_view *view, tp_page *page, const char *what, const char *format, ...);

/* Zeroed memory that lives as long as the view; NULL and an error where there is none. */
void *tp_view_alloc(tp_view *view, size_t count, size_t size, tp_error *error);

/* A number of the resolved scenario, in the unit that it has there. */
tp_status tp_view_number(const tp_view *view, const char *path, double *number, tp_error *error);
double tp_view_number_or(const tp_view *view, const char *path, double otherwise);
/* A word of the resolved scenario; "" where it has none. */
const char *tp_view_word(const tp_view *view, const char *path);

/* TP_INVALID: the record holds no such array; how to record it. */
tp_status tp_view_lacks(const tp_view *view, const char *path, tp_error *error);
/* TP_INVALID: what the record holds cannot be. */
tp_status tp_view_damaged(const tp_view *view, const char *path, const char *expected,
                          tp_error *error);

/* Of an axis that may have any length, none included. */
#define TP_ANY_LENGTH SIZE_MAX

/* Reads an array of that rank. Dimensions are what is expected, or TP_ANY_LENGTH; those are set, to
 * 0 where it fails. */
tp_status tp_view_array(tp_view *view, const char *path, size_t rank, size_t *dims,
                        const double **values, tp_error *error);
/* TP_INVALID where times are out of order or below 0. */
tp_status tp_view_check_times(const tp_view *view, const char *path, const double *times,
                              size_t count, tp_error *error);
/* Reads times, and checks them so. */
tp_status tp_view_times(tp_view *view, const char *path, size_t *count, const double **times,
                        tp_error *error);
/* Reads an attribute, and one of an array of strings. */
tp_status tp_view_text(tp_view *view, const char *path, const char *attribute, const char **text,
                       tp_error *error);
tp_status tp_view_string(tp_view *view, const char *path, size_t index, const char **text,
                         tp_error *error);

/* A unit as a reader would write it: "uM s-1" becomes "µM s⁻¹", and "1" becomes "". */
tp_short_text tp_view_unit(const char *unit);

#endif
