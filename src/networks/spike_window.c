/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/spike_window.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

tp_status tp_spike_history_create(const tp_tiling *tiling, const int64_t *lengths,
                                  const uint32_t *needs, tp_spike_history *history,
                                  tp_error *error) {
    tp_spike_history h = {.tiling = tiling};
    bool there = true;
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++) {
        tp_spike_window *w = &h.windows[k];
        w->length = lengths[k];
        w->need = needs[k];
        w->count = calloc(tiling->rows * tiling->columns, sizeof *w->count);
        w->tile_count = calloc(tiling->tile_rows * tiling->tile_columns, sizeof *w->tile_count);
        there = there && w->count && w->tile_count;
    }
    if (!there) {
        tp_spike_history_free(&h);
        return tp_fail_memory(error, "making spike windows");
    }
    *history = h;
    return TP_OK;
}

void tp_spike_history_free(tp_spike_history *history) {
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++) {
        free(history->windows[k].count);
        free(history->windows[k].tile_count);
    }
    free(history->spikes);
    *history = (tp_spike_history){0};
}

/* Number of the oldest spike that any window holds. */
static uint64_t oldest(const tp_spike_history *history) {
    uint64_t first = history->end;
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++)
        if (history->windows[k].first < first)
            first = history->windows[k].first;
    return first;
}

static tp_past_spike *place(const tp_spike_history *history, uint64_t number) {
    return &history->spikes[number & (history->room - 1)];
}

static tp_status reserve(tp_spike_history *history, size_t more, tp_error *error) {
    const uint64_t first = oldest(history);
    const size_t wanted = (size_t)(history->end - first) + more;
    if (wanted <= history->room)
        return TP_OK;
    tp_spike_history roomy = *history;
    roomy.room = 1024;
    while (roomy.room < wanted)
        roomy.room *= 2;
    roomy.spikes = malloc(roomy.room * sizeof *roomy.spikes);
    if (!roomy.spikes)
        return tp_fail_memory(error, "gathering spikes");
    for (uint64_t k = first; k < history->end; k++)
        *place(&roomy, k) = *place(history, k);
    free(history->spikes);
    *history = roomy;
    return TP_OK;
}

/* A neuron has begun (+1) or ceased (-1) to fulfil the window. */
static void tell_tiles(const tp_tiling *tiling, tp_spike_window *window, uint32_t cell,
                       uint32_t change) {
    window->changed = true;
    for (uint32_t c = tiling->cover_start[cell]; c < tiling->cover_start[cell + 1]; c++)
        window->tile_count[tiling->cover[c]] += change;
}

static void count_in(const tp_tiling *tiling, tp_spike_window *window, uint32_t cell) {
    if (++window->count[cell] == window->need)
        tell_tiles(tiling, window, cell, 1);
}

tp_status tp_spike_history_add(tp_spike_history *history, const tp_spike *spikes, size_t count,
                               int64_t tick, tp_error *error) {
    tp_status status = reserve(history, count, error);
    if (status != TP_OK)
        return status;
    for (size_t k = 0; k < count; k++)
        *place(history, history->end + k) = (tp_past_spike){tick, spikes[k].cell};
    for (size_t w = 0; w < TP_SPIKE_WINDOWS; w++)
        for (size_t k = 0; k < count; k++)
            count_in(history->tiling, &history->windows[w], spikes[k].cell);
    history->end += count;
    return TP_OK;
}

/* Drops a window's spikes of tick `gone` and before. */
static void drop(tp_spike_history *history, tp_spike_window *window, int64_t gone) {
    uint64_t first = window->first;
    for (; first < history->end; first++) {
        const tp_past_spike *spike = place(history, first);
        if (spike->tick > gone)
            break;
        if (window->count[spike->cell]-- == window->need)
            tell_tiles(history->tiling, window, spike->cell, (uint32_t)-1);
    }
    window->first = first;
}

void tp_spike_history_forget(tp_spike_history *history, size_t window) {
    drop(history, &history->windows[window], INT64_MAX);
}

void tp_spike_history_expire(tp_spike_history *history, int64_t tick) {
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++) {
        tp_spike_window *window = &history->windows[k];
        drop(history, window, tick - window->length);
    }
}
