/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spikes that a network's state holds: all those in its windows, and no other; and each of them
 * decides something in a network that takes the state up. Here every tile is one neuron. The drive
 * wants 1, 2, 3, ... spikes in its window: summed over these, the driven astrocytes are the
 * spikes. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "close.h"
#include "networks/grid_from.h"

enum {
    SIDE = 6,
    CELLS = SIDE * SIDE,
    DRIVEN_WINDOW = 800, /* ticks */
    ACTIVE_WINDOW = 60,
    UNTIL = 1503, /* in the middle of an image, and of an exchange with the astrocytes */
    MOST_NEED = 40,
    MOST_SPIKES = 20000
};

typedef struct past {
    int64_t tick;
    uint32_t cell;
} past;

/* What the network has done, as its reference remembers it. */
typedef struct history {
    past spikes[MOST_SPIKES];
    size_t count;
} history;

static history lived;

static tp_tiled_grid *grid_that_needs(int need) {
    char yaml[600];
    snprintf(yaml, sizeof yaml,
             "network:\n  neurons: {rows: %d, columns: %d}\n  astrocytes: {tile: 1, stride: 1}\n"
             "  drive: {rate: %.3f Hz, window: 80 ms, more_than: 0, pulse: 0 ms, monitor: always}\n"
             "  feedback: {calcium: 0 uM, more_than: 0, activity_window: 6 ms, current: 0, "
             "during: always}\n",
             SIDE, SIDE, (need - 0.5) / 0.08);
    return grid_of(yaml);
}

static void show(tp_tiled_grid *grid) {
    uint8_t image[CELLS];
    const tp_stream_key key = {3, TP_PURPOSE_TRAINING_NOISE, 0, (uint32_t)grid->tick};
    for (uint32_t i = 0; i < CELLS; i++) {
        uint32_t words[4];
        tp_random_words(&key, i, words);
        image[i] = tp_random_unit(words[0], words[1]) < 0.5;
    }
    tp_tiled_grid_present(grid, image, 12);
}

static void exchange(tp_tiled_grid *grid) {
    if (grid->tick % 250 == 0)
        show(grid);
    assert_int_equal(tp_tiled_grid_exchange(grid, NULL), TP_OK);
}

/* Runs a network until UNTIL. */
static void live(tp_tiled_grid *grid, history *told) {
    told->count = 0;
    while (grid->tick < UNTIL) {
        exchange(grid);
        assert_int_equal(tp_tiled_grid_step(grid, NULL), TP_OK);
        for (size_t k = 0; k < grid->interval.count; k++) {
            assert_true(told->count < MOST_SPIKES);
            told->spikes[told->count++] = (past){grid->tick, grid->interval.items[k].cell};
        }
    }
}

/* How often each neuron has spiked in the window that ends now, but for the spike `without`
 * (SIZE_MAX: all count). Returns how many spikes there are. */
static size_t recount(int64_t window, size_t without, size_t *counts) {
    size_t sum = 0;
    memset(counts, 0, CELLS * sizeof *counts);
    for (size_t k = 0; k < lived.count; k++)
        if (lived.spikes[k].tick > UNTIL - window && k != without) {
            counts[lived.spikes[k].cell]++;
            sum++;
        }
    return sum;
}

static tp_bytes kept_state(tp_tiled_grid *grid) {
    tp_bytes bytes = {0};
    const tp_visitor keeper = tp_state_keeper(&bytes);
    assert_int_equal(tp_tiled_grid_visit(grid, &keeper, NULL), TP_OK);
    return bytes;
}

/* Sets a state, but for one spike of each window's list. */
typedef struct forgetful {
    tp_visitor setter;
    size_t missing[2]; /* number in the lists driven and active; SIZE_MAX: none */
} forgetful;

static int list_of(const char *name) {
    return strncmp(name, "driven/", 7) == 0 ? 0 : strncmp(name, "active/", 7) == 0 ? 1 : -1;
}

static tp_status set_length(void *context, const char *group, size_t *length, tp_error *error) {
    const forgetful *f = context;
    tp_status status = f->setter.length(f->setter.context, group, length, error);
    for (int k = 0; k < 2; k++)
        if (strcmp(group, k == 0 ? "driven" : "active") == 0 && f->missing[k] != SIZE_MAX)
            --*length;
    return status;
}

static tp_status set_piece(void *context, const tp_piece *piece, tp_error *error) {
    const forgetful *f = context;
    const int list = piece->rank == 1 ? list_of(piece->name) : -1;
    if (list < 0 || f->missing[list] == SIZE_MAX)
        return f->setter.piece(f->setter.context, piece, error);
    const size_t count = piece->dims[0] + 1, gone = f->missing[list];
    uint64_t *all = calloc(count, sizeof *all), *left = piece->values;
    tp_piece longer = *piece;
    longer.values = all;
    longer.dims[0] = count;
    tp_status status = f->setter.piece(f->setter.context, &longer, error);
    for (size_t i = 0; i < count; i++)
        if (i != gone)
            left[i - (i > gone)] = all[i];
    free(all);
    return status;
}

static tp_status take_up(tp_tiled_grid *grid, tp_bytes *state, size_t missing_driven,
                         size_t missing_active) {
    state->at = 0;
    forgetful f = {tp_state_setter(state), {missing_driven, missing_active}};
    const tp_visitor visitor = {&f, true, set_piece, set_length};
    return tp_tiled_grid_visit(grid, &visitor, NULL);
}

/* Those that are driven, and those that feed back, in the next exchange. */
typedef struct effect {
    size_t driven, fed;
} effect;

static effect next_effect(tp_tiled_grid *grid) {
    effect e = {0};
    exchange(grid);
    for (size_t j = 0; j < CELLS; j++) {
        e.driven += grid->drive.ip3_rate[j] > 0;
        e.fed += grid->feedback[j];
    }
    return e;
}

/* A network for each number of spikes that a drive can want. */
typedef struct family {
    tp_tiled_grid *grids[MOST_NEED + 1];
    tp_bytes states[MOST_NEED + 1]; /* of such networks at UNTIL */
    size_t count;
} family;

static family all;

static int make_family(void **state) {
    (void)state;
    size_t counts[CELLS], most = 0;
    history again;
    for (all.count = 0; all.count <= most; all.count++) {
        assert_true(all.count <= MOST_NEED);
        tp_tiled_grid *grid = grid_that_needs((int)all.count + 1);
        live(grid, all.count == 0 ? &lived : &again);
        /* What is driven changes no neuron. */
        if (all.count > 0)
            assert_memory_equal(again.spikes, lived.spikes, lived.count * sizeof *lived.spikes);
        recount(DRIVEN_WINDOW, SIZE_MAX, counts);
        for (size_t i = 0; i < CELLS; i++)
            most = counts[i] > most ? counts[i] : most;
        all.states[all.count] = kept_state(grid);
        tp_tiled_grid_destroy(&grid);
        all.grids[all.count] = grid_that_needs((int)all.count + 1);
    }
    return 0;
}

static int free_family(void **state) {
    (void)state;
    for (size_t k = 0; k < all.count; k++) {
        tp_bytes_free(&all.states[k]);
        tp_tiled_grid_destroy(&all.grids[k]);
    }
    return 0;
}

/* Takes the states up without those spikes; the sum of what comes of it. */
static effect total(size_t missing_driven, size_t missing_active) {
    effect sum = {0};
    for (size_t k = 0; k < all.count; k++) {
        assert_int_equal(take_up(all.grids[k], &all.states[k], missing_driven, missing_active),
                         TP_OK);
        const effect e = next_effect(all.grids[k]);
        sum.driven += e.driven;
        sum.fed = e.fed;
    }
    return sum;
}

static size_t active_neurons(size_t without) {
    size_t counts[CELLS], active = 0;
    recount(ACTIVE_WINDOW, without, counts);
    for (size_t i = 0; i < CELLS; i++)
        active += counts[i] > 0;
    return active;
}

static void all_spikes_are_taken_up(void **unused) {
    (void)unused;
    size_t counts[CELLS];
    const size_t spikes = recount(DRIVEN_WINDOW, SIZE_MAX, counts);
    const size_t recent = recount(ACTIVE_WINDOW, SIZE_MAX, counts);
    /* Some have left each window, and neurons have spiked more than once in it. */
    assert_true(lived.count > spikes && spikes > recent && recent > active_neurons(SIZE_MAX));
    const effect e = total(SIZE_MAX, SIZE_MAX);
    assert_int_equal(e.driven, spikes);
    assert_int_equal(e.fed, active_neurons(SIZE_MAX));
}

/* Taking up and keeping once more changes nothing. */
static void a_state_that_was_taken_up_is_kept_as_it_was(void **unused) {
    (void)unused;
    for (size_t k = 0; k < all.count; k++) {
        assert_int_equal(take_up(all.grids[k], &all.states[k], SIZE_MAX, SIZE_MAX), TP_OK);
        tp_bytes again = kept_state(all.grids[k]);
        assert_int_equal(again.size, all.states[k].size);
        assert_memory_equal(again.data, all.states[k].data, again.size);
        tp_bytes_free(&again);
    }
}

/* Where spike `number` of those that were lived through is in a window's list, SIZE_MAX where it is
 * in none. What leaves the window just now is still there. */
static size_t place_in_list(size_t number, int64_t window) {
    size_t counts[CELLS];
    const size_t first = lived.count - recount(window + 1, SIZE_MAX, counts);
    return number >= first ? number - first : SIZE_MAX;
}

/* So that what is said above is said of each single spike. */
static void every_single_spike_decides(void **unused) {
    (void)unused;
    size_t counts[CELLS], fewer_fed = 0;
    const size_t spikes = recount(DRIVEN_WINDOW, SIZE_MAX, counts);
    for (size_t number = lived.count - spikes; number < lived.count; number++) {
        const size_t driven = place_in_list(number, DRIVEN_WINDOW),
                     active = place_in_list(number, ACTIVE_WINDOW);
        const effect e = total(driven, active);
        assert_int_equal(e.driven, spikes - 1);
        assert_int_equal(e.fed, active_neurons(number));
        fewer_fed += e.fed < active_neurons(SIZE_MAX);
        /* The two lists watch each other: gone from the longer one alone, it is missed. */
        if (active != SIZE_MAX)
            assert_int_equal(take_up(all.grids[0], &all.states[0], driven, SIZE_MAX), TP_INVALID);
    }
    assert_true(fewer_fed > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_spikes_are_taken_up),
        cmocka_unit_test(a_state_that_was_taken_up_is_kept_as_it_was),
        cmocka_unit_test(every_single_spike_decides),
    };
    return cmocka_run_group_tests_name("kept spikes", tests, make_family, free_family);
}
