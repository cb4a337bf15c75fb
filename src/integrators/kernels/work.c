/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/kernels/work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/within.h"

/* Comparing costs a fifth of an Euler step of a neuron: who stands still is seen a little late. A
 * run is of a few blocks at a time, so that the room for their spikes is small. */
enum { STEPS_BETWEEN_LOOKS = 16, RUN_BLOCKS = 8 };

/* Where the blocks are looked at; false where there is no memory. */
static bool make_blocks(tp_kernel_work *work, size_t inputs) {
    work->blocks = (work->n + TP_BLOCK_CELLS - 1) / TP_BLOCK_CELLS;
    work->still = calloc(work->blocks, 1);
    work->memory = calloc(inputs ? inputs * work->n : 1, sizeof(double));
    if (!work->still || !work->memory)
        return false;
    for (size_t k = 0; k < inputs; k++)
        work->held[k] = work->memory + k * work->n;
    return true;
}

/* Where runs go by a map, its memory; false where there is none. */
static bool make_map(tp_kernel_work *work, const tp_integration *integration) {
    const tp_population *population = integration->population;
    const double h = integration->method.step_ms / population->model->time_unit_ms;
    if (!work->kernel->run_map || integration->method.crossing != TP_CROSSING_STEP_END ||
        !tp_izhikevich_map_make(&population->setting, h, &work->map))
        return true;
    work->map_memory = calloc(3 * work->n + 1, sizeof(double));
    if (!work->map_memory)
        return false;
    work->cells.x = work->map_memory;
    work->cells.y = work->map_memory + work->n;
    work->cells.map_input = work->map_memory + 2 * work->n;
    work->cells.map = &work->map;
    return true;
}

/* How far from 0 what cells go by is certainly possible. */
static void set_safe(tp_kernel_work *work, const tp_model *model) {
    double radius = INFINITY;
    for (size_t s = 0; s < model->state_count; s++) {
        double low, high;
        tp_state_bounds(&model->states[s], &low, &high);
        radius = fmax(0, fmin(radius, fmin(-low, high)));
    }
    if (work->cells.map) {
        /* y is of I - U: one half for each. */
        const tp_izhikevich_map *map = &work->map;
        work->safe_input = radius / 2;
        radius = fmax(0, fmin(map->x_of_v * radius - fabs(map->x_at_0),
                              map->y_of_input * radius / 2 - fabs(map->y_at_0)));
    }
    work->cells.safe = radius * radius;
}

tp_status tp_kernel_work_create(const tp_integration *integration, tp_kernel_work **out,
                                tp_error *error) {
    const tp_population *population = integration->population;
    const tp_model *model = population->model;
    const tp_kernel *kernel = tp_kernel_for(model, &integration->method);
    *out = NULL;
    if (!kernel)
        return TP_OK;
    tp_kernel_work *work = calloc(1, sizeof *work);
    if (!work)
        return tp_fail_memory(error, "making an integrator");
    work->kernel = kernel;
    work->n = population->n;
    work->cells = (tp_kernel_cells){.setting = &population->setting, .over = integration->over};
    memcpy(work->cells.state, population->state, sizeof work->cells.state);
    memcpy(work->cells.input, population->input, sizeof work->cells.input);
    memcpy(work->cells.before, integration->before, sizeof work->cells.before);
    if ((work->n >= TP_BLOCK_CELLS && !make_blocks(work, model->input_count)) ||
        !make_map(work, integration)) {
        tp_kernel_work_destroy(&work);
        return tp_fail_memory(error, "making an integrator");
    }
    set_safe(work, model);
    *out = work;
    return TP_OK;
}

void tp_kernel_work_destroy(tp_kernel_work **work) {
    if (!*work)
        return;
    free((*work)->still);
    free((*work)->memory);
    free((*work)->map_memory);
    free((*work)->cells.spiked);
    free(*work);
    *work = NULL;
}

/* What a run goes by: the states, or x and y. */
static double *gone_by(const tp_kernel_work *work, size_t state) {
    return !work->cells.map ? work->cells.state[state] : state == 0 ? work->cells.x : work->cells.y;
}

/* All of them are met again, so that all that was said of them is to be found out anew. */
static void nobody_stands_still(tp_kernel_work *work) {
    if (work->still)
        memset(work->still, 0, work->blocks);
    work->still_count = 0;
    work->cells.beyond = false;
}

void tp_kernel_work_restart(tp_kernel_work *work) {
    nobody_stands_still(work);
    work->entered = work->untold = false;
}

void tp_kernel_work_tell(tp_kernel_work *work) {
    if (work->untold)
        work->kernel->tell_map(&work->cells, 0, work->n);
    work->untold = false;
}

void tp_kernel_work_go_back(tp_kernel_work *work, double *const *kept) {
    for (size_t s = 0; s < TP_MAX_STATES && kept[s]; s++)
        memcpy(gone_by(work, s), kept[s], work->n * sizeof(double));
    work->untold = work->entered;
    nobody_stands_still(work);
}

static size_t block_end(const tp_kernel_work *work, size_t block) {
    const size_t end = (block + 1) * TP_BLOCK_CELLS;
    return end < work->n ? end : work->n;
}

void tp_kernel_work_wake(tp_kernel_work *work) {
    work->inputs_changed = true;
    if (work->still_count == 0)
        return;
    for (size_t b = 0; b < work->blocks; b++) {
        if (!work->still[b])
            continue;
        const size_t first = b * TP_BLOCK_CELLS,
                     size = (block_end(work, b) - first) * sizeof(double);
        bool same = true;
        for (size_t k = 0; same && work->held[k]; k++)
            same = memcmp(work->held[k] + first, work->cells.input[k] + first, size) == 0;
        if (same)
            continue;
        work->still[b] = 0;
        work->still_count--;
    }
}

/* The block stands still from now on, under the inputs that it has. */
static void stand_still(tp_kernel_work *work, size_t block) {
    const size_t first = block * TP_BLOCK_CELLS, end = block_end(work, block);
    for (size_t k = 0; work->held[k]; k++)
        memcpy(work->held[k] + first, work->cells.input[k] + first, (end - first) * sizeof(double));
    work->still[block] = 1;
    work->still_count++;
}

/* A step of one block, and whether it stands still from now on. */
static void step_and_look(tp_kernel_work *work, size_t block) {
    const size_t first = block * TP_BLOCK_CELLS, end = block_end(work, block);
    const size_t over = work->cells.over_count;
    const bool moved = work->kernel->step_and_compare(&work->cells, first, end);
    if (!moved && work->cells.over_count == over) /* no reset is still to come */
        stand_still(work, block);
}

size_t tp_kernel_work_step(tp_kernel_work *work, double h) {
    work->cells.h = h;
    work->cells.over_count = 0;
    tp_kernel_work_tell(work);
    work->entered = false;
    const bool look = work->blocks > 0 && ++work->steps % STEPS_BETWEEN_LOOKS == 0;
    if (work->still_count == 0 && !look) {
        work->kernel->step(&work->cells, 0, work->n);
        return work->cells.over_count;
    }
    for (size_t b = 0; b < work->blocks && work->still_count < work->blocks; b++) {
        if (work->still[b])
            continue;
        if (look) {
            step_and_look(work, b);
            continue;
        }
        const size_t first = b;
        while (b + 1 < work->blocks && !work->still[b + 1])
            b++;
        work->kernel->step(&work->cells, first * TP_BLOCK_CELLS, block_end(work, b));
    }
    return work->cells.over_count;
}

bool tp_kernel_work_runs(const tp_kernel_work *work) {
    return work->kernel->run;
}

bool tp_kernel_work_beyond(const tp_kernel_work *work) {
    return work->cells.beyond || work->large_input;
}

bool tp_kernel_work_has_past(const tp_kernel_work *work) {
    return work->cells.map;
}

static tp_status reserve(tp_kernel_work *work, size_t more, tp_error *error) {
    const size_t wanted = work->cells.spiked_count + more;
    if (wanted <= work->spiked_room)
        return TP_OK;
    tp_kernel_spikes *items = realloc(work->cells.spiked, 2 * wanted * sizeof *items);
    if (!items)
        return tp_fail_memory(error, "gathering spikes");
    work->cells.spiked = items;
    work->spiked_room = 2 * wanted;
    return TP_OK;
}

/* The blocks first ... end - 1, or all cells where there are no blocks. */
static tp_status run_blocks(tp_kernel_work *work, size_t first, size_t end, size_t steps, bool look,
                            tp_error *error) {
    const size_t from = first * TP_BLOCK_CELLS,
                 to = work->blocks ? block_end(work, end - 1) : work->n;
    uint8_t moved[RUN_BLOCKS];
    tp_status status = reserve(work, (to - from) * steps, error);
    if (status != TP_OK)
        return status;
    (work->cells.map ? work->kernel->run_map : work->kernel->run)(&work->cells, from, to, steps,
                                                                  look ? moved : NULL);
    for (size_t b = first; look && b < end; b++)
        if (!moved[b - first])
            stand_still(work, b);
    return TP_OK;
}

/* A block that stands still is as it was before the run. */
static void keep_still(const tp_kernel_work *work, size_t block) {
    const size_t first = block * TP_BLOCK_CELLS,
                 size = (block_end(work, block) - first) * sizeof(double);
    for (size_t s = 0; s < TP_MAX_STATES && work->cells.kept[s]; s++)
        memcpy(work->cells.kept[s] + first, gone_by(work, s) + first, size);
}

static tp_status run_all(tp_kernel_work *work, size_t steps, bool look, tp_error *error) {
    tp_status status = TP_OK;
    if (work->blocks == 0)
        return run_blocks(work, 0, 1, steps, false, error);
    for (size_t b = 0; status == TP_OK && b < work->blocks;) {
        const size_t first = b;
        while (b < work->blocks && b < first + RUN_BLOCKS && !work->still[b])
            b++;
        if (b > first)
            status = run_blocks(work, first, b, steps, look, error);
        else
            keep_still(work, b++);
    }
    return status;
}

/* Appends the spikes of a run that began `done` steps after the first interval's start, by step;
 * those of one step are in order of their cells already. */
static tp_status append(const tp_kernel_work *work, size_t done, size_t steps, tp_spikes *spikes,
                        tp_error *error) {
    const tp_kernel_cells *cells = &work->cells;
    size_t next[TP_RUN_STEPS], total = 0; /* where those of a step go on */
    tp_spike kinds[TP_RUN_STEPS];
    for (size_t s = 0; s < TP_RUN_STEPS; total += cells->spiked_at[s++]) {
        next[s] = total;
        kinds[s] = (tp_spike){.interval = (uint32_t)((done + s) / steps),
                              .when = (double)((done + s) % steps + 1) / (double)steps};
    }
    tp_status status = tp_spikes_reserve(spikes, total, error);
    if (status != TP_OK || total == 0)
        return status;
    tp_spike *to = spikes->items + spikes->count;
    for (const tp_kernel_spikes *k = cells->spiked; k < cells->spiked + cells->spiked_count; k++) {
        tp_spike kind = kinds[k->step];
        size_t at = next[k->step];
        for (uint64_t bits = k->bits; bits; bits &= bits - 1) {
            kind.cell = k->first + (uint32_t)__builtin_ctzll(bits);
            to[at++] = kind;
        }
        next[k->step] = at;
    }
    spikes->count += total;
    return TP_OK;
}

static void enter_map(tp_kernel_work *work, const tp_population *population) {
    tp_izhikevich_map_enter(&work->map, work->n, population->state[0], population->state[1],
                            population->input[0], work->cells.x, work->cells.y);
    memcpy(work->cells.map_input, population->input[0], work->n * sizeof(double));
    work->entered = true;
}

tp_status tp_kernel_work_run(tp_kernel_work *work, const tp_population *population, double h,
                             size_t steps, size_t intervals, double *const *kept, tp_spikes *spikes,
                             tp_error *error) {
    const size_t all = steps * intervals;
    tp_status status = TP_OK;
    work->cells.h = h;
    if (work->cells.map && !work->entered)
        enter_map(work, population);
    work->untold = work->entered;
    if (work->cells.map && work->inputs_changed)
        work->large_input =
            !tp_all_within(population->input[0], work->n, -work->safe_input, work->safe_input);
    for (size_t done = 0; status == TP_OK && done < all;) {
        const size_t next = all - done < TP_RUN_STEPS ? all - done : TP_RUN_STEPS;
        for (size_t s = 0; s < TP_MAX_STATES; s++)
            work->cells.kept[s] = kept && done == 0 ? kept[s] : NULL;
        work->cells.spiked_count = 0;
        memset(work->cells.spiked_at, 0, sizeof work->cells.spiked_at);
        work->steps += next;
        const bool look = work->steps >= STEPS_BETWEEN_LOOKS;
        work->cells.changes = work->inputs_changed;
        if (look)
            work->steps = 0;
        status = run_all(work, next, look, error);
        if (status == TP_OK)
            status = append(work, done, steps, spikes, error);
        work->inputs_changed = false;
        done += next;
    }
    return status;
}
