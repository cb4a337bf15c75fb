/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The course of a run in two panels side by side: training and pause in seconds, and the first test
 * in milliseconds since its onset. */
#ifndef TP_FIGURES_TIMELINE_H
#define TP_FIGURES_TIMELINE_H

#include "figures/memory_view.h"

typedef enum tp_part { TP_PART_RUN, TP_PART_TEST } tp_part;
enum { TP_PARTS = 2 };

typedef struct tp_timeline {
    tp_view *view;
    tp_shown_images training, test;
    double training_end; /* ms: the last image's onset and a period more */
    double onset, end;   /* ms: of the first test */
    double detail_end;   /* ms: as far as its own panel shows it */
    size_t pattern;      /* of the first test */
} tp_timeline;

/* Reads both segments' images; the end is that of the scenario. */
tp_status tp_timeline_read(tp_view *view, tp_timeline *timeline, tp_error *error);

/* Place of a part's panels. */
tp_box tp_timeline_box(tp_part part, double y, double height);
/* From milliseconds since the start of the run to a part's axis. */
double tp_timeline_axis(const tp_timeline *timeline, tp_part part, double ms);

/* Writes the images' stretches of time as $shown0 and $shown1, and nothing else. */
void tp_timeline_data(const tp_timeline *timeline, tp_page *page);

/* Prepares a panel of a part: its box, its range, and, with the last panel, its axis below. */
void tp_timeline_panel(const tp_timeline *timeline, tp_page *page, tp_part part, double y,
                       double height, double low, double high, bool last);

/* The head of a plot command that shades the images' stretches; others follow. */
void tp_timeline_shade(tp_page *page, tp_part part, double low, double high);

/* A band that names the phases. */
void tp_timeline_band(const tp_timeline *timeline, tp_page *page, double y);
enum { TP_BAND_HEIGHT = 22 };

#endif
