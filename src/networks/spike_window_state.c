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

static void copy_out(const tp_spike_history *history, size_t window, spike_list *list) {
    const uint64_t first = history->windows[window].first;
    uint64_t number = history->windows[window].instant;
    const tp_spike_instant *instant = NULL;
    for (size_t i = 0; i < list->count; i++) {
        while (!instant || instant->end <= first + i)
            instant = &history->instants[number++ & (history->instant_room - 1)];
        list->ticks[i] = (uint64_t)instant->tick;
        list->cells[i] = history->cells[(first + i) & (history->room - 1)];
    }
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
    if (!visitor->sets)
        copy_out(history, window, list);
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

/* The longer list holds all spikes; the other's are the last of them, from some tick on. */
static tp_status check_lists(const spike_list *longer, const spike_list *shorter, size_t neurons,
                             tp_error *error) {
    const size_t before = longer->count - shorter->count;
    tp_status status = check_list(longer, neurons, error);
    for (size_t i = 0; status == TP_OK && i < shorter->count; i++)
        if (shorter->ticks[i] != longer->ticks[before + i] ||
            shorter->cells[i] != longer->cells[before + i] ||
            (i == 0 && before > 0 && longer->ticks[before - 1] == shorter->ticks[0]))
            status = tp_fail(error, TP_INVALID, "",
                             "spike %zu of a window is not the other window's", i);
    return status;
}

/* Adds the spikes of one tick, from number i on; *end is the number after them. */
static tp_status add_instant(tp_spike_history *history, const spike_list *list, size_t i,
                             tp_spikes *spikes, size_t *end, tp_error *error) {
    tp_status status = TP_OK;
    spikes->count = 0;
    for (*end = i; status == TP_OK && *end < list->count && list->ticks[*end] == list->ticks[i];
         ++*end)
        status = tp_spikes_append(spikes, list->cells[*end], 0, error);
    return status == TP_OK ? tp_spike_history_add(history, spikes->items, spikes->count,
                                                  (int64_t)list->ticks[i], error)
                           : status;
}

/* The spikes out of their lists; the counts follow from them. */
static tp_status refill(tp_spike_history *history, const spike_list *lists, tp_error *error) {
    const tp_tiling *tiling = history->tiling;
    const size_t longer = lists[1].count > lists[0].count ? 1 : 0,
                 before = lists[longer].count - lists[1 - longer].count;
    tp_spikes spikes = {0};
    tp_status status =
        check_lists(&lists[longer], &lists[1 - longer], tiling->rows * tiling->columns, error);
    if (status == TP_OK)
        tp_spike_history_clear(history);
    for (size_t i = 0, end; status == TP_OK && i < lists[longer].count; i = end) {
        status = add_instant(history, &lists[longer], i, &spikes, &end, error);
        /* What the shorter list lacks has left its window. */
        if (status == TP_OK && end <= before)
            tp_spike_history_drop(history, 1 - longer, history->instant_end);
    }
    tp_spikes_free(&spikes);
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
