/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers one behind another, with their parameters in one block; and the room that a thread needs
 * to take batches through them. Threads may share a stack as long as none changes it. */
#ifndef TP_LEARNING_STACK_H
#define TP_LEARNING_STACK_H

#include <tripartite/error.h>

#include "learning/layer.h"

typedef struct tp_stack {
    tp_layer *layers;
    size_t layer_count;
    size_t *first; /* [layer + 1] where a layer's parameters begin */
    double *parameters;
    size_t parameter_count;
} tp_stack;

/* TP_INVALID, with the number of the layer, where sizes do not chain. Parameters are drawn for the
 * seed and trial. */
tp_status tp_stack_create(const tp_layer *layers, size_t count, uint64_t seed, uint32_t trial,
                          tp_stack **stack, tp_error *error);
void tp_stack_destroy(tp_stack **stack);

typedef struct tp_workspace {
    const tp_stack *stack;
    size_t room;      /* samples of a batch at most */
    double **values;  /* [layer + 1][sample][number] into and out of each layer */
    double **memos;   /* [layer] */
    double *slope[2]; /* derivatives on their way back */
    double *gradient; /* [parameter] */
    double *memory;
} tp_workspace;

tp_status tp_workspace_create(const tp_stack *stack, size_t room, tp_workspace **workspace,
                              tp_error *error);
void tp_workspace_destroy(tp_workspace **workspace);

/* Where a batch is to be put, and where its outputs are then. */
double *tp_workspace_input(tp_workspace *workspace);
const double *tp_workspace_output(const tp_workspace *workspace);

/* Takes the n samples at tp_workspace_input through all layers. */
void tp_stack_forward(tp_workspace *workspace, const tp_pass *pass, size_t n);

/* Takes dy[n][outputs] of the batch that was just forwarded back; workspace->gradient is set. dx,
 * the derivatives by the input, may be NULL. */
void tp_stack_backward(tp_workspace *workspace, const tp_pass *pass, size_t n, const double *dy,
                       double *dx);

/* y[count][outputs] for x[count][inputs], batch by batch, as when nothing is trained. */
void tp_stack_predict(tp_workspace *workspace, size_t count, const double *x, double *y);

#endif
