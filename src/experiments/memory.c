/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory experiment: train on noisy samples, pause, show noisier ones and read what comes back
 * (Gordleeva et al. 2019). */
#include <stdlib.h>

#include "base/fail.h"
#include "experiments/memory.h"
#include "experiments/memory_trial.h"

/* How often progress is told. */
enum { TICKS_BETWEEN_REPORTS = 200 };

typedef struct memory_run {
    tp_memory_plan *plan;
    const tp_memory_watcher *watcher;
    tp_writer *writer;
    const tp_observer *observer;
    tp_error *error;
    int64_t done, total; /* ticks */
    tp_test_reading reading;
    tp_test_result *results; /* [test] */
    size_t finished_tests;
} memory_run;

/* Tells progress, and asks whether to go on. */
static tp_status report(memory_run *run, const tp_segment *segment) {
    const tp_observer *observer = run->observer;
    if (!observer)
        return TP_OK;
    if (observer->progress && (run->done % TICKS_BETWEEN_REPORTS == 0 || run->done == run->total))
        observer->progress(observer->context, segment->name, (double)run->done, (double)run->total);
    if (observer->stopped && observer->stopped(observer->context))
        return tp_fail(run->error, TP_INTERRUPTED, "", "interrupted at %g of %g ms",
                       tp_clock_ms(&run->plan->clock, (double)run->done),
                       tp_clock_ms(&run->plan->clock, (double)run->total));
    return TP_OK;
}

/* Runs a segment; `reading` is NULL for the training. */
static tp_status run_segment(memory_run *run, const tp_segment *segment, tp_test_reading *reading) {
    tp_memory_plan *plan = run->plan;
    tp_segment_run segment_run = {.grid = plan->grid,
                                  .segment = segment,
                                  .reading = reading,
                                  .watcher = run->watcher,
                                  .every = plan->every};
    tp_status status = tp_record_stimulus(plan, segment, run->writer, run->error);
    if (status == TP_OK)
        status = tp_segment_recorder_create(plan, segment, run->writer, &segment_run.recorder,
                                            run->error);
    if (status == TP_OK && run->watcher)
        status = run->watcher->begun(run->watcher->context, segment, run->error);
    tp_segment_run_begin(&segment_run);
    while (status == TP_OK && plan->grid->tick < segment->end) {
        status = tp_segment_run_tick(&segment_run, run->error);
        run->done++;
        if (status == TP_OK)
            status = report(run, segment);
    }
    if (status != TP_OK) /* the segment ended here, and the record says so, as far as it can */
        tp_writer_number(run->writer, segment->name, "end",
                         tp_clock_ms(&plan->clock, (double)plan->grid->tick), NULL);
    tp_segment_recorder_destroy(&segment_run.recorder);
    return status;
}

static tp_status run_test(memory_run *run, size_t k) {
    tp_memory_plan *plan = run->plan;
    const tp_segment *test = &plan->tests[k];
    tp_test_result *result = &run->results[k];
    tp_status status = tp_test_result_create(plan, test, false, result, run->error);
    if (status != TP_OK)
        return status;
    tp_test_reading_begin(&run->reading, test, result);
    status = run_segment(run, test, &run->reading);
    if (status != TP_OK)
        return status;
    tp_test_reading_conclude(&run->reading);
    run->finished_tests = k + 1;
    if (run->watcher)
        run->watcher->tested(run->watcher->context, k, result);
    return tp_record_test(plan, test, result, run->writer, run->error);
}

/* The tests of one time, each off the state at the end of the pause, or one after another. Where
 * they branched off, the next time does so too. */
static tp_status run_tests(memory_run *run, size_t time) {
    tp_memory_plan *plan = run->plan;
    const size_t first = time * plan->tests_each, end = first + plan->tests_each;
    const bool last_time = time + 1 == plan->repeat;
    const bool branch = plan->description.recall.tests == TP_TESTS_BRANCH;
    tp_tiled_grid *trained = NULL;
    tp_status status = TP_OK;
    /* In every run, also where no branch is taken: each test then starts from the same. */
    tp_tiled_grid_restart(plan->grid);
    if (branch && (plan->tests_each > 1 || !last_time)) {
        status = tp_tiled_grid_create(&plan->description.network, plan->description.tick_ms, NULL,
                                      &trained, run->error);
        if (status == TP_OK)
            status = tp_tiled_grid_copy(trained, plan->grid, run->error);
    }
    for (size_t k = first; status == TP_OK && k < end; k++) {
        if (k > first && branch)
            status = tp_tiled_grid_copy(plan->grid, trained, run->error);
        if (status == TP_OK)
            status = run_test(run, k);
    }
    if (status == TP_OK && branch && !last_time)
        status = tp_tiled_grid_copy(plan->grid, trained, run->error);
    tp_tiled_grid_destroy(&trained);
    return status;
}

static tp_status run_all(memory_run *run) {
    tp_memory_plan *plan = run->plan;
    tp_status status = tp_record_patterns(plan, run->writer, run->error);
    for (size_t time = 0; status == TP_OK && time < plan->repeat; time++) {
        tp_tiled_grid_present(plan->grid, NULL, 0); /* a test can end with its image still on */
        status = run_segment(run, tp_memory_plan_training(plan, time), NULL);
        if (status == TP_OK)
            status = run_tests(run, time);
    }
    if (status == TP_OK)
        return tp_record_summary(plan, run->results, run->finished_tests, run->writer, run->error);
    /* Whatever ended the run, the tests that were finished are told, as far as that is possible. */
    tp_record_summary(plan, run->results, run->finished_tests, run->writer, NULL);
    return status;
}

tp_status tp_memory_run(tp_memory_plan *plan, tp_writer *writer, const tp_memory_watcher *watcher,
                        const tp_observer *observer, tp_error *error) {
    memory_run run = {
        .plan = plan, .watcher = watcher, .writer = writer, .observer = observer, .error = error};
    for (size_t time = 0; time < plan->repeat; time++) {
        const tp_segment *training = tp_memory_plan_training(plan, time);
        run.total += training->end - training->start;
    }
    for (size_t k = 0; k < plan->test_count; k++)
        run.total += plan->tests[k].end - plan->tests[k].start;
    run.results = calloc(plan->test_count, sizeof *run.results);
    tp_status status = tp_test_reading_create(plan, &run.reading, error);
    if (status == TP_OK && !run.results)
        status = tp_fail_memory(error, "running the experiment");
    if (status == TP_OK)
        status = run_all(&run);
    for (size_t k = 0; run.results && k < plan->test_count; k++)
        tp_test_result_free(&run.results[k]);
    free(run.results);
    tp_test_reading_free(&run.reading);
    return status;
}

static tp_status prepare(const void *description, const tp_resolved *resolved, void **plan,
                         tp_error *error) {
    tp_memory_plan *made;
    tp_status status = tp_memory_prepare(description, resolved, "", &made, error);
    if (status == TP_OK)
        *plan = made;
    return status;
}

static tp_status run(void *plan, tp_writer *writer, const tp_observer *observer, tp_error *error) {
    return tp_memory_run(plan, writer, NULL, observer, error);
}

static void discard(void **plan) {
    tp_memory_plan *gone = *plan;
    tp_memory_discard(&gone);
    *plan = NULL;
}

const tp_experiment tp_memory_experiment = {
    .name = "memory",
    .summary = "train on noisy patterns, pause, recall them out of noise",
    .block = &tp_memory_block,
    .prepare = prepare,
    .run = run,
    .discard = discard,
    .trials = &tp_memory_trials,
};
