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
/* Of outputs before their softmax, against classes: a target is 1 at its class, 0 elsewhere, or any
 * distribution. With it a network ends in log-softmax and negative log-likelihood. */
extern const tp_loss tp_softmax_cross_entropy;
/* Of outputs in [0, 1], such as a sigmoid's, against targets there, summed over a sample's. */
extern const tp_loss tp_binary_cross_entropy;

#endif
