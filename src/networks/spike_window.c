/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/spike_window.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

static size_t neurons(const tp_tiling *tiling) {
    return tiling->rows * tiling->columns;
}

static size_t astrocytes(const tp_tiling *tiling) {
    return tiling->tile_rows * tiling->tile_columns;
}

tp_status tp_spike_history_create(const tp_tiling *tiling, const int64_t *lengths,
                                  const uint32_t *needs, tp_spike_history *history,
                                  tp_error *error) {
    tp_spike_history h = {.tiling = tiling};
    h.count = calloc(neurons(tiling), sizeof *h.count);
    bool there = h.count;
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++) {
        tp_spike_window *w = &h.windows[k];
        w->length = lengths[k];
        w->need = needs[k];
        w->tile_count = calloc(astrocytes(tiling) + 1, sizeof *w->tile_count);
        there = there && w->tile_count;
    }
    if (!there) {
        tp_spike_history_free(&h);
        return tp_fail_memory(error, "making spike windows");
    }
    *history = h;
    return TP_OK;
}

void tp_spike_history_free(tp_spike_history *history) {
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++)
        free(history->windows[k].tile_count);
    free(history->count);
    free(history->cells);
    free(history->instants);
    *history = (tp_spike_history){0};
}

/* Makes room for `more` items in a ring that holds those with the numbers first ... end - 1. */
static tp_status reserve(void **ring, size_t *room, size_t size, uint64_t first, uint64_t end,
                         size_t more, tp_error *error) {
    const size_t wanted = (size_t)(end - first) + more;
    while (*room < wanted) {
        const size_t room_before = *room, roomy = room_before ? 2 * room_before : 1024;
        char *items = realloc(*ring, roomy * size);
        if (!items)
            return tp_fail_memory(error, "gathering spikes");
        /* Those whose place is now in the half that is new. */
        for (uint64_t k = first; room_before && k < end; k++)
            if (k & room_before)
                memcpy(items + (k & (roomy - 1)) * size, items + (k & (room_before - 1)) * size,
                       size);
        *ring = items;
        *room = roomy;
    }
    return TP_OK;
}

static tp_status reserve_both(tp_spike_history *h, size_t count, tp_error *error) {
    const tp_spike_window *longer = &h->windows[0];
    for (size_t k = 1; k < TP_SPIKE_WINDOWS; k++)
        if (h->windows[k].first < longer->first)
            longer = &h->windows[k];
    void *cells = h->cells, *instants = h->instants;
    tp_status status =
        reserve(&cells, &h->room, sizeof *h->cells, longer->first, h->end, count, error);
    h->cells = cells;
    if (status == TP_OK)
        status = reserve(&instants, &h->instant_room, sizeof *h->instants, longer->instant,
                         h->instant_end, 1, error);
    h->instants = instants;
    return status;
}

/* A neuron has begun (+1) or ceased (-1) to fulfil the window. */
static inline void tell_tiles(const tp_tiling *tiling, tp_spike_window *window, uint32_t cell,
                              uint32_t change) {
    const uint32_t *cover = tiling->cover + cell * tiling->width;
    window->changed = true;
    for (size_t c = 0; c < tiling->width; c++)
        window->tile_count[cover[c]] += change;
}

/* In a large network what is kept of a cell is not in the cache. */
enum { LARGE = 16384, AHEAD = 32 };

static inline void fetch(const tp_spike_history *history, uint32_t cell) {
    __builtin_prefetch(&history->count[cell], 1);
    __builtin_prefetch(history->tiling->cover + cell * history->tiling->width);
}

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE void add_spikes(tp_spike_history *history, const tp_spike *spikes, size_t count,
                              bool large) {
    for (size_t k = 0; k < count; k++) {
        const uint32_t cell = spikes[k].cell;
        uint32_t *cell_count = history->count[cell];
        if (large && k + AHEAD < count)
            fetch(history, spikes[k + AHEAD].cell);
        history->cells[(history->end + k) & (history->room - 1)] = cell;
        for (size_t w = 0; w < TP_SPIKE_WINDOWS; w++)
            if (++cell_count[w] == history->windows[w].need)
                tell_tiles(history->tiling, &history->windows[w], cell, 1);
    }
}

tp_status tp_spike_history_add(tp_spike_history *history, const tp_spike *spikes, size_t count,
                               int64_t tick, tp_error *error) {
    tp_status status = reserve_both(history, count, error);
    if (status != TP_OK)
        return status;
    if (neurons(history->tiling) > LARGE)
        add_spikes(history, spikes, count, true);
    else
        add_spikes(history, spikes, count, false);
    history->end += count;
    history->instants[history->instant_end++ & (history->instant_room - 1)] =
        (tp_spike_instant){tick, history->end};
    return TP_OK;
}

/* Of a window's next instant. */
static const tp_spike_instant *instant_at(const tp_spike_history *history, uint64_t number) {
    return &history->instants[number & (history->instant_room - 1)];
}

ALWAYS_INLINE void drop_spikes(tp_spike_history *history, size_t window, uint64_t end, bool large) {
    tp_spike_window *w = &history->windows[window];
    for (uint64_t k = w->first; k < end; k++) {
        const uint32_t cell = history->cells[k & (history->room - 1)];
        if (large && k + AHEAD < end)
            fetch(history, history->cells[(k + AHEAD) & (history->room - 1)]);
        if (history->count[cell][window]-- == w->need)
            tell_tiles(history->tiling, w, cell, (uint32_t)-1);
    }
}

void tp_spike_history_drop(tp_spike_history *history, size_t window, uint64_t end) {
    tp_spike_window *w = &history->windows[window];
    if (w->instant == end)
        return;
    const uint64_t spike_end = instant_at(history, end - 1)->end;
    if (neurons(history->tiling) > LARGE)
        drop_spikes(history, window, spike_end, true);
    else
        drop_spikes(history, window, spike_end, false);
    w->first = spike_end;
    w->instant = end;
}

void tp_spike_history_clear(tp_spike_history *history) {
    history->end = history->instant_end = 0;
    memset(history->count, 0, neurons(history->tiling) * sizeof *history->count);
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++) {
        tp_spike_window *w = &history->windows[k];
        w->first = w->instant = 0;
        w->changed = true;
        memset(w->tile_count, 0, astrocytes(history->tiling) * sizeof *w->tile_count);
    }
}

void tp_spike_history_expire(tp_spike_history *history, int64_t tick) {
    for (size_t k = 0; k < TP_SPIKE_WINDOWS; k++) {
        const tp_spike_window *w = &history->windows[k];
        uint64_t end = w->instant;
        while (end < history->instant_end && instant_at(history, end)->tick <= tick - w->length)
            end++;
        tp_spike_history_drop(history, k, end);
    }
}
