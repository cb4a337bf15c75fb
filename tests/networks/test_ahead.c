/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neurons that go ahead of their network do to the bit what those do that wait for every tick: here
 * where currents come and go all the time, by images and by feedback. */
#include <math.h>
#include <stdlib.h>

#include "close.h"
#include "networks/grid_from.h"
#include "record/state.h"

enum { ROWS = 22, COLUMNS = 25, TICKS = 1000 };

/* At some ticks another part of the neurons is given a current. */
static void show(tp_tiled_grid *grid, int64_t tick) {
    uint8_t image[ROWS * COLUMNS];
    if (tick % 37 != 0 && tick % 100 != 50)
        return;
    for (size_t i = 0; i < sizeof image; i++)
        image[i] = (i * 2654435761u + (uint64_t)tick * 97) % 7 < 3;
    tp_tiled_grid_present(grid, tick % 3 ? image : NULL, 12);
}

/* Sets states from outside, as one may. */
static void push(tp_tiled_grid *grid, int64_t tick) {
    assert_int_equal(tp_tiled_grid_settle(grid, NULL), TP_OK);
    for (size_t i = (size_t)tick % 5; i < grid->neuron_count; i += 5)
        grid->neurons->state[0][i] += 1;
    assert_int_equal(tp_tiled_grid_restart(grid, NULL), TP_OK);
}

static void go_on(tp_tiled_grid *grid) {
    assert_int_equal(tp_tiled_grid_exchange(grid, NULL), TP_OK);
    assert_int_equal(tp_tiled_grid_step(grid, NULL), TP_OK);
}

static void same_spikes(const tp_tiled_grid *one, const tp_tiled_grid *other) {
    assert_int_equal(one->interval.count, other->interval.count);
    for (size_t k = 0; k < one->interval.count; k++) {
        assert_int_equal(one->interval.items[k].cell, other->interval.items[k].cell);
        assert_true(tp_tiled_grid_spike_ms(one, &one->interval.items[k]) ==
                    tp_tiled_grid_spike_ms(other, &other->interval.items[k]));
    }
}

static void same_states(tp_tiled_grid *one, tp_tiled_grid *other) {
    for (size_t s = 0; s < one->neurons->model->state_count; s++)
        assert_memory_equal(one->neurons->state[s], other->neurons->state[s],
                            one->neuron_count * sizeof(double));
    for (size_t s = 0; s < one->astrocytes->model->state_count; s++)
        assert_memory_equal(one->astrocytes->state[s], other->astrocytes->state[s],
                            one->astrocyte_count * sizeof(double));
}

static void compare(const char *neurons, int64_t every, size_t *ahead, size_t *taken_back) {
    tp_tiled_grid *waits = busy_grid(ROWS, COLUMNS, neurons),
                  *goes = busy_grid(ROWS, COLUMNS, neurons),
                  *copy = busy_grid(ROWS, COLUMNS, neurons);
    size_t spikes = 0, fed = 0;
    *ahead = *taken_back = 0;
    assert_int_equal(tp_tiled_grid_look_every(goes, every, NULL), TP_OK);
    assert_int_equal(tp_tiled_grid_look_every(copy, every, NULL), TP_OK);
    for (int64_t tick = 0; tick < TICKS; tick++) {
        show(waits, tick);
        show(goes, tick);
        const bool was_ahead = goes->ahead.passed < goes->ahead.intervals;
        go_on(waits);
        go_on(goes);
        /* Taken back, the cells have been advanced once more, from the state that was kept. */
        *taken_back += was_ahead && goes->ahead.passed == 1;
        *ahead += goes->ahead.passed < goes->ahead.intervals;
        same_spikes(waits, goes);
        spikes += goes->interval.count;
        for (size_t j = 0; j < goes->astrocyte_count; j++)
            fed += goes->feedback[j];
        const bool expects_looks = goes->ahead.every > 0 && goes->tick % goes->ahead.every == 0;
        if (expects_looks) /* nobody has to be taken back */
            assert_int_equal(goes->ahead.passed, goes->ahead.intervals);
        if (expects_looks || tick % 113 == 112) {
            assert_int_equal(tp_tiled_grid_settle(goes, NULL), TP_OK);
            same_states(waits, goes);
        }
        if (tick % 61 == 60) {
            push(waits, tick);
            push(goes, tick);
        }
        if (tick == 700) { /* in the middle of all, into another network */
            assert_int_equal(tp_tiled_grid_copy(copy, goes, NULL), TP_OK);
            tp_tiled_grid *of = goes;
            goes = copy;
            copy = of;
            assert_int_equal(tp_tiled_grid_restart(waits, NULL), TP_OK);
        }
    }
    assert_true(spikes > 1000 && fed > 1000);
    tp_tiled_grid_destroy(&waits);
    tp_tiled_grid_destroy(&goes);
    tp_tiled_grid_destroy(&copy);
}

static void who_goes_ahead_does_what_who_waits_does(void **unused) {
    (void)unused;
    static const char *const neurons[] = {
        "integrator: euler",
        "integrator: euler, arithmetic: fused",
        "integrator: euler, exchange: 0.3 ms, step: 0.1 ms",
        "integrator: euler, crossing: located",
        "integrator: rk4",
        "integrator: rk4, exchange: 0.2 ms, step: 0.1 ms",
        "integrator: rk4, arithmetic: single",
    };
    for (size_t k = 0; k < sizeof neurons / sizeof *neurons; k++)
        for (int64_t every = 0; every <= 24; every += 8) {
            size_t ahead, taken_back;
            compare(neurons[k], every, &ahead, &taken_back);
            assert_true(ahead > 100 && taken_back > 20);
        }
}

static void adaptive_solvers_wait(void **unused) {
    (void)unused;
    size_t ahead, taken_back;
    compare("integrator: cvode:adams", 0, &ahead, &taken_back);
    assert_int_equal(ahead, 0);
}

/* Sets one state of a cell to what it cannot be, and goes on until that is told; 0 if it is not. */
static int64_t told_at(const char *neurons, bool ahead, size_t state, double value,
                       tp_error *error) {
    enum { SET_AT = 55, MOST = 400, CELL = 313 };
    tp_tiled_grid *grid = busy_grid(ROWS, COLUMNS, neurons);
    int64_t at = 0;
    if (ahead)
        assert_int_equal(tp_tiled_grid_look_every(grid, 0, NULL), TP_OK);
    while (at == 0 && grid->tick < MOST) {
        show(grid, grid->tick);
        if (grid->tick == SET_AT) {
            assert_int_equal(tp_tiled_grid_settle(grid, NULL), TP_OK);
            grid->neurons->state[state][CELL] = value;
            assert_int_equal(tp_tiled_grid_restart(grid, NULL), TP_OK);
        }
        if (tp_tiled_grid_exchange(grid, error) != TP_OK)
            at = grid->tick;
        else
            assert_int_equal(tp_tiled_grid_step(grid, NULL), TP_OK);
    }
    tp_tiled_grid_destroy(&grid);
    return at;
}

/* Cells that could not be advanced are not taken back: there may be no state that was kept. */
static void after_a_failure_nobody_is_taken_back(void **unused) {
    (void)unused;
    tp_error error = {0};
    tp_tiled_grid *grid = busy_grid(ROWS, COLUMNS, "integrator: cvode:adams");
    for (int tick = 0; tick < 3; tick++)
        go_on(grid);
    assert_int_equal(tp_tiled_grid_exchange(grid, NULL), TP_OK);
    grid->neurons->state[0][313] = NAN;
    tp_integration_restart(grid->neuron_integration);
    assert_int_equal(tp_tiled_grid_step(grid, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "(the interval from "));
    const tp_grid_ahead *ahead = &grid->ahead;
    assert_int_equal(ahead->passed, ahead->intervals);
    assert_false(ahead->kept || ahead->looked);
    assert_int_equal(tp_tiled_grid_settle(grid, NULL), TP_OK);
    tp_tiled_grid_destroy(&grid);
}

/* By kernels whose runs look themselves, and by the others. */
static void an_impossible_state_is_told_by_who_goes_ahead_too(void **unused) {
    (void)unused;
    static const char *const neurons[] = {
        "integrator: euler", "integrator: euler, arithmetic: fused",
        "integrator: euler, arithmetic: single", "integrator: rk4"};
    static const struct {
        size_t state;
        double value;
    } set[] = {{0, NAN}, {1, NAN}, {1, 2e6}, {1, -2e6}, {1, 1.0001e6}, {0, -2e6}, {0, 0}};
    for (size_t k = 0; k < sizeof neurons / sizeof *neurons; k++)
        for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
            tp_error error[2] = {{0}, {0}};
            int64_t at[2];
            for (int ahead = 0; ahead < 2; ahead++)
                at[ahead] = told_at(neurons[k], ahead, set[i].state, set[i].value, &error[ahead]);
            /* At the latest where the advance ends that meets it. */
            assert_true(at[1] >= at[0] && at[1] <= at[0] + 64);
            for (int ahead = 0; ahead < 2 && at[ahead] > 0; ahead++)
                assert_non_null(strstr(error[ahead].message, "cell 313"));
            assert_true(at[0] > 0 || set[i].state == 0 || fabs(set[i].value) < 2e6);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_goes_ahead_does_what_who_waits_does),
        cmocka_unit_test(adaptive_solvers_wait),
        cmocka_unit_test(after_a_failure_nobody_is_taken_back),
        cmocka_unit_test(an_impossible_state_is_told_by_who_goes_ahead_too),
    };
    return cmocka_run_group_tests_name("ahead", tests, NULL, NULL);
}
