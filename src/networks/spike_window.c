/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/spike_window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

tp_status tp_spike_window_create(const tp_tiling *tiling, int64_t length, uint32_t need,
                                 tp_spike_window *window, tp_error *error) {
    tp_spike_window w = {.tiling = tiling, .length = length, .need = need};
    w.count = calloc(tiling->rows * tiling->columns, sizeof *w.count);
    w.tile_count = calloc(tiling->tile_rows * tiling->tile_columns, sizeof *w.tile_count);
    if (!w.count || !w.tile_count) {
        tp_spike_window_free(&w);
        return tp_fail_memory(error, "making a spike window");
    }
    *window = w;
    return TP_OK;
}

void tp_spike_window_free(tp_spike_window *window) {
    free(window->count);
    free(window->tile_count);
    free(window->queue);
    *window = (tp_spike_window){0};
}

/* The place in the ring that is `ahead` of the first. */
static size_t place(const tp_spike_window *window, size_t ahead) {
    return (window->first + ahead) & (window->room - 1);
}

static tp_status reserve(tp_spike_window *window, size_t wanted, tp_error *error) {
    if (wanted <= window->room)
        return TP_OK;
    size_t room = 1024;
    while (room < wanted)
        room *= 2;
    tp_window_spike *queue = malloc(room * sizeof *queue);
    if (!queue)
        return tp_fail_memory(error, "gathering spikes");
    for (size_t i = 0; i < window->queued; i++)
        queue[i] = window->queue[place(window, i)];
    free(window->queue);
    window->queue = queue;
    window->first = 0;
    window->room = room;
    return TP_OK;
}

/* A neuron has begun (+1) or ceased (-1) to fulfil the window. */
static void tell_tiles(tp_spike_window *window, uint32_t cell, uint32_t change) {
    const tp_tiling *tiling = window->tiling;
    window->changed = true;
    for (uint32_t c = tiling->cover_start[cell]; c < tiling->cover_start[cell + 1]; c++)
        window->tile_count[tiling->cover[c]] += change;
}

tp_status tp_spike_window_add_all(tp_spike_window *window, const tp_spike *spikes, size_t count,
                                  int64_t tick, tp_error *error) {
    tp_status status = reserve(window, window->queued + count, error);
    if (status != TP_OK)
        return status;
    tp_window_spike *queue = window->queue;
    uint32_t *counts = window->count;
    const uint32_t need = window->need;
    for (size_t k = 0; k < count; k++) {
        const uint32_t cell = (uint32_t)spikes[k].cell;
        queue[place(window, window->queued + k)] = (tp_window_spike){tick, cell};
        if (++counts[cell] == need)
            tell_tiles(window, cell, 1);
    }
    window->queued += count;
    return TP_OK;
}

tp_status tp_spike_window_add(tp_spike_window *window, uint32_t cell, int64_t tick,
                              tp_error *error) {
    const tp_spike spike = {.cell = cell};
    return tp_spike_window_add_all(window, &spike, 1, tick, error);
}

void tp_spike_window_expire(tp_spike_window *window, int64_t tick) {
    const tp_window_spike *queue = window->queue;
    uint32_t *counts = window->count;
    const uint32_t need = window->need;
    const int64_t oldest = tick - window->length; /* that has left */
    size_t gone = 0;
    for (; gone < window->queued; gone++) {
        const tp_window_spike *spike = &queue[place(window, gone)];
        if (spike->tick > oldest)
            break;
        if (counts[spike->cell]-- == need)
            tell_tiles(window, spike->cell, (uint32_t)-1);
    }
    if (gone == 0)
        return;
    window->first = place(window, gone);
    window->queued -= gone;
}

/* The spikes out of their lists, oldest first; the counts follow from them. */
static tp_status refill(tp_spike_window *window, const uint64_t *ticks, const uint64_t *cells,
                        size_t count, tp_error *error) {
    const tp_tiling *tiling = window->tiling;
    const size_t neurons = tiling->rows * tiling->columns;
    window->first = window->queued = 0;
    memset(window->count, 0, neurons * sizeof *window->count);
    memset(window->tile_count, 0,
           tiling->tile_rows * tiling->tile_columns * sizeof *window->tile_count);
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        if (cells[i] >= neurons || ticks[i] > INT64_MAX || (i > 0 && ticks[i] < ticks[i - 1]))
            return tp_fail(error, TP_INVALID, "", "spike %zu of a window cannot be there", i);
        status = tp_spike_window_add(window, (uint32_t)cells[i], (int64_t)ticks[i], error);
    }
    return status;
}

static tp_status visit_lists(tp_spike_window *window, const char *group, const tp_visitor *visitor,
                             uint64_t *ticks, uint64_t *cells, size_t count, tp_error *error) {
    char name[60];
    tp_piece piece = {.name = name,
                      .type = TP_UINT64,
                      .values = ticks,
                      .rank = 1,
                      .dims = {count},
                      .axes = {"spike"},
                      .units = "1",
                      .long_name = "tick from which on the spike is seen"};
    for (size_t i = 0; !visitor->sets && i < count; i++) {
        const tp_window_spike *spike = &window->queue[place(window, i)];
        ticks[i] = (uint64_t)spike->tick;
        cells[i] = spike->cell;
    }
    snprintf(name, sizeof name, "%s/tick", group);
    tp_status status = visitor->piece(visitor->context, &piece, error);
    snprintf(name, sizeof name, "%s/node_id", group);
    piece.values = cells;
    piece.long_name = "neuron: row * columns + column";
    if (status == TP_OK)
        status = visitor->piece(visitor->context, &piece, error);
    if (status == TP_OK && visitor->sets)
        status = refill(window, ticks, cells, count, error);
    return status;
}

tp_status tp_spike_window_visit(tp_spike_window *window, const char *group,
                                const tp_visitor *visitor, tp_error *error) {
    size_t count = window->queued;
    tp_status status = visitor->length(visitor->context, group, &count, error);
    if (status != TP_OK)
        return status;
    uint64_t *ticks = calloc(2 * count + 1, sizeof *ticks);
    if (!ticks)
        return tp_fail_memory(error, "keeping a state");
    status = visit_lists(window, group, visitor, ticks, ticks + count, count, error);
    free(ticks);
    return status;
}
