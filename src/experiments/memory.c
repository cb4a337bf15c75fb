/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory experiment: train on noisy samples, pause, show noisier ones and read what comes back
 * (Gordleeva et al. 2019). */
#include <stdlib.h>

#include "base/fail.h"
#include "experiments/memory.h"
#include "experiments/memory_trained.h"
#include "experiments/memory_trial.h"
#include "experiments/run_course.h"

/* How often progress is told. */
enum { TICKS_BETWEEN_REPORTS = 200 };

typedef tp_memory_run_state memory_run;

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

static tp_status visit_run(void *run, const tp_visitor *visitor, tp_error *error) {
    return tp_memory_run_visit(run, visitor, error);
}

static tp_status commit(memory_run *run) {
    tp_status status = tp_run_course_commit(run->course, visit_run, run, run->error);
    if (status == TP_OK)
        run->committed_tests = run->finished_tests;
    return status;
}

/* Where its solvers have been restarted, or have no past, a run can be taken up, and goes on as if
 * it had never been ended. */
static bool can_be_taken_up(const memory_run *run, const tp_segment *segment) {
    const tp_memory_plan *plan = run->plan;
    return !plan->has_past || tp_segment_restarts(segment, plan->restart, plan->grid->tick);
}

/* As often as possible is not tick by tick: parts would be most of the work. */
static bool may_commit(const memory_run *run, const tp_segment *segment) {
    const tp_memory_plan *plan = run->plan;
    return run->course && can_be_taken_up(run, segment) &&
           (run->course->options.commit_seconds >= 0 ||
            tp_segment_restarts(segment, plan->restart, plan->grid->tick));
}

/* Between two ticks of a segment. */
static tp_status pass_tick(memory_run *run, const tp_segment *segment) {
    tp_status status = TP_OK;
    run->done++;
    if (may_commit(run, segment) && tp_run_course_due(run->course))
        status = commit(run);
    if (status == TP_OK)
        status = report(run, segment);
    if (status == TP_INTERRUPTED && run->course)
        tp_run_course_leave(run->course, can_be_taken_up(run, segment) ? visit_run : NULL, run,
                            run->error);
    return status;
}

static tp_status begin_segment(memory_run *run, const tp_segment *segment, tp_segment_run *s) {
    const tp_memory_plan *plan = run->plan;
    tp_status status = TP_OK;
    if (!run->resumed)
        status = tp_record_stimulus(plan, segment, run->writer, run->error);
    if (status == TP_OK)
        status = tp_segment_recorder_create(plan, segment, run->resumed, run->writer, &s->recorder,
                                            run->error);
    if (status == TP_OK && run->watcher)
        status = run->watcher->begun(run->watcher->context, segment, run->error);
    if (!run->resumed)
        tp_segment_run_begin(s);
    else
        s->shown = run->shown;
    run->resumed = false;
    return status;
}

/* Runs a segment; `reading` is NULL for the training. */
static tp_status run_segment(memory_run *run, const tp_segment *segment, tp_test_reading *reading) {
    tp_memory_plan *plan = run->plan;
    tp_segment_run segment_run = {.grid = plan->grid,
                                  .segment = segment,
                                  .reading = reading,
                                  .watcher = run->watcher,
                                  .every = plan->every,
                                  .restart = plan->restart};
    tp_status status = begin_segment(run, segment, &segment_run);
    while (status == TP_OK && plan->grid->tick < segment->end) {
        status = tp_segment_run_tick(&segment_run, run->error);
        run->shown = segment_run.shown;
        if (status == TP_OK)
            status = pass_tick(run, segment);
    }
    if (status == TP_OK)
        status = tp_segment_recorder_close(segment_run.recorder, run->error);
    else /* the segment ended here, and the record says so, as far as it can */
        tp_writer_number(run->writer, segment->name, "end",
                         tp_clock_ms(&plan->clock, (double)plan->grid->tick), NULL);
    tp_segment_recorder_destroy(&segment_run.recorder);
    return status;
}

static tp_status run_test(memory_run *run, size_t k) {
    tp_memory_plan *plan = run->plan;
    const tp_segment *test = &plan->tests[k];
    tp_test_result *result = &run->results[k];
    tp_status status = TP_OK;
    if (!run->resumed) {
        status = tp_test_result_create(plan, test, false, result, run->error);
        if (status != TP_OK)
            return status;
        tp_test_reading_begin(&run->reading, test, result);
    }
    run->segment = k / plan->tests_each * (1 + plan->tests_each) + 1 + k % plan->tests_each;
    status = run_segment(run, test, &run->reading);
    if (status != TP_OK)
        return status;
    tp_test_reading_conclude(&run->reading);
    run->finished_tests = k + 1;
    if (run->watcher)
        run->watcher->tested(run->watcher->context, k, result);
    status = tp_record_test(plan, test, result, run->writer, run->error);
    tp_test_result_thin(result);
    return status;
}

/* The end of the pause, or of the training of another run. */
static tp_status keep_trained(memory_run *run) {
    tp_memory_plan *plan = run->plan;
    const tp_visitor keeper = tp_state_keeper(&run->trained);
    /* In every run, also where no branch is taken: each test then starts from the same. */
    tp_status status = tp_tiled_grid_restart(plan->grid, run->error);
    const bool written = !*plan->root && plan->repeat == 1,
               branches = plan->description.recall.tests == TP_TESTS_BRANCH;
    run->trained.size = run->trained.at = 0;
    if (status == TP_OK && (written || branches))
        status = tp_tiled_grid_visit(plan->grid, &keeper, run->error);
    if (status == TP_OK && written)
        status = tp_trained_write(plan, &run->trained, run->writer, run->error);
    if (!branches)
        tp_bytes_free(&run->trained);
    return status;
}

static tp_status back_to_trained(memory_run *run) {
    const tp_visitor setter = tp_state_setter(&run->trained);
    run->trained.at = 0;
    return tp_tiled_grid_visit(run->plan->grid, &setter, run->error);
}

/* The tests of one time, each off the state at the end of the pause, or one after another. Where
 * they branched off, the next time does so too. */
static tp_status run_tests(memory_run *run, size_t time) {
    tp_memory_plan *plan = run->plan;
    const bool branch = plan->description.recall.tests == TP_TESTS_BRANCH;
    const size_t end = (time + 1) * plan->tests_each;
    const size_t first =
        run->resumed ? tp_memory_test_of(plan, (size_t)run->segment) : time * plan->tests_each;
    tp_status status = run->resumed ? TP_OK : keep_trained(run);
    for (size_t k = first; status == TP_OK && k < end; k++) {
        if (k > first && branch)
            status = back_to_trained(run);
        if (status == TP_OK)
            status = run_test(run, k);
    }
    if (status == TP_OK && branch && time + 1 < plan->repeat)
        status = back_to_trained(run);
    return status;
}

static tp_status run_training(memory_run *run, size_t time) {
    tp_memory_plan *plan = run->plan;
    if (!run->resumed) {
        run->segment = time * (1 + plan->tests_each);
        tp_tiled_grid_present(plan->grid, NULL, 0); /* a test can end with its image still on */
    }
    return plan->trained ? TP_OK : run_segment(run, tp_memory_plan_training(plan, time), NULL);
}

/* Each part has the results that came in with it. */
static tp_status take_up(memory_run *run) {
    tp_status status = tp_run_course_take_up(run->course, visit_run, run, run->error);
    run->resumed = status == TP_OK && run->course->count > 0;
    return status;
}

static tp_status run_all(memory_run *run) {
    tp_memory_plan *plan = run->plan;
    tp_status status = run->course ? take_up(run) : TP_OK;
    if (status != TP_OK)
        return status;
    if (!run->resumed)
        status = tp_record_patterns(plan, run->writer, run->error);
    for (size_t time = (size_t)run->segment / (1 + plan->tests_each);
         status == TP_OK && time < plan->repeat; time++) {
        const bool in_tests = run->resumed && run->segment % (1 + plan->tests_each) != 0;
        if (!in_tests)
            status = run_training(run, time);
        if (status == TP_OK)
            status = run_tests(run, time);
    }
    if (status == TP_OK)
        return tp_record_summary(plan, run->results, run->finished_tests, run->writer, run->error);
    /* Whatever ended the run, the tests that were finished are told, as far as that is possible. */
    tp_record_summary(plan, run->results, run->finished_tests, run->writer, NULL);
    return status;
}

/* What the run is made of is given; what it works with is made here. */
static tp_status run_plan(memory_run run) {
    tp_memory_plan *plan = run.plan;
    for (size_t time = 0; time < plan->repeat && !plan->trained; time++) {
        const tp_segment *training = tp_memory_plan_training(plan, time);
        run.total += training->end - training->start;
    }
    for (size_t k = 0; k < plan->test_count; k++)
        run.total += plan->tests[k].end - plan->tests[k].start;
    run.results = calloc(plan->test_count + 1, sizeof *run.results);
    tp_status status = tp_test_reading_create(plan, &run.reading, run.error);
    if (status == TP_OK && !run.results)
        status = tp_fail_memory(run.error, "running the experiment");
    if (status == TP_OK)
        status = run_all(&run);
    for (size_t k = 0; run.results && k < plan->test_count; k++)
        tp_test_result_free(&run.results[k]);
    free(run.results);
    tp_test_reading_free(&run.reading);
    tp_bytes_free(&run.trained);
    return status;
}

tp_status tp_memory_run(tp_memory_plan *plan, tp_writer *writer, const tp_memory_watcher *watcher,
                        const tp_observer *observer, tp_error *error) {
    return run_plan((memory_run){
        .plan = plan, .watcher = watcher, .writer = writer, .observer = observer, .error = error});
}

static tp_status run_in_parts(void *plan, tp_writer *writer, tp_run_course *course,
                              const tp_observer *observer, tp_error *error) {
    const tp_memory_plan *made = plan;
    tp_tiled_grid_employ(made->grid, course->options.jobs);
    return run_plan((memory_run){
        .plan = plan, .course = course, .writer = writer, .observer = observer, .error = error});
}

static tp_status take_trained(void *plan, const tp_scenario *scenario, const char *record,
                              tp_error *error) {
    return tp_trained_take(plan, scenario, record, error);
}

static tp_status prepare(const void *description, const tp_resolved *resolved, void **plan,
                         tp_error *error) {
    tp_memory_plan *made;
    tp_status status = tp_memory_prepare(description, resolved, "", &made, error);
    if (status == TP_OK)
        *plan = made;
    return status;
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
    .run_in_parts = run_in_parts,
    .take_trained = take_trained,
    .discard = discard,
    .trials = &tp_memory_trials,
};
