/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is varied, in as few words as tell the levels apart. */
#ifndef TP_FIGURES_SWEEP_LABELS_H
#define TP_FIGURES_SWEEP_LABELS_H

#include "figures/view.h"

typedef struct tp_sweep_labels {
    const char *heading; /* of all: "network.astrocytes: tile, stride" */
    const char **labels; /* [row]: "2, 1" */
    size_t count;
} tp_sweep_labels;

/* The labels of a group of `count` rows, of the columns that its attribute `varied` names. */
tp_status tp_sweep_labels_read(tp_view *view, const char *group, size_t count,
                               tp_sweep_labels *labels, tp_error *error);

/* The same unshortened, and of the columns that the attribute of the group `like` names: equal
 * where rows of two groups are of the same values. */
tp_status tp_sweep_keys_read(tp_view *view, const char *group, const char *like, size_t count,
                             tp_sweep_labels *keys, tp_error *error);

#endif
