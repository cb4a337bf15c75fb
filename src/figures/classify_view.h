/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of a classification. */
#ifndef TP_FIGURES_CLASSIFY_VIEW_H
#define TP_FIGURES_CLASSIFY_VIEW_H

#include "figures/view.h"

enum { TP_MOST_NETWORKS = 8 };

typedef struct tp_classify_view {
    tp_view view;
    size_t networks, trials, answers;
    const char *names[TP_MOST_NETWORKS];
    const double *accuracy, *stuck;                     /* [network][trial] */
    const double *confusion;                            /* [network][trial][label][answer] */
    const double *median, *lower, *upper, *stuck_share; /* [network] */
} tp_classify_view;

tp_status tp_classify_view_open(const tp_figure_source *source, tp_classify_view *c,
                                tp_error *error);

/* "0.654 [0.643, 0.664]", as far as there is an interval. */
tp_short_text tp_classify_interval(double median, double lower, double upper);

#endif
