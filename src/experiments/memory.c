/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory experiment: train on noisy samples, pause, show noisier ones and read what comes back
 * (Gordleeva et al. 2019). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/memory.h"

/* How often progress is told. */
enum { TICKS_BETWEEN_REPORTS = 200 };

typedef struct memory_run {
    tp_memory_plan *plan;
    const tp_memory_watcher *watcher;
    tp_writer *writer;
    const tp_observer *observer;
    tp_error *error;
    int64_t done, total; /* ticks */
    size_t shown;        /* presentations of the segment that are over */
    tp_test_response response;
    tp_test_result *results; /* [test] */
    size_t finished_tests;
    uint8_t *set; /* [neuron] */
} memory_run;

static void free_result(tp_test_result *result) {
    free(result->readouts);
    free(result->responses);
    free(result->frame_potential);
    free(result->frame_calcium);
    free(result->course_time);
    *result = (tp_test_result){0};
}

static tp_status create_result(const tp_memory_plan *plan, const tp_segment *test,
                               tp_test_result *result, tp_error *error) {
    const size_t frames = plan->frame_count, n = plan->neuron_count;
    const size_t instants = (size_t)((test->end - test->start) / plan->every) + 1;
    result->readouts = calloc(1 + frames, sizeof *result->readouts);
    result->responses = calloc((1 + frames) * n, 1);
    result->frame_potential = calloc(frames * n + 1, sizeof(double));
    result->frame_calcium = calloc(frames * plan->grid->astrocyte_count + 1, sizeof(double));
    result->course_time = calloc(3 * instants, sizeof(double));
    if (!result->readouts || !result->responses || !result->frame_potential ||
        !result->frame_calcium || !result->course_time)
        return tp_fail_memory(error, "reading a test");
    result->course_accuracy = result->course_time + instants;
    result->course_pixel_accuracy = result->course_time + 2 * instants;
    return TP_OK;
}

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

/* Puts on and takes off the images as the grid's present tick wants. */
static void show(memory_run *run, const tp_segment *segment) {
    tp_tiled_grid *grid = run->plan->grid;
    const tp_presentation *shown = segment->presentations + run->shown;
    const tp_presentation *end = segment->presentations + segment->presentation_count;
    if (shown < end && grid->tick == shown->onset + shown->shown) {
        tp_tiled_grid_present(grid, NULL, 0);
        tp_tiled_grid_phase(grid, segment->phase, false);
        run->shown++;
        shown++;
    }
    if (shown < end && grid->tick == shown->onset) {
        tp_tiled_grid_present(grid, shown->image, shown->current);
        tp_tiled_grid_phase(grid, segment->phase, true);
    }
}

/* The frame that is due at the present tick, if there is one. */
static void read_frame(memory_run *run, const tp_segment *test, tp_test_result *result) {
    const tp_memory_plan *plan = run->plan;
    const tp_tiled_grid *grid = plan->grid;
    const size_t n = plan->neuron_count, astrocytes = grid->astrocyte_count;
    for (size_t f = 0; f < plan->frame_count; f++) {
        if (grid->tick != test->start + plan->frames[f])
            continue;
        uint8_t *set = result->responses + (1 + f) * n;
        tp_test_response_frame(&run->response, (double)grid->tick, (double)plan->frame_window, set);
        const size_t pattern = test->presentations[0].pattern;
        result->readouts[1 + f] = tp_agreement_of(&plan->patterns[pattern], set, n);
        memcpy(result->frame_potential + f * n, grid->neurons->state[0], n * sizeof(double));
        memcpy(result->frame_calcium + f * astrocytes, grid->astrocytes->state[grid->calcium],
               astrocytes * sizeof(double));
    }
}

static void read_course(memory_run *run, const tp_segment *test, tp_test_result *result) {
    const tp_memory_plan *plan = run->plan;
    const int64_t now = plan->grid->tick;
    const size_t k = result->course_count++;
    tp_test_response_frame(&run->response, (double)now, (double)plan->frame_window, run->set);
    const tp_agreement agreement = tp_agreement_of(&plan->patterns[test->presentations[0].pattern],
                                                   run->set, plan->neuron_count);
    result->course_time[k] = tp_clock_ms(&plan->clock, (double)(now - test->start));
    result->course_accuracy[k] = agreement.accuracy;
    result->course_pixel_accuracy[k] = agreement.pixel_accuracy;
}

/* One tick: signals, what is recorded of the present, and on to the next. */
static tp_status advance(memory_run *run, const tp_segment *segment, tp_segment_recorder *recorder,
                         tp_test_result *result) {
    tp_tiled_grid *grid = run->plan->grid;
    const bool recorded = (grid->tick - segment->start) % run->plan->every == 0;
    show(run, segment);
    tp_status status = tp_tiled_grid_exchange(grid, run->error);
    if (status == TP_OK && recorded)
        status = tp_segment_recorder_sample(recorder, run->error);
    if (status == TP_OK && run->watcher)
        status = run->watcher->exchanged(run->watcher->context, grid, run->error);
    if (status != TP_OK)
        return status;
    if (result) {
        read_frame(run, segment, result);
        if (recorded)
            read_course(run, segment, result);
    }
    status = tp_tiled_grid_step(grid, run->error);
    if (status == TP_OK && run->watcher)
        status = run->watcher->stepped(run->watcher->context, grid, run->error);
    if (status != TP_OK)
        return status;
    if (result) {
        const double start = (double)(grid->tick - grid->neuron_exchange);
        for (size_t k = 0; k < grid->interval.count; k++)
            tp_test_response_spike(&run->response, grid->interval.items[k].cell,
                                   start + grid->interval.items[k].when *
                                               (double)grid->neuron_exchange);
    }
    return tp_segment_recorder_spikes(recorder, run->error);
}

/* Runs a segment; `result` is NULL for the training. */
static tp_status run_segment(memory_run *run, const tp_segment *segment, tp_test_result *result) {
    tp_memory_plan *plan = run->plan;
    tp_segment_recorder *recorder = NULL;
    tp_status status = tp_record_stimulus(plan, segment, run->writer, run->error);
    if (status == TP_OK)
        status = tp_segment_recorder_create(plan, segment, run->writer, &recorder, run->error);
    if (result)
        tp_test_response_begin(&run->response, (double)segment->start,
                               (double)(segment->start + segment->presentations[0].shown));
    if (status == TP_OK && run->watcher)
        status = run->watcher->begun(run->watcher->context, segment, run->error);
    run->shown = 0;
    tp_tiled_grid_phase(plan->grid, segment->phase, false);
    while (status == TP_OK && plan->grid->tick < segment->end) {
        status = advance(run, segment, recorder, result);
        run->done++;
        if (status == TP_OK)
            status = report(run, segment);
    }
    if (status != TP_OK) /* the segment ended here, and the record says so, as far as it can */
        tp_writer_number(run->writer, segment->name, "end",
                         tp_clock_ms(&plan->clock, (double)plan->grid->tick), NULL);
    tp_segment_recorder_destroy(&recorder);
    return status;
}

static tp_status run_test(memory_run *run, size_t k) {
    tp_memory_plan *plan = run->plan;
    const tp_segment *test = &plan->tests[k];
    const tp_presentation *shown = test->presentations;
    const tp_pattern *pattern = &plan->patterns[shown->pattern];
    tp_test_result *result = &run->results[k];
    tp_status status = create_result(plan, test, result, run->error);
    if (status == TP_OK)
        status = run_segment(run, test, result);
    if (status != TP_OK)
        return status;
    const double most = 4e9;
    const double count = fmin((double)plan->description.recall.readout.count, most);
    tp_test_response_count(&run->response, (uint32_t)count, result->responses);
    result->readouts[0] = tp_agreement_of(pattern, result->responses, plan->neuron_count);
    result->input = tp_agreement_of(pattern, shown->image, plan->neuron_count);
    run->finished_tests = k + 1;
    if (run->watcher)
        run->watcher->tested(run->watcher->context, k, result);
    return tp_record_test(plan, test, result, run->writer, run->error);
}

/* The tests, each off the state at the end of the pause, or one after another. */
static tp_status run_tests(memory_run *run) {
    tp_memory_plan *plan = run->plan;
    const bool branch = plan->description.recall.tests == TP_TESTS_BRANCH;
    tp_tiled_grid *trained = NULL;
    tp_status status = TP_OK;
    /* In every run, also where no branch is taken: each test then starts from the same. */
    tp_tiled_grid_restart(plan->grid);
    if (branch && plan->test_count > 1) {
        status = tp_tiled_grid_create(&plan->description.network, plan->description.tick_ms, NULL,
                                      &trained, run->error);
        if (status == TP_OK)
            status = tp_tiled_grid_copy(trained, plan->grid, run->error);
    }
    for (size_t k = 0; status == TP_OK && k < plan->test_count; k++) {
        if (k > 0 && branch)
            status = tp_tiled_grid_copy(plan->grid, trained, run->error);
        if (status == TP_OK)
            status = run_test(run, k);
    }
    tp_tiled_grid_destroy(&trained);
    return status;
}

static tp_status run_all(memory_run *run) {
    tp_memory_plan *plan = run->plan;
    tp_status status = tp_record_patterns(plan, run->writer, run->error);
    if (status == TP_OK)
        status = run_segment(run, &plan->training, NULL);
    if (status == TP_OK)
        status = run_tests(run);
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
    run.total = plan->training.end;
    for (size_t k = 0; k < plan->test_count; k++)
        run.total += plan->tests[k].end - plan->tests[k].start;
    run.set = malloc(plan->neuron_count);
    run.results = calloc(plan->test_count, sizeof *run.results);
    tp_status status = tp_test_response_create(plan->neuron_count, &run.response, error);
    if (status == TP_OK && (!run.set || !run.results))
        status = tp_fail_memory(error, "running the experiment");
    if (status == TP_OK)
        status = run_all(&run);
    for (size_t k = 0; run.results && k < plan->test_count; k++)
        free_result(&run.results[k]);
    free(run.results);
    free(run.set);
    tp_test_response_free(&run.response);
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
};
