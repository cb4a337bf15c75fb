/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/spike_window.h"

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
    const tp_spike spike = {cell, 0};
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

tp_status tp_spike_window_copy(tp_spike_window *to, const tp_spike_window *from, tp_error *error) {
    const tp_tiling *tiling = from->tiling;
    to->queued = 0;
    tp_status status = reserve(to, from->queued, error);
    if (status != TP_OK)
        return status;
    for (size_t i = 0; i < from->queued; i++)
        to->queue[i] = from->queue[place(from, i)];
    to->first = 0;
    to->queued = from->queued;
    to->changed = true;
    memcpy(to->count, from->count, tiling->rows * tiling->columns * sizeof *to->count);
    memcpy(to->tile_count, from->tile_count,
           tiling->tile_rows * tiling->tile_columns * sizeof *to->tile_count);
    return TP_OK;
}
