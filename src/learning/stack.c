/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learning/stack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

static tp_status check_chain(const tp_layer *layers, size_t count, tp_error *error) {
    if (count == 0)
        return tp_fail(error, TP_INVALID, "", "a network without layers");
    for (size_t k = 0; k < count; k++) {
        if (layers[k].inputs == 0 || layers[k].outputs == 0)
            return tp_fail(error, TP_INVALID, "", "layer %zu (%s) has %zu inputs and %zu outputs",
                           k, layers[k].kind->name, layers[k].inputs, layers[k].outputs);
        if (k > 0 && layers[k].inputs != layers[k - 1].outputs)
            return tp_fail(error, TP_INVALID, "",
                           "layer %zu (%s) takes %zu numbers, but layer %zu (%s) gives %zu", k,
                           layers[k].kind->name, layers[k].inputs, k - 1, layers[k - 1].kind->name,
                           layers[k - 1].outputs);
        if (!layers[k].kind->parameter_count && layers[k].kind->initialise)
            return tp_fail(error, TP_INVALID, "", "layer %zu (%s) draws what it has not", k,
                           layers[k].kind->name);
    }
    return TP_OK;
}

tp_status tp_stack_create(const tp_layer *layers, size_t count, uint64_t seed, uint32_t trial,
                          tp_stack **out, tp_error *error) {
    tp_status status = check_chain(layers, count, error);
    if (status != TP_OK)
        return status;
    tp_stack *stack = calloc(1, sizeof *stack);
    if (stack) {
        stack->layers = malloc(count * sizeof *layers);
        stack->first = calloc(count + 1, sizeof *stack->first);
    }
    if (!stack || !stack->layers || !stack->first) {
        tp_stack_destroy(&stack);
        return tp_fail_memory(error, "making a network");
    }
    stack->layer_count = count;
    for (size_t k = 0; k < count; k++) {
        const tp_layer_kind *kind = layers[k].kind;
        stack->layers[k] = layers[k];
        stack->first[k + 1] =
            stack->first[k] + (kind->parameter_count ? kind->parameter_count(&layers[k]) : 0);
    }
    stack->parameter_count = stack->first[count];
    stack->parameters = calloc(stack->parameter_count + 1, sizeof(double));
    if (!stack->parameters) {
        tp_stack_destroy(&stack);
        return tp_fail_memory(error, "making a network");
    }
    for (size_t k = 0; k < count; k++)
        if (layers[k].kind->initialise)
            layers[k].kind->initialise(&stack->layers[k], seed, trial, (uint32_t)k,
                                       stack->parameters + stack->first[k]);
    *out = stack;
    return TP_OK;
}

void tp_stack_destroy(tp_stack **stack) {
    if (!*stack)
        return;
    free((*stack)->layers);
    free((*stack)->first);
    free((*stack)->parameters);
    free(*stack);
    *stack = NULL;
}

static size_t memo_count(const tp_layer *layer) {
    return layer->kind->memo_count ? layer->kind->memo_count(layer) : 0;
}

/* All arrays of the workspace in one block. */
static bool allocate(tp_workspace *w) {
    const tp_stack *stack = w->stack;
    size_t widest = stack->layers[0].inputs, each = widest;
    for (size_t k = 0; k < stack->layer_count; k++) {
        const tp_layer *layer = &stack->layers[k];
        each += layer->outputs + memo_count(layer);
        widest = layer->outputs > widest ? layer->outputs : widest;
    }
    each += 2 * widest;
    if (w->room > SIZE_MAX / sizeof(double) / (each + 1) / 2)
        return false;
    w->values = calloc(stack->layer_count + 1, sizeof *w->values);
    w->memos = calloc(stack->layer_count + 1, sizeof *w->memos);
    double *next = w->memory = calloc(w->room * each + stack->parameter_count + 1, sizeof(double));
    if (!w->values || !w->memos || !w->memory)
        return false;
    w->values[0] = next;
    next += w->room * stack->layers[0].inputs;
    for (size_t k = 0; k < stack->layer_count; k++) {
        w->values[k + 1] = next;
        next += w->room * stack->layers[k].outputs;
        w->memos[k] = next;
        next += w->room * memo_count(&stack->layers[k]);
    }
    w->slope[0] = next;
    w->slope[1] = next + w->room * widest;
    w->gradient = next + 2 * w->room * widest;
    return true;
}

tp_status tp_workspace_create(const tp_stack *stack, size_t room, tp_workspace **out,
                              tp_error *error) {
    tp_workspace *w = calloc(1, sizeof *w);
    if (!w)
        return tp_fail_memory(error, "making a network");
    w->stack = stack;
    w->room = room > 0 ? room : 1;
    if (!allocate(w)) {
        tp_workspace_destroy(&w);
        return tp_fail_memory(error, "making a network");
    }
    *out = w;
    return TP_OK;
}

void tp_workspace_destroy(tp_workspace **workspace) {
    if (!*workspace)
        return;
    free((*workspace)->values);
    free((*workspace)->memos);
    free((*workspace)->memory);
    free(*workspace);
    *workspace = NULL;
}

double *tp_workspace_input(tp_workspace *workspace) {
    return workspace->values[0];
}

const double *tp_workspace_output(const tp_workspace *workspace) {
    return workspace->values[workspace->stack->layer_count];
}

void tp_stack_forward(tp_workspace *w, const tp_pass *pass, size_t n) {
    const tp_stack *stack = w->stack;
    for (size_t k = 0; k < stack->layer_count; k++) {
        const tp_layer *layer = &stack->layers[k];
        layer->kind->forward(layer, pass, stack->parameters + stack->first[k], n, w->values[k],
                             w->values[k + 1], w->memos[k]);
    }
}

void tp_stack_backward(tp_workspace *w, const tp_pass *pass, size_t n, const double *dy,
                       double *dx) {
    const tp_stack *stack = w->stack;
    memset(w->gradient, 0, stack->parameter_count * sizeof(double));
    for (size_t k = stack->layer_count; k-- > 0;) {
        const tp_layer *layer = &stack->layers[k];
        double *to = k > 0 ? w->slope[k % 2] : dx;
        layer->kind->backward(layer, pass, stack->parameters + stack->first[k], n, w->values[k],
                              w->values[k + 1], w->memos[k], dy, to, w->gradient + stack->first[k]);
        dy = to;
    }
}

void tp_stack_predict(tp_workspace *w, size_t count, const double *x, double *y) {
    const tp_stack *stack = w->stack;
    const size_t in = stack->layers[0].inputs;
    const size_t out = stack->layers[stack->layer_count - 1].outputs;
    const tp_pass pass = {.training = false};
    for (size_t i = 0; i < count; i += w->room) {
        const size_t n = count - i < w->room ? count - i : w->room;
        memcpy(w->values[0], x + i * in, n * in * sizeof(double));
        tp_stack_forward(w, &pass, n);
        memcpy(y + i * out, tp_workspace_output(w), n * out * sizeof(double));
    }
}
