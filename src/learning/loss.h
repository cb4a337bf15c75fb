/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What training makes small. One descriptor each. */
#ifndef TP_LEARNING_LOSS_H
#define TP_LEARNING_LOSS_H

#include <stddef.h>

typedef struct tp_loss {
    const char *name;
    /* The mean over the n samples y[n][outputs]; dy[n][outputs], where it is not NULL, becomes its
     * derivatives by y. */
    double (*value)(size_t n, size_t outputs, const double *y, const double *target, double *dy);
} tp_loss;

/* Mean of the squared errors of all samples and outputs. */
extern const tp_loss tp_mean_squared_error;

#endif
