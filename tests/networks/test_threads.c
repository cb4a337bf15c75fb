/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Large networks, whose cells are shared out: any number of threads gives the same bits, and the
 * shares of a population what the whole one does. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/random.h"
#include "close.h"
#include "integrators/shares.h"
#include "models/models.h"
#include "networks/grid_from.h"
#include "record/state.h"

/* 129 x 129 astrocytes: two shares; the neurons have 18. */
#ifdef __SANITIZE_THREAD__
enum { SIDE = 388, TICKS = 50, LEAST_SPIKES = 1 }; /* it is fifty times as slow */
#else
enum { SIDE = 388, TICKS = 300, LEAST_SPIKES = 100000 };
#endif

/* What the network does by so many threads: each spike in turn, then the state. */
typedef struct told {
    tp_bytes bytes;
    size_t spikes, driven, fed_back;
} told;

static told told_by(const char *neurons, size_t threads) {
    told t = {0};
    tp_tiled_grid *grid = busy_grid(SIDE, SIDE, neurons);
    uint8_t *image = malloc(SIDE * SIDE);
    assert_non_null(image);
    for (uint32_t i = 0; i < SIDE * SIDE; i++)
        image[i] = (uint8_t)((i * 2654435761u) >> 31);
    tp_tiled_grid_employ(grid, threads);
    if (threads > 1) /* nor does going ahead change a bit */
        assert_int_equal(tp_tiled_grid_look_every(grid, 0, NULL), TP_OK);
    tp_tiled_grid_present(grid, image, 40);
    for (int tick = 0; tick < TICKS; tick++) {
        assert_int_equal(tp_tiled_grid_exchange(grid, NULL), TP_OK);
        for (size_t j = 0; j < grid->astrocyte_count; j++) {
            t.driven += grid->drive.ip3_rate[j] != 0;
            t.fed_back += grid->feedback[j];
        }
        assert_int_equal(tp_tiled_grid_step(grid, NULL), TP_OK);
        for (size_t k = 0; k < grid->interval.count; k++) {
            const double when = tp_tiled_grid_spike_ms(grid, &grid->interval.items[k]);
            assert_true(tp_bytes_put_number(&t.bytes, grid->interval.items[k].cell));
            assert_true(tp_bytes_put(&t.bytes, &when, sizeof when));
        }
        t.spikes += grid->interval.count;
    }
    const tp_visitor keeper = tp_state_keeper(&t.bytes);
    assert_int_equal(tp_tiled_grid_visit(grid, &keeper, NULL), TP_OK);
    free(image);
    tp_tiled_grid_destroy(&grid);
    return t;
}

static void any_number_of_threads_gives_the_same_bits(void **state) {
    (void)state;
    static const char *const neurons[] = {"integrator: rk4",
                                          "integrator: euler, exchange: 1 ms, step: 0.1 ms",
                                          "integrator: euler, arithmetic: fused"};
    static const size_t threads[] = {2, 3, 8};
    for (size_t k = 0; k < 3; k++) {
        told one = told_by(neurons[k], 1);
        assert_true(one.spikes >= LEAST_SPIKES &&
                    (TICKS < 300 || (one.driven > 1000 && one.fed_back > 1000)));
        for (size_t i = 0; i < 3; i++) {
            told many = told_by(neurons[k], threads[i]);
            assert_int_equal(many.bytes.size, one.bytes.size);
            assert_memory_equal(many.bytes.data, one.bytes.data, one.bytes.size);
            tp_bytes_free(&many.bytes);
        }
        tp_bytes_free(&one.bytes);
    }
}

/* The neurons of a test, whole or in shares, each under its own constant current. */
static tp_population *neurons_of(size_t n) {
    tp_model_setting setting;
    tp_population *cells;
    tp_model_defaults(&tp_izhikevich, &setting);
    assert_int_equal(
        tp_population_create(&tp_izhikevich, &setting, TP_INITIAL_PUBLISHED, n, &cells, NULL),
        TP_OK);
    for (uint32_t i = 0; i < n; i++) {
        cells->input[0][i] = 60 * ((i * 2654435761u) >> 16) / 65536.0;
        cells->state[0][i] = -70 + 80 * ((i * 2246822519u) >> 16) / 65536.0;
    }
    return cells;
}

static void compare_with_whole(const tp_integrator *integrator, tp_crossing crossing,
                               tp_arithmetic arithmetic, double interval_ms) {
    enum { CELLS = 3 * TP_SHARE_CELLS + 71 };
    const tp_method method = {
        .integrator = integrator, .step_ms = 0.1, .crossing = crossing, .arithmetic = arithmetic};
    tp_population *cells[2] = {neurons_of(CELLS), neurons_of(CELLS)};
    tp_integration *by[2];
    tp_spikes spikes[2] = {{0}, {0}};
    assert_int_equal(tp_integration_create_whole(&method, cells[0], &by[0], NULL), TP_OK);
    assert_int_equal(tp_integration_create(&method, cells[1], &by[1], NULL), TP_OK);
    assert_null(by[0]->shares);
    assert_non_null(by[1]->shares);
    by[1]->crew = tp_crew_create(2);
    for (int interval = 0; interval < 20; interval++)
        for (int k = 0; k < 2; k++)
            assert_int_equal(tp_integration_advance(by[k], interval_ms, &spikes[k], NULL), TP_OK);
    assert_true(spikes[0].count > 1000);
    assert_int_equal(spikes[1].count, spikes[0].count);
    for (size_t i = 0; i < spikes[0].count; i++) {
        assert_int_equal(spikes[1].items[i].cell, spikes[0].items[i].cell);
        assert_true(spikes[1].items[i].when == spikes[0].items[i].when);
    }
    for (int s = 0; s < 2; s++)
        assert_memory_equal(cells[1]->state[s], cells[0]->state[s], CELLS * sizeof(double));
    tp_crew_destroy(&by[1]->crew);
    for (int k = 0; k < 2; k++) {
        tp_integration_destroy(&by[k]);
        tp_population_destroy(&cells[k]);
        tp_spikes_free(&spikes[k]);
    }
}

static void shares_do_what_the_whole_does(void **state) {
    (void)state;
    for (int crossing = TP_CROSSING_STEP_END; crossing <= TP_CROSSING_LOCATED; crossing++)
        for (int steps = 1; steps <= 10; steps += 9) {
            compare_with_whole(&tp_euler, (tp_crossing)crossing, TP_ARITHMETIC_PLAIN, 0.1 * steps);
            compare_with_whole(&tp_euler, (tp_crossing)crossing, TP_ARITHMETIC_FUSED, 0.1 * steps);
            compare_with_whole(&tp_rk4, (tp_crossing)crossing, TP_ARITHMETIC_PLAIN, 0.1 * steps);
        }
}

/* The cell that is told is the same, whoever finds it. */
static void an_impossible_state_is_told_alike(void **state) {
    (void)state;
    char messages[2][sizeof((tp_error *)0)->message];
    for (size_t k = 0; k < 2; k++) {
        tp_error error = {0};
        tp_tiled_grid *grid = busy_grid(SIDE, SIDE, "integrator: euler");
        tp_tiled_grid_employ(grid, 1 + 7 * k);
        grid->tick = 10;
        grid->neurons->state[0][150000] = NAN;
        grid->neurons->state[1][20001] = NAN;
        grid->neurons->state[0][20003] = NAN;
        assert_int_equal(tp_tiled_grid_exchange(grid, &error), TP_FAILED);
        memcpy(messages[k], error.message, sizeof messages[k]);
        tp_tiled_grid_destroy(&grid);
    }
    assert_non_null(strstr(messages[0], "cell 20003"));
    assert_string_equal(messages[0], messages[1]);
}

enum { PARTS = 50 };

static void slow_part(void *context, size_t part) {
    unsigned *times = context;
    const struct timespec a_while = {0, part % 7 == 6 ? 3000000 : 0};
    nanosleep(&a_while, NULL);
    __atomic_fetch_add(&times[part], 1, __ATOMIC_RELAXED);
}

static void each_part_is_done_once_and_waited_for(void **state) {
    (void)state;
    for (size_t threads = 1; threads <= 8; threads++) {
        tp_crew *crew = tp_crew_create(threads);
        assert_true((crew != NULL) == (threads > 1));
        for (size_t parts = 0; parts <= PARTS; parts += 7) {
            unsigned times[PARTS] = {0};
            tp_crew_do(crew, parts, slow_part, times);
            for (size_t k = 0; k < PARTS; k++)
                assert_int_equal(times[k], k < parts);
        }
        tp_crew_destroy(&crew);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_is_done_once_and_waited_for),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(shares_do_what_the_whole_does),
        cmocka_unit_test(an_impossible_state_is_told_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
