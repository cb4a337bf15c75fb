/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulation of a memory scenario alone: no record, but every spike and each astrocyte's
 * calcium at every recorded instant kept in memory. Usage: simulate [-jTHREADS] SCENARIO TIMES
 * [PATH=VALUE]... Prints the number of spikes, the neuron steps, the wall seconds of each time, the
 * CPU seconds of all threads and of the first, and the most memory that was resident. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "experiments/memory.h"
#include "experiments/scenario.h"

/* The spikes of an interval are those up to `end`; its tick is the one that ended it. */
typedef struct kept_interval {
    int64_t tick;
    size_t end;
} kept_interval;

typedef struct kept_spike {
    uint32_t cell;
    float when; /* within its interval */
} kept_spike;

typedef struct kept {
    int64_t every;
    kept_spike *spikes;
    size_t spike_count, spike_room;
    kept_interval *intervals;
    size_t interval_count, interval_room;
    float *calcium; /* [instant][astrocyte], in a record's usual precision */
    size_t value_count, value_room;
    double neuron_steps, cpu_seconds, own_seconds;
    bool calcium_wanted, spikes_wanted;
} kept;

static void die(const char *where, const char *what) {
    fprintf(stderr, "simulate: %s: %s\n", where, what);
    exit(1);
}

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Room for `more` items after the `count` that are there. */
static void *grown(void *items, size_t count, size_t more, size_t *room, size_t size) {
    if (count + more <= *room)
        return items;
    *room = 2 * (count + more);
    void *moved = realloc(items, *room * size);
    if (!moved)
        die("memory", "there is no more");
    return moved;
}

static tp_status exchanged(void *context, const tp_tiled_grid *grid, tp_error *error) {
    kept *k = context;
    (void)error;
    if (!k->calcium_wanted || grid->tick % k->every != 0)
        return TP_OK;
    const size_t n = grid->astrocyte_count;
    k->calcium = grown(k->calcium, k->value_count, n, &k->value_room, sizeof *k->calcium);
    const double *calcium = grid->astrocytes->state[grid->calcium];
    for (size_t j = 0; j < n; j++)
        k->calcium[k->value_count + j] = (float)calcium[j];
    k->value_count += n;
    return TP_OK;
}

static tp_status stepped(void *context, const tp_tiled_grid *grid, tp_error *error) {
    kept *k = context;
    const tp_spikes *spikes = &grid->interval;
    (void)error;
    if (!k->spikes_wanted || spikes->count == 0) {
        k->spike_count += spikes->count;
        return TP_OK;
    }
    k->spikes = grown(k->spikes, k->spike_count, spikes->count, &k->spike_room, sizeof *k->spikes);
    for (size_t i = 0; i < spikes->count; i++)
        k->spikes[k->spike_count + i] =
            (kept_spike){spikes->items[i].cell, (float)spikes->items[i].when};
    k->spike_count += spikes->count;
    k->intervals =
        grown(k->intervals, k->interval_count, 1, &k->interval_room, sizeof *k->intervals);
    k->intervals[k->interval_count++] = (kept_interval){grid->tick, k->spike_count};
    return TP_OK;
}

static void run_segment(tp_memory_plan *plan, const tp_segment *segment,
                        const tp_memory_watcher *watcher) {
    tp_error error;
    tp_segment_run run = {.grid = plan->grid,
                          .segment = segment,
                          .watcher = watcher,
                          .every = plan->every,
                          .restart = plan->restart};
    tp_segment_run_begin(&run);
    while (plan->grid->tick < segment->end)
        if (tp_segment_run_tick(&run, &error) != TP_OK)
            die(segment->name, error.message);
}

/* Wall seconds of the protocol; its beginnings are not counted. */
static double run_once(const tp_scenario *scenario, size_t threads, kept *k) {
    tp_memory_plan *plan;
    tp_error error;
    if (tp_memory_prepare(scenario->description, &scenario->resolved, "", &plan, &error) != TP_OK)
        die(error.where, error.message);
    if (plan->description.recall.tests != TP_TESTS_SEQUENTIAL)
        die("recall.tests", "only sequential tests are timed");
    tp_tiled_grid_employ(plan->grid, threads);
    k->every = plan->every;
    k->spike_count = k->interval_count = k->value_count = 0;
    const tp_memory_watcher watcher = {.context = k, .exchanged = exchanged, .stepped = stepped};
    const double start = now(CLOCK_MONOTONIC), cpu_start = now(CLOCK_PROCESS_CPUTIME_ID),
                 own_start = now(CLOCK_THREAD_CPUTIME_ID);
    for (size_t time = 0; time < plan->repeat; time++) {
        run_segment(plan, tp_memory_plan_training(plan, time), &watcher);
        for (size_t j = 0; j < plan->tests_each; j++)
            run_segment(plan, &plan->tests[time * plan->tests_each + j], &watcher);
    }
    const double seconds = now(CLOCK_MONOTONIC) - start;
    k->cpu_seconds = now(CLOCK_PROCESS_CPUTIME_ID) - cpu_start;
    k->own_seconds = now(CLOCK_THREAD_CPUTIME_ID) - own_start;
    k->neuron_steps = (double)plan->neuron_count *
                      plan->grid->description.neurons.cells.exchange_ms /
                      plan->grid->description.neurons.cells.step_ms *
                      (double)(plan->grid->tick / plan->grid->neuron_exchange);
    tp_memory_discard(&plan);
    return seconds;
}

int main(int argc, char **argv) {
    tp_scenario *scenario;
    tp_error error;
    kept k = {0};
    size_t threads = 1;
    if (argc > 1 && strncmp(argv[1], "-j", 2) == 0) {
        threads = strtoul(argv[1] + 2, NULL, 10);
        argc--;
        argv++;
    }
    if (argc < 3)
        die("usage", "simulate [-jTHREADS] SCENARIO TIMES [PATH=VALUE]...");
    if (tp_scenario_read(argv[1], (const char **)argv + 3, (size_t)argc - 3, &scenario, &error) !=
        TP_OK)
        die(error.where, error.message);
    if (scenario->experiment != &tp_memory_experiment)
        die(argv[1], "it is no memory experiment");
    const tp_memory_description *description = scenario->description;
    k.spikes_wanted = description->record.spikes;
    k.calcium_wanted = description->record.astrocytes.count > 0;
    const long times = strtol(argv[2], NULL, 10);
    for (long i = 0; i < times; i++) {
        const double seconds = run_once(scenario, threads, &k);
        if (i == 0)
            printf("spikes %zu\nsteps %.0f\n", k.spike_count, k.neuron_steps);
        printf("seconds %.6f\ncpu %.6f\nfirst_thread %.6f\n", seconds, k.cpu_seconds,
               k.own_seconds);
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("resident_kib %ld\n", used.ru_maxrss);
    free(k.spikes);
    free(k.intervals);
    free(k.calcium);
    tp_scenario_destroy(&scenario);
    return 0;
}
