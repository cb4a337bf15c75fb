/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A figure is one file that ends in one constant descriptor, listed in figures.c. */
#ifndef TP_FIGURES_FIGURE_KIND_H
#define TP_FIGURES_FIGURE_KIND_H

#include <tripartite/figure.h>
#include <tripartite/record.h>

#include "figures/page.h"

/* What a figure is drawn from. */
typedef struct tp_figure_source {
    const tp_record *record;
    const char *path;   /* of the record, for messages */
    const char *figure; /* its name, for messages */
} tp_figure_source;

typedef struct tp_figure_kind {
    tp_figure figure;
    bool film;              /* drawn as GIF, and nothing else is */
    const char *experiment; /* whose records it shows; NULL: any that has the group */
    const char *group;      /* that those records hold; NULL: the figure itself looks */
    /* Writes the script. Whatever it lacks is TP_INVALID. */
    tp_status (*draw)(const tp_figure_source *source, tp_page *page, tp_error *error);
} tp_figure_kind;

extern const tp_figure_kind tp_figure_accuracy;
extern const tp_figure_kind tp_figure_cell;
extern const tp_figure_kind tp_figure_confusion;
extern const tp_figure_kind tp_figure_folds;
extern const tp_figure_kind tp_figure_forecast;
extern const tp_figure_kind tp_figure_grid;
extern const tp_figure_kind tp_figure_kernels;
extern const tp_figure_kind tp_figure_learning;
extern const tp_figure_kind tp_figure_movie;
extern const tp_figure_kind tp_figure_perturbation;
extern const tp_figure_kind tp_figure_raster;
extern const tp_figure_kind tp_figure_ratio;
extern const tp_figure_kind tp_figure_recall;
extern const tp_figure_kind tp_figure_reconstructions;
extern const tp_figure_kind tp_figure_robustness;
extern const tp_figure_kind tp_figure_traces;
extern const tp_figure_kind tp_figure_training;
extern const tp_figure_kind tp_figure_verify;
extern const tp_figure_kind tp_figure_work_precision;

#endif
