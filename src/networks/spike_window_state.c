/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a spike history: its spikes, window by window. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "networks/spike_window.h"

/* The spikes of one window, oldest first. */
typedef struct spike_list {
    uint64_t *ticks, *cells;
    size_t count;
} spike_list;

static tp_status visit_list(const char *group, const tp_visitor *visitor, spike_list *list,
                            tp_error *error) {
    char name[60];
    tp_piece piece = {.name = name,
                      .type = TP_UINT64,
                      .values = list->ticks,
                      .rank = 1,
                      .dims = {list->count},
                      .axes = {"spike"},
                      .units = "1",
                      .long_name = "tick from which on the spike is seen"};
    snprintf(name, sizeof name, "%s/tick", group);
    tp_status status = visitor->piece(visitor->context, &piece, error);
    snprintf(name, sizeof name, "%s/node_id", group);
    piece.values = list->cells;
    piece.long_name = "neuron: row * columns + column";
    return status == TP_OK ? visitor->piece(visitor->context, &piece, error) : status;
}

static tp_status visit_window(tp_spike_history *history, size_t window, const char *group,
                              const tp_visitor *visitor, spike_list *list, tp_error *error) {
    const uint64_t first = history->windows[window].first;
    list->count = (size_t)(history->end - first);
    tp_status status = visitor->length(visitor->context, group, &list->count, error);
    if (status != TP_OK)
        return status;
    list->ticks = calloc(2 * list->count + 1, sizeof *list->ticks);
    if (!list->ticks)
        return tp_fail_memory(error, "keeping a state");
    list->cells = list->ticks + list->count;
    for (size_t i = 0; !visitor->sets && i < list->count; i++) {
        const tp_past_spike *spike = &history->spikes[(first + i) & (history->room - 1)];
        list->ticks[i] = (uint64_t)spike->tick;
        list->cells[i] = spike->cell;
    }
    return visit_list(group, visitor, list, error);
}

/* Whether these can be a network's spikes: of its neurons, in order. */
static tp_status check_list(const spike_list *list, size_t neurons, tp_error *error) {
    for (size_t i = 0; i < list->count; i++)
        if (list->cells[i] >= neurons || list->ticks[i] > INT64_MAX ||
            (i > 0 && list->ticks[i] < list->ticks[i - 1]))
            return tp_fail(error, TP_INVALID, "", "spike %zu of a window cannot be there", i);
    return TP_OK;
}

/* The longer list holds all spikes; the other's are the last of them. */
static tp_status check_lists(const spike_list *longer, const spike_list *shorter, size_t neurons,
                             tp_error *error) {
    const size_t before = longer->count - shorter->count;
    tp_status status = check_list(longer, neurons, error);
    for (size_t i = 0; status == TP_OK && i < shorter->count; i++)
        if (shorter->ticks[i] != longer->ticks[before + i] ||
            shorter->cells[i] != longer->cells[before + i])
            status = tp_fail(error, TP_INVALID, "",
                             "spike %zu of a window is not the other window's", i);
    return status;
}

/* The spikes out of their lists; the counts follow from them. */
static tp_status refill(tp_spike_history *history, const spike_list *lists, tp_error *error) {
    const tp_tiling *tiling = history->tiling;
    const size_t neurons = tiling->rows * tiling->columns,
                 longer = lists[1].count > lists[0].count ? 1 : 0, count = lists[longer].count;
    tp_status status = check_lists(&lists[longer], &lists[1 - longer], neurons, error);
    if (status != TP_OK)
        return status;
    history->end = 0;
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++) {
        tp_spike_window *w = &history->windows[k];
        w->first = 0;
        w->changed = true;
        memset(w->count, 0, neurons * sizeof *w->count);
        memset(w->tile_count, 0, tiling->tile_rows * tiling->tile_columns * sizeof *w->tile_count);
    }
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        const tp_spike spike = {.cell = (uint32_t)lists[longer].cells[i]};
        /* What the shorter list lacks has left its window. */
        if (i == count - lists[1 - longer].count)
            tp_spike_history_forget(history, 1 - longer);
        status = tp_spike_history_add(history, &spike, 1, (int64_t)lists[longer].ticks[i], error);
    }
    if (lists[1 - longer].count == 0)
        tp_spike_history_forget(history, 1 - longer);
    return status;
}

tp_status tp_spike_history_visit(tp_spike_history *history, const char *const *groups,
                                 const tp_visitor *visitor, tp_error *error) {
    spike_list lists[TP_SPIKE_WINDOWS] = {{0}};
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < TP_SPIKE_WINDOWS; k++)
        status = visit_window(history, k, groups[k], visitor, &lists[k], error);
    if (status == TP_OK && visitor->sets)
        status = refill(history, lists, error);
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++)
        free(lists[k].ticks);
    return status;
}
