/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adam (Kingma & Ba, arXiv 1412.6980). */
#ifndef TP_LEARNING_ADAM_H
#define TP_LEARNING_ADAM_H

#include <stddef.h>
#include <tripartite/error.h>

typedef struct tp_adam {
    double rate, beta1, beta2, epsilon;
    size_t count;
    double *mean, *square; /* [parameter] moving averages of the gradient and of its square */
    double power1, power2; /* beta1, beta2 to the number of steps */
} tp_adam;

/* beta1 0.9, beta2 0.999, epsilon 1e-8. */
tp_status tp_adam_create(double rate, size_t count, tp_adam *adam, tp_error *error);
void tp_adam_free(tp_adam *adam);
void tp_adam_step(tp_adam *adam, const double *gradient, double *parameters);

#endif
