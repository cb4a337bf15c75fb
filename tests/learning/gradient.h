/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients of any stack of layers and any loss against central differences. */
#ifndef TP_TESTS_GRADIENT_H
#define TP_TESTS_GRADIENT_H

#include <stdlib.h>
#include <string.h>

#include "close.h"
#include "learning/loss.h"
#include "learning/stack.h"

/* A number in (-1, 1) that depends on i alone. */
static inline double some_number(size_t i) {
    const tp_stream_key key = {99, TP_PURPOSE_LAYER_PARAMETER, 77, 5};
    uint32_t words[4];
    tp_random_words(&key, (uint32_t)i, words);
    return 2 * tp_random_unit(words[0], words[1]) - 1;
}

static inline double loss_of(tp_workspace *w, const tp_pass *pass, const tp_loss *loss, size_t n,
                             const double *x, const double *target, double *dy) {
    const tp_stack *stack = w->stack;
    memcpy(tp_workspace_input(w), x, n * stack->layers[0].inputs * sizeof(double));
    tp_stack_forward(w, pass, n);
    return loss->value(n, stack->layers[stack->layer_count - 1].outputs, tp_workspace_output(w),
                       target, dy);
}

/* Every parameter's and every input's derivative. */
static inline void check_gradients(tp_stack *stack, const tp_pass *pass, const tp_loss *loss,
                                   size_t n, double *x, const double *target, double tolerance) {
    const size_t in = stack->layers[0].inputs;
    const size_t out = stack->layers[stack->layer_count - 1].outputs;
    const double h = 1e-5;
    tp_workspace *w;
    assert_int_equal(tp_workspace_create(stack, n, &w, NULL), TP_OK);
    double *dy = malloc(n * out * sizeof(double)), *dx = malloc(n * in * sizeof(double));
    double *gradient = malloc((stack->parameter_count + 1) * sizeof(double));
    loss_of(w, pass, loss, n, x, target, dy);
    tp_stack_backward(w, pass, n, dy, dx);
    memcpy(gradient, w->gradient, stack->parameter_count * sizeof(double));
    for (size_t i = 0; i < stack->parameter_count + n * in; i++) {
        const size_t k = i - stack->parameter_count;
        double *number = i < stack->parameter_count ? &stack->parameters[i] : &x[k];
        const double kept = *number;
        *number = kept + h;
        const double above = loss_of(w, pass, loss, n, x, target, NULL);
        *number = kept - h;
        const double below = loss_of(w, pass, loss, n, x, target, NULL);
        *number = kept;
        assert_close(i < stack->parameter_count ? gradient[i] : dx[k], (above - below) / (2 * h),
                     tolerance, tolerance);
    }
    free(dy);
    free(dx);
    free(gradient);
    tp_workspace_destroy(&w);
}

#endif
