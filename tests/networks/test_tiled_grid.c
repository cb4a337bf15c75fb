/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coupling rules of the tiled grid, each alternative, against a naive reference that recounts
 * everything from the list of spikes at every tick. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "close.h"
#include "networks/channel.h"
#include "networks/grid_from.h"

enum { MOST_SPIKES = 200000 };

typedef struct told_spike {
    size_t cell;
    int64_t tick;
} told_spike;

/* The network and what the reference remembers of it. */
typedef struct pair {
    tp_tiled_grid *grid;
    told_spike *spikes;
    size_t spike_count;
    int64_t *held_from, *pulse_until; /* [astrocyte] */
    bool *held;
} pair;

static pair pair_from(const char *yaml) {
    pair p = {.grid = grid_of(yaml)};
    p.spikes = calloc(MOST_SPIKES, sizeof *p.spikes);
    p.pulse_until = calloc(p.grid->astrocyte_count, sizeof *p.pulse_until);
    p.held = calloc(p.grid->astrocyte_count, sizeof *p.held);
    return p;
}

static void pair_free(pair *p) {
    tp_tiled_grid_destroy(&p->grid);
    free(p->spikes);
    free(p->pulse_until);
    free(p->held);
}

/* Whether neuron (row, column) lies under astrocyte (j, k): the rule as the paper puts it. */
static bool covers(const tp_tiled_grid *g, size_t astrocyte, size_t neuron) {
    const size_t tile = g->tiling.tile, stride = g->tiling.stride;
    const size_t j = astrocyte / g->tiling.tile_columns, k = astrocyte % g->tiling.tile_columns;
    const size_t row = neuron / g->tiling.columns, column = neuron % g->tiling.columns;
    return row >= stride * j && row < stride * j + tile && column >= stride * k &&
           column < stride * k + tile;
}

/* Neurons of the tile with at least `need` spikes in (now - length, now]. */
static size_t recount(const pair *p, size_t astrocyte, int64_t length, size_t need) {
    size_t fulfilling = 0;
    for (size_t i = 0; i < p->grid->neuron_count; i++) {
        size_t count = 0;
        if (!covers(p->grid, astrocyte, i))
            continue;
        for (size_t s = p->spike_count; s > 0 && p->spikes[s - 1].tick > p->grid->tick - length;
             s--)
            count += p->spikes[s - 1].cell == i;
        fulfilling += count >= need;
    }
    return fulfilling;
}

static double expected_ip3_rate(pair *p, size_t j, bool monitoring) {
    const struct tp_grid_drive *d = &p->grid->description.drive;
    const double neurons = (double)(p->grid->tiling.tile * p->grid->tiling.tile);
    const size_t need = (size_t)floor(d->rate_hz * d->window_ms / 1000) + 1;
    const int64_t now = p->grid->tick, pulse = lround(d->pulse_ms / 0.1);
    const bool holds = monitoring && (double)recount(p, j, lround(d->window_ms / 0.1), need) >
                                         d->more_than * neurons;
    const bool starts = holds && !p->held[j];
    p->held[j] = holds;
    if (d->retrigger == TP_RETRIGGER_EXTEND ? holds : starts)
        p->pulse_until[j] = now + pulse;
    return now < p->pulse_until[j] || (d->retrigger == TP_RETRIGGER_EXTEND && holds) ? d->ip3_rate
                                                                                     : 0;
}

static bool expected_feedback(const pair *p, size_t j, bool allowed) {
    const struct tp_grid_feedback *f = &p->grid->description.feedback;
    const double neurons = (double)(p->grid->tiling.tile * p->grid->tiling.tile);
    return allowed && p->grid->astrocytes->state[0][j] > f->calcium &&
           (double)recount(p, j, lround(f->activity_window_ms / 0.1), 1) > f->more_than * neurons;
}

static double expected_current(const pair *p, size_t neuron, const bool *feedback) {
    const struct tp_grid_feedback *f = &p->grid->description.feedback;
    double count = 0, last = 0;
    for (size_t j = 0; j < p->grid->astrocyte_count; j++)
        if (covers(p->grid, j, neuron)) {
            last = feedback[j];
            count += feedback[j];
        }
    const double times = f->overlap == TP_OVERLAP_SUM    ? count
                         : f->overlap == TP_OVERLAP_LAST ? last
                                                         : fmin(count, 1);
    return times * f->current;
}

typedef struct seen {
    size_t driven, fed, overlapped;
} seen;

static void compare(pair *p, bool recall, bool shown, seen *what) {
    tp_tiled_grid *g = p->grid;
    const struct tp_grid_feedback *f = &g->description.feedback;
    const bool monitoring = !recall || g->description.drive.monitor == TP_MONITOR_ALWAYS;
    const bool allowed = f->during == TP_DURING_ALWAYS ||
                         (f->during == TP_DURING_RECALL && recall) ||
                         (f->during == TP_DURING_INPUT && recall && shown);
    bool feedback[64] = {false};
    for (size_t j = 0; j < g->astrocyte_count; j++) {
        const double rate = expected_ip3_rate(p, j, monitoring);
        assert_close(g->drive.ip3_rate[j], rate, 0, 0);
        what->driven += rate > 0;
        feedback[j] = expected_feedback(p, j, allowed);
        assert_int_equal(g->feedback[j], feedback[j]);
        what->fed += feedback[j];
        if (g->tick % g->astrocyte_exchange == 0)
            assert_close(g->astrocytes->input[0][j], rate, 0, 0);
    }
    for (size_t i = 0; i < g->neuron_count; i++) {
        const double current = expected_current(p, i, feedback);
        assert_close(g->astrocytic[i], current, 0, 0);
        assert_close(g->neurons->input[0][i], g->applied[i] + current, 0, 0);
        what->overlapped += current > f->current;
    }
}

static void remember(pair *p) {
    for (size_t k = 0; k < p->grid->interval.count && p->spike_count < MOST_SPIKES; k++)
        p->spikes[p->spike_count++] = (told_spike){p->grid->interval.items[k].cell, p->grid->tick};
}

/* A small grid, shown a new random image each 8 ms, the first 90 ms in training, then in recall.
 * Thresholds are low, so that all the rules have something to do within 120 ms. */
#define SMALL                                                                                      \
    "network:\n  neurons: {rows: 10, columns: 13}\n"                                               \
    "  drive: {rate: 60 Hz, window: 20 ms, ip3_rate: 900 uM/s, %s}\n"                              \
    "  feedback: {calcium: 0.1 uM, activity_window: 2 ms, more_than: 30 %%, %s}\n"

static seen run_small(const char *drive, const char *feedback) {
    char yaml[600];
    snprintf(yaml, sizeof yaml, SMALL, drive, feedback);
    pair p = pair_from(yaml);
    uint8_t image[130];
    seen what = {0};
    for (int64_t tick = 0; tick < 1200; tick++) {
        const bool recall = tick >= 903, shown = tick % 80 < 53;
        if (tick % 80 == 0) {
            const tp_stream_key key = {7, TP_PURPOSE_TRAINING_NOISE, 0, (uint32_t)tick};
            for (uint32_t i = 0; i < 130; i++) {
                uint32_t words[4];
                tp_random_words(&key, i, words);
                /* On the left more pixels are on than on the right. */
                image[i] = tp_random_unit(words[0], words[1]) < (i % 13 < 7 ? 0.8 : 0.3);
            }
        }
        if (tick % 80 == 0 || tick % 80 == 53) /* the latter between two exchanges */
            tp_tiled_grid_present(p.grid, shown ? image : NULL, 35);
        tp_tiled_grid_phase(p.grid, recall ? TP_PHASE_RECALL : TP_PHASE_TRAINING, shown);
        assert_int_equal(tp_tiled_grid_exchange(p.grid, NULL), TP_OK);
        compare(&p, recall, shown, &what);
        assert_int_equal(tp_tiled_grid_step(p.grid, NULL), TP_OK);
        remember(&p);
    }
    pair_free(&p);
    return what;
}

static void every_alternative_follows_the_naive_reference(void **unused) {
    (void)unused;
    static const char *const drives[] = {
        "pulse: 3 ms, retrigger: extend", "pulse: 3 ms, retrigger: once",
        "pulse: 3 ms, monitor: always", "pulse: 3 ms, retrigger: once, monitor: always",
        "pulse: 3 ms, more_than: 0.7"};
    static const char *const feedbacks[] = {"overlap: any", "overlap: sum", "overlap: last",
                                            "during: always", "during: input"};
    seen what[5];
    /* Without a pulse, I_neuro lasts just as long as the tile is driven. */
    assert_true(run_small("pulse: 0 ms", "overlap: any").driven > 0);
    for (int k = 0; k < 5; k++) {
        what[k] = run_small(drives[k], feedbacks[k]);
        assert_true(what[k].driven > 0);
        assert_true(what[k].fed > 0);
    }
    /* Only `sum` gives a neuron more than one current. */
    assert_true(what[1].overlapped > 0);
    assert_int_equal(what[0].overlapped, 0);
    assert_int_equal(what[2].overlapped, 0);
}

static void alternatives_differ(void **unused) {
    (void)unused;
    const seen extend = run_small("pulse: 3 ms, retrigger: extend", "during: always");
    const seen once = run_small("pulse: 3 ms, retrigger: once", "during: always");
    const seen input = run_small("pulse: 3 ms, retrigger: extend", "during: input");
    const seen recall = run_small("pulse: 3 ms, retrigger: extend", "during: recall");
    assert_true(once.driven < extend.driven);
    assert_true(input.fed < recall.fed);
    assert_true(recall.fed < extend.fed);
}

/* An isolated spike train: 8 spikes in 400 ms drive, 7 do not, and the eighth counts until just
 * 400 ms after the first. */
static void eight_spikes_in_the_window_drive(void **unused) {
    (void)unused;
    tp_tiled_grid *grid;
    assert_int_equal(grid_from("network: {neurons: {rows: 4, columns: 4}}", 0.1, &grid, NULL),
                     TP_OK);
    assert_int_equal(grid->astrocyte_count, 1);
    assert_int_equal(grid->driven->need, 8);
    for (int64_t k = 0; k < 8; k++) {
        assert_int_equal(grid->driven->tile_count[0], 0);
        for (uint32_t cell = 0; cell < 9; cell++)
            tp_spike_history_add(&grid->history, &(tp_spike){.cell = cell}, 1, 100 + 500 * k, NULL);
    }
    assert_int_equal(grid->driven->tile_count[0], 9);
    tp_spike_history_expire(&grid->history, 4099);
    assert_int_equal(grid->driven->tile_count[0], 9);
    tp_spike_history_expire(&grid->history, 4100);
    assert_int_equal(grid->driven->tile_count[0], 0);
    tp_tiled_grid_destroy(&grid);
}

static void tiles_cover_as_the_rule_says(void **unused) {
    (void)unused;
    static const size_t cases[][4] = {{40, 40, 4, 3}, {10, 7, 4, 3}, {12, 8, 4, 4}, {5, 5, 5, 1},
                                      {9, 13, 3, 2},  {11, 7, 3, 4}, {6, 1, 1, 1}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const size_t rows = cases[c][0], columns = cases[c][1];
        tp_tiled_grid g = {0};
        assert_int_equal(tp_tiling_create(rows, columns, cases[c][2], cases[c][3], &g.tiling, NULL),
                         TP_OK);
        assert_int_equal(cases[c][3] * (g.tiling.tile_rows - 1) + cases[c][2], rows);
        for (size_t i = 0; i < rows * columns; i++) {
            const uint32_t *cover = g.tiling.cover + i * g.tiling.width;
            const size_t tiles = g.tiling.tile_rows * g.tiling.tile_columns;
            size_t at = 0;
            for (size_t j = 0; j < tiles; j++)
                if (covers(&g, j, i)) {
                    assert_true(at < g.tiling.width);
                    assert_int_equal(cover[at++], j);
                }
            for (; at < g.tiling.width; at++)
                assert_int_equal(cover[at], tiles);
        }
        tp_tiling_free(&g.tiling);
    }
    assert_int_equal(tp_tiles_along(40, 4, 3), 13);
    assert_int_equal(tp_tiles_along(41, 4, 3), 0);
    assert_int_equal(tp_tiles_along(3, 4, 3), 0);
}

static void compare_with_copy(const char *yaml) {
    pair p = pair_from(yaml), q = pair_from(yaml);
    uint8_t image[130];
    memset(image, 1, sizeof image);
    tp_tiled_grid_present(p.grid, image, 35);
    for (int64_t tick = 0; tick < 600; tick++) {
        /* Into one that has a past of its own to forget, after the first time. */
        if (tick == 300 || tick == 333)
            assert_int_equal(tp_tiled_grid_copy(q.grid, p.grid, NULL), TP_OK);
        if (tick == 333)
            assert_int_equal(tp_tiled_grid_restart(p.grid, NULL), TP_OK);
        for (int k = 0; k < (tick >= 300 ? 2 : 1); k++) {
            tp_tiled_grid *grid = k ? q.grid : p.grid;
            assert_int_equal(tp_tiled_grid_exchange(grid, NULL), TP_OK);
            assert_int_equal(tp_tiled_grid_step(grid, NULL), TP_OK);
        }
    }
    assert_int_equal(p.grid->tick, q.grid->tick);
    const tp_cells kinds[] = {TP_CELLS_NEURONS, TP_CELLS_ASTROCYTES};
    for (int c = 0; c < 2; c++) {
        tp_channel one, two;
        const size_t n = c ? p.grid->astrocyte_count : p.grid->neuron_count;
        for (size_t i = 0; tp_channel_at(p.grid, kinds[c], i, &one); i++) {
            assert_true(tp_channel_at(q.grid, kinds[c], i, &two));
            if (one.values)
                assert_memory_equal(one.values, two.values, n * sizeof(double));
            else
                assert_memory_equal(one.flags, two.flags, n);
        }
    }
    pair_free(&p);
    pair_free(&q);
}

/* A copy goes on exactly as its original does, from any tick, also between exchanges. */
static void a_copy_goes_on_as_the_original(void **unused) {
    (void)unused;
    static const char *const integrators[][2] = {
        {"euler", "rk4"},
        {"cvode:adams", "cvode:bdf, solve: together"},
        {"gsl:msadams", "gsl:rkf45, solve: together"},
    };
    for (size_t k = 0; k < 3; k++) {
        char yaml[600];
        snprintf(yaml, sizeof yaml,
                 "network:\n  neurons: {rows: 10, columns: 13, integrator: %s}\n"
                 "  astrocytes: {integrator: %s}\n"
                 "  drive: {rate: 60 Hz, window: 20 ms, ip3_rate: 900 uM/s, "
                 "monitor: always}\n"
                 "  feedback: {calcium: 0.1 uM, activity_window: 2 ms, more_than: 30 %%, "
                 "during: always}\n",
                 integrators[k][0], integrators[k][1]);
        compare_with_copy(yaml);
    }
}

/* An integrator that fails tells when, where and in what state. */
static void a_failing_integrator_is_told_with_its_time(void **unused) {
    (void)unused;
    tp_tiled_grid *grid;
    tp_error error;
    assert_int_equal(grid_from("network: {neurons: {rows: 4, columns: 4, integrator: gsl:rkf45}}",
                               0.1, &grid, NULL),
                     TP_OK);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(tp_tiled_grid_exchange(grid, NULL), TP_OK);
        assert_int_equal(tp_tiled_grid_step(grid, NULL), TP_OK);
    }
    grid->neurons->state[0][5] = NAN;
    assert_int_equal(tp_tiled_grid_restart(grid, NULL), TP_OK);
    assert_int_equal(tp_tiled_grid_step(grid, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "gsl:rkf45 stopped at izhikevich cell 5"));
    assert_non_null(strstr(error.message, "nan"));
    assert_non_null(strstr(error.message, "(the interval from 0.3 ms)"));
    tp_tiled_grid_destroy(&grid);
}

static void exchange_intervals_hold_inputs(void **unused) {
    (void)unused;
    tp_tiled_grid *grid;
    uint8_t image[16];
    memset(image, 1, sizeof image);
    assert_int_equal(grid_from("network: {neurons: {rows: 4, columns: 4, exchange: 0.5 ms}, "
                               "astrocytes: {exchange: 2 ms}}",
                               0.1, &grid, NULL),
                     TP_OK);
    const double rest = grid->neurons->state[0][0];
    for (int64_t tick = 0; tick < 30; tick++) {
        if (tick == 3)
            tp_tiled_grid_present(grid, image, 5);
        const double calcium = grid->astrocytes->state[0][0];
        assert_int_equal(tp_tiled_grid_exchange(grid, NULL), TP_OK);
        /* Others see the last finished state: it changes at the end of an interval alone. */
        assert_true((grid->astrocytes->state[0][0] != calcium) == (tick % 20 == 0 && tick > 0));
        assert_close(grid->neurons->input[0][0], tick >= 5 ? 5 : 0, 0, 0);
        if (tick < 10)
            assert_close(grid->neurons->state[0][0], rest, 0, 1e-9);
        tp_tiled_grid_step(grid, NULL);
    }
    tp_tiled_grid_destroy(&grid);
}

/* What is set from outside is seen after a restart, though nothing told the grid of it. */
static void a_restart_works_out_all_anew(void **unused) {
    (void)unused;
    tp_tiled_grid *grid;
    assert_int_equal(grid_from("network: {neurons: {rows: 4, columns: 4}}", 0.1, &grid, NULL),
                     TP_OK);
    for (int k = 0; k < 25; k++) {
        assert_int_equal(tp_tiled_grid_exchange(grid, NULL), TP_OK);
        assert_int_equal(tp_tiled_grid_step(grid, NULL), TP_OK);
    }
    grid->applied[3] = 7;
    grid->drive.pulse_until[0] = 1000;
    grid->astrocytes->state[0][0] = 1;
    grid->active->tile_count[0] = 16;
    tp_tiled_grid_phase(grid, TP_PHASE_RECALL, true);
    assert_int_equal(tp_tiled_grid_restart(grid, NULL), TP_OK);
    assert_int_equal(tp_tiled_grid_exchange(grid, NULL), TP_OK);
    assert_close(grid->drive.ip3_rate[0], 5, 0, 0);
    assert_int_equal(grid->feedback[0], 1);
    assert_close(grid->neurons->input[0][3], 37, 0, 0);
    tp_tiled_grid_destroy(&grid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_alternative_follows_the_naive_reference),
        cmocka_unit_test(alternatives_differ),
        cmocka_unit_test(eight_spikes_in_the_window_drive),
        cmocka_unit_test(tiles_cover_as_the_rule_says),
        cmocka_unit_test(a_copy_goes_on_as_the_original),
        cmocka_unit_test(a_failing_integrator_is_told_with_its_time),
        cmocka_unit_test(exchange_intervals_hold_inputs),
        cmocka_unit_test(a_restart_works_out_all_anew),
    };
    return cmocka_run_group_tests_name("tiled grid", tests, NULL, NULL);
}
